"""Which consequences are due on a day, against a reckoning by hand that shares no code with the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.calendar import WorkCalendar
from intake.duties.due import Missed, Supervised, consequences
from intake.organisation import load_pack
from intake.watch import Watch

DAY = timedelta(days=1)
START = date(2026, 1, 1)
HOLIDAYS = frozenset({date(2026, 1, 1), date(2026, 4, 6), date(2026, 5, 1), date(2026, 12, 25)})
MADE_UP = frozenset({date(2026, 4, 11)})  # a Saturday
CALENDAR = WorkCalendar(HOLIDAYS, MADE_UP)
PACK = load_pack("default", 1)
NAMES = (
    "ack_due", "accept_due", "feedback_due", "review_due", "result_due", "progress_due", "held_until", "first_question",
    "second_question", "corrective:a",
)  # fmt: skip

days = st.integers(0, 250).map(lambda number: START + number * DAY)
clocks = st.dictionaries(st.sampled_from(NAMES), days)


def _watch(running: Mapping[str, date], missed: Mapping[str, date]) -> Watch:
    return Watch(
        case="case",
        number=0,
        epoch=0,
        key="",
        reporter="",
        office="HO",
        state="addressing",
        kind="initial",
        received=START.isoformat(),
        priority="P4",
        urgent=False,
        panel=2,
        reporter_unit=None,
        heads=False,
        targets=(),
        excluded=(),
        involved=(),
        bases=(),
        clocks={name: day.isoformat() for name, day in running.items()},
        missed={name: day.isoformat() for name, day in missed.items()},
        notices=(),
        final=None,
        told=None,
        reviews=0,
        rules="routing-1/default-1",
        handlers={},
        concluded=None,
        result=-1,
        served=(),
        supervised=None,
    )


def _working(day: date) -> bool:
    return day in MADE_UP or (day.isoweekday() <= 5 and day not in HOLIDAYS)


def _five_working_days_later(day: date) -> date:
    left = 5
    while left:
        day += DAY
        left -= 1 if _working(day) else 0
    return day


def _by_hand(
    running: Mapping[str, date], missed: Mapping[str, date], today: date, moved: date | None
) -> list[tuple[date, str]]:
    """What is due, day by day: (the last day before it, clock or ``supervised``)."""
    found = []
    windows = []
    for name, due in running.items():
        is_late = due + DAY <= today
        if is_late and not name.endswith("_question") and missed.get(name) != due:
            found.append((due, name))
        if name in ("accept_due", "feedback_due", "review_due") and not (moved is not None and moved > due):
            windows.append(_five_working_days_later(due))
    over = [window for window in windows if window + DAY <= today]
    return sorted(found) + ([(min(over), "supervised")] if over else [])


@given(clocks, st.data(), days, st.none() | days)
def test_what_is_due_is_what_a_reckoning_by_hand_says(
    running: dict[str, date], data: st.DataObject, today: date, moved: date | None
) -> None:
    told = data.draw(st.sets(st.sampled_from(sorted(running)))) if running else set()
    missed = {name: data.draw(st.sampled_from([running[name], START])) for name in told}
    due = consequences(_watch(running, missed), today, PACK, CALENDAR, moved)
    expected = _by_hand(running, missed, today, moved)
    assert sorted((one.due, one.clock) for one in due if isinstance(one, Missed)) == [
        entry for entry in expected if entry[1] != "supervised"
    ]
    assert sum(isinstance(one, Supervised) for one in due) == ("supervised" in [name for _, name in expected])
    for one in due:
        if isinstance(one, Missed):
            takeover = one.clock in ("accept_due", "feedback_due", "review_due")
            assert one.until == (_five_working_days_later(one.due) if takeover else None)
        else:
            assert one.due > today


@given(clocks, days, st.none() | days)
def test_everything_comes_in_the_order_in_which_it_became_due(
    running: dict[str, date], today: date, moved: date | None
) -> None:
    due = consequences(_watch(running, {}), today, PACK, CALENDAR, moved)
    windows = {name: day for day, name in _by_hand(running, {}, today, moved) if name == "supervised"}
    order = [one.due if isinstance(one, Missed) else windows["supervised"] for one in due]
    assert order == sorted(order)


@given(clocks, days, st.integers(0, 40))
def test_whoever_looks_late_finds_what_a_look_every_day_would_have_found(
    running: dict[str, date], first: date, off: int
) -> None:
    watch, daily = _watch(running, {}), []
    for number in range(off + 1):
        for one in consequences(watch, first + number * DAY, PACK, CALENDAR, None):
            if isinstance(one, Missed):
                daily.append(one)
                watch = replace(watch, missed={**watch.missed, one.clock: one.due.isoformat()})
    late = [
        one
        for one in consequences(_watch(running, {}), first + off * DAY, PACK, CALENDAR, None)
        if isinstance(one, Missed)
    ]
    assert late == daily


@given(clocks, days)
def test_what_was_told_is_not_due_again(running: dict[str, date], today: date) -> None:
    due = consequences(_watch(running, running), today, PACK, CALENDAR, today + DAY)
    assert due == []
