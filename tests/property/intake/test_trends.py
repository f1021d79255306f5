"""What stands out in figures: every alert is true of the numbers that were told, and what was not told changes nothing."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.figures import Group, Measure, Median
from intake.trends import (
    FEWEST_OTHERS,
    GROWING,
    LATE_SHARE,
    LEAST_DAYS,
    SEVERAL,
    TIMES,
    WINDOW,
    Signal,
    alerts,
)  # fmt: skip

OFFICES = ("HO-a", "HO-b", "HO-c", "HO-d")
NAMES = [*(measure.value for measure in Measure), *(what.value for what in Median)]
NUMBERS = st.none() | st.just(0) | st.integers(5, 60)


def _rows(**more: dict[str, Any]) -> list[dict[str, Any]]:
    """Every office and group with quiet numbers, but for those of ``office/group``."""
    quiet = {**dict.fromkeys(NAMES, 10), "acknowledged_late": 0}
    rows = [{"office": office, "group": group.value, **quiet} for office in OFFICES for group in Group]
    return [
        row | more.get(f"{row['office']}/{row['group']}".replace("HO-", "").replace("/", "_"), {})
        for row in rows
    ]


@st.composite
def histories(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    months = [f"2026-{number:02}" for number in range(1, draw(st.integers(1, 9)) + 1)]
    return {
        month: [
            {"office": office, "group": group.value, **{name: draw(NUMBERS) for name in draw(st.sets(st.sampled_from(NAMES)))}}
            for office in OFFICES[: draw(st.integers(1, 4))]
            for group in Group
        ]
        for month in months
    }  # fmt: skip


@given(histories())
def test_every_alert_is_true_of_the_numbers_that_were_told(history: dict[str, list[dict[str, Any]]]) -> None:
    newest = sorted(history)[-WINDOW:]
    for alert in alerts(history):
        assert len(alert.points) >= min(SEVERAL, GROWING)
        assert {point.month for point in alert.points} <= set(newest)
        for point in alert.points:
            said = {(row["office"], row["group"]): row for row in history[point.month]}
            every, heads = (said[alert.office, group.value] for group in (Group.ALL, Group.HEADS))
            match alert.signal:
                case Signal.SLOW_OFFICE:
                    others = [
                        row[alert.measure]
                        for (office, group), row in said.items()
                        if office != alert.office
                        and group == Group.ALL
                        and row.get(alert.measure) is not None
                    ]
                    assert len(others) >= FEWEST_OTHERS
                    assert point.value == every[alert.measure]
                    assert point.value - round(median(others)) >= LEAST_DAYS
                case Signal.SLOW_ON_LEADERS:
                    assert (point.value, point.beside) == (heads[alert.measure], every[alert.measure])
                    assert point.value >= TIMES * every[alert.measure]
                case Signal.MILD_ON_LEADERS:
                    assert point.value * TIMES <= round(100 * every["upheld"] / every["closed"])
                case Signal.LATE:
                    late, in_time = every["acknowledged_late"], every["acknowledged_in_time"]
                    assert late / (late + in_time) > LATE_SHARE / 100
                case Signal.GROWING:
                    assert point.value == every[alert.measure]
        if alert.signal is Signal.GROWING:
            values = [point.value for point in alert.points]
            assert values == sorted(set(values))
            assert values[-1] >= TIMES * values[0]


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(history: dict[str, list[dict[str, Any]]], random: Any) -> None:
    mixed = {month: random.sample(rows, len(rows)) for month, rows in history.items()}
    assert alerts(mixed) == alerts(history)


def _months(count: int, **more: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {f"2026-{number:02}": _rows(**more) for number in range(1, count + 1)}


@pytest.mark.parametrize(
    ("where", "numbers", "signal"),
    [
        ("a_all", {"days_to_tell": 20}, Signal.SLOW_OFFICE),
        ("a_heads", {"days_to_act": 20}, Signal.SLOW_ON_LEADERS),
        ("a_heads", {"upheld": 5}, Signal.MILD_ON_LEADERS),
        ("a_all", {"acknowledged_late": 5}, Signal.LATE),
    ],
)
def test_an_office_outside_a_band_for_several_months_is_shown_and_not_before(
    where: str, numbers: dict[str, int], signal: Signal
) -> None:
    assert alerts(_months(SEVERAL - 1, **{where: numbers})) == []
    (alert,) = alerts(_months(SEVERAL, **{where: numbers}))
    assert (alert.signal, alert.office, len(alert.points)) == (signal, "HO-a", SEVERAL)
    quiet = {f"2027-{number:02}": _rows() for number in range(1, WINDOW - SEVERAL + 2)}
    assert alerts(_months(SEVERAL, **{where: numbers}) | quiet) == [], "it is over"


def test_what_grows_every_month_is_shown_early() -> None:
    history = {f"2026-{n:02}": _rows(b_all={"filed": 5 * n}) for n in range(1, GROWING + 1)}
    (alert,) = alerts(history)
    assert (alert.signal, alert.office, alert.measure) == (Signal.GROWING, "HO-b", "filed")
    assert [point.value for point in alert.points] == [5, 10, 15, 20]


@pytest.mark.parametrize("number", ["9", True, None, [], {}])
def test_what_nobody_here_wrote_breaks_nothing(number: Any) -> None:
    assert alerts(_months(6, a_all=dict.fromkeys(NAMES, number))) == []
