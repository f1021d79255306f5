"""What a person brings: a report, what happened to themselves, a concern, a suggestion; and the path each takes, as versioned
data. Knows no page and no case.

A path orders and folds the questions of the form, and says what a conclusion answers. Routing, panels, priorities and clocks
never ask for it: whoever calls a report a suggestion has made it no smaller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 100_000
PEOPLE = "people"
"""What a path may fold besides fields: the whole part of the form that asks for persons and places."""
_KEYS = ("id", "version", "valid_from", "reason", "entries")
_ENTRY_KEYS = ("code", "affected", "steps", "folded", "closing", "closing_unnamed", "becomes")
_STEPS = frozenset({"what", "who", "evidence", "safety", "check"})


class IntakeType(StrEnum):
    """The form's tokens. Stored: never renamed or reused. A report that says none is a report."""

    REPORT = "report"
    HARMED = "harmed"
    """An accusation by the person harmed."""
    CONCERN = "concern"
    """Not yet a breach."""
    SUGGESTION = "suggestion"


class Closing(StrEnum):
    """What a conclusion can have to answer."""

    HEARD = "heard"
    """How the person harmed was heard."""
    REMEDY = "remedy"
    """What is done about the harm."""
    FINDINGS = "findings"
    KNEW = "knew"
    OUTCOMES = "outcomes"
    CORRECTIONS = "corrections"
    TOLD = "told"
    CLEAR = "clear"
    LESSONS = "lessons"


_ALWAYS = frozenset({Closing.CORRECTIONS, Closing.TOLD})
_OF_THE_HARMED = frozenset({Closing.HEARD, Closing.REMEDY})


@dataclass(frozen=True, slots=True)
class Path:
    """One type's way through the form and to its end."""

    code: IntakeType
    affected: bool
    """Whether the reporter says that it happened to them."""
    steps: tuple[str, ...]
    folded: frozenset[str]
    """Fields that stand behind one more tap. Each can still be answered, and counts."""
    closing: tuple[Closing, ...]
    closing_unnamed: tuple[Closing, ...]
    """The same where nobody and no body is named."""
    becomes: tuple[IntakeType, ...]
    """What officers can turn it into. Never back: a wrong turn costs work, the other way could cost the matter."""

    def answers(self, *, named: bool) -> tuple[Closing, ...]:
        """What a conclusion answers; ``named``: somebody or some body is accused, by the reporter or by an officer."""
        return self.closing if named else self.closing_unnamed


@dataclass(frozen=True, slots=True)
class IntakeTypes:
    """One version, with a path for every type."""

    version: int
    valid_from: date
    reason: str
    paths: Mapping[IntakeType, Path]


@cache
def intake_types() -> IntakeTypes:
    """The shipped paths. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "catalogues" / "intakes.json").read_bytes()
    return intake_types_from(parse(raw, what="intake types", limit=MAX_BYTES))


def type_of(answer: str) -> IntakeType:
    """The type that a form says; a report where it says none, or none that there is."""
    return IntakeType(answer) if answer in set(IntakeType) else IntakeType.REPORT


def after_turns(before: IntakeType, turns: Iterable[str]) -> IntakeType:
    """What it is after officers turned it; a turn that no path allows counts for nothing."""
    for turn in turns:
        if turn in intake_types().paths[before].becomes:
            before = IntakeType(turn)
    return before


def said_to_the_reporter(brought: IntakeType) -> dict[str, str]:
    """What a first event calls it. Nothing of it for a report and for somebody harmed: the two look the same there (A5)."""
    return {"intake": brought.value} if intake_types().paths[brought].becomes else {}


def path_of(answer: str) -> Path:
    """The path of what a form says."""
    return intake_types().paths[type_of(answer)]


def intake_types_from(document: object) -> IntakeTypes:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    entries = [_path(entry) for entry in fields.objects("entries", required=True)]
    types = IntakeTypes(
        version=fields.count("version") or 0,
        valid_from=fields.day("valid_from"),
        reason=fields.optional_text("reason") or "",
        paths=MappingProxyType({entry.code: entry for entry in entries}),
    )
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of the intake types")
    if sorted(entry.code for entry in entries) != sorted(IntakeType):
        fields.fault("entries", f"must have each of {', '.join(IntakeType)} once")
    if fields.identifier("id") != "intakes" or not types.version or not types.reason:
        fields.fault("version", "the id intakes, a version of at least 1 and a reason are needed")
    if faults:
        raise FaultyInputError("intake types", faults)
    return types


def _path(fields: Fields) -> Path:
    for key in fields.besides(*_ENTRY_KEYS):
        fields.fault(key, "is no part of a path")
    steps = fields.identifiers("steps", _STEPS, "step")
    if sorted(steps) != sorted(_STEPS) or steps[-1] != "check":
        fields.fault("steps", "must have each step once, and check last: a path leaves nothing out")
    closing = _closing(fields, "closing")
    unnamed = _closing(fields, "closing_unnamed") or closing
    if not set(closing) >= set(Closing) - _OF_THE_HARMED:
        fields.fault("closing", "must answer everything: whoever accuses somebody is owed the whole of it")
    if not set(unnamed) >= _ALWAYS:
        fields.fault("closing_unnamed", "must have corrections and told: whoever wrote is answered")
    return Path(
        code=fields.token("code", IntakeType),
        affected=fields.flag("affected"),
        steps=steps,
        folded=frozenset(fields.identifiers("folded")),
        closing=closing,
        closing_unnamed=unnamed,
        becomes=tuple(
            IntakeType(each) for each in fields.identifiers("becomes", frozenset(IntakeType), "type")
        ),
    )


def _closing(fields: Fields, key: str) -> tuple[Closing, ...]:
    return tuple(Closing(each) for each in fields.identifiers(key, frozenset(Closing), "answer"))
