"""The worker: everything due is done once, whoever else is at it, and whatever falls over in between."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from crypto.keys import new_id
from intake.database.case_tables import Case, Event, Grant, Notice, OutboxJob, Rung
from intake.database.evidence_tables import Staged
from intake.database.volatile_tables import Budget, SealedSession
from intake.events import EventKind
from intake.log import configure
from intake.outbox import MAX_ATTEMPTS, ClaimedJob, JobName, abandoned_jobs, claim_job
from intake.sessions import SealedSessions
from intake.settings import SettingsError
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, water_report
from tests.support.stored_files import objects, received, store_of
from tests.support.terminal import run
from triage.worker import jobs, loop
from triage.worker.context import Context, open_context
from triage.worker.loop import Worker
from triage.worker.tick import TICK_FILE, Tick


@pytest.fixture(autouse=True)
def _restored_hooks() -> Iterator[None]:
    hook, thread_hook = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = hook, thread_hook


def _worker(instance: Instance, today: date | None = None) -> Worker:
    clock = Clock(today or instance.today)
    return Worker(Context(instance.worker, instance.worker_db, instance.rosters, clock, configure("worker")))


def _filed(instance: Instance) -> Filed:
    return Offices(instance, instance.today).file(water_report())


def _count(instance: Instance, table: type[Notice | OutboxJob | Grant | Rung]) -> int:
    with instance.owner.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def _office(instance: Instance, case: str) -> str:
    with instance.owner.reading() as session:
        return session.get_one(Case, case).office


def _kinds(instance: Instance, case: str) -> list[EventKind]:
    with instance.owner.reading() as session:
        return list(session.scalars(select(Event.kind).where(Event.case_id == case).order_by(Event.number)))


def test_notices_reach_their_officers_and_leave_no_job_behind(instance: Instance) -> None:
    assert _worker(instance).round()
    with instance.owner.reading() as session:
        of_no_case = set(session.scalars(select(Notice.id)))  # figures and papers of the year
    _filed(instance)
    assert _count(instance, OutboxJob) == 1
    assert _worker(instance).round()
    assert _count(instance, OutboxJob) == 0
    with instance.owner.reading() as session:
        told = set(session.scalars(select(Notice.officer_id).where(Notice.id.not_in(of_no_case))))
    assert told
    assert "mina" not in told  # kin of the accused


def test_a_job_that_was_done_twice_told_nobody_twice(instance: Instance) -> None:
    _filed(instance)
    with instance.owner.reading() as session:
        row = session.scalars(select(OutboxJob)).one()
        copy = OutboxJob(id=row.id, job=row.job, payload=row.payload, due=row.due, done=False, attempts=0)
    _worker(instance).round()
    notices = _count(instance, Notice)
    with instance.owner.state.begin() as session:
        session.add(copy)
    assert _worker(instance).round()
    assert _count(instance, Notice) == notices


def test_a_job_waits_for_its_day(instance: Instance) -> None:
    with instance.owner.state.begin() as session:
        due = instance.today + timedelta(days=2)
        session.add(OutboxJob(id=new_id(), job="tomorrow", payload=b"", due=due, done=False, attempts=0))
        assert claim_job(session, instance.today) is None
        assert claim_job(session, due) is not None


def test_a_broken_job_stops_no_other_and_is_given_up_in_the_end(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    _filed(instance)
    with instance.owner.state.begin() as session:
        day = instance.today - timedelta(days=1)
        session.add(
            OutboxJob(
                id=new_id(), job=JobName.DELIVER_NOTICES, payload=b"forged", due=day, done=False, attempts=0
            )
        )
    worker = _worker(instance)
    for _ in range(MAX_ATTEMPTS):
        assert not worker.round()
    assert _count(instance, Notice) > 0
    with instance.owner.reading() as session:
        assert abandoned_jobs(session) == ["deliver-notices"]
    assert worker.round()
    assert "forged" not in capsys.readouterr().err


def test_a_job_nobody_knows_is_kept_for_a_person(instance: Instance) -> None:
    with instance.owner.state.begin() as session:
        session.add(
            OutboxJob(id=new_id(), job="unheard", payload=b"", due=instance.today, done=False, attempts=0)
        )
    assert not _worker(instance).round()
    assert _count(instance, OutboxJob) == 1


def test_a_job_that_always_breaks_a_rule_of_the_database_does_not_stop_the_rest(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(session: Session, _context: Context, _job: ClaimedJob) -> None:
        session.add(Notice(officer_id="lena", id=None, sealed=b""))
        session.flush()

    monkeypatch.setattr(loop, "JOBS", {**jobs.JOBS, "breaks": breaks})
    _filed(instance)
    with instance.owner.state.begin() as session:
        day = instance.today - timedelta(days=1)
        session.add(OutboxJob(id=new_id(), job="breaks", payload=b"", due=day, done=False, attempts=0))
    assert not _worker(instance).round()
    assert _count(instance, Notice) > 0


def test_two_workers_at_once_share_the_work_and_repeat_none(
    make_instance: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = make_instance(members=lambda name: name == "lena")
    done: list[str] = []

    def slow(_session: object, _context: Context, job: ClaimedJob) -> None:
        time.sleep(0.01)
        done.append(job.id)

    monkeypatch.setattr(loop, "JOBS", {"slow": slow})
    with instance.owner.state.begin() as session:
        for _ in range(24):
            session.add(
                OutboxJob(id=new_id(), job="slow", payload=b"", due=instance.today, done=False, attempts=0)
            )
    workers = [threading.Thread(target=_worker(instance).round) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(done) == len(set(done)) == 24
    assert _count(instance, OutboxJob) == 0


def _die_in_the_middle(directory: Path, today: date) -> None:
    """A worker that is killed after it delivered and before it committed."""
    deliver = jobs.deliver_notices

    def fatal(session: object, context: Context, job: ClaimedJob) -> None:
        deliver(session, context, job)  # type: ignore[arg-type]  # the session is passed through
        session.flush()  # type: ignore[attr-defined]  # as above
        os.kill(os.getpid(), signal.SIGKILL)

    vars(loop)["JOBS"] = {JobName.DELIVER_NOTICES.value: fatal}
    Worker(open_context(directory, today=today)).round()


def test_a_worker_killed_in_the_middle_of_a_job_leaves_it_to_the_next(instance: Instance) -> None:
    _filed(instance)
    process = multiprocessing.get_context("spawn").Process(
        target=_die_in_the_middle, args=(instance.directory, instance.today)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert (_count(instance, OutboxJob), _count(instance, Notice)) == (1, 0)
    assert _worker(instance).round()
    assert _count(instance, OutboxJob) == 0
    assert _count(instance, Notice) > 0


def test_what_has_expired_is_deleted_and_nothing_else(instance: Instance) -> None:
    now = Clock().now()
    living = SealedSessions(instance.portal_db.volatile, Clock(), "draft", 60, 60)
    cookie = living.create(b"still typing")
    SealedSessions(instance.triage_db.volatile, Clock(), "officer", -5, 60).create(b"gone home")
    with instance.portal_db.volatile.begin() as session:
        session.add(Budget(key="old", count=1, expires=now - 5))
        session.add(Budget(key="new", count=1, expires=now + 60))
    assert _worker(instance).round()
    with instance.owner.volatile() as session:
        assert session.scalars(select(SealedSession.kind)).all() == ["draft"]
        assert session.scalars(select(Budget.key)).all() == ["new"]
    assert living.read(cookie) == b"still typing"


def test_a_store_that_is_away_stops_no_duty_and_is_looked_for_again(
    instance: Instance, capsys: pytest.CaptureFixture[str]
) -> None:
    offices = Offices(instance, instance.today)
    over = received(offices, b"nobody sends this").raw.id
    broken = store_of(instance).create(new_id())  # is still being written: its writer lives
    broken.write(b"half")
    with instance.owner.volatile.begin() as session:
        session.execute(update(Staged).where(Staged.id == over).values(expires=1))
    offices.file()
    place = instance.directory / "evidence"
    place.rename(away := instance.directory / "away")
    worker = _worker(instance)
    assert not worker.round()
    assert _count(instance, OutboxJob) == 0  # the notices went out
    assert '"files.unavailable"' in capsys.readouterr().err
    away.rename(place)
    assert worker.round()
    assert objects(instance) == set()
    broken.commit()
    (committed,) = objects(instance)
    assert committed not in capsys.readouterr().err


def test_the_command_removes_what_nobody_sent(instance: Instance) -> None:
    over = received(Offices(instance, instance.today), b"nobody sends this").raw.id
    with instance.owner.volatile.begin() as session:
        session.execute(update(Staged).where(Staged.id == over).values(expires=1))
    done = run("worker", instance.directory, "--once", "--today", str(instance.today))
    assert done.returncode == 0, done.stderr
    assert objects(instance) == set()


def test_a_missed_acknowledgement_moves_the_case_up_and_only_then(instance: Instance) -> None:
    filed = _filed(instance)
    before = _office(instance, filed.case)
    due = filed.offices.filing.preview(water_report()).clocks["ack_due"]
    assert _worker(instance, due).round()
    assert _office(instance, filed.case) == before  # the due date is the last day on time
    assert _worker(instance, due + timedelta(days=1)).round()
    after = _office(instance, filed.case)
    assert instance.organisation.is_above(after, before)
    for officer in instance.organisation.members_of(before):
        assert filed.opened_by(officer.id) is None
    opened = filed.opened_by(instance.organisation.members_of(after)[1].id)
    assert opened is not None
    assert opened.whole
    assert opened.records[-1].kind is EventKind.RELEASED


def test_two_workers_release_a_rung_once(instance: Instance) -> None:
    filed = _filed(instance)
    late = instance.today + timedelta(days=9)
    workers = [threading.Thread(target=_worker(instance, late).round) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with instance.owner.reading() as session:
        released = select(func.count()).where(Event.case_id == filed.case, Event.kind == EventKind.RELEASED)
        assert session.scalar(released) == 1


def _real(instance: Instance, monkeypatch: pytest.MonkeyPatch, today: date) -> Worker:
    """A worker whose day comes from the clock, which says ``today``."""

    class Set(Clock):
        def today(self, timezone: str = "UTC") -> date:
            assert timezone
            return today

    worker = _worker(instance)
    context = worker.context
    monkeypatch.setattr(
        worker, "context", Context(context.settings, context.databases, context.rosters, Set(), context.log)
    )
    return worker


def test_a_clock_that_jumps_releases_nothing_until_two_persons_confirm(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = _filed(instance)
    office = _office(instance, filed.case)
    assert _real(instance, monkeypatch, instance.today).round()
    jumped = instance.today + timedelta(days=30)
    assert not _real(instance, monkeypatch, jumped).round()
    assert _office(instance, filed.case) == office
    assert _kinds(instance, filed.case) == [EventKind.FILED]
    Tick(instance.directory / TICK_FILE).remember(jumped)  # what two officers' logins lead to
    assert _real(instance, monkeypatch, jumped).round()
    assert _office(instance, filed.case) != office
    assert {EventKind.MISSED, EventKind.RELEASED} <= set(_kinds(instance, filed.case))


def test_a_weekend_is_no_jump(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    for days in (0, 2, 3, 5):
        assert _real(instance, monkeypatch, instance.today + timedelta(days=days)).round()


def test_a_played_date_is_for_demos(make_instance: MakeInstance) -> None:
    real = make_instance(members=lambda name: name == "lena", demo=False)
    with pytest.raises(SettingsError, match="demo or a rehearsal only"):
        open_context(real.directory, today=real.today)


def test_sigterm_ends_a_worker_cleanly(make_instance: MakeInstance) -> None:
    instance = make_instance(members=lambda name: name == "lena")
    command = [
        sys.executable,
        "-P",
        "-m",
        "triage.worker",
        str(instance.directory),
        "--today",
        str(instance.today),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "process.started" in process.stderr.readline()
        process.terminate()
        assert "process.stopped" in process.stderr.read()
        assert process.wait(20) == 0


def test_the_registry_of_jobs_is_complete() -> None:
    registered: Mapping[str, object] = jobs.JOBS
    assert set(registered) == set(JobName)
