"""Several workers, a worker that dies, more cases than a page: every consequence happens, and happens once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.database.case_tables import Case, Event, Notice
from intake.duties import paging
from intake.duties.missed import tell_missed
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.release import Gate
from tests.support.duties import ABOVE, BOARD, Watched
from tests.support.instances import Instance
from tests.support.reports import CALM, Offices, plumber_report
from triage.worker import duties
from triage.worker.context import open_context
from triage.worker.loop import Worker

DAY = timedelta(days=1)


def _cases(instance: Instance, today: date, number: int) -> list[Watched]:
    offices = Offices(instance, today)
    cases = [Watched(offices.file(plumber_report(**CALM))) for _ in range(number)]
    for case in cases:
        case.acknowledge(today)
    return cases


def test_three_workers_at_once_tell_everything_once(instance: Instance, today: date) -> None:
    cases = _cases(instance, today, 4)
    for case in cases:
        case.read(today)
    late = cases[0].clocks()["accept_due"] + 10 * DAY
    workers = [threading.Thread(target=cases[0].worker(late).round) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    cases[0].look(late)
    for case in cases:
        kinds = Counter(case.kinds())
        assert (kinds[EventKind.MISSED], kinds[EventKind.SUPERVISED], kinds[EventKind.NEGLECTED]) == (1, 1, 1)
        for kind, officers in (
            (NoticeKind.OVERDUE, ABOVE),
            (NoticeKind.ACCOUNTABILITY_ENTRY, ABOVE | BOARD),
            (NoticeKind.NEGLECTED, ABOVE | BOARD),
        ):
            told = case.told(kind)
            assert {officer: len(own) for officer, own in told.items()} == dict.fromkeys(officers, 1)
        assert case.told(NoticeKind.ALARM) == {}


def test_three_workers_at_once_raise_an_alarm_once(waiting: Watched) -> None:
    with waiting.instance.owner.state.begin() as session:
        session.scalars(select(Case)).one().office = "HO-ashford"
    workers = [threading.Thread(target=waiting.worker(waiting.filed_on + DAY).round) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    told = waiting.told(NoticeKind.ALARM)
    assert {officer: len(own) for officer, own in told.items()} == dict.fromkeys(ABOVE | BOARD, 1)


def _die_after_telling(directory: Path, today: date) -> None:
    """A worker that is killed after it told a miss and before it committed."""

    def fatal(session: Session, case: str, gate: Gate) -> int:
        tell_missed(session, case, gate)
        session.flush()
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    vars(duties)["tell_missed"] = fatal
    Worker(open_context(directory, today=today)).round()


def _die_before_releasing(directory: Path, today: date) -> None:
    """A worker that is killed after the miss is committed and before the case moves up."""

    def fatal(_session: Session, _case: str, _gate: Gate) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    vars(duties)["release_overdue"] = fatal
    Worker(open_context(directory, today=today)).round()


def _run_until_killed(target: object, watched: Watched, today: date) -> None:
    process = multiprocessing.get_context("spawn").Process(
        target=target,  # type: ignore[arg-type]  # a function of this module
        args=(watched.instance.directory, today),
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL


def test_a_worker_killed_in_the_middle_of_telling_leaves_it_to_the_next(waiting: Watched) -> None:
    late = waiting.clocks()["accept_due"] + DAY
    _run_until_killed(_die_after_telling, waiting, late)
    assert waiting.count(EventKind.MISSED) == 0
    assert waiting.told(NoticeKind.OVERDUE) == {}
    waiting.look(late)
    waiting.look(late + DAY)
    assert waiting.count(EventKind.MISSED) == 1
    assert {len(own) for own in waiting.told(NoticeKind.OVERDUE).values()} == {1}


def test_a_worker_killed_between_the_telling_and_the_release_leaves_the_release(watched: Watched) -> None:
    late = watched.clocks()["ack_due"] + DAY
    _run_until_killed(_die_before_releasing, watched, late)
    assert Counter(watched.kinds()) == {EventKind.FILED: 1, EventKind.MISSED: 1}
    watched.look(late)
    assert Counter(watched.kinds()) == {EventKind.FILED: 1, EventKind.MISSED: 1, EventKind.RELEASED: 1}


def test_more_cases_than_a_page_are_all_looked_at(
    instance: Instance, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = _cases(instance, today, 7)
    late = cases[0].clocks()["accept_due"] + DAY
    gate = Gate(instance.worker.gate_pair, instance.roster, late)
    reading = instance.worker_db.reading
    for page in (1, 2, 3, 7, 8):
        assert sorted(paging.past(reading, Case.wake, late, page)) == sorted(case.case for case in cases)
        assert list(paging.remarkable(reading, gate, page)) == []
    with instance.owner.state.begin() as session:
        for row in session.scalars(select(Case)):
            row.office = "HO-ashford"
    for page in (1, 2, 7):
        assert [seen.case for seen in paging.remarkable(reading, gate, page)] == sorted(
            case.case for case in cases
        )
    monkeypatch.setattr(duties, "remarkable", lambda *_: iter(()))
    cases[0].look(late)
    with instance.owner.reading() as session:
        missed = select(func.count()).select_from(Event).where(Event.kind == EventKind.MISSED)
        assert session.scalar(missed) == len(cases)
        assert session.scalar(select(func.count()).select_from(Notice))


def test_a_reporter_who_writes_at_the_same_moment_delays_nothing(
    waiting: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote: list[str] = []

    def interrupted(session: Session, case: str, gate: Gate) -> int:
        if not wrote and session.get_bind().dialect.name == "postgresql":
            wrote.append("Just now.")
            waiting.filed.offices.mailbox.write(waiting.filed.master, wrote[0])
        return tell_missed(session, case, gate)

    monkeypatch.setattr(duties, "tell_missed", interrupted)
    waiting.look(waiting.clocks()["accept_due"] + DAY)
    assert waiting.count(EventKind.MISSED) == 1
