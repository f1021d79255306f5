"""Every event that a case can have. One act, reads included, is one event; nothing else is an event."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """Each member says who did what. Values are stored: never reuse or rename one."""

    FILED = "filed"
    """A reporter filed the report. Leaf 0; its nonce comes from the receipt code."""
    OPENED = "opened"
    """An officer opened the case. Every read counts, once per officer and day."""
    ACKNOWLEDGED = "acknowledged"
    """An officer told the reporter that the report arrived and is being looked at."""
    ANSWERED = "answered"
    """An officer wrote to the reporter."""
    WRITTEN = "written"
    """The reporter wrote to the office."""
    NOTED = "noted"
    """An officer wrote a note for the circle."""
    ASSIGNED = "assigned"
    """An officer got a grant and a task."""
    RECUSED = "recused"
    """An officer left the case and its circle; a new epoch began."""
    RELEASED = "released"
    """The worker released a ladder rung, because a duty was missed; a new epoch began."""
