"""Since when which band of risk stood, read off the record: the reporter's mailbox asks by it, and so does the worker. Pure.

Every act that settles a band says it in its event, because the receipt code opens no assessment. Whoever holds the case
compares the two: an event that says another band than its assessment shows the record as altered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.events import EventKind
from intake.levels import Band
from intake.record import EventRecord

BAND = "band"
"""The field of an event's data."""
SAYS_BAND = frozenset({EventKind.FILED, EventKind.SPLIT_OFF, EventKind.ASSESSED, EventKind.DECIDED})


@dataclass(frozen=True, slots=True)
class Stood:
    """A band, the day since which it stood, and the number of the event that said so."""

    since: date
    band: Band
    number: int


def bands_of(records: Sequence[EventRecord], filed: date) -> list[tuple[date, Band]]:
    """The bands with the day since which each stands, oldest first, the first since ``filed``. Medium where nobody said."""
    return [(stood.since, stood.band) for stood in _course(records, filed)]


def reached(records: Sequence[EventRecord], filed: date) -> Stood:
    """The band as it is now, and since when it was at least this without a break: plans are due from that day on, and one that
    was made for more still answers when it falls.
    """
    course = _course(records, filed)
    now = first = course[-1]
    for stood in reversed(course):
        if stood.band.rank < now.band.rank:
            break
        first = stood
    return Stood(first.since, now.band, first.number)


def _course(records: Sequence[EventRecord], filed: date) -> list[Stood]:
    course = [Stood(filed, Band.MEDIUM, 0)]
    for record in records:
        if record.kind not in SAYS_BAND or record.data.get(BAND) not in set(Band):
            continue
        band = Band(record.data[BAND])
        if record.number == 0:
            course = [Stood(filed, band, 0)]
        elif band is not course[-1].band:
            course.append(Stood(record.date, band, record.number))
    return course


def bands_fit(
    report: Mapping[str, Any],
    records: Iterable[EventRecord],
    assessments: Mapping[str, Mapping[str, Any]],
) -> bool:
    """Whether every event says the band that its assessment, or the report, came to. ``assessments``: paper's id → content.

    Events of earlier releases say none.
    """
    for record in records:
        if BAND not in record.data:
            continue
        source = report if record.number == 0 else assessments.get(str(record.data.get("item")))
        if source is None or source["risk"]["band"] != record.data[BAND]:
            return False
    return True
