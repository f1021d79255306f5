"""Where a case stands, read off its record: the same for the officers and for the reporter. Pure.

The clear columns of a case can be changed by whoever can write to the database; the signed record cannot. So what people are
shown comes from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from intake.events import EventKind
from intake.record import EventRecord
from intake.states import CaseState


@dataclass(slots=True)
class Progress:
    """The state, the clocks with the day they were met, the circle, and who has a task."""

    state: CaseState = CaseState.RECEIVED
    filed: date | None = None
    clocks: dict[str, date] = field(default_factory=dict)
    met: dict[str, date] = field(default_factory=dict)
    circle: dict[str, Any] = field(default_factory=dict)
    """``{"office", "at_most", "roles": {role: count}}``"""
    handlers: dict[str, str] = field(default_factory=dict)
    """Officer → handle or investigate."""
    readers: set[str] = field(default_factory=set)
    """Everybody who opened the case."""


def progress_of(records: Sequence[EventRecord]) -> Progress:
    """Fold a checked record. Any event may carry ``state``, ``clocks``, ``met``, ``circle`` and ``handlers`` in its data."""
    progress = Progress()
    for record in records:
        data = record.data
        if record.kind is EventKind.FILED:
            progress.filed = record.date
        if record.kind is EventKind.OPENED:
            progress.readers.add(record.actor)
        if "state" in data:
            progress.state = CaseState(data["state"])
        progress.clocks.update(_dates(data.get("clocks", {})))
        # A clock that was met stays met: a later act cannot buy time.
        progress.met = _dates(data.get("met", {})) | progress.met
        progress.circle = data.get("circle", progress.circle)
        progress.handlers = data.get("handlers", progress.handlers)
    return progress


def _dates(entries: dict[str, str]) -> dict[str, date]:
    return {name: date.fromisoformat(day) for name, day in entries.items()}
