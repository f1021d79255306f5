"""Reminders: every day lies within its check-in, no two people have the same days, and any calendar reads the file."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.events import EventKind
from intake.levels import Band
from intake.protection.checkins import Course, checkins, slots_of
from intake.protection.reminders import (
    MOST,
    SIZE,
    calendar,
    days_to_come,
    slots_after_filing,
    slots_of_record,
)
from intake.record import EventRecord

DAY = timedelta(days=1)
dates = st.dates(date(2020, 1, 1), date(2060, 1, 1))
bands = st.sampled_from(list(checkins().schedules))
seeds = st.binary(min_size=32, max_size=32)


@given(dates, bands, seeds, st.text("abcdef0123456789", min_size=22, max_size=22), st.integers(0, 400))
def test_a_day_on_the_first_card_answers_a_slot_of_whatever_case_it_becomes(
    received: date, band: Band, seed: bytes, case: str, later: int
) -> None:
    today = received + later * DAY
    days = days_to_come(seed, slots_after_filing(received, band), today)
    slots = slots_of(Course(case, received, [(received, band)]), received + 800 * DAY)
    assert len(days) <= MOST
    assert all(day > today for day in days)
    assert all(any(slot.opens <= day <= slot.closes for slot in slots) for day in days)


@given(dates, bands)
def test_after_the_filing_there_is_a_first_day_soon(received: date, band: Band) -> None:
    days = days_to_come(bytes(32), slots_after_filing(received, band), received)
    first = checkins().schedules[band].days[0]
    assert days[0] - received <= timedelta(days=first + checkins().open_for[band])


def test_two_people_of_one_day_and_band_do_not_have_the_same_days() -> None:
    received = date(2026, 3, 2)
    drawn = {
        tuple(days_to_come(bytes([seed]) * 32, slots_after_filing(received, Band.LOW), received))
        for seed in range(40)
    }
    assert len(drawn) > 5


@given(st.integers(20, 60), seeds)
def test_whoever_comes_back_after_a_step_that_may_give_them_away_is_asked_soon(
    heard: int, seed: bytes
) -> None:
    filed = date(2026, 3, 2)
    told = filed + heard * DAY
    data = {"band": "low", "clocks": {}, "circle": {}, "notices": []}
    records = [
        EventRecord("a", 0, EventKind.FILED, filed, "reporter", data, b"", b"", 0, ""),
        EventRecord("b", 1, EventKind.HEARD, told, "marc", {}, b"", b"", 0, ""),
    ]
    quiet = days_to_come(seed, slots_of_record("case", records[:1], told), told)
    asked = days_to_come(seed, slots_of_record("case", records, told), told)
    assert asked[0] - told <= timedelta(days=3 + 1 + checkins().open_for[Band.LOW])
    assert set(asked) != set(quiet)


@given(
    seeds,
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=120),
    st.lists(dates, min_size=1, max_size=MOST, unique=True),
)
def test_the_file_is_strict_icalendar_of_one_length(seed: bytes, summary: str, days: list[date]) -> None:
    days = sorted(days)
    data = calendar(seed, summary, days, days[0] - DAY)
    assert len(data) == SIZE
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode("utf-8") for line in lines)
    assert b"\n" not in data.replace(b"\r\n", b"")
    unfolded = data.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    escaped = summary.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    said = [line.removeprefix("SUMMARY:") for line in unfolded if line.startswith("SUMMARY:")]
    assert [each.rstrip(" ") for each in said] == [escaped.rstrip(" ")] * len(days)
    starts = [line for line in unfolded if line.startswith("DTSTART")]
    assert starts == [f"DTSTART;VALUE=DATE:{day:%Y%m%d}" for day in days]
    names = {line.partition(":")[0].partition(";")[0] for line in unfolded}
    assert names == {
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION",
        "TRANSP", "END", "",
    }  # fmt: skip
    assert len({line for line in unfolded if line.startswith("UID:")}) == len(days)
    assert not any(line.split(":", 1)[1].strip() for line in unfolded if line.startswith("DESCRIPTION"))
    assert calendar(seed, summary, days, days[0] - DAY) == data
