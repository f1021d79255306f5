"""The presumption (Directive (EU) 2019/1937, article 21(5)): a detriment that follows a protected report is presumed to be
because of it, and whoever stands above the actor has to justify it. To the day; pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intake.calendar import months_after
from intake.protection.detriments import detriments


class Finding(StrEnum):
    """Whether it is presumed, and if not, why."""

    PRESUMED = "presumed"
    NO_DAY = "no_day"
    """Nobody knows the day."""
    BEFORE = "before"
    """It happened before the report."""
    TOO_LATE = "too_late"
    """The time after the report is over."""


@dataclass(frozen=True, slots=True)
class Window:
    """From the receipt to the last day on which a detriment is presumed to be because of the report."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Both ends belong to it."""
        return self.first <= day <= self.last


def window(
    received: Iterable[date], feedback: date | None, closed: date | None, months: int | None = None
) -> Window:
    """From the first receipt until so many calendar months after the last of receipt, feedback and closing.

    ``received``: of every report that counts, one at least. ``months`` is 24 unless another version of the data says otherwise.
    """
    receipts = sorted(received)
    last = max(day for day in (*receipts, feedback, closed) if day is not None)
    return Window(receipts[0], months_after(last, detriments().window_months if months is None else months))


def finding(day: date | None, within: Window) -> Finding:
    """Whether a detriment of that day is presumed. What is announced for a later day counts by that day."""
    if day is None:
        return Finding.NO_DAY
    if day < within.first:
        return Finding.BEFORE
    return Finding.PRESUMED if within.holds(day) else Finding.TOO_LATE
