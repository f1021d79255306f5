"""After a deletion: no byte of it in the files, no copy, nothing that a restore brings back, and a proof for the reporter."""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from intake.database.base import State
from intake.database.case_tables import Case, Epoch, Event, Grant, Item, ItemKey
from intake.log import configure
from intake.retention.destroy import TABLES
from intake.retention.kept_ledger import LEDGER_FILE
from intake.settings import STATE_FILE
from intake.time import Clock
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import office_with_duties
from tests.support.duties import Watched
from tests.support.instances import Instance
from tests.support.keeping import Kept
from tests.support.reports import Filed, Offices
from tests.support.served import ServedPortal, serving
from triage.instances.doctor import examine
from triage.worker.context import Context
from triage.worker.loop import Worker
from triage.worker.retention import delete_due
from triage.worker.tick import TICK_FILE, Tick

DAY = timedelta(days=1)
GONE = timedelta(days=33)
"""Decided today, seen tomorrow, deleted by then."""


@pytest.fixture
def engine_kind() -> str:
    """Files are what this is about; PostgreSQL keeps its own (docs/operations.md)."""
    return "sqlite"


@pytest.fixture
def going(kept: Kept, today: date) -> Kept:
    """Its early deletion was decided, and nobody objects."""
    return kept.refused().decide_deletion(today).look(today + DAY)


def gone(going: Kept) -> Kept:
    """Its day came and went."""
    return going.look(going.today + GONE - DAY, going.today + GONE)


