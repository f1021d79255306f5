"""The course of a case's check-ins, read off its record: the same for the mailbox, which asks, and for the watch, by which the
worker judges. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from intake.events import BY_REPORTER, EventKind
from intake.progress import Progress
from intake.protection.bands import bands_of
from intake.protection.checkins import Course, Slot, asking, next_slot, slots_of
from intake.protection.triggers import triggers_of
from intake.record import EventRecord
from intake.states import CaseState

DAYS = "days"
"""Where an event has the days of a reporter's own: with the code they open, because the mailbox asks on them."""

BACK = "back"
"""Where an event says that a promise was taken back."""
COMES_BACK = BY_REPORTER - {EventKind.FILED}
"""What counts as coming back, on a day after the promise was made. Opening the mailbox does not: nothing is kept of it."""


@dataclass(frozen=True, slots=True)
class Safety:
    """What the mailbox says of the check-ins of a report."""

    asking: Slot | None = None
    """The slot that waits for an answer today."""
    next: Slot | None = None
    """When to come back, as a window."""
    last: date | None = None
    """The newest check-in."""
    own: tuple[date, ...] = ()
    """The reporter's own days that are still ahead."""
    promised: date | None = None
    """When a promise was made that still stands."""


NOTHING_SAID = Safety()
"""Of a mailbox that does not exist, or whose record does not hold."""


def course_of(case: str, records: Sequence[EventRecord], progress: Progress) -> Course | None:
    """What the slots of a case follow from; None without any record."""
    if not records:
        return None
    filed = progress.filed or records[0].date
    return Course(
        case=case,
        received=filed,
        bands=bands_of(records, filed),
        closed=progress.closed if progress.state is CaseState.CLOSED else None,
        triggers=sorted({day for _, day in triggers_of(records)}),
        own=own_days(records),
    )


def own_days(records: Iterable[EventRecord]) -> tuple[date, ...]:
    """The days that the reporter gave, soonest first. The newest event that gives any names them all."""
    given = [record.data.get(DAYS, ()) for record in records if record.kind is EventKind.GAVE_DATES]
    return tuple(sorted({date.fromisoformat(day) for day in given[-1]})) if given else ()


def checked_in(records: Iterable[EventRecord]) -> list[date]:
    """The days of the check-ins, oldest first."""
    return [record.date for record in records if record.kind is EventKind.CHECKED_IN]


def promised_on(records: Iterable[EventRecord]) -> date | None:
    """When the promise was made that stands: nobody came back since, and it was not carried out."""
    made: date | None = None
    for record in records:
        if record.kind is EventKind.PROMISED:
            made = None if record.data.get(BACK) else record.date
        elif record.kind is EventKind.PROMISE_KEPT or (
            made is not None and record.kind in COMES_BACK and record.date > made
        ):
            made = None
    return made


def safety_of(case: str, records: Sequence[EventRecord], progress: Progress, today: date) -> Safety:
    """What the mailbox shows of a case's check-ins today."""
    course = course_of(case, records, progress)
    if course is None:
        return NOTHING_SAID
    answered = checked_in(records)
    return Safety(
        asking=asking(slots_of(course, today), answered, today),
        next=next_slot(course, today),
        last=answered[-1] if answered else None,
        own=tuple(day for day in course.own if day > today),
        promised=promised_on(records),
    )
