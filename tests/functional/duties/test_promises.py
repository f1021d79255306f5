"""Somebody does not come back by their day: what they wanted is done once, exactly then, whatever happens to the workers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from intake import watch as watches
from intake.database.case_tables import WatchRow
from intake.duties.promised import keep_promise
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.protection.said import Does
from intake.record import Author
from intake.release import Gate
from intake.requests import Ask, Request, request_job
from tests.support.duties import ABOVE
from tests.support.instances import Instance
from tests.support.reports import Offices
from tests.support.safety import DAY, HIGH, Safe
from triage.worker import duties
from triage.worker.context import open_context
from triage.worker.loop import Worker

LEFT = "The keys to the pump house hang behind the door. Look at the meter of May."


@pytest.fixture
def offices(instance: Instance, today: date) -> Offices:
    return Offices(instance, today)


@pytest.fixture
def nurse(offices: Offices) -> Safe:
    """Something was done to her already: the band is high."""
    return Safe.file(offices, **HIGH)


@pytest.fixture
def clerk(offices: Offices) -> Safe:
    """Nothing is known of their risk: medium."""
    return Safe.file(offices)


def test_a_vendor_does_not_come_back_and_the_level_above_may_take_the_case_over(clerk: Safe) -> None:
    due = clerk.filed_on + 9 * DAY
    clerk.promises(clerk.filed_on, due)
    clerk.look(clerk.filed_on)
    clerk.look(due - DAY)
    assert clerk.count(EventKind.PROMISE_KEPT) == 0
    clerk.look(due)
    clerk.look(due)
    clerk.look(due + DAY)
    assert [dict(entry) | {"notices": 0} for entry in clerk.data(EventKind.PROMISE_KEPT)] == [
        {"does": "escalate", "due": due.isoformat(), "notices": 0}
    ]
    assert clerk.heard(NoticeKind.PROMISE_KEPT) == clerk.contacts() | ABOVE
    assert clerk.mailbox(due).safety.promised is None
    for officer in ("nora", "noel"):
        _ask(clerk, Ask.TAKEOVER, officer, due + DAY)
        clerk.look(due + DAY)
    assert clerk.row().office == "HO-north"
    assert clerk.watch().escalated is None
    assert clerk.filed.opened_by("nora") is not None
    assert clerk.filed.opened_by("mara") is None


def test_nobody_takes_a_case_over_because_of_a_promise_that_was_not_kept_yet(clerk: Safe) -> None:
    clerk.promises(clerk.filed_on, clerk.filed_on + 9 * DAY)
    clerk.look(clerk.filed_on)
    for officer in ("nora", "noel"):
        _ask(clerk, Ask.TAKEOVER, officer, clerk.filed_on + DAY)
        clerk.look(clerk.filed_on + DAY)
    assert clerk.row().office == "HO-millbrook"


def test_a_sealed_text_is_read_by_nobody_before_its_day_and_by_the_circle_after(clerk: Safe) -> None:
    due = clerk.filed_on + 20 * DAY
    clerk.promises(clerk.filed_on, due, Does.RELEASE, LEFT)
    clerk.look(clerk.filed_on)
    clerk.act(
        clerk.filed_on + DAY, EventKind.NOTED, {}
    )  # an act writes the watch anew, and carries the promise over
    assert LEFT not in _read_by(clerk, "mara")
    clerk.look(due - DAY)
    assert LEFT not in _read_by(clerk, "mara")
    clerk.look(due + 3 * DAY)  # no worker worked on the day itself
    assert LEFT in _read_by(clerk, "mara")
    (entry,) = clerk.data(EventKind.PROMISE_KEPT)
    assert entry["due"] == due.isoformat()
    assert clerk.heard(NoticeKind.PROMISE_KEPT) == clerk.contacts() | {"mara"}
    file = clerk.filed.opened_by("mara")
    assert file is not None
    assert file.whole
    assert clerk.mailbox(due + 3 * DAY).proved


def test_whoever_comes_back_on_a_later_day_ends_it_and_an_act_of_the_same_visit_does_not(clerk: Safe) -> None:
    due = clerk.filed_on + 9 * DAY
    clerk.promises(clerk.filed_on, due)
    clerk.writes(clerk.filed_on)
    clerk.look(clerk.filed_on)
    assert clerk.mailbox(clerk.filed_on).safety.promised == clerk.filed_on
    clerk.writes(due - DAY)
    assert clerk.mailbox(due - DAY).safety.promised is None
    clerk.look(due)
    clerk.look(due + 5 * DAY)
    assert clerk.count(EventKind.PROMISE_KEPT) == 0


def test_a_newer_promise_and_one_taken_back_leave_nothing_of_the_older(clerk: Safe) -> None:
    first, second = clerk.filed_on + 5 * DAY, clerk.filed_on + 8 * DAY
    clerk.promises(clerk.filed_on, first, Does.RELEASE, LEFT)
    clerk.look(clerk.filed_on)
    with clerk.instance.owner.reading() as session:
        old = session.get_one(WatchRow, clerk.case).sealed
    clerk.promises(clerk.filed_on, second)
    clerk.look(clerk.filed_on)
    clerk.look(first)
    assert clerk.count(EventKind.PROMISE_KEPT) == 0
    # Somebody who can write to the database puts the older one back.
    with clerk.instance.owner.state.begin() as session:
        session.execute(update(WatchRow).where(WatchRow.case_id == clerk.case).values(sealed=old))
    clerk.look(second)
    assert clerk.count(EventKind.PROMISE_KEPT) == 0
    clerk.promises(second, second + 4 * DAY, Does.RELEASE, LEFT)
    clerk.office(second).take_promise_back(clerk.filed.master)
    clerk.look(second)
    clerk.look(second + 9 * DAY)
    assert clerk.count(EventKind.PROMISE_KEPT) == 0
    assert LEFT not in _read_by(clerk, "mara")


def test_a_promise_that_was_kept_is_not_kept_again_when_it_is_put_back(clerk: Safe) -> None:
    due = clerk.filed_on + 3 * DAY
    clerk.promises(clerk.filed_on, due)
    clerk.look(clerk.filed_on)
    gate = clerk.instance.worker.gate_pair
    watch = clerk.watch()
    clerk.look(due)
    with clerk.instance.owner.state.begin() as session:
        watches.store_seen(session, watch, gate)
    clerk.look(due + DAY)
    assert clerk.count(EventKind.PROMISE_KEPT) == 1


def _die_in_the_middle(directory: Path, today: date) -> None:
    def fatal(session: Session, case: str, gate: Gate) -> int:
        keep_promise(session, case, gate)
        session.flush()
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    vars(duties)["keep_promise"] = fatal
    Worker(open_context(directory, today=today)).round()


def test_a_worker_killed_in_the_middle_of_a_promise_leaves_all_of_it_to_the_next(clerk: Safe) -> None:
    due = clerk.filed_on + 3 * DAY
    clerk.promises(clerk.filed_on, due, Does.RELEASE, LEFT)
    clerk.look(clerk.filed_on)
    process = multiprocessing.get_context("spawn").Process(
        target=_die_in_the_middle, args=(clerk.instance.directory, due)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert clerk.count(EventKind.PROMISE_KEPT) == 0
    assert clerk.heard(NoticeKind.PROMISE_KEPT) == set()
    clerk.look(due)
    assert clerk.count(EventKind.PROMISE_KEPT) == 1
    assert LEFT in _read_by(clerk, "mara")


def test_three_workers_at_once_keep_a_promise_and_tell_a_silence_once(nurse: Safe) -> None:
    _, second, *_ = nurse.slots(nurse.filed_on + 40 * DAY)
    day = second.closes + DAY
    nurse.promises(nurse.filed_on, day)
    nurse.says(nurse.filed_on, "unsafe")
    workers = [threading.Thread(target=nurse.worker(day).round) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    nurse.look(day)
    assert (nurse.count(EventKind.PROMISE_KEPT), nurse.count(EventKind.SILENT)) == (1, 1)
    assert nurse.heard(NoticeKind.PROMISE_KEPT) == nurse.heard(NoticeKind.SILENT) == nurse.contacts() | ABOVE
    assert nurse.heard(NoticeKind.NOT_SAFE)
    assert nurse.told(NoticeKind.ALARM) == {}


def _ask(case: Safe, ask: Ask, officer: str, day: date) -> None:
    author = Author(officer, case.instance.pair(officer))
    request = Request(case.case, ask, officer, day)
    with case.instance.owner.state.begin() as session:
        session.add(request_job(request, author, case.instance.portal.gate))


def _read_by(case: Safe, officer: str) -> list[str]:
    file = case.filed.opened_by(officer)
    assert file is not None
    return [entry.text for entry in file.written if entry.verified]
