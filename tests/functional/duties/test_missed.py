"""The day after a due date: who is told, what of, and that it happens once."""

from __future__ import annotations

from datetime import date, timedelta

from intake.events import EventKind
from intake.notices import NoticeKind
from tests.support.duties import ABOVE, BOARD, Watched
from tests.support.instances import Instance
from tests.support.organisation import small_organisation
from tests.support.reports import CALM, Offices, water_report

DAY = timedelta(days=1)


def test_the_day_after_a_due_date_the_level_above_is_told_once(waiting: Watched) -> None:
    due = waiting.clocks()["accept_due"]
    waiting.look(due)
    assert waiting.count(EventKind.MISSED) == 0  # the due date is the last day on time
    waiting.each_day(due + DAY, due + 3 * DAY)
    assert waiting.count(EventKind.MISSED) == 1
    told = waiting.told(NoticeKind.OVERDUE)
    assert set(told) == ABOVE
    (notice,) = told["nora"]
    last = waiting.instance.organisation.calendar.working_days_after(due, 5)
    assert (notice["clock"], notice["due"], notice["until"]) == (
        "accept_due",
        due.isoformat(),
        last.isoformat(),
    )
    assert (notice["office"], notice["priority"], notice["owner"]) == ("HO-millbrook", "P4", "triage")


def test_a_missed_duty_is_an_entry_of_the_ledger_for_the_level_above_and_the_board(waiting: Watched) -> None:
    due = waiting.clocks()["accept_due"]
    waiting.each_day(due, due + 2 * DAY)
    entries = waiting.told(NoticeKind.ACCOUNTABILITY_ENTRY)
    assert set(entries) == ABOVE | BOARD
    assert all([entry["clock"] for entry in own] == ["accept_due"] for own in entries.values())


def test_the_record_names_the_notices_and_no_officer(waiting: Watched) -> None:
    due = waiting.clocks()["accept_due"]
    waiting.look(due + DAY)
    (data,) = waiting.data_of(EventKind.MISSED)
    assert set(data) == {"clock", "due", "notices"}
    assert len(data["notices"]) == len(ABOVE) + len(ABOVE | BOARD)
    assert not set(data["notices"]) & set(waiting.instance.people)
    assert set(data["notices"]) <= set(waiting.watch().notices)


def test_nobody_of_the_office_itself_is_told(instance: Instance, today: date) -> None:
    case = Watched(Offices(instance, today).file(water_report(**CALM)))
    case.acknowledge(case.filed_on)
    case.look(case.clocks()["accept_due"] + DAY)
    told = {*case.told(NoticeKind.OVERDUE), *case.told(NoticeKind.ACCOUNTABILITY_ENTRY)}
    assert told
    assert not told & {member.id for member in instance.organisation.members_of("HO-millbrook")}


def test_a_date_that_was_moved_may_be_missed_again(waiting: Watched) -> None:
    due = waiting.clocks()["accept_due"]
    waiting.look(due + DAY)
    later = due + 20 * DAY
    moved = {"manner": "later", "clocks": {"accept_due": later.isoformat()}}
    waiting.act(due + DAY, EventKind.ADDRESSED, moved)
    waiting.each_day(later, later + 2 * DAY)
    assert [data["due"] for data in waiting.data_of(EventKind.MISSED)] == [due.isoformat(), later.isoformat()]


def test_an_act_in_time_misses_nothing(waiting: Watched) -> None:
    due = waiting.clocks()["accept_due"]
    waiting.act(due, EventKind.ASSESSED, {"met": {"accept_due": due.isoformat()}})
    waiting.each_day(due, due + 2 * DAY)
    assert waiting.count(EventKind.MISSED) == 0


def test_without_a_takeover_the_office_goes_on_under_supervision(waiting: Watched) -> None:
    due = waiting.clocks()["accept_due"]
    calendar = waiting.instance.organisation.calendar
    until = calendar.working_days_after(due, 5)
    waiting.each_day(due + DAY, until)
    assert waiting.count(EventKind.SUPERVISED) == 0
    waiting.each_day(until + DAY, until + 3 * DAY)
    assert waiting.count(EventKind.SUPERVISED) == 1
    assert waiting.clocks()["progress_due"] == calendar.working_days_after(until + DAY, 10)
    assert waiting.row().wake == due  # lists order by the soonest running clock


def test_a_note_of_the_progress_that_is_missed_is_told_as_well(waiting: Watched) -> None:
    until = waiting.instance.organisation.calendar.working_days_after(waiting.clocks()["accept_due"], 5)
    waiting.each_day(until, until + DAY)
    progress = waiting.clocks()["progress_due"]
    waiting.each_day(progress, progress + 2 * DAY)
    assert [data["clock"] for data in waiting.data_of(EventKind.MISSED)] == ["accept_due", "progress_due"]


