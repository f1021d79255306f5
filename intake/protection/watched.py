"""What the watch says of a reporter's check-ins, and the course that follows from it: the worker opens no record. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from intake.events import EventKind
from intake.levels import Band
from intake.progress import Progress
from intake.protection.checkins import Course
from intake.protection.course import course_of
from intake.protection.said import Does
from intake.record import EventRecord
from intake.routing import Facts, Kind
from intake.split import origin_of

if TYPE_CHECKING:
    from intake.watch import Watch


def is_asked(facts: Facts, *, split_off: bool) -> bool:
    """Whether the reporter is asked in this case. Of a part, and of a case about harm done to a reporter, the reporter is asked
    in the case that was filed first: otherwise whoever answers there would be silent here.
    """
    return not split_off and Kind.RETALIATION not in (facts.kind, facts.original_kind)


def watched_safety(
    case: str, records: Sequence[EventRecord], progress: Progress, facts: Facts
) -> dict[str, Any]:
    """The parts of a watch over a case that was just read."""
    course = course_of(case, records, progress)
    if course is None:
        return {}
    return {
        "bands": tuple((since.isoformat(), band.value) for since, band in course.bands),
        "triggers": tuple(day.isoformat() for day in course.triggers),
        "own": tuple(day.isoformat() for day in course.own),
        "asks": is_asked(facts, split_off=origin_of(records) is not None),
        "escalated": _escalated(records),
    }


def course_from(watch: Watch) -> Course:
    """The course by the watch. One of an earlier release says no band: then it is medium, as where nobody assessed."""
    bands = [(date.fromisoformat(since), Band(band)) for since, band in watch.bands]
    received = bands[0][0] if bands else date.fromisoformat(watch.received)
    newest = int(watch.given.get("event", -1))
    own = watch.given["days"].split() if newest > watch.number else watch.own
    return Course(
        case=watch.case,
        received=received,
        bands=bands or [(received, Band.MEDIUM)],
        closed=None if watch.closed is None else date.fromisoformat(watch.closed),
        triggers=sorted(map(date.fromisoformat, watch.triggers)),
        own=sorted(map(date.fromisoformat, own)),
    )


def band_now(watch: Watch) -> Band:
    """The band that stands, by the watch."""
    return Band(watch.bands[-1][1]) if watch.bands else Band.MEDIUM


def _escalated(records: Sequence[EventRecord]) -> str | None:
    """Since when the level above may take the case over; None where it moved since."""
    found = None
    for record in records:
        if record.kind is EventKind.PROMISE_KEPT and record.data.get("does") == Does.ESCALATE:
            found = record.date.isoformat()
        elif "from" in record.data and record.data.get("circle", {}).get("office") != record.data["from"]:
            found = None
    return found
