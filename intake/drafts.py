"""A report being written: every field the form has, with its limit. Knows no HTTP, no words on a page, and stores nothing.

A draft keeps what was typed, right or wrong, so that nothing is lost on the way; ``intake.filing.check`` says what is to be
corrected. It lives sealed under the visitor's cookie, two hours at most, and carries the receipt code from its beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crypto.encoding import canonical_json, from_text, parse_object, to_text
from crypto.errors import MalformedError
from crypto.receipt import SECRET_BYTES, ReceiptCode
from intake.evidence.attachments import Attachment
from intake.intake_types import IntakeType, Path, path_of
from intake.protection.checkins import Slot
from intake.protection.detriments import CODES, Manner, Stage, Victim, Way

VERSION = 1
MAX_SUBJECTS = 20
MAX_BODIES = 20
MAX_WHAT = 100_000  # characters
MAX_TEXT = 1_000  # characters of every other field
MAX_COMING = 10
MAX_NAME = 200  # characters of a name left in confidence
MAX_CONTACT = 500  # characters of how to reach whoever left it
IDENTITY = ("identity_name", "identity_contact")
"""What is sealed to custodians alone, and no part of the report."""
MAX_WORDS = 20_000  # characters of a detriment in the reporter's own words, as of a message
MAX_FOLLOWING = 8
"""Retaliation cases of one code. A fixed number, so that every code asks the same question (P7)."""
MAX_DRAFT = 4 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: free text up to ``limit`` characters, or one of ``tokens``."""

    name: str
    step: str
    tokens: tuple[str, ...] = ()
    limit: int = MAX_TEXT


_YES = ("yes",)

FIELDS: dict[str, Field] = {
    entry.name: entry
    for entry in (
        Field("intake", "what", tuple(IntakeType)),
        Field("what", "what", limit=MAX_WHAT),
        Field("when", "what"),
        Field("where", "what"),
        Field("stage", "what", ("planned", "ongoing", "past")),
        Field("how_known", "what", ("saw", "heard", "documents", "other")),
        Field(
            "category",
            "what",
            (
                "corruption", "fraud", "procurement", "abuse", "safety", "environment", "data", "discrimination",
                "hr_grievance", "private_dispute", "court_ruling", "other",
            ),
        ),
        Field("harm", "what", ("none", "financial", "rights", "health", "life")),
        Field("scale", "what", ("unknown", "small", "medium", "large")),
        Field("recurrence", "what", ("once", "repeated", "ongoing")),
        Field("perishable", "what", ("no", "weeks", "days")),
        Field("victims", "what", ("none", "ordinary", "vulnerable")),
        Field("body_find", "who"),
        Field("region", "who"),
        Field("unit_find", "who"),
        Field("reporter_unit", "who"),
        Field("involved", "who"),
        Field("a1", "safety", ("nobody", "officers", "others", "suspected", "known")),
        Field("a2", "safety", ("over_15", "5_to_15", "unknown", "2_to_4", "only_me")),
        Field("a3", "safety", ("no", "others", "subject")),
        Field("a4", "safety", ("no", "yes")),
        Field("b1", "safety", ("none", "unknown", "peer", "contract", "higher", "line")),
        Field("c1", "safety", ("none", "signs", "threat", "actual")),
        Field("c3", "safety", ("no", "yes")),
        Field("e1", "safety", ("outside", "ordinary", "temporary", "permit")),
        Field("e2", "safety", ("no", "yes")),
        Field("e3", "safety", ("has", "none")),
        Field("imminent_danger", "safety", _YES),
        Field("threat_of_violence", "safety", _YES),
        Field("not_safe", "safety", _YES),
        Field("consent_refer_down", "safety", _YES),
        Field("identity_name", "safety", limit=MAX_NAME),
        Field("identity_contact", "safety", limit=MAX_CONTACT),
    )
}  # fmt: skip
"""Every single-valued field by its name (docs/interfaces.md, Form fields). An empty answer is never stored."""

