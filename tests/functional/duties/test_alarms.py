"""A dishonest head with the whole database in hand: what was done past the back office is told to the level above.

Each story plays one attack with the owner's rights, and sees who learns of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update

from intake import watch as watches
from intake.database.case_tables import Case, Event, Notice, OutboxJob, Rung, WatchRow
from intake.duties.findings import Finding
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.record import Author
from intake.states import CaseState
from tests.support.duties import ABOVE, BOARD, Watched
from tests.support.instances import Instance
from tests.support.reports import CALM, Offices, water_report
from triage.worker.duties import look_after_duties

DAY = timedelta(days=1)


def _findings(watched: Watched, officer: str = "vera") -> list[str]:
    return sorted(notice["finding"] for notice in watched.told(NoticeKind.ALARM).get(officer, ()))


def _look_twice(watched: Watched) -> None:
    watched.look(watched.filed_on + DAY)
    watched.look(watched.filed_on + 2 * DAY)


def _decide(watched: Watched, *, votes: int) -> None:
    """A panel decides; its seats are of no interest here."""
    day = watched.filed_on
    watched.act(day, EventKind.PROPOSED, {"proposal": "p"})
    for _ in range(votes):
        watched.act(day, EventKind.VOTED, {"proposal": "p", "vote": "agree"}, officer="milo")
    watched.act(day, EventKind.DECIDED, {"proposal": "p", "state": CaseState.CONCLUDED.value})


def _change(watched: Watched, statement: object) -> None:
    with watched.instance.owner.state.begin() as session:
        session.execute(statement)  # type: ignore[call-overload]  # any statement


def test_nothing_is_told_of_an_honest_case(waiting: Watched) -> None:
    waiting.read(waiting.filed_on)
    waiting.filed.offices.mailbox.write(waiting.filed.master, "One more thing.")
    _decide(waiting, votes=1)
    _look_twice(waiting)
    assert waiting.told(NoticeKind.ALARM) == {}


def test_a_case_closed_by_hand_in_the_database_is_told(waiting: Watched) -> None:
    _change(waiting, update(Case).values(state=CaseState.CLOSED, wake=None, stale=None))
    _look_twice(waiting)
    told = waiting.told(NoticeKind.ALARM)
    assert set(told) == ABOVE | BOARD
    assert _findings(waiting) == [Finding.CHANGED, Finding.WITHOUT_PANEL]


def test_a_case_closed_by_one_person_alone_is_told(waiting: Watched) -> None:
    _decide(waiting, votes=0)
    _look_twice(waiting)
    assert _findings(waiting) == [Finding.WITHOUT_PANEL]


def test_an_earlier_decision_does_not_stand_for_a_later_one(waiting: Watched) -> None:
    _decide(waiting, votes=1)
    waiting.act(waiting.filed_on, EventKind.REOPENED, {"state": CaseState.REOPENED.value})
    _look_twice(waiting)
    assert _findings(waiting) == []
    waiting.act(waiting.filed_on + 2 * DAY, EventKind.DECIDED, {"state": CaseState.CONCLUDED.value})
    waiting.look(waiting.filed_on + 3 * DAY)
    assert _findings(waiting) == [Finding.WITHOUT_PANEL]


def test_votes_that_were_deleted_are_told(waiting: Watched) -> None:
    _decide(waiting, votes=1)
    _change(waiting, delete(Event).where(Event.kind == EventKind.VOTED))
    _look_twice(waiting)
    assert _findings(waiting) == [Finding.EVENTS_MISSING, Finding.WITHOUT_PANEL]


def test_the_newest_events_that_were_deleted_are_told(waiting: Watched) -> None:
    _change(waiting, delete(Event).where(Event.kind == EventKind.ACKNOWLEDGED))
    _look_twice(waiting)
    assert _findings(waiting) == [Finding.EVENTS_MISSING]


def test_a_case_that_was_made_to_vanish_is_told(watched: Watched) -> None:
    watched.look(watched.filed_on)
    compartment = ("protection_cards", "protection_grants", "protection_keys")
    tables = (
        "item_keys",
        "items",
        "events",
        "rungs",
        "grants",
        *compartment,
        "epochs",
        "identities",
        "cases",
    )
    with watched.instance.owner.state.begin() as session:
        for table in tables:
            session.execute(text(f"DELETE FROM {table}"))
    _look_twice(watched)
    assert set(watched.told(NoticeKind.ALARM)) == ABOVE | BOARD
    assert _findings(watched) == [Finding.VANISHED]


def test_without_a_watch_only_those_on_the_ladder_are_told(watched: Watched) -> None:
    _change(watched, delete(WatchRow))
    _look_twice(watched)
    told = watched.told(NoticeKind.ALARM)
    assert set(told) == ABOVE
    assert _findings(watched, "nora") == [Finding.UNWATCHED]


def test_a_watch_that_was_altered_is_as_good_as_none(watched: Watched) -> None:
    _change(watched, update(WatchRow).values(sealed=b"nothing that opens"))
    _look_twice(watched)
    assert _findings(watched, "nora") == [Finding.UNWATCHED]


def test_a_forged_watch_that_nobody_can_work_with_stops_nothing(instance: Instance, today: date) -> None:
    forged, other = (Watched(Offices(instance, today).file(water_report(**CALM))) for _ in range(2))
    other.acknowledge(today)
    nonsense = {"accept_due": "soon"}
    with instance.owner.state.begin() as session:
        author = Author("mara", instance.pair("mara"))
        watches.store(session, replace(forged.watch(), clocks=nonsense), author, instance.portal.gate)
    due = other.clocks("milo")["accept_due"]
    other.worker(due + DAY).round()
    assert other.count(EventKind.MISSED) == 1
    assert _findings(forged, "nora") == [Finding.UNWATCHED]


def test_a_watch_that_was_put_back_is_told_and_not_gone_by(watched: Watched) -> None:
    with watched.instance.owner.reading() as session:
        earlier = session.scalars(select(WatchRow.sealed)).one()
    watched.acknowledge(watched.filed_on)
    _change(watched, update(WatchRow).values(sealed=earlier))
    watched.look(watched.filed_on + 40 * DAY)
    assert _findings(watched, "nora") == [Finding.PUT_BACK]
    assert EventKind.MISSED not in watched.kinds()


def test_a_notice_that_was_taken_away_is_told(instance: Instance, today: date) -> None:
    case = Watched(Offices(instance, today).file(water_report(**CALM)))
    assert case.watch().notices
    case.look(today)
    _change(case, delete(Notice))
    _look_twice(case)
    assert set(case.told(NoticeKind.ALARM)) >= BOARD
    assert _findings(case) == [Finding.NOT_REPORTED]


def test_a_dispatch_that_was_taken_away_is_told(instance: Instance, today: date) -> None:
    case = Watched(Offices(instance, today).file(water_report(**CALM)))
    _change(case, delete(OutboxJob))
    _look_twice(case)
    assert _findings(case) == [Finding.NOT_REPORTED]


def test_a_dispatch_that_waits_for_two_days_is_no_alarm_and_then_it_is(
    instance: Instance, today: date
) -> None:
    case = Watched(Offices(instance, today).file(water_report(**CALM)))
    look_after_duties(case.worker(today + 2 * DAY).context)  # a queue that stands still
    assert _findings(case) == []
    look_after_duties(case.worker(today + 3 * DAY).context)
    assert _findings(case) == [Finding.NOT_REPORTED]


def test_a_ladder_that_was_taken_away_is_told(waiting: Watched) -> None:
    _change(waiting, delete(Rung))
    _look_twice(waiting)
    assert _findings(waiting) == [Finding.NO_WAY_UP]


def test_a_ladder_that_was_altered_is_told_and_so_is_the_miss(watched: Watched) -> None:
    late = watched.clocks()["ack_due"] + DAY
    _change(watched, update(Rung).values(sealed=b"broken off"))
    watched.look(late)
    assert _findings(watched) == [Finding.NO_WAY_UP]
    assert watched.kinds() == [EventKind.FILED, EventKind.MISSED]
    assert set(watched.told(NoticeKind.OVERDUE)) == ABOVE


@pytest.mark.parametrize("later", [None, date(2099, 1, 1)])
def test_a_case_that_was_moved_out_of_the_workers_sight_is_put_right(
    waiting: Watched, later: date | None
) -> None:
    due = waiting.clocks()["accept_due"]
    _change(waiting, update(Case).values(wake=later))
    waiting.look(due + DAY)
    assert _findings(waiting) == [Finding.POSTPONED]
    assert waiting.count(EventKind.MISSED) == 1
    assert waiting.row().wake == due


@pytest.mark.parametrize("later", [None, date(2099, 1, 1)])
def test_neglect_that_was_moved_out_of_the_workers_sight_is_put_right(
    waiting: Watched, later: date | None
) -> None:
    waiting.read(waiting.filed_on)
    stale = waiting.row().stale
    _change(waiting, update(Case).values(stale=later))
    waiting.look(waiting.filed_on + DAY)
    assert _findings(waiting) == [Finding.POSTPONED]
    assert waiting.row().stale == stale


def test_whoever_takes_the_day_away_every_night_gains_nothing_by_it(waiting: Watched) -> None:
    waiting.read(waiting.filed_on)
    stale = waiting.row().stale
    assert stale is not None
    for day in range((stale - waiting.filed_on).days + 2):
        _change(waiting, update(Case).values(stale=None))
        waiting.look(waiting.filed_on + day * DAY)
    assert waiting.count(EventKind.NEGLECTED) == 1


def test_an_alarm_that_was_taken_away_comes_back(waiting: Watched) -> None:
    _change(waiting, update(Case).values(office="HO-ashford"))
    waiting.look(waiting.filed_on + DAY)
    _change(waiting, delete(Notice))
    waiting.look(waiting.filed_on + 2 * DAY)
    assert _findings(waiting) == [Finding.CHANGED]


def test_the_log_says_how_many_and_not_which(waiting: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    _change(waiting, update(Case).values(office="HO-ashford"))
    waiting.look(waiting.filed_on + DAY)
    lines = [line for line in capsys.readouterr().err.splitlines() if "case.alarm" in line]
    assert len(lines) == 1
    assert '"count": 1' in lines[0]
    assert waiting.case not in lines[0]
