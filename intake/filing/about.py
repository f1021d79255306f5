"""What a retaliation case takes along: the detriment, and what routing and the presumption need of the first case. Pure.

The reporter's own record of the first case yields it, in the portal's memory. Of that matter it says nothing: an office and
officers, because they must not have this case either, and three days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crypto.commitment import new_nonce
from intake.drafts import Draft
from intake.events import EventKind
from intake.intake_types import IntakeType
from intake.organisation import EXT_OMB, Organisation
from intake.progress import progress_of
from intake.protection.detriments import VIOLENCE, Stage, Victim, detriments
from intake.protection.presumption import Finding, Window, finding, window
from intake.record import EventRecord
from intake.routing import Cause, Decision, Kind
from intake.states import CaseState

DETRIMENT, BEFORE = "detriment", "before"
"""Where the report of a retaliation case, or a message in it, holds the entry, and the days of the first case."""
ENTRY_FIELDS = ("code", "when", "post", "act", "stage", "victim")
"""What of an entry is in its event, and opens with the receipt code."""
_RANKS = ("head", "team_member", "staff", "private")
_C1 = {Stage.THREAT: "threat", Stage.ATTEMPT: "threat", Stage.DONE: "actual"}


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One detriment as the reporter told it, without the words. Made of a checked draft."""

    id: str
    """Its own random id: what is sent twice comes once."""
    code: str
    when: date | None
    post: str
    act: str
    way: str
    stage: str
    victim: str

    @classmethod
    def of(cls, draft: Draft, entry: str, today: date) -> Entry:
        """What the form says. What is dated in the future was announced: a threat, whatever the form says."""
        typed = draft.answer("day").strip()
        when = date.fromisoformat(typed) if typed else None
        posts = {subject.post for subject in draft.subjects if not subject.empty} | (
            {"head"} if draft.bodies else set()
        )
        return cls(
            id=entry,
            code=draft.answer("happened"),
            when=when,
            post=next((post for post in _RANKS if post in posts), ""),
            act=draft.answer("act"),
            way=draft.answer("way"),
            stage=Stage.THREAT.value if when is not None and when > today else draft.answer("done"),
            victim=draft.answer("victim"),
        )

    def as_event(self) -> dict[str, Any]:
        """What its event says."""
        return {"entry": self.id, **self._told(ENTRY_FIELDS)}

    def as_content(self) -> dict[str, Any]:
        """What whoever has the case reads of it."""
        return self._told((*ENTRY_FIELDS, "way"))

    def as_protected(self) -> dict[str, Any]:
        """What those who look after the reporter read of it."""
        return self._told(("code", "when", "act", "stage", "victim"))

    def _told(self, names: Iterable[str]) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in names}
        return {**told, "when": "" if self.when is None else self.when.isoformat()}


