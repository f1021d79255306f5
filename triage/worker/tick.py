"""The last day a worker worked, so that a clock set forward by mistake or malice releases nothing (A1, A8).

A machine that wakes after a long sleep and a machine whose clock was pushed forward look the same: two persons tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

TICK_FILE = "worker.tick"
LONGEST_SILENCE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Tick:
    """The file that remembers."""

    path: Path

    def last(self) -> date | None:
        """The last day, or None before the first. Raises ValueError when the file holds something else."""
        try:
            return date.fromisoformat(self.path.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None

    def is_plausible(self, today: date) -> bool:
        """Whether ``today`` can follow the last day without somebody saying so."""
        try:
            last = self.last()
        except ValueError:
            return False
        return last is None or today - last <= LONGEST_SILENCE

    def remember(self, today: date) -> None:
        """Keep the day, whole or not at all. Called after two persons confirmed, or when the day is plausible."""
        partial = self.path.with_suffix(".partial")
        partial.write_text(today.isoformat(), encoding="ascii")
        partial.replace(self.path)
