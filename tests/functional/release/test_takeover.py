"""After a missed acceptance or feedback two of the level above take the case over, or one of them sets a date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from intake.events import EventKind
from intake.notices import NoticeKind
from intake.requests import Ask
from tests.support.releases import DAY, Moving

NORTH = {"nora", "nils", "nina", "noel"}
LAND = {"lena", "luca", "lily", "leo"}


@pytest.fixture
def late(moving: Moving) -> Moving:
    """Acknowledged, given to Milo, and not accepted by the day on which it was due."""
    moving.acknowledge()
    moving.assign("mara", "milo")
    return moving


def due(case: Moving, clock: str = "accept_due") -> date:
    return date.fromisoformat(case.watch().clocks[clock])


def take_over(case: Moving, officer: str, today: date) -> None:
    case.ask_officer(Ask.TAKEOVER, officer, today)
    assert case.worker(today).round()


def test_two_of_the_level_above_take_a_case_over(late: Moving) -> None:
    first = due(late) + DAY
    take_over(late, "nora", first)
    assert late.count(EventKind.RELEASED) == 0
    assert set(late.told(NoticeKind.TAKEOVER_ASKED)) == NORTH - {"nora"}
    take_over(late, "noel", first + DAY)
    expected = late.expected(
        kind="overdue",
        trigger_date=(first + DAY).isoformat(),
        prior={"handling_unit": "HO-millbrook", "assigned": ["milo"], "decided_by": []},
    )
    assert late.who_can_open() == expected == NORTH
    assert late.watch().asked == {}
    late.check_consequences()


def test_one_of_them_alone_takes_nothing_however_often(late: Moving) -> None:
    first = due(late) + DAY
    for _ in range(3):
        take_over(late, "nora", first)
    assert late.count(EventKind.RELEASED) == 0
    assert {len(own) for own in late.told(NoticeKind.TAKEOVER_ASKED).values()} == {1}


def test_an_office_that_writes_a_note_does_not_undo_what_the_level_above_asked(late: Moving) -> None:
    first = due(late) + DAY
    take_over(late, "nora", first)
    late.act("mara", EventKind.NOTED, {}, first)
    take_over(late, "nils", first)
    assert late.who_can_open() == NORTH


def test_nobody_takes_over_before_the_day_after_nor_when_the_days_are_over(late: Moving) -> None:
    on_time = due(late)
    after = late.instance.organisation.pack.duties["takeover"].after(
        on_time, late.instance.organisation.calendar
    )
    for day in (on_time, after + DAY):
        take_over(late, "nora", day)
        take_over(late, "nils", day)
    assert (late.count(EventKind.RELEASED), late.waiting()) == (0, 0)
    take_over(late, "nora", after)
    take_over(late, "nils", after)
    assert late.who_can_open() == NORTH


def test_others_than_the_level_above_take_nothing_over(late: Moving) -> None:
    first = due(late) + DAY
    for officer in ("milo", "marc", "anna", "abel", "lena", "luca", "olga", "vera"):
        take_over(late, officer, first)
    assert (late.count(EventKind.RELEASED), late.watch().asked) == (0, {})


def test_an_accepted_case_is_taken_over_only_when_the_feedback_is_missed(late: Moving) -> None:
    late.act(
        "milo",
        EventKind.ADDRESSED,
        {"state": "addressing", "manner": "letter", "met": {"accept_due": late.day.isoformat()}},
    )
    first = late.day + timedelta(days=25)
    take_over(late, "nora", first)
    take_over(late, "nils", first)
    assert late.count(EventKind.RELEASED) == 0
    first = due(late, "feedback_due") + DAY
    take_over(late, "nora", first)
    take_over(late, "nils", first)
    assert late.who_can_open() == NORTH
    assert late.opened().progress.state == "addressing"
    late.check_consequences()


def test_who_took_a_case_over_has_time_of_their_own(late: Moving) -> None:
    first = due(late) + DAY
    take_over(late, "nora", first)
    take_over(late, "nils", first)
    take_over(late, "lena", first)
    take_over(late, "luca", first)
    assert late.who_can_open() == NORTH


def test_the_level_above_sets_a_date_after_a_missed_duty(late: Moving) -> None:
    day = due(late) + DAY
    until = day + 7 * DAY
    late.ask_officer(Ask.SUPERVISE, "nora", day, due=until.isoformat())
    late.worker(day).round()
    file = late.opened()
    assert file.progress.clocks["progress_due"] == until
    assert file.records[-1].kind in (EventKind.SUPERVISED, EventKind.MISSED)
    assert late.who_can_open() == {"mara", "milo", "mina", "marc"}
    late.check_consequences()


@pytest.mark.parametrize(
    ("officer", "days", "until"),
    [("nora", -1, 5), ("nora", 1, 0), ("nora", 1, 60), ("lena", 1, 5), ("milo", 1, 5), ("nora", 1, None)],
)
def test_a_date_that_may_not_be_set_is_not(late: Moving, officer: str, days: int, until: int | None) -> None:
    day = due(late) + days * DAY
    wanted = "soon" if until is None else (day + until * DAY).isoformat()
    late.ask_officer(Ask.SUPERVISE, officer, day, due=wanted)
    late.worker(day).round()
    assert (late.count(EventKind.SUPERVISED), late.waiting()) == (0, 0)
