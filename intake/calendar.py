"""Dates, working days and calendar months (S1, S2, S3). It knows no rule: only how to count.

A due date is the last day on which the act is on time; the day from which one counts is day 0 and never counted.
"""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

MONDAY_TO_FRIDAY = range(5)
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """An organisation's holidays, extra working days (make-up days) and civil time zone (an IANA name).

    Raises ValueError when the time zone is unknown.
    """

    holidays: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        _zone(self.timezone)

    def is_working_day(self, day: date) -> bool:
        """S2: Monday to Friday and not a holiday, or an extra working day."""
        return day in self.extra_working_days or (
            day.weekday() in MONDAY_TO_FRIDAY and day not in self.holidays
        )

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`-th working day strictly after `day`."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def local_date(self, instant: datetime) -> date:
        """S1: the civil date of an instant where the organisation is. Raises ValueError without a UTC offset."""
        if instant.tzinfo is None:
            raise ValueError("an instant needs its UTC offset; a naive time has no date anywhere")
        return instant.astimezone(_zone(self.timezone)).date()


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (
        KeyError,
        OSError,
        ValueError,
    ):  # unknown, a directory of zones, or a name that leaves the database
        raise ValueError(f"{name!r} is not a time zone of the IANA database, such as Europe/Paris") from None


def months_after(day: date, count: int) -> date:
    """S3: the same day `count` calendar months later, clamped to that month's last day.

    Beyond the year 9999 the last representable date stands for "never".
    """
    months = day.year * MONTHS_A_YEAR + day.month - 1 + count
    year, month = divmod(months, MONTHS_A_YEAR)
    if year > date.max.year:
        return date.max
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


class Unit(StrEnum):
    """How a period is counted. Calendar days never roll to a working day."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    CALENDAR_MONTHS = "calendar_months"


@dataclass(frozen=True, slots=True)
class Period:
    """A number of days or months after day 0."""

    amount: int
    unit: Unit

    def after(self, day: date, calendar: WorkCalendar) -> date:
        """The last day on time when `day` is day 0."""
        match self.unit:
            case Unit.CALENDAR_DAYS:
                return day + timedelta(days=self.amount)
            case Unit.WORKING_DAYS:
                return calendar.working_days_after(day, self.amount)
            case Unit.CALENDAR_MONTHS:
                return months_after(day, self.amount)
