"""The worker publishes the log in its rounds, and says so when the stored log was tampered with."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from crypto.errors import CryptoError
from intake.database.log_tables import LogCheckpoint, LogEntry, LogNode
from intake.log import configure
from intake.publiclog.sequence import Sequencer
from intake.publiclog.stored import newest_checkpoint
from intake.time import Clock
from tests.support.instances import Instance
from tests.support.reports import Offices
from triage.worker.context import Context
from triage.worker.loop import Worker

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _restored_hooks() -> Iterator[None]:
    hook, thread_hook = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = hook, thread_hook


def worker(instance: Instance, today: date) -> Worker:
    context = Context(
        instance.worker, instance.worker_db, instance.rosters, Clock(today), configure("worker")
    )
    return Worker(context)


def size(instance: Instance) -> int:
    with instance.owner.reading() as session:
        stored = newest_checkpoint(session)
    return 0 if stored is None else stored.size


def test_every_day_a_worker_publishes_once(instance: Instance, offices: Offices) -> None:
    for day in range(3):
        offices.file()
        for _ in range(2):
            assert worker(instance, offices.today + day * DAY).round()
        running = worker(instance, offices.today + day * DAY)
        assert running.round()
        assert running.round()
        assert size(instance) == 64 * (day + 1)


def test_a_changed_entry_stops_the_log_and_is_said(
    instance: Instance, offices: Offices, capsys: pytest.CaptureFixture[str]
) -> None:
    worker(instance, offices.today).round()
    with instance.owner.state.begin() as session:
        session.execute(update(LogEntry).where(LogEntry.number == 3).values(commitment=bytes(32)))
    for _ in range(2):
        assert not worker(instance, offices.today + DAY).round()
    assert "log.broken" in capsys.readouterr().err
    assert size(instance) == 64


def test_a_removed_entry_stops_the_log(instance: Instance, offices: Offices, sequencer: Sequencer) -> None:
    sequencer.publish(offices.today)
    for number in (3, 63):
        with instance.owner.state.begin() as session:
            session.execute(delete(LogEntry).where(LogEntry.number == number))
        with pytest.raises(CryptoError):
            sequencer.publish(offices.today + DAY)
    assert size(instance) == 64


def test_a_changed_tile_hash_is_noticed_before_anything_is_signed_over_it(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    for day in range(5):
        sequencer.publish(offices.today + day * DAY)
    with instance.owner.state.begin() as session:
        assert session.scalar(select(func.count()).select_from(LogNode)) == 1
        session.execute(update(LogNode).values(hash=bytes(32)))
    with pytest.raises(CryptoError):
        sequencer.publish(offices.today + 5 * DAY)
    assert size(instance) == 5 * 64


def test_a_log_that_was_put_back_is_not_continued(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    """Somebody with the whole database removes yesterday, entries and checkpoint, and waits for a new yesterday."""
    sequencer.publish(offices.today)
    offices.file()
    sequencer.publish(offices.today + DAY)
    with instance.owner.state.begin() as session:
        session.execute(delete(LogCheckpoint).where(LogCheckpoint.size > 64))
        session.execute(delete(LogEntry).where(LogEntry.number >= 64))
    for day in (1, 2, 3):
        with pytest.raises(CryptoError, match="put back"):
            sequencer.publish(offices.today + day * DAY)
    assert size(instance) == 64


def test_an_emptied_log_is_not_begun_again(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    sequencer.publish(offices.today)
    with instance.owner.state.begin() as session:
        session.execute(delete(LogCheckpoint))
        session.execute(delete(LogEntry))
    with pytest.raises(CryptoError, match="put back"):
        sequencer.publish(offices.today)


def test_a_checkpoint_that_the_log_did_not_sign_is_not_continued(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    sequencer.publish(offices.today)
    with instance.owner.state.begin() as session:
        row = session.scalars(select(LogCheckpoint)).one()
        row.note = row.note.replace(b"\n64\n", b"\n65\n")
    with pytest.raises(CryptoError):
        sequencer.publish(offices.today + DAY)


def test_entries_that_nobody_signed_are_not_taken_along(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    sequencer.publish(offices.today)
    with instance.owner.state.begin() as session:
        session.add(LogEntry(number=64, commitment=b"slipped in between, 32 bytes wide"))
    with pytest.raises(CryptoError, match="no checkpoint covers"):
        sequencer.publish(offices.today + DAY)
