"""Counting days against a count by hand: holidays, make-up days, month ends, leap days, time zones, summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from intake.calendar import Period, Unit, WorkCalendar, months_after
from intake.time import Clock

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"]
)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    """Holidays and make-up days around one day, some of them on the same date: the make-up day wins."""
    middle = draw(DAYS)
    near = st.integers(-40, 40).map(lambda distance: middle + timedelta(days=distance))
    holidays, extra = draw(st.frozensets(near, max_size=25)), draw(st.frozensets(near, max_size=10))
    return WorkCalendar(holidays=holidays, extra_working_days=extra)


@given(calendars(), DAYS, st.integers(1, 60))
def test_the_nth_working_day_is_the_nth_that_one_counts_by_hand(
    calendar: WorkCalendar, start: date, count: int
) -> None:
    day, counted = start, 0
    while counted < count:
        day = date.fromordinal(day.toordinal() + 1)
        weekday = day.isoweekday() <= 5
        if day in calendar.extra_working_days or (weekday and day not in calendar.holidays):
            counted += 1
    assert Period(count, Unit.WORKING_DAYS).after(start, calendar) == day


@given(DAYS, st.integers(1, 500))
def test_calendar_days_never_roll(start: date, count: int) -> None:
    due = Period(count, Unit.CALENDAR_DAYS).after(start, WorkCalendar())
    assert (due - start).days == count


@given(DAYS, st.integers(0, 120))
def test_months_keep_the_day_or_end_on_the_months_last(start: date, count: int) -> None:
    due = months_after(start, count)
    assert (due.year - start.year) * 12 + due.month - start.month == count
    last = (due.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    assert due.day == min(start.day, last.day)


def test_a_leap_day_comes_when_there_is_one() -> None:
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_after(date(2028, 2, 29), 12) == date(2029, 2, 28)


@given(
    st.integers(1_704_067_200, 1_956_528_000).map(lambda second: datetime.fromtimestamp(second, UTC)), ZONES
)
def test_today_is_the_date_on_the_wall_where_the_organisation_is(instant: datetime, zone: str) -> None:
    with patch("intake.time.datetime") as wall:
        wall.now.return_value = instant
        today = Clock().today(zone)
    assert (
        today
        == (instant + (ZoneInfo(zone).utcoffset(instant.astimezone(ZoneInfo(zone))) or timedelta())).date()
    )


def test_the_nights_of_summer_time_have_one_date_each() -> None:
    """In Paris 29 March 2026 has 23 hours and 25 October has 25: no minute of them belongs to another day."""
    calendar = WorkCalendar(timezone="Europe/Paris")
    for day, first, hours in ((date(2026, 3, 29), 23, 23), (date(2026, 10, 25), 22, 25)):
        begin = datetime.combine(day - timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=first)
        end = begin + timedelta(hours=hours)
        assert calendar.local_date(begin) == calendar.local_date(end - timedelta(seconds=1)) == day
        assert calendar.local_date(begin - timedelta(seconds=1)) == day - timedelta(days=1)
        assert calendar.local_date(end) == day + timedelta(days=1)
