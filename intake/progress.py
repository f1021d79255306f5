"""Where a case stands, read off its record: the same for the officers and for the reporter. Pure.

The clear columns of a case can be changed by whoever can write to the database; the signed record cannot. So what people are
shown comes from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from intake.events import BY_REPORTER, EventKind
from intake.record import EventRecord
from intake.retention.acts import RetentionAct as Act
from intake.states import OF_THE_REPORTER, CaseState

PROPOSAL = "proposal"
"""What the event of a join names where a panel decided it: in the record of the case that is led."""
OF = "of"
"""Of which join, by the number of its event, the end is told, in the record of the case that led."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An event that later ones are measured by."""

    number: int
    date: date


@dataclass(slots=True)
class Progress:
    """The state, the clocks with the day they were met, the circle, who has a task, and what was reached on which day."""

    state: CaseState = CaseState.RECEIVED
    filed: date | None = None
    clocks: dict[str, date] = field(default_factory=dict)
    met: dict[str, date] = field(default_factory=dict)
    missed: dict[str, date] = field(default_factory=dict)
    """Clock → the due date that passed and was told to the level above."""
    late: set[tuple[date, str]] = field(default_factory=set)
    """Due date and clock of what was done after its last day, or taken away, before anybody told the level above."""
    circle: dict[str, Any] = field(default_factory=dict)
    """``{"office", "at_most", "roles": {role: count}}``"""
    handlers: dict[str, str] = field(default_factory=dict)
    """Officer → handle or investigate."""
    readers: set[str] = field(default_factory=set)
    """Everybody who opened the case."""
    manner: str = ""
    """How the matter is addressed: letter, verification, investigation, later."""
    secured: date | None = None
    """Since when the subject may be heard."""
    concluded: date | None = None
    final: date | None = None
    """Until this day the level above may call a conclusion up; None: nothing to wait for."""
    told: date | None = None
    """When the reporter was told the result of the last conclusion."""
    closed: date | None = None
    reviews: int = 0
    """How many reviews the reporter asked for."""
    joined: int | None = None
    """The number of the event since which the matter is handled in another case, which leads; None: in this one."""
    leads: set[int] = field(default_factory=set)
    """The numbers of the events since which other cases are handled in this one."""
    split: bool = False
    """Whether a panel split a case off this one, or this one off another."""
    notices: list[str] = field(default_factory=list)
    """Ids of the notices that must have been delivered."""
    addressed: bool = False
    """Whether a procedure ever began: here, before the case was split off, or in one that it was joined with."""
    hold: Mark | None = None
    """The decision by which a legal hold stands."""
    hold_ended: Mark | None = None
    """The decision that ended the last legal hold."""
    early: Mark | None = None
    """The decision to delete the case early, as long as it stands."""
    objected: bool = False
    """Whether the reporter said anything after such a decision: it fell, and none like it is taken again."""
    word: date | None = None
    """When the reporter last did something, the filing apart."""

    @property
    def together(self) -> bool:
        """Whether the case is kept as long as others are: those of one report, or those that it is joined with."""
        return self.split or self.joined is not None or bool(self.leads)

    def outstanding(self) -> dict[str, date]:
        """The clocks that still run, soonest first."""
        running = {name: due for name, due in self.clocks.items() if name not in self.met}
        return dict(sorted(running.items(), key=lambda entry: (entry[1], entry[0])))


def progress_of(records: Sequence[EventRecord]) -> Progress:
    """Fold a checked record.

    Any event may carry ``state``, ``clocks``, ``met``, ``circle``, ``handlers`` and ``notices`` in its data. A clock that was
    met stays met, because a later act cannot buy time; only ``restart`` (a list of names) lets one run anew. A case that goes
    to another office leaves every join behind.
    """
    progress = Progress()
    for record in records:
        data = record.data
        met = _dates(data.get("met", {}))
        progress.late |= _late(progress, record.date, {*data.get("restart", ()), *met})
        for name in data.get("restart", ()):
            progress.met.pop(name, None)
            progress.clocks.pop(name, None)
            progress.missed.pop(name, None)
        if record.kind in BY_REPORTER and record.kind is not EventKind.FILED:
            progress.word = record.date
            progress.objected, progress.early = progress.objected or progress.early is not None, None
        if "state" in data:
            progress.state, progress.early = CaseState(data["state"]), None
            if progress.state is CaseState.CONCLUDED:
                progress.concluded, progress.told, progress.final = record.date, None, None
        progress.clocks.update(_dates(data.get("clocks", {})))
        progress.met = met | progress.met
        if _moves(progress, data):
            progress.joined, progress.leads = None, set()
        progress.circle = data.get("circle", progress.circle)
        progress.handlers = data.get("handlers", progress.handlers)
        progress.notices += data.get("notices", ())
        if record.kind in _REACHED:
            _REACHED[record.kind](progress, record)
    return progress