DETRIMENT_FIELDS: dict[str, Field] = {
    entry.name: entry
    for entry in (
        Field("goes_on", "detriment", tuple(str(number) for number in range(1, MAX_FOLLOWING + 1))),
        Field("happened", "detriment", CODES),
        Field("day", "detriment"),
        Field("no_day", "detriment", _YES),
        Field("done", "detriment", tuple(Stage)),
        Field("act", "detriment", tuple(Manner)),
        Field("way", "detriment", tuple(Way)),
        Field("victim", "detriment", tuple(Victim)),
        Field("words", "detriment", limit=MAX_WORDS),
    )
}
"""The first page of a detriment that is told in the mailbox. Its other pages ask as the report's do."""

_KNOWN = FIELDS | DETRIMENT_FIELDS

SUBJECT_FIELDS: dict[str, Field] = {
    entry.name: entry
    for entry in (
        Field("name", "who"),
        Field("post", "who", ("head", "team_member", "staff", "private")),
        Field("find", "who"),
        Field("body", "who"),
        Field("other", "who"),
        Field("region", "who"),
    )
}


@dataclass(slots=True)
class DraftSubject:
    """One person reported, in the form's own fields; ``body`` is a listed body's or office's id."""

    name: str = ""
    post: str = ""
    find: str = ""
    body: str = ""
    other: str = ""
    region: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was said. A search text alone names nobody."""
        return not (self.name or self.post or self.body or self.other or self.region)


@dataclass(slots=True, repr=False)
class Draft:
    """What one visitor typed so far, and the code the report will have."""

    code: ReceiptCode
    language: str = "en"
    answers: dict[str, str] = field(default_factory=dict)
    subjects: list[DraftSubject] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    filed: bool = False
    coming: list[Slot] = field(default_factory=list)
    """When the mailbox will ask its reporter whether they are safe; kept with the code, once it is filed."""

    def __repr__(self) -> str:
        return "Draft(…)"

    @classmethod
    def new(cls, language: str = "en") -> Draft:
        """An empty draft with a fresh code."""
        return cls(ReceiptCode.generate(), language)

    @property
    def path(self) -> Path:
        """The way through the form that fits what the reporter brings."""
        return path_of(self.answer("intake"))

    @property
    def case_answers(self) -> dict[str, str]:
        """The answers that belong to the report: all but who its reporter is."""
        return {name: value for name, value in self.answers.items() if name not in IDENTITY}

    def answer(self, name: str) -> str:
        """What was typed in ``name``, or an empty text."""
        return self.answers.get(name, "")

    def set(self, name: str, value: str) -> None:
        """Keep ``value`` for ``name``; an empty value takes the answer back. Raises KeyError for an unknown field."""
        self.answers.pop(_KNOWN[name].name, None)
        if value:
            self.answers[name] = value

    def forget_report(self, coming: Sequence[Slot] = ()) -> None:
        """After filing only the code stays, and when to come back, for the receipt page: the draft no longer holds the report
        (P3).
        """
        self.answers.clear()
        self.subjects.clear()
        self.bodies.clear()
        self.files.clear()
        self.filed = True
        self.coming = list(coming[:MAX_COMING])

    def to_bytes(self) -> bytes:
        """The canonical encoding that a session seals. Raises MalformedError for text without a UTF-8 encoding."""
        return canonical_json(
            {
                "v": VERSION,
                "code": to_text(self.code.secret),
                "language": self.language,
                "answers": self.answers,
                "subjects": [
                    {name: value for name in SUBJECT_FIELDS if (value := getattr(subject, name))}
                    for subject in self.subjects
                ],
                "bodies": self.bodies,
                "files": [attachment.as_json() for attachment in self.files],
                "filed": self.filed,
                "coming": [[slot.opens.isoformat(), slot.closes.isoformat()] for slot in self.coming],
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Draft:
        """Decode ``to_bytes``. Raises MalformedError."""
        value: dict[str, Any] = parse_object(data, limit=MAX_DRAFT)
        if value.get("v") != VERSION:
            raise MalformedError("a draft has another version")
        return cls(
            code=ReceiptCode(from_text(value["code"], length=SECRET_BYTES)),
            language=value["language"],
            answers=dict(value["answers"]),
            subjects=[DraftSubject(**subject) for subject in value["subjects"]],
            bodies=list(value["bodies"]),
            files=[Attachment.from_json(each) for each in value.get("files", [])],
            filed=value["filed"],
            coming=[Slot(*map(date.fromisoformat, days)) for days in value.get("coming", [])],
        )
