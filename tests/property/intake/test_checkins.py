"""When the mailbox asks, reckoned a second time: day by day, from the table of the protection model alone."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from intake.levels import Band
from intake.protection.checkins import (
    BANDS,
    MOST_SLOTS,
    Course,
    Slot,
    asking,
    checkins,
    is_answered,
    next_slot,
    silent_since,
    slots_of,
)

DAY = timedelta(days=1)
RECEIVED = date(2026, 3, 2)
LONGEST = 900  # days that a generated case is followed

TABLE = {
    Band.LOW: ({30, 90}, 0, {30, 180}, 180),
    Band.MEDIUM: ({14, 30, 60, 90}, 90, set[int](), 365),
    Band.HIGH: ({7, 14, 30, 60, 90}, 60, set[int](), 730),
    Band.CRITICAL: ({2, 5, 10}, 10, set[int](), 730),
}
"""Band → days after receipt, then every so many, days after the closing, days after the closing on which it ends."""
AFTER_TRIGGER = (3, 14)

days = st.integers(0, LONGEST)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """A case whose band rises and falls, that may be closed, with steps that may give the reporter away, and own days."""
    since = sorted(draw(st.sets(st.integers(1, LONGEST), max_size=4)))
    first, *later = draw(st.lists(st.sampled_from(BANDS), min_size=len(since) + 1, max_size=len(since) + 1))
    bands = [(RECEIVED, first)]
    for day, band in zip(since, later, strict=True):
        if band is not bands[-1][1]:
            bands.append((RECEIVED + day * DAY, band))
    closed = draw(st.none() | st.integers(since[-1] if since else 0, LONGEST))
    return Course(
        case=draw(st.text("abcdef", min_size=4, max_size=8)),
        received=RECEIVED,
        bands=bands,
        closed=None if closed is None else RECEIVED + closed * DAY,
        triggers=sorted(RECEIVED + day * DAY for day in draw(st.sets(days, max_size=3))),
        own=sorted(RECEIVED + day * DAY for day in draw(st.sets(days, max_size=3))),
    )


def band_on(course: Course, day: date) -> Band:
    return [band for since, band in course.bands if since <= day][-1]


def is_over(course: Course, day: date) -> bool:
    """Whether nothing is asked any more, by the band that stands at the end."""
    return course.closed is not None and (day - course.closed).days > TABLE[course.bands[-1][1]][3]


def planned_on(course: Course, day: date) -> list[tuple[Band, int]]:
    """What is planned for one day: the band by which, and by how many days at most it may be moved."""
    if is_over(course, day):
        return []
    band = band_on(course, day)
    fixed, every, after_close, _ = TABLE[band]
    age = (day - RECEIVED).days
    most = checkins().jitter[band]
    found = []
    by_table = age in fixed or (every and age > max(fixed) and (age - max(fixed)) % every == 0)
    since_closing = None if course.closed is None else (day - course.closed).days
    if by_table or since_closing in after_close:
        found.append((band, most))
    if age > 0:
        found += [(band, min(1, most)) for step in course.triggers if (day - step).days in AFTER_TRIGGER]
        found += [(band, 0) for own in course.own if own == day]
    return found


@given(courses())
def test_every_planned_day_has_a_slot_near_it_and_every_slot_a_planned_day(course: Course) -> None:
    until = RECEIVED + LONGEST * DAY
    slots = slots_of(course, until)
    everything = [
        (day, band, most)
        for day in (RECEIVED + number * DAY for number in range(LONGEST + 5))
        for band, most in planned_on(course, day)
    ]
    opened = {slot.opens for slot in slots}
    for day, _, most in everything:
        near = {max(day + moved * DAY, RECEIVED + DAY) for moved in range(-most, most + 1)}
        assert near & opened or max(near) > until
    rules = checkins()
    for slot in slots:
        causes = {
            band
            for day, band, most in everything
            if abs((slot.opens - day).days) <= most
            or (slot.opens == RECEIVED + DAY and (day - RECEIVED).days <= most)
        }
        assert causes
        assert (slot.closes - slot.opens).days in {rules.open_for[band] for band in causes}


@given(courses(), days)
def test_who_looks_later_sees_the_same_slots_and_more(course: Course, until: int) -> None:
    short = slots_of(course, RECEIVED + until * DAY)
    long = slots_of(course, RECEIVED + LONGEST * DAY)
    assert short == [slot for slot in long if slot.opens <= RECEIVED + until * DAY]
    assert [slot.opens for slot in long] == sorted({slot.opens for slot in long})
    assert all(RECEIVED < slot.opens <= slot.closes for slot in long)


@given(st.sampled_from(BANDS), st.text("abcdef", min_size=4, max_size=8))
def test_the_slots_of_a_band_alone_never_overlap(band: Band, case: str) -> None:
    course = Course(case, RECEIVED, [(RECEIVED, band)], closed=RECEIVED + 500 * DAY)
    slots = slots_of(course, RECEIVED + 1400 * DAY)
    assert len(slots) < MOST_SLOTS
    assert all(before.closes < after.opens for before, after in pairwise(slots))


@given(courses(), days)
def test_the_next_slot_is_the_first_one_after_today(course: Course, now: int) -> None:
    today = RECEIVED + now * DAY
    found = next_slot(course, today)
    later = [slot for slot in slots_of(course, today + 2000 * DAY) if slot.opens > today]
    assert found == (later[0] if later else None)


@given(courses(), st.sets(days, max_size=12), days)
def test_the_mailbox_asks_while_a_slot_is_open_that_nobody_answered(
    course: Course, answers: set[int], now: int
) -> None:
    today = RECEIVED + now * DAY
    answered = [RECEIVED + day * DAY for day in answers if day <= now]
    slots = slots_of(course, today)
    found = asking(slots, answered, today)
    waiting = [
        slot
        for slot in slots
        if slot.opens <= today <= slot.closes
        and not any(slot.opens <= day <= slot.closes for day in answered)
    ]
    assert found == (max(waiting, key=lambda slot: slot.opens) if waiting else None)
    if today in answered:
        assert found is None
    assert all(
        is_answered(slot, answered) == any(slot.opens <= day <= slot.closes for day in answered)
        for slot in slots
    )


def missed_in_a_row(slots: list[Slot], answered: list[date], today: date) -> date | None:
    """Walks through the days: on the morning after a slot's last day it is settled; a check-in starts the count anew."""
    count, busy = 0, date.min
    day = RECEIVED
    while day <= today:
        settled = sorted(slot for slot in slots if slot.closes + DAY == day)
        last_check_in = max((each for each in answered if each <= today), default=date.min)
        for slot in settled:
            if slot.opens > last_check_in and slot.opens > busy:
                count, busy = count + 1, slot.closes
                if count == checkins().silent_after:
                    return day
        day += DAY
    return None