def test_an_overdue_corrective_action_is_told_as_what_it_is(waiting: Watched) -> None:
    due = waiting.filed_on + 5 * DAY
    data = {
        "clocks": {"corrective:a1": due.isoformat()},
        "met": {"accept_due": waiting.filed_on.isoformat()},
    }
    waiting.act(waiting.filed_on, EventKind.DECIDED, data)
    waiting.each_day(due, due + 2 * DAY)
    told = waiting.told(NoticeKind.CORRECTIVE)
    assert set(told) == ABOVE
    assert [notice["clock"] for notice in told["nora"]] == ["corrective:a1"]


def test_the_reporters_own_dates_are_nobodys_duty(waiting: Watched) -> None:
    due = waiting.filed_on + 5 * DAY
    clocks = {"first_question": due.isoformat(), "second_question": due.isoformat()}
    waiting.act(waiting.filed_on, EventKind.CLOSED, {"clocks": clocks})
    waiting.look(due + DAY)
    assert waiting.count(EventKind.MISSED) == 0


def test_a_missed_acknowledgement_is_told_before_the_case_moves_up(watched: Watched) -> None:
    due = watched.clocks()["ack_due"]
    watched.each_day(due, due + 2 * DAY)
    kinds = watched.kinds()
    assert kinds.count(EventKind.MISSED) == kinds.count(EventKind.RELEASED) == 1
    assert kinds.index(EventKind.MISSED) < kinds.index(EventKind.RELEASED)
    assert set(watched.told(NoticeKind.OVERDUE)) == ABOVE


def test_after_a_week_off_everything_happens_in_its_order(waiting: Watched) -> None:
    due = waiting.clocks()["accept_due"]
    held = {"manner": "later", "clocks": {"held_until": (due + DAY).isoformat()}}
    waiting.act(waiting.filed_on, EventKind.ADDRESSED, held)
    waiting.look(due + 10 * DAY)
    assert [data["clock"] for data in waiting.data_of(EventKind.MISSED)] == ["accept_due", "held_until"]
    assert waiting.kinds()[-3:] == [EventKind.MISSED, EventKind.MISSED, EventKind.SUPERVISED]
    waiting.look(due + 11 * DAY)
    assert waiting.count(EventKind.MISSED) == 2


def test_whoever_declared_a_tie_since_is_not_told(waiting: Watched) -> None:
    document = small_organisation()
    document["ties"] += [
        {"officer": "nils", "type": "kin", "target": "p-plumber", "until": None},
        {"officer": "vito", "type": "business", "target": "millbrook-water", "until": None},
    ]
    waiting.instance.reissue(organisation=document)
    due = date.fromisoformat(waiting.watch().clocks["accept_due"])
    waiting.look(due + DAY)
    assert set(waiting.told(NoticeKind.OVERDUE)) == ABOVE - {"nils"}
    assert set(waiting.told(NoticeKind.ACCOUNTABILITY_ENTRY)) == (ABOVE | BOARD) - {"nils", "vito"}


def test_a_late_act_hides_no_miss_from_a_worker_that_was_off(watched: Watched) -> None:
    """Acknowledged after the last day, before any worker looked: the level above learns of it all the same, and once."""
    due = watched.clocks()["ack_due"]
    watched.acknowledge(due + 3 * DAY)
    watched.each_day(due + 5 * DAY, due + 7 * DAY)
    assert [(entry["clock"], entry["due"]) for entry in watched.data_of(EventKind.MISSED)] == [
        ("ack_due", due.isoformat())
    ]
    for kind, officers in (
        (NoticeKind.OVERDUE, ABOVE),
        (NoticeKind.ACCOUNTABILITY_ENTRY, ABOVE | BOARD),
        (NoticeKind.ALARM, set()),
    ):
        assert {officer: len(own) for officer, own in watched.told(kind).items()} == dict.fromkeys(
            officers, 1
        )
    assert all("until" not in own[0] for own in watched.told(NoticeKind.OVERDUE).values()), (
        "nothing to take over"
    )
    assert watched.count(EventKind.RELEASED) == 0
    assert watched.row().wake == watched.clocks()["accept_due"]


def test_an_act_on_the_last_day_is_on_time_however_late_the_worker_comes(watched: Watched) -> None:
    due = watched.clocks()["ack_due"]
    watched.acknowledge(due)
    watched.look(due + 5 * DAY)
    assert watched.count(EventKind.MISSED) == 0


def test_a_date_set_anew_hides_no_earlier_one(waiting: Watched) -> None:
    """A matter was held until a day that passed while the worker was off; then it is held longer."""
    first, second = waiting.filed_on + 2 * DAY, waiting.filed_on + 12 * DAY
    for day, until in ((waiting.filed_on, first), (first + 3 * DAY, second)):
        data = {"state": "addressing", "manner": "later", "restart": ["held_until"]}
        waiting.act(day, EventKind.ADDRESSED, {**data, "clocks": {"held_until": until.isoformat()}})
    waiting.look(first + 4 * DAY)
    waiting.look(second + DAY)
    told = [entry["due"] for entry in waiting.data_of(EventKind.MISSED) if entry["clock"] == "held_until"]
    assert told == [first.isoformat(), second.isoformat()]
