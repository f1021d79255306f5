"""A measured ratio, and how to measure processor time. Absolute times belong to machines, ratios to the code."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Ratio:
    """One line of ``make bench`` (docs/interfaces.md): ``goal`` is the bound, ``better`` says on which side of it to be."""

    name: str
    ratio: float
    goal: float
    better: Literal["lower", "higher"]
    detail: str

    @property
    def reached(self) -> bool:
        """Whether the goal is met."""
        return self.ratio < self.goal if self.better == "lower" else self.ratio > self.goal

    def as_json(self) -> dict[str, Any]:
        """What is printed."""
        return {
            "name": self.name,
            "ratio": round(self.ratio, 3),
            "goal": self.goal,
            "better": self.better,
            "detail": self.detail,
        }


def processor_time(act: Callable[[], object], times: int) -> float:
    """The median processor time of ``act`` in seconds, all threads together, after one unmeasured run."""
    act()
    return statistics.median(_once(act) for _ in range(times))


def _once(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started
