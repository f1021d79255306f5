"""What a retaliation case's record says of each detriment, to its reporter and to whoever has the case. Pure.

Free text and files lie in the case alone: the receipt code opens what stands here, and no more (A5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.events import EventKind
from intake.record import EventRecord

KIND = "kind"
"""In the data of a first event: of which kind the case is, where it is not about a new matter."""
RETALIATION = "retaliation"
INVESTIGATING = frozenset({"verification", "investigation"})
"""The manners of addressing a matter that find out what happened."""
MOST_ENTRIES = 100
"""Detriments in one case. What comes after that is a message."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One detriment. ``when``: the day on which it happened, is to happen, or None for a day that nobody knows."""

    number: int
    """The event that tells of it."""
    told: date
    code: str
    when: date | None
    post: str
    """What the person who did it is; empty where nobody was named."""
    act: str
    stage: str
    victim: str


def is_retaliation(records: Sequence[EventRecord]) -> bool:
    """Whether it is a case about what was done to somebody because of an earlier report; its parts are, too."""
    return bool(records) and records[0].data.get(KIND) == RETALIATION


def is_about_retaliation(report: Mapping[str, Any]) -> bool:
    """The same of a report as its circle reads it, whichever way the case has gone up since."""
    facts = report["facts"]
    return RETALIATION in (facts["kind"], facts.get("original_kind"))


def is_investigated(records: Iterable[EventRecord]) -> bool:
    """Whether somebody ever decided to verify or to investigate: a letter alone is no investigation (mechanism 37)."""
    return any(record.data.get("manner") in INVESTIGATING for record in records)


def noted_in(records: Iterable[EventRecord]) -> list[Noted]:
    """Every detriment that the record tells of, in the order in which they were told."""
    return [_noted(record) for record in records if record.kind is EventKind.DETRIMENT]


def _noted(record: EventRecord) -> Noted:
    data, when = record.data, str(record.data.get("when", ""))
    return Noted(
        number=record.number,
        told=record.date,
        code=str(data.get("code", "")),
        when=date.fromisoformat(when) if when else None,
        post=str(data.get("post", "")),
        act=str(data.get("act", "")),
        stage=str(data.get("stage", "")),
        victim=str(data.get("victim", "")),
    )
