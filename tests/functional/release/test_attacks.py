"""Requests that are forged, put back, moved or raced, by somebody who can write to the database: nothing comes of them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keys import KeyPair, new_id
from intake import watch as watches
from intake.database.case_tables import Event, OutboxJob, WatchRow
from intake.events import EventKind
from intake.outbox import ClaimedJob, JobName
from intake.record import REPORTER, Author
from intake.requests import Ask, Request, request_job
from tests.support.releases import DAY, Moving
from tests.support.reports import plumber_report
from triage.worker import jobs, loop
from triage.worker.context import Context, open_context
from triage.worker.loop import Worker
from triage.worker.requests import carry_out_request

MILLBROOK = {"mara", "milo", "mina", "marc"}
NORTH = {"nora", "nils", "nina", "noel"}


def forge(case: Moving, request: Request, pair: KeyPair) -> None:
    case.post(request_job(request, Author(request.by, pair), case.instance.portal.gate))


@pytest.mark.parametrize(
    ("ask", "kind"),
    [
        (Ask.REVIEW, EventKind.REVIEW_ASKED),
        (Ask.COMPLAINT, EventKind.COMPLAINED),
        (Ask.EXCLUSION, EventKind.NAMED),
    ],
)
def test_what_only_the_reporter_asks_needs_the_reporters_key(told: Moving, ask: Ask, kind: EventKind) -> None:
    number = told.reporter_event(kind, told.day)
    about = {"event": number}
    pairs = (KeyPair.generate(), told.instance.pair("mara"), told.instance.worker.gate_pair)
    for by in (REPORTER, "mara"):
        for pair in pairs:
            forge(told, Request(told.case, ask, by, told.day, ("mara",), about), pair)
    assert not told.worker(told.day).round(), "the worker says that something is wrong"
    assert told.count(EventKind.RELEASED) == 0
    assert told.who_can_open() == MILLBROOK


@pytest.mark.parametrize("ask", [Ask.TAKEOVER, Ask.CALL_UP, Ask.SUPERVISE])
def test_what_an_officer_asks_needs_that_officers_key(moving: Moving, ask: Ask) -> None:
    moving.acknowledge()
    moving.conclude("mara", ["marc"], final=moving.day + 90 * DAY)
    late = moving.day + 30 * DAY
    about = {"due": (late + 2 * DAY).isoformat()}
    for by in ("nora", "nils", REPORTER, "nobody", ""):
        forge(moving, Request(moving.case, ask, by, late, (), about), moving.instance.pair("milo"))
    moving.worker(late).round()
    assert moving.count(EventKind.RELEASED) == 0
    assert moving.watch().clocks.get("progress_due") != about["due"]


def test_a_request_that_was_answered_does_nothing_when_it_is_put_back(told: Moving) -> None:
    job = told.ask_reporter(Ask.REVIEW, EventKind.REVIEW_ASKED, told.day)
    told.worker(told.day).round()
    assert told.who_can_open() == NORTH
    told.conclude("nils", ["noel", "nina"], told.day + DAY)
    told.tell_result("nils", told.day + DAY)
    told.post(job)
    assert told.worker(told.day + DAY).round()
    assert (told.count(EventKind.RELEASED), told.waiting()) == (1, 0)
    assert told.who_can_open() == NORTH


def test_an_old_ask_for_a_takeover_counts_for_no_later_miss(moving: Moving) -> None:
    moving.acknowledge()
    first = date.fromisoformat(moving.watch().clocks["accept_due"]) + DAY
    old = [moving.ask_officer(Ask.TAKEOVER, "nora", first)]
    moving.worker(first).round()
    accepted = {"state": "addressing", "manner": "letter", "met": {"accept_due": first.isoformat()}}
    moving.act("mara", EventKind.ADDRESSED, accepted, first)
    late = date.fromisoformat(moving.watch().clocks["feedback_due"]) + DAY
    moving.post(old[0])
    moving.ask_officer(Ask.TAKEOVER, "nils", late)
    moving.worker(late).round()
    assert moving.count(EventKind.RELEASED) == 0, "one of the two asked in another matter, months ago"


def test_a_request_moved_to_another_job_or_changed_is_kept_for_a_person(told: Moving) -> None:
    job = told.ask_reporter(Ask.COMPLAINT, EventKind.COMPLAINED, told.day)
    with told.instance.owner.state.begin() as session:
        for row in session.scalars(select(OutboxJob).where(OutboxJob.job == JobName.REQUEST)).all():
            session.delete(row)
    moved = OutboxJob(id=new_id(), job=job.job, payload=job.payload, due=job.due, done=False, attempts=0)
    broken = bytes([*job.payload[:-1], job.payload[-1] ^ 1])
    changed = OutboxJob(id=job.id, job=job.job, payload=broken, due=job.due, done=False, attempts=0)
    for each in (moved, changed):
        told.post(each)
    assert not told.worker(told.day).round()
    assert (told.count(EventKind.RELEASED), told.waiting()) == (0, 2)


def test_a_reporters_request_moves_no_other_reporters_case(told: Moving) -> None:
    other = Moving(told.filed.offices.file(plumber_report()))
    number = other.reporter_event(EventKind.COMPLAINED, told.day)
    mine = Request(other.case, Ask.COMPLAINT, REPORTER, told.day, (), {"event": number})
    told.post(request_job(mine, told.reporter(), told.instance.portal.gate))
    told.worker(told.day).round()
    assert other.count(EventKind.RELEASED) == 0
    assert other.who_can_open() == MILLBROOK


def test_a_request_without_its_event_does_nothing(told: Moving) -> None:
    complained = told.reporter_event(EventKind.COMPLAINED, told.day)
    for details in ({}, {"event": 999}, {"event": "1"}, {"event": 0}, {"event": complained + 1}):
        request = Request(told.case, Ask.COMPLAINT, REPORTER, told.day, (), details)
        told.post(request_job(request, told.reporter(), told.instance.portal.gate))
    review = Request(told.case, Ask.REVIEW, REPORTER, told.day, (), {"event": complained})
    told.post(request_job(review, told.reporter(), told.instance.portal.gate))
    assert told.worker(told.day).round()
    assert (told.count(EventKind.RELEASED), told.waiting()) == (0, 0)


def test_a_watch_put_back_from_earlier_releases_nothing(moving: Moving) -> None:
    with moving.instance.owner.reading() as session:
        old = session.scalars(select(WatchRow.sealed)).one()
    moving.acknowledge()
    with moving.instance.owner.state.begin() as session:
        session.get_one(WatchRow, moving.case).sealed = old
    moving.ask_reporter(Ask.COMPLAINT, EventKind.COMPLAINED, moving.day)
    assert not moving.worker(moving.day).round()
    assert (moving.count(EventKind.RELEASED), moving.waiting()) == (0, 1)


def test_a_watch_that_names_another_reporter_moves_nothing(told: Moving) -> None:
    forger = KeyPair.generate()
    forged = replace(told.watch(), reporter=forger.public.as_text())
    with told.instance.owner.state.begin() as session:
        author = Author("marc", told.instance.pair("marc"))
        watches.store(session, forged, author, told.instance.portal.gate)
    number = told.reporter_event(EventKind.COMPLAINED, told.day)
    forge(told, Request(told.case, Ask.COMPLAINT, REPORTER, told.day, (), {"event": number}), forger)
    assert not told.worker(told.day).round()
    assert told.count(EventKind.RELEASED) == 0


def test_a_disabled_officer_asks_for_nothing(moving: Moving) -> None:
    moving.acknowledge()
    late = date.fromisoformat(moving.watch().clocks["accept_due"]) + DAY
    moving.ask_officer(Ask.TAKEOVER, "nora", late)
    moving.ask_officer(Ask.TAKEOVER, "nils", late)
    moving.instance.without("nils")
    moving.worker(late).round()
    assert moving.count(EventKind.RELEASED) == 0


def test_a_refused_request_leaves_nothing_that_anybody_could_see(told: Moving) -> None:
    def clear() -> tuple[object, ...]:
        with told.instance.owner.reading() as session:
            events = session.execute(select(Event.id, Event.number, Event.case_key)).all()
            watch = session.scalars(select(WatchRow.sealed)).one()
        return events, watch, told.told_anything()

    told.worker(told.day).round()
    late = told.day + timedelta(days=31)
    number = told.reporter_event(EventKind.REVIEW_ASKED, late)
    before = clear()
    request = Request(told.case, Ask.REVIEW, REPORTER, late, (), {"event": number})
    with told.instance.owner.state.begin() as session:
        told_now = request_job(request, told.reporter(), told.instance.portal.gate)
        job = ClaimedJob(told_now.id, told_now.job, told_now.payload, 0)
        carry_out_request(session, told.worker(late).context, job)
    assert clear() == before


def test_three_workers_at_once_carry_a_request_out_once(told: Moving) -> None:
    told.ask_reporter(Ask.REVIEW, EventKind.REVIEW_ASKED, told.day)
    told.ask_reporter(Ask.EXCLUSION, EventKind.NAMED, told.day, ("nina",))
    workers = [threading.Thread(target=told.worker(told.day).round) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert told.worker(told.day).round()
    assert (told.count(EventKind.RELEASED), told.waiting()) == (2, 0)
    assert told.who_can_open() == NORTH - {"nina"}
    told.check_consequences()


def _die_in_the_middle(directory: Path, today: date) -> None:
    """A worker that is killed after it moved the case and before it committed."""

    def fatal(session: Session, context: Context, job: ClaimedJob) -> None:
        carry_out_request(session, context, job)
        session.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    vars(loop)["JOBS"] = {**jobs.JOBS, JobName.REQUEST.value: fatal}
    Worker(open_context(directory, today=today)).round()


def test_a_worker_killed_in_the_middle_of_a_release_leaves_it_to_the_next(told: Moving) -> None:
    told.worker(told.day).round()
    told.ask_reporter(Ask.REVIEW, EventKind.REVIEW_ASKED, told.day)
    process = multiprocessing.get_context("spawn").Process(
        target=_die_in_the_middle, args=(told.instance.directory, told.day)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert (told.count(EventKind.RELEASED), told.waiting()) == (0, 1)
    assert told.who_can_open() == MILLBROOK
    assert told.worker(told.day).round()
    assert (told.count(EventKind.RELEASED), told.waiting()) == (1, 0)
    assert told.who_can_open() == NORTH
