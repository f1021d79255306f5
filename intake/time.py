"""What day it is. The composition root makes one clock per process; everything that needs a date is handed it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock, or a fixed day on a demo (``--today``)."""

    fixed: date | None = None

    def today(self, timezone: str = "UTC") -> date:
        """The local civil date: due dates are dates where the organisation is (routing.md, S1)."""
        return self.fixed or datetime.now(UTC).astimezone(ZoneInfo(timezone)).date()

    def now(self) -> int:
        """Seconds since 1970, for session limits only. Never stored with a report."""
        return int(time.time())
