"""Counting days and months (S1, S2, S3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from intake.calendar import Period, Unit, WorkCalendar, months_after


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-03-31", 36, "2029-03-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-05-31", 0, "2026-05-31"),
        ("9999-12-31", 1, "9999-12-31"),
    ],
)
def test_months_clamp_to_the_last_day_of_the_month(day: str, months: int, expected: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_weekends_and_holidays_are_no_working_days_unless_made_up() -> None:
    calendar = WorkCalendar(frozenset({date(2026, 3, 4)}), frozenset({date(2026, 3, 7)}))
    week = [date(2026, 3, 2) + timedelta(days=n) for n in range(7)]
    assert [calendar.is_working_day(day) for day in week] == [True, True, False, True, True, True, False]


def test_the_first_day_is_never_counted() -> None:
    calendar = WorkCalendar()
    assert calendar.working_days_after(date(2026, 3, 2), 1) == date(2026, 3, 3)
    assert calendar.working_days_after(date(2026, 3, 6), 1) == date(2026, 3, 9)
    assert calendar.working_days_after(date(2026, 3, 7), 0) == date(2026, 3, 7)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", date(2026, 3, 1)),
        ("Europe/Paris", date(2026, 3, 2)),
        ("Asia/Shanghai", date(2026, 3, 2)),
        ("America/Bogota", date(2026, 3, 1)),
        ("Pacific/Kiritimati", date(2026, 3, 2)),
    ],
)
def test_a_late_evening_is_already_tomorrow_further_east(zone: str, expected: date) -> None:
    instant = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert WorkCalendar(timezone=zone).local_date(instant) == expected


def test_the_date_follows_daylight_saving() -> None:
    paris = WorkCalendar(timezone="Europe/Paris")
    assert paris.local_date(datetime(2026, 1, 1, 22, 30, tzinfo=UTC)) == date(2026, 1, 1)
    assert paris.local_date(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)
    tokyo = timezone(timedelta(hours=9))
    assert paris.local_date(datetime(2026, 7, 1, 6, 59, tzinfo=tokyo)) == date(2026, 6, 30)


def test_a_time_without_a_zone_has_no_date() -> None:
    with pytest.raises(ValueError, match="UTC offset"):
        WorkCalendar().local_date(datetime(2026, 3, 1, 12, 0))  # noqa: DTZ001 - the very mistake under test


@pytest.mark.parametrize("zone", ["Nowhere", "", "/etc/passwd", "../UTC", "Europe", "\0"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="IANA"):
        WorkCalendar(timezone=zone)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (Unit.CALENDAR_DAYS, date(2026, 3, 12)),
        (Unit.WORKING_DAYS, date(2026, 3, 16)),
        (Unit.CALENDAR_MONTHS, date(2027, 1, 2)),
    ],
)
def test_a_period_counts_in_its_own_unit(unit: Unit, expected: date) -> None:
    assert Period(10, unit).after(date(2026, 3, 2), WorkCalendar()) == expected