def blobs_of(kept: Kept) -> list[bytes]:
    """Pieces of what is stored of a case: ciphertexts, and the keys to them."""
    with kept.filed.offices.instance.owner.reading() as session:
        columns = (Item.body, ItemKey.sealed, Grant.sealed, Epoch.recovery, Event.body, Case.card)
        whole = [blob for column in columns for blob in session.scalars(select(column))]
    return [blob[at : at + 48] for blob in whole for at in (0, len(blob) // 2, len(blob) - 48)]


def test_no_byte_of_it_stays_in_the_files(going: Kept) -> None:
    directory = going.filed.offices.instance.directory
    pieces = blobs_of(going)
    files = [path for path in directory.iterdir() if path.name.startswith(STATE_FILE)]
    assert any(piece in path.read_bytes() for path in files for piece in pieces)
    gone(going)
    assert not going.is_there()
    held = b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())
    assert [piece for piece in pieces if piece in held] == []


def test_every_table_that_names_a_case_is_emptied_of_it() -> None:
    """Whoever adds a table about cases adds it to the list, or this fails."""
    named = {
        table.name
        for table in State.metadata.tables.values()
        if "case_id" in table.columns or any(key.column.table.name == "cases" for key in table.foreign_keys)
    }
    assert named <= {inspect(column.class_).local_table.name for column in TABLES}


def test_the_second_copy_goes_too(make_instance: MakeInstance, tmp_path: Path, today: date) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    made = make_instance(office_with_duties(), copy_directory=copies)
    kept = Kept.file(Offices(made, today, copies)).refused().decide_deletion(today).look(today + DAY)
    other = kept.filed.offices.file()
    assert len(list(copies.iterdir())) == 2
    gone(kept)
    assert not kept.is_there()
    assert len(list(copies.iterdir())) == 1
    assert other.offices.cases() == [other.case]


def test_a_restored_backup_brings_no_deleted_case_back(going: Kept, tmp_path: Path, today: date) -> None:
    instance = going.filed.offices.instance
    live, backup = instance.directory / STATE_FILE, tmp_path / "backup"
    with sqlite3.connect(live) as old, sqlite3.connect(backup) as new:
        old.backup(new)
    gone(going)
    deletion = going.mailbox(today + GONE).deletion
    for path in instance.directory.glob(f"{STATE_FILE}-*"):
        path.unlink()
    backup.replace(live)
    assert going.is_there()
    assert not going.mailbox(today + GONE).deleted
    going.watched.worker(today + GONE + DAY).round()  # the log says, too, that it was put back
    assert not going.is_there()
    assert going.mailbox(today + GONE + DAY).deletion == deletion
    assert (instance.directory / LEDGER_FILE).stat().st_mode & 0o077 == 0


def test_a_crash_after_the_deletion_is_made_good_by_the_next_round(
    going: Kept, monkeypatch: pytest.MonkeyPatch, today: date
) -> None:
    going.look(today + GONE - DAY)
    worker = going.watched.worker(today + GONE)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("triage.worker.retention._forget", crash)
        worker._publish_log()
        with pytest.raises(KeyboardInterrupt):
            delete_due(worker.context)
    ledger = going.filed.offices.instance.directory / LEDGER_FILE
    assert (going.is_there(), len(going.entries())) == (False, 1)
    before = ledger.read_bytes() if ledger.exists() else b""
    going.look(today + GONE)
    assert len(ledger.read_bytes()) > len(before)
    assert len(going.entries()) == 1


def test_a_clock_that_jumps_deletes_nothing_until_two_persons_confirm(going: Kept, today: date) -> None:
    instance = going.filed.offices.instance
    jumped = today + GONE

    class Set(Clock):
        def today(self, timezone: str = "UTC") -> date:
            assert timezone
            return jumped

    worker = Worker(
        Context(instance.worker, instance.worker_db, instance.rosters, Set(), configure("worker"))
    )
    tick = Tick(instance.directory / TICK_FILE)
    tick.remember(today + DAY)
    assert not worker.round()
    assert going.is_there()
    tick.remember(jumped)  # what two officers' logins lead to
    worker.round()
    jumped += DAY
    worker.round()
    assert not going.is_there()


def test_the_doctor_counts_what_is_overdue_and_what_is_kept(going: Kept, today: date) -> None:
    directory = going.filed.offices.instance.directory

    def said(day: date) -> list[str]:
        return [
            entry.text for entry in examine(directory, day) if "delet" in entry.text or "beyond" in entry.text
        ]

    assert said(today + DAY) == ["no deletion is overdue"]
    going.look(today + GONE - 2 * DAY)
    going.watched.worker(today + GONE - DAY)._publish_log()
    assert said(today + GONE) == ["1 cases are to be deleted; the worker does it once a day"]
    going.call_hold(today + GONE)
    assert said(today + GONE) == ["1 cases are kept beyond their time (1 held)"]


@pytest.fixture
def portal(instance: Instance, today: date) -> Iterator[ServedPortal]:
    """The instance's portal, listening on this machine."""
    hooks = sys.excepthook, threading.excepthook
    with serving(instance, today + GONE) as served:
        yield served
    sys.excepthook, threading.excepthook = hooks


def test_a_reporter_proves_the_deletion_from_the_code_alone(
    portal: ServedPortal, instance: Instance, tmp_path: Path, today: date
) -> None:
    code, master = portal.files(tmp_path, today)
    offices = Offices(instance, today)
    (case,) = offices.cases()
    filed = Filed(offices, None, case, master)  # type: ignore[arg-type]  # the draft is of no interest any more
    kept = gone(Kept(Watched(filed), filed).refused().decide_deletion(today).look(today + DAY))
    assert not kept.is_there()
    done = portal.verify("receipt", "--code-file", code)
    assert "is not in the log, and it should be" in done.output
    portal.publishes(today + GONE + DAY)
    done = portal.verify("receipt", "--code-file", code)
    assert done.exit_code == 0, done.output
    assert f"deleted by the rules on {today + GONE}" in done.output
    assert "it was no matter for the office" in done.output
    with instance.owner.state.begin() as session:
        (entry,) = kept.entries()
        entry = session.merge(entry)
        entry.date = today
    done = portal.verify("receipt", "--code-file", code)
    assert (done.exit_code, "your case is gone, and not by the rules" in done.output) == (1, True)