@dataclass(frozen=True, slots=True, repr=False)
class Before:
    """What is needed of the case that was filed first, with its parts."""

    office: str
    offices: frozenset[str]
    """Every office that has one of its cases."""
    assigned: tuple[str, ...]
    """Who worked on it, and who is shut out of it for whatever reason: they have no part in what follows, either."""
    decided_by: tuple[str, ...]
    unit: str | None
    """The office where the reporter works, where they said so."""
    received: date
    feedback: date | None
    closed: date | None

    @classmethod
    def read(
        cls,
        cases: Sequence[Sequence[EventRecord]],
        organisation: Organisation,
        today: date,
        *,
        proved: bool,
        out: frozenset[str] | None = None,
        unit: str | None = None,
    ) -> Before:
        """From the records of the report's cases, as far as they hold, and what the mailbox row says. ``proved``: every one of
        them holds whole; ``out``: who was shut out at the filing, None where nothing says so.

        Where one does not hold, or nothing says who was shut out, it counts as with the outermost recipient, so that the new
        case goes around every office. A case without a first event counts as received today.
        """
        told = [records for records in cases if records]
        progresses = [progress_of(records) for records in told]
        offices = [str(progress.circle.get("office", "")) for progress in progresses]
        known = [each for each in offices if each == EXT_OMB or each in organisation.offices]
        whole = proved and out is not None and bool(known) and len(known) == len(cases)
        everything = [record for records in told for record in records]
        assigned = {officer for record in everything for officer in record.data.get("handlers", ())}
        decided = {
            record.actor for record in everything if record.kind in (EventKind.PROPOSED, EventKind.VOTED)
        }
        named = {
            officer
            for record in everything
            if record.kind is EventKind.RELEASED
            for officer in record.data.get("officers", ())
        }
        recused = {record.actor for record in everything if record.kind is EventKind.RECUSED}
        officers = organisation.officers.keys()
        filed = [progress.filed for progress in progresses if progress.filed is not None]
        results = [record.date for record in everything if record.kind is EventKind.TOLD]
        closed = [
            progress.closed
            for progress in progresses
            if progress.closed and progress.state is CaseState.CLOSED
        ]
        return cls(
            office=organisation.lowest_common(*known) if whole else EXT_OMB,
            offices=frozenset(known),
            assigned=tuple(sorted((assigned | named | recused | (out or frozenset())) & officers)),
            decided_by=tuple(sorted(decided & officers)),
            unit=unit if unit in organisation.offices else None,
            received=min(filed, default=today),
            feedback=max(results, default=None),
            closed=max(closed, default=None),
        )

    @property
    def window(self) -> Window:
        """When a detriment is presumed to be because of the report."""
        return window([self.received], self.feedback, self.closed)

    def as_facts(self) -> dict[str, Any]:
        """What routing reads."""
        return {
            **({"reporter_unit": self.unit} if self.unit else {}),
            "kind": Kind.RETALIATION.value,
            "prior": {
                "handling_unit": self.office,
                "assigned": list(self.assigned),
                "decided_by": list(self.decided_by),
            },
        }

    def may_be_told(self, decision: Decision, organisation: Organisation) -> bool:
        """Whether those who look after the reporter in the first case may learn of the detriment.

        Not where its office is passed over, nor where anybody of it, or of an office above that could lend a contact, is named
        in the new case, saw it, or has a tie to it: who of them has the first case, the portal cannot know.
        """
        around = {each for office in self.offices for each in organisation.path_up(office)}
        out = {
            officer for officer, causes in decision.excluded_officers.items() if set(causes) - {Cause.PRIOR}
        }
        return not self.offices & set(decision.bypassed_units) and not any(
            organisation.officers[officer].office in around for officer in out
        )

    def as_content(self) -> dict[str, str]:
        """What whoever has the case reads of it: three days."""
        days = {"received": self.received, "feedback": self.feedback, "closed": self.closed}
        return {name: "" if day is None else day.isoformat() for name, day in days.items()}


@dataclass(frozen=True, slots=True, repr=False)
class Retaliation:
    """A retaliation case about to be filed."""

    entry: Entry
    before: Before
    nonce: bytes = field(default_factory=new_nonce)
    """Of the detriment's event, from which that of its statement follows."""

    def as_content(self) -> dict[str, Any]:
        """What is sealed beside the words: in its report, or in a later message."""
        return {DETRIMENT: self.entry.as_content(), BEFORE: self.before.as_content()}


def report_of(draft: Draft, entry: Entry) -> Draft:
    """The entry as a report that can be filed: the same people and files, and what the sums need."""
    kept = {name: draft.answer(name) for name in _SAFETY if draft.answer(name)}
    code = detriments().entries[entry.code]
    answers = {
        **kept,
        # Whoever was hit themselves is heard, and the conclusion says what is done about the harm.
        "intake": IntakeType.HARMED if entry.victim == Victim.REPORTER else IntakeType.REPORT,
        "what": draft.answer("words") or code.title,
        "when": "" if entry.when is None else entry.when.isoformat(),
        "category": "other",
        "harm": code.harm,
        "stage": "planned" if entry.stage == Stage.THREAT else "past",
        "c1": _C1[Stage(entry.stage)],
    }
    if entry.code == VIOLENCE:
        answers["threat_of_violence"] = "yes"
    report = Draft(draft.code, draft.language)
    report.answers = {name: str(value) for name, value in answers.items() if value}
    report.subjects, report.bodies, report.files = draft.subjects, draft.bodies, draft.files
    return report


_SAFETY = (
    "a1", "a2", "a3", "a4", "b1", "c3", "e1", "e2", "e3", "imminent_danger", "threat_of_violence", "not_safe",
    "consent_refer_down", "region", "involved", "reporter_unit",
)  # fmt: skip
"""What the entry's own steps ask as the report's do."""


def presumed(content: Mapping[str, Any]) -> Finding | None:
    """Whether the entry that such a content holds is presumed; None where it holds none."""
    try:
        entry, days = content[DETRIMENT], content[BEFORE]
        feedback, closed = (
            date.fromisoformat(days[name]) if days[name] else None for name in ("feedback", "closed")
        )
        within = window([date.fromisoformat(days["received"])], feedback, closed)
        return finding(date.fromisoformat(entry["when"]) if entry["when"] else None, within)
    except (KeyError, TypeError, ValueError):
        return None
