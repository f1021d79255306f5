"""The year of an office: when a paper is due, and that what was measured is in the figures that were told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.yearly import Goal, Paper, Stage, asked, late, reached

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
NUMBERS = st.none() | st.just(0) | st.integers(5, 60)
NAMES = ("acknowledged_in_time", "acknowledged_late", "days_to_tell", "missed")


@given(DAYS)
def test_a_plan_and_a_report_are_due_in_january_and_a_look_back_in_july(today: date) -> None:
    due = {paper.stage: paper.year for paper in asked(today)}
    if today.month == 1:
        assert due == {Stage.PLAN: today.year, Stage.YEAR_END: today.year - 1}
    else:
        assert due == ({Stage.MID_YEAR: today.year} if today.month == 7 else {})
    for paper in asked(today):
        assert paper not in late(paper.due)
        assert paper in late(paper.due + timedelta(days=1))


@st.composite
def years(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    return {
        f"2026-{month:02}": [
            {"office": office, "group": group, **{name: draw(NUMBERS) for name in NAMES}}
            for office in ("HO-a", "HO-b")
            for group in ("all", "heads")
        ]
        for month in draw(st.sets(st.integers(1, 12)))
    }


@given(years(), st.sampled_from([Stage.MID_YEAR, Stage.YEAR_END]), st.integers(0, 100))
def test_what_was_reached_is_what_the_said_months_give(
    months: dict[str, list[dict[str, Any]]], stage: Stage, promised: int
) -> None:
    last = 6 if stage is Stage.MID_YEAR else 12
    rows = [rows[0] for month, rows in months.items() if int(month[5:]) <= last]
    pairs = [
        (row["acknowledged_in_time"], row["acknowledged_late"])
        for row in rows
        if row["acknowledged_in_time"] is not None and row["acknowledged_late"] is not None
    ]
    found = reached(Goal.ACKNOWLEDGED, promised, Paper(stage, 2026), "HO-a", months)
    if sum(map(sum, pairs)) == 0:
        assert found is None
    else:
        assert found is not None
        assert found.number == 100 * sum(pair[0] for pair in pairs) // sum(map(sum, pairs))
        assert (found.months, found.kept) == (len(pairs), found.number >= promised)
    missed = [row["missed"] for row in rows if row["missed"] is not None]
    said = reached(Goal.MISSED, promised, Paper(stage, 2026), "HO-a", months)
    assert (said is None) == (missed == [])
    assert said is None or (said.number, said.kept) == (sum(missed), sum(missed) <= promised)
    days = reached(Goal.DAYS_TO_TELL, promised, Paper(stage, 2026), "HO-a", months)
    told = sorted(row["days_to_tell"] for row in rows if row["days_to_tell"] is not None)
    assert (days is None) == (told == [])
    assert days is None or told[0] <= days.number <= told[-1]


@given(years())
def test_another_year_and_another_office_are_not_in_it(months: dict[str, list[dict[str, Any]]]) -> None:
    for goal in Goal:
        assert reached(goal, 1, Paper(Stage.YEAR_END, 2025), "HO-a", months) is None
        assert reached(goal, 1, Paper(Stage.YEAR_END, 2026), "HO-c", months) is None
        assert reached(goal, 1, Paper(Stage.PLAN, 2026), "HO-a", months) is None


@pytest.mark.parametrize("number", ["9", True, None, [], {}])
def test_what_nobody_here_wrote_is_no_number(number: Any) -> None:
    row = {"office": "HO-a", "group": "all", **dict.fromkeys(NAMES, number)}
    for goal in Goal:
        assert reached(goal, 1, Paper(Stage.YEAR_END, 2026), "HO-a", {"2026-01": [row]}) is None
