"""Since when which band of risk stood, read off the record: the reporter's mailbox asks by it, and so does the worker. Pure.

Every act that settles a band says it in its event, because the receipt code opens no assessment. Whoever holds the case
compares the two: an event that says another band than its assessment shows the record as altered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from intake.events import EventKind
from intake.levels import Band
from intake.record import EventRecord

BAND = "band"
"""The field of an event's data."""
SAYS_BAND = frozenset({EventKind.FILED, EventKind.SPLIT_OFF, EventKind.ASSESSED, EventKind.DECIDED})


def bands_of(records: Sequence[EventRecord], filed: date) -> list[tuple[date, Band]]:
    """The bands with the day since which each stands, oldest first, the first since ``filed``. Medium where nobody said."""
    bands = [(filed, Band.MEDIUM)]
    for record in records:
        if record.kind not in SAYS_BAND or record.data.get(BAND) not in set(Band):
            continue
        band = Band(record.data[BAND])
        if record.number == 0:
            bands = [(filed, band)]
        elif band is not bands[-1][1]:
            bands.append((record.date, band))
    return bands


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
