"""How pressing a case is by the stage of what is alleged: planned, going on, over. Versioned data; knows no page and no case.

It orders what is due on the same day and asks for a first look. It moves no due date and no priority: those are the law's and
routing's, and a mark that could move them could also be used to move them later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from intake.calendar import Period, Unit, WorkCalendar
from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 100_000
STAGES = ("planned", "ongoing", "past")
_KEYS = ("id", "version", "valid_from", "reason", "first_look", "stages")


@dataclass(frozen=True, slots=True)
class Urgency:
    """One version. ``stages``: the more, the sooner; 0 presses nobody."""

    version: int
    valid_from: date
    reason: str
    first_look: Period
    stages: Mapping[str, int]

    def of(self, stage: str) -> int:
        """How pressing a stage is. What nobody said presses as little as what is over."""
        return self.stages.get(stage, 0)

    def look_by(self, stage: str, received: date, calendar: WorkCalendar) -> date | None:
        """The day by which somebody should have looked; None where nothing presses."""
        return self.first_look.after(received, calendar) if self.of(stage) else None


@cache
def urgency() -> Urgency:
    """The shipped marks. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "catalogues" / "urgency.json").read_bytes()
    return urgency_from(parse(raw, what="urgency", limit=MAX_BYTES))


def urgency_from(document: object) -> Urgency:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    look, stages = fields.inner("first_look"), fields.inner("stages")
    amount = look.count("amount") if look else None
    marks = {stage: stages.count(stage) if stages else None for stage in STAGES}
    found = Urgency(
        version=fields.count("version") or 0,
        valid_from=fields.day("valid_from"),
        reason=fields.optional_text("reason") or "",
        first_look=Period(amount or 1, look.token("unit", Unit) if look else Unit.WORKING_DAYS),
        stages={stage: mark or 0 for stage, mark in marks.items()},
    )
    if not amount:
        fields.fault("first_look", "must be a period of at least 1")
    if None in marks.values() or (stages is not None and stages.besides(*STAGES)):
        fields.fault("stages", f"must have each of {', '.join(STAGES)}, and nothing else")
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of the urgency")
    if fields.identifier("id") != "urgency" or not found.version or not found.reason:
        fields.fault("version", "the id urgency, a version of at least 1 and a reason are needed")
    if faults:
        raise FaultyInputError("urgency", faults)
    return found