@given(courses(), st.sets(days, max_size=6), days)
def test_silence_is_two_slots_in_a_row_without_an_answer(course: Course, answers: set[int], now: int) -> None:
    today = RECEIVED + now * DAY
    answered = [RECEIVED + day * DAY for day in answers if day <= now]
    slots = slots_of(course, today)
    assert silent_since(slots, answered, today) == missed_in_a_row(slots, answered, today)


@given(courses(), days)
def test_whoever_checks_in_today_is_not_silent_today_nor_while_the_next_slot_is_open(
    course: Course, now: int
) -> None:
    today = RECEIVED + now * DAY
    assert silent_since(slots_of(course, today), [today], today) is None
    following = next_slot(course, today)
    if following is not None:
        day = following.closes
        assert silent_since(slots_of(course, day), [today], day) is None


@given(st.text("abcdef", min_size=4, max_size=8))
def test_another_case_is_asked_on_other_days(case: str) -> None:
    """No calendar fits two reporters: of a dozen cases of one day, at medium, most have days of their own."""
    year = RECEIVED + 365 * DAY
    courses_of = [Course(f"{case}{number}", RECEIVED, [(RECEIVED, Band.MEDIUM)]) for number in range(12)]
    days_of = {tuple(slot.opens for slot in slots_of(course, year)) for course in courses_of}
    assert len(days_of) > 6
