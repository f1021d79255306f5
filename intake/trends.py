"""What stands out in a reader's figures: plain rules over several months, each with its band. Pure.

They know nothing but the numbers that this reader was told: what was not said cannot be worked out from them, and a case that
is hidden from the reader changes nothing (P2). A rule says that somebody should look; it proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import median
from types import MappingProxyType
from typing import Any

from intake.figures import LEAST, Group, Measure, Median

VERSION = 1
"""Of the bands below. A change of a number is a new version, told on the page."""
WINDOW = 6
"""How many of the newest months are looked at."""
SEVERAL = 3
"""In how many of them the figures have to lie outside."""
TIMES = 2
"""Twice as long as the others, half as often as the others, twice as many as before."""
LEAST_DAYS = 5  # days; below it twice as long says little
LATE_SHARE = 20  # per cent of acknowledgements
GROWING = 4  # months in a row, each with more than the one before
FEWEST_OTHERS = 2  # offices to compare with

Row = Mapping[str, Any]
Months = Mapping[str, Sequence[Row]]
"""Month (``2026-03``) → the rows that were told, as in a notice of figures."""


class Signal(StrEnum):
    """Which rule. Each is explained on the page with its numbers."""

    SLOW_OFFICE = "slow_office"
    """Longer than other offices."""
    SLOW_ON_LEADERS = "slow_on_leaders"
    """Longer where a leader is accused than in all cases of the same office."""
    MILD_ON_LEADERS = "mild_on_leaders"
    """Less often upheld where a leader is accused than in all cases of the same office."""
    LATE = "late"
    """Many acknowledgements after their date."""
    GROWING = "growing"
    """More every month: the level above should act before it is too much."""


@dataclass(frozen=True, slots=True)
class Point:
    """One month outside the band: the number, and what it is compared with (None: the month before)."""

    month: str
    value: int
    beside: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One office outside one band. ``points``: every such month, oldest first."""

    signal: Signal
    office: str
    measure: str
    points: tuple[Point, ...]


def alerts(months: Months) -> list[Alert]:
    """Everything that stands out in the newest WINDOW months, by office."""
    newest = sorted(months)[-WINDOW:]
    history = [(month, _Month(months[month])) for month in newest]
    offices = sorted({row["office"] for month in newest for row in months[month]})
    found = [alert for office in offices for alert in _of_office(office, history)]
    return sorted(found, key=lambda alert: (alert.office, alert.signal, alert.measure))


@dataclass(frozen=True, slots=True)
class _Month:
    rows: Sequence[Row]

    def said(self, office: str, name: str, group: Group = Group.ALL) -> int | None:
        """The number, where one was said. A text in its place, which nobody here wrote, is none."""
        for row in self.rows:
            if (row["office"], row["group"]) == (office, group.value):
                value = row.get(name)
                return value if type(value) is int else None
        return None

    def others(self, office: str, name: str) -> list[int]:
        """What was said of the other offices, those with leaders accused apart."""
        offices = {row["office"] for row in self.rows} - {office}
        return [value for each in sorted(offices) if (value := self.said(each, name)) is not None]


History = Sequence[tuple[str, _Month]]
Rule = Callable[[_Month, str, str], tuple[int, int] | None]
"""In one month: the number and what it is compared with, where it lies outside."""


def _of_office(office: str, history: History) -> Iterator[Alert]:
    for signal, (rule, names) in _MONTHLY.items():
        for name in names:
            points = tuple(
                Point(month, *outside)
                for month, told in history
                if (outside := rule(told, office, name)) is not None
            )
            if len(points) >= SEVERAL:
                yield Alert(signal, office, name, points)
    for name in (Measure.FILED.value, Measure.MISSED.value, Measure.NEGLECTED.value):
        points = _growing(office, name, history)
        if points:
            yield Alert(Signal.GROWING, office, name, points)


def _slow_office(told: _Month, office: str, name: str) -> tuple[int, int] | None:
    others = told.others(office, name)
    if len(others) < FEWEST_OTHERS:
        return None
    return _longer(told.said(office, name), round(median(others)))


def _slow_on_leaders(told: _Month, office: str, name: str) -> tuple[int, int] | None:
    return _longer(told.said(office, name, Group.HEADS), told.said(office, name))


def _longer(days: int | None, beside: int | None) -> tuple[int, int] | None:
    if days is None or beside is None or days < TIMES * beside or days - beside < LEAST_DAYS:
        return None
    return days, beside


def _mild_on_leaders(told: _Month, office: str, name: str) -> tuple[int, int] | None:
    """In per cent of what was closed."""
    some, every = (
        _share(told.said(office, name, group), told.said(office, Measure.CLOSED.value, group))
        for group in (Group.HEADS, Group.ALL)
    )
    return None if some is None or not every or some * TIMES > every else (some, every)


def _late(told: _Month, office: str, name: str) -> tuple[int, int] | None:
    late, in_time = told.said(office, name), told.said(office, Measure.ACKNOWLEDGED_IN_TIME.value)
    if late is None or in_time is None:
        return None
    share = _share(late, late + in_time)
    return None if share is None or share <= LATE_SHARE else (share, LATE_SHARE)


def _share(part: int | None, whole: int | None) -> int | None:
    return None if part is None or not whole else round(100 * part / whole)


def _growing(office: str, name: str, history: History) -> tuple[Point, ...]:
    """The newest months, each with more than the one before, and twice as many at the end as at the beginning."""
    last = history[-GROWING:]
    values = [told.said(office, name) for _, told in last]
    known = [value for value in values if value is not None]
    rises = len(known) == GROWING and all(before < after for before, after in pairwise(known))
    if not rises or known[-1] < max(LEAST, TIMES * known[0]):
        return ()
    return tuple(Point(month, value) for (month, _), value in zip(last, known, strict=True))


_DAYS = tuple(what.value for what in Median)
_MONTHLY: Mapping[Signal, tuple[Rule, tuple[str, ...]]] = MappingProxyType(
    {
        Signal.SLOW_OFFICE: (_slow_office, _DAYS),
        Signal.SLOW_ON_LEADERS: (_slow_on_leaders, _DAYS),
        Signal.MILD_ON_LEADERS: (_mild_on_leaders, (Measure.UPHELD.value,)),
        Signal.LATE: (_late, (Measure.ACKNOWLEDGED_LATE.value,)),
    }
)
