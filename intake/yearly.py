"""The year of an office: a plan with numbers, a look at it in the middle, a report at the end. Pure; it opens nothing.

Nobody reports a number. What was reached is measured from the monthly figures that the reader was told, and from nothing else:
what was not said in a month is not in it, so no sum gives a small number away (ADR 0013).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from types import MappingProxyType
from typing import Any

from intake.figures import Group, Measure, Median
from intake.inspections import inspectors_of
from intake.organisation import OVS
from intake.roster import Roster
from intake.standing import told_at

LATE_FOR = timedelta(days=31)
"""For how long after its last day a missing paper is looked for."""


class Stage(StrEnum):
    """The papers of a year. Values are sent: never reuse or rename one."""

    PLAN = "plan"
    MID_YEAR = "mid_year"
    YEAR_END = "year_end"


class Goal(StrEnum):
    """What a plan promises. Values are sent: never reuse or rename one."""

    ACKNOWLEDGED = "acknowledged"
    """At least so many in 100 reports acknowledged in time."""
    DAYS_TO_TELL = "days_to_tell"
    """The result told within so many days: the middle of the monthly medians."""
    MISSED = "missed"
    """At most so many dates missed."""


MOST: Mapping[Goal, int] = MappingProxyType(
    {Goal.ACKNOWLEDGED: 100, Goal.DAYS_TO_TELL: 1000, Goal.MISSED: 100_000}
)
"""The greatest number that a plan can name."""

_MONTHS: Mapping[Stage, int] = MappingProxyType({Stage.MID_YEAR: 6, Stage.YEAR_END: 12})
Months = Mapping[str, Sequence[Mapping[str, Any]]]
"""Month (``2026-03``) → the rows that were told."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper that the head of every office owes."""

    stage: Stage
    year: int

    @property
    def asked(self) -> date:
        """The day on which it is asked for."""
        return {
            Stage.PLAN: date(self.year, 1, 1),
            Stage.MID_YEAR: date(self.year, 7, 1),
            Stage.YEAR_END: date(self.year + 1, 1, 1),
        }[self.stage]

    @property
    def due(self) -> date:
        """Its last day."""
        return self.asked.replace(day=31)


@dataclass(frozen=True, slots=True)
class Reached:
    """What was measured: the number, over how many months in which it was said, and whether it is what was promised."""

    number: int
    months: int
    kept: bool


def asked(today: date) -> list[Paper]:
    """The papers that are to be written on a day."""
    return [paper for paper in _around(today) if paper.asked <= today <= paper.due]


def late(today: date) -> list[Paper]:
    """Papers whose last day has passed, not long ago."""
    return [paper for paper in _around(today) if paper.due < today <= paper.due + LATE_FOR]


def reached(goal: Goal, promised: int, paper: Paper, office: str, months: Months) -> Reached | None:
    """What the figures say of a goal by the middle or the end of the year; None where they say nothing."""
    rows = [
        row
        for number in range(1, _MONTHS.get(paper.stage, 0) + 1)
        for row in months.get(f"{paper.year}-{number:02}", ())
        if (row.get("office"), row.get("group")) == (office, Group.ALL.value)
    ]
    match goal:
        case Goal.ACKNOWLEDGED:
            pairs = _said(rows, Measure.ACKNOWLEDGED_IN_TIME.value, Measure.ACKNOWLEDGED_LATE.value)
            in_time, everything = sum(pair[0] for pair in pairs), sum(map(sum, pairs))
            share = 100 * in_time // everything if everything > 0 else -1
            return Reached(share, len(pairs), kept=share >= promised) if share >= 0 else None
        case Goal.DAYS_TO_TELL:
            days = [each for (each,) in _said(rows, Median.TO_TELL.value)]
            return Reached(round(median(days)), len(days), kept=median(days) <= promised) if days else None
        case Goal.MISSED:
            missed = [each for (each,) in _said(rows, Measure.MISSED.value)]
            return Reached(sum(missed), len(missed), kept=sum(missed) <= promised) if missed else None


def readers_of_papers(roster: Roster, office: str) -> tuple[str, ...]:
    """Who gets an office's papers: the level above, and the oversight board."""
    return tuple(sorted({*inspectors_of(roster, office)[1], *told_at(roster, OVS, ())}))


def _said(rows: Sequence[Mapping[str, Any]], *names: str) -> list[tuple[int, ...]]:
    """The months in which all of these were said. A text in the place of a number, which nobody here wrote, is none."""
    every = ([row.get(name) for name in names] for row in rows)
    known = (tuple(number for number in numbers if type(number) is int) for numbers in every)
    return [numbers for numbers in known if len(numbers) == len(names)]


def _around(today: date) -> list[Paper]:
    return [Paper(stage, year) for year in (today.year - 1, today.year) for stage in Stage]
