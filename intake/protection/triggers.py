"""Stage triggers: the steps that change what somebody reported can know. Each asks for the risk to be weighed again before it.

Read off a record, so that the back office, the reporter and the worker find the same. Pure; it knows no officer and no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from intake.events import BY_REPORTER, EventKind
from intake.record import EventRecord

STAGES = "stages"
"""Where a case's first event says that its steps are asked for; in a case of an earlier release nothing does."""
VERSION = 1
STEP = "step"
"""Where an assessment says for which step it was made."""
RAISED = "raised"
"""Where an assessment says that it only raises the risk, by hand: whoever is at work may, and it is no triage."""
BEGINS = frozenset({EventKind.FILED, EventKind.SPLIT_OFF})
"""The first event of a case, and no other."""


class Step(StrEnum):
    """Before which step the risk was weighed. Values are stored: never reuse or rename one."""

    HEARING = "hearing"
    """Somebody reported is told of the matter, or heard; or whoever stands above them is asked to justify what they did."""
    FINDINGS = "findings"
    """A conclusion is put before a panel: findings come out, or nothing was established, or it is referred to somebody."""
    EXTERNAL = "external"
    """The report goes to another office."""


class Trigger(StrEnum):
    """What happened that can turn somebody against the reporter. Values are stored: never reuse or rename one."""

    HEARING = "hearing"
    FINDINGS = "findings"
    EXTERNAL = "external"
    CLOSING = "closing"


_MOVES = frozenset({EventKind.TRANSFERRED, EventKind.RELEASED, EventKind.RECOVERED})
_SPEAKS = frozenset({EventKind.HEARD, EventKind.REASONS_ASKED})
_CLOSE, _TRANSFER = "close", "transfer"
_STEP_OF = {_CLOSE: Step.FINDINGS, _TRANSFER: Step.EXTERNAL}


def step_of(record: EventRecord) -> Step | None:
    """Which step an event takes: hearing, asking for reasons, or putting a conclusion or a transfer before a panel."""
    if record.kind in _SPEAKS:
        return Step.HEARING
    return step_by(record.data.get("act", "")) if record.kind is EventKind.PROPOSED else None


def step_by(act: str) -> Step | None:
    """Which step a panel takes by this decision."""
    return _STEP_OF.get(act)


@dataclass(slots=True)
class Weighing:
    """For which steps the risk has been weighed, as a record goes on.

    An assessment serves one step, in one office. What the reporter says afterwards may change what it found, so it counts no
    more then.
    """

    asked: bool = False
    ready: set[Step] = field(default_factory=set)

    def allows(self, record: EventRecord) -> bool:
        """Whether this event was weighed before, where the case asks for it. Raises ValueError for an unknown step."""
        if record.kind in BEGINS:
            self.asked = record.data.get(STAGES, 0) != 0
            return True
        step = step_of(record)
        allowed = step is None or not self.asked or step in self.ready
        if step is not None or record.kind in BY_REPORTER or _went_elsewhere(record):
            self.ready.clear()
        if record.kind is EventKind.ASSESSED and record.data.get(STEP):
            self.ready.add(Step(record.data[STEP]))
        return allowed


def weighed(records: Iterable[EventRecord]) -> frozenset[Step]:
    """The steps that can be taken now: the risk was weighed for each of them, and nothing happened since."""
    weighing = Weighing()
    for record in records:
        weighing.allows(record)
    return frozenset(weighing.ready)


def triggers_of(records: Sequence[EventRecord]) -> list[tuple[Trigger, date]]:
    """What happened, oldest first: a check-in is due some days after each (docs/adr/0037)."""
    found = []
    for record in records:
        trigger = _trigger(record)
        if trigger is not None:
            found.append((trigger, record.date))
    return found


def _trigger(record: EventRecord) -> Trigger | None:
    match record.kind:
        case EventKind.HEARD | EventKind.REASONS_ASKED:
            return Trigger.HEARING
        case EventKind.DECIDED if record.data.get("act") == _CLOSE:
            return Trigger.FINDINGS
        case EventKind.CLOSED:
            return Trigger.CLOSING
        case _:
            return Trigger.EXTERNAL if _went_elsewhere(record) else None


def _went_elsewhere(record: EventRecord) -> bool:
    there = record.data.get("circle", {}).get("office")
    return record.kind in _MOVES and record.data.get("from") != there