def _moves(progress: Progress, data: Mapping[str, Any]) -> bool:
    here = progress.circle.get("office")
    return here is not None and data.get("circle", progress.circle).get("office", here) != here


def _filed(progress: Progress, record: EventRecord) -> None:
    progress.filed = record.date


def _split_off(progress: Progress, record: EventRecord) -> None:
    data = record.data
    progress.filed = date.fromisoformat(data["filed"])
    progress.missed = _dates(data["missed"])
    progress.manner, progress.addressed = data["manner"], data["manner"] != ""
    progress.reviews = data["reviews"]
    progress.split = True


def _split(progress: Progress, _: EventRecord) -> None:
    progress.split = True


def _opened(progress: Progress, record: EventRecord) -> None:
    progress.readers.add(record.actor)


def _addressed(progress: Progress, record: EventRecord) -> None:
    progress.manner, progress.addressed = record.data["manner"], True


def _secured(progress: Progress, record: EventRecord) -> None:
    progress.secured = record.date


def _decided(progress: Progress, record: EventRecord) -> None:
    mark = Mark(record.number, record.date)
    match record.data.get("act"):
        case Act.HOLD:
            progress.hold = mark
        case Act.END_HOLD:
            progress.hold, progress.hold_ended = None, mark
        case Act.DELETE_EARLY:
            progress.early = mark
    if "state" in record.data:  # a decision about something else takes no time from the level above
        final = record.data.get("final")
        progress.final = None if final is None else date.fromisoformat(final)


def _told(progress: Progress, record: EventRecord) -> None:
    progress.told = record.date


def _closed(progress: Progress, record: EventRecord) -> None:
    progress.closed = record.date


def _missed(progress: Progress, record: EventRecord) -> None:
    clock, due = record.data["clock"], date.fromisoformat(record.data["due"])
    progress.missed[clock] = due
    progress.late.discard((due, clock))


def _reopened(progress: Progress, _: EventRecord) -> None:
    progress.joined = None


def _joined(progress: Progress, record: EventRecord) -> None:
    progress.addressed = True
    if PROPOSAL in record.data:
        progress.joined = record.number
    else:
        progress.leads.add(record.number)


def _parted(progress: Progress, record: EventRecord) -> None:
    if OF in record.data:
        progress.leads.discard(record.data[OF])
    else:
        progress.joined = None


def _review_asked(progress: Progress, _: EventRecord) -> None:
    progress.reviews += 1


_REACHED: Mapping[EventKind, Callable[[Progress, EventRecord], None]] = MappingProxyType(
    {
        EventKind.FILED: _filed,
        EventKind.SPLIT_OFF: _split_off,
        EventKind.SPLIT: _split,
        EventKind.OPENED: _opened,
        EventKind.ADDRESSED: _addressed,
        EventKind.SECURED: _secured,
        EventKind.DECIDED: _decided,
        EventKind.TOLD: _told,
        EventKind.CLOSED: _closed,
        EventKind.MISSED: _missed,
        EventKind.UNANSWERED: _missed,
        EventKind.REOPENED: _reopened,
        EventKind.JOINED: _joined,
        EventKind.PARTED: _parted,
        EventKind.SEPARATED: _parted,
        EventKind.REVIEW_ASKED: _review_asked,
    }
)


def _late(progress: Progress, day: date, ended: Iterable[str]) -> set[tuple[date, str]]:
    """Which clocks that end on ``day`` had run out before, without a word to the level above.

    What is done late was missed, also where no worker looked in between.
    """
    running = progress.outstanding()
    return {
        (running[name], name)
        for name in ended
        if name in running and name not in OF_THE_REPORTER
        if running[name] < day and progress.missed.get(name) != running[name]
    }


def _dates(entries: dict[str, str]) -> dict[str, date]:
    return {name: date.fromisoformat(day) for name, day in entries.items()}
