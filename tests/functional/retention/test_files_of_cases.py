"""A deleted case takes its files along, a kept one keeps them, whatever stops in between; what no row knows waits a week."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from crypto.keys import new_id
from intake.database.evidence_tables import Evidence
from intake.settings import STATE_FILE
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import office_with_duties
from tests.support.duties import Watched
from tests.support.instances import Instance
from tests.support.keeping import Kept
from tests.support.reports import Offices, plumber_report
from tests.support.stored_files import (
    file_with,
    lost_object,
    objects,
    received,
    rows,
    send_with,
    store_of,
)
from triage.worker import retention
from triage.worker.context import open_context
from triage.worker.left_files import LEFT_FILE, LeftFiles
from triage.worker.loop import Worker

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
GONE = timedelta(days=33)
"""Decided today, seen tomorrow, deleted by then."""


@pytest.fixture
def instance(make_instance: MakeInstance, tmp_path: Path) -> Instance:
    """With divided duties, and a second copy."""
    copies = tmp_path / "copies"
    copies.mkdir()
    made = make_instance(office_with_duties(), copy_directory=copies)
    made.reissue(expires=date(2099, 1, 1))
    return made


@pytest.fixture
def offices(instance: Instance, today: date) -> Offices:
    """Files with that copy."""
    return Offices(instance, today, instance.worker.copy_directory)


@pytest.fixture
def kept(offices: Offices) -> Kept:
    """A report with two files, a message with a third, and nothing that this office is for."""
    filed, _ = file_with(offices, b"a bill", bytes(9000), draft=plumber_report())
    send_with(filed, b"another bill")
    return Kept(Watched(filed), filed).refused()


def copied(instance: Instance) -> set[str]:
    """The files in the second copy."""
    assert instance.worker.copy_directory is not None
    folders = instance.worker.copy_directory.glob("*.evidence")
    return {blob for folder in folders for blob in objects(folder)}


def test_a_deleted_case_takes_its_files_along_and_no_others(
    kept: Kept, offices: Offices, instance: Instance, today: date
) -> None:
    other, (stays,) = file_with(offices, b"of another case")
    drafted = received(offices, b"nobody has sent this").raw.id
    assert len(objects(instance)) == 5
    assert len(copied(instance)) == 3
    kept.decide_deletion(today).look(today + DAY, today + GONE - DAY)
    assert len(rows(instance)) == 4
    kept.look(today + GONE)
    assert not kept.is_there()
    assert rows(instance) == copied(instance) == {stays.id}
    assert objects(instance) == {stays.id, drafted}
    assert offices.cases() == [other.case]
    assert len(list((instance.worker.copy_directory or Path()).iterdir())) == 2


def test_a_legal_hold_keeps_the_files_as_well(kept: Kept, instance: Instance, today: date) -> None:
    kept.decide_deletion(today).look(today + DAY).call_hold(today + DAY)
    kept.look(today + GONE, today + GONE + 2 * WEEK)
    assert rows(instance) == objects(instance)
    assert len(objects(instance)) == 3
    assert LeftFiles(instance.directory / LEFT_FILE).read() == {}


def _killed_before_the_files_go(directory: Path, day: date) -> None:
    """A worker that is killed after the case was deleted and before its files are."""
    vars(retention)["_forget"] = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    context = open_context(directory, today=day)
    Worker(context)._publish_log()
    retention.delete_due(context)


@pytest.mark.parametrize("notes_lost", [False, True])
def test_a_worker_that_is_killed_in_between_leaves_no_file_in_the_end(
    kept: Kept, instance: Instance, today: date, *, notes_lost: bool
) -> None:
    kept.decide_deletion(today).look(today + DAY, today + GONE - DAY)
    kept.watched.worker(today + GONE)._publish_log()
    process = multiprocessing.get_context("spawn").Process(
        target=_killed_before_the_files_go, args=(instance.directory, today + GONE)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert (kept.is_there(), rows(instance), len(objects(instance))) == (False, set(), 3)
    if notes_lost:
        (instance.directory / LEFT_FILE).unlink()
        kept.look(today + GONE, today + GONE + WEEK - DAY)
        assert len(objects(instance)) == 3
        kept.look(today + GONE + WEEK)
    else:
        kept.look(today + GONE)
    assert objects(instance) == copied(instance) == set()


def test_a_store_that_does_not_answer_keeps_no_case_and_its_files_go_later(
    kept: Kept, instance: Instance, today: date, capsys: pytest.CaptureFixture[str]
) -> None:
    kept.decide_deletion(today).look(today + DAY, today + GONE - DAY)
    place = instance.directory / "evidence"
    place.rename(away := instance.directory / "away")
    worker = kept.watched.worker(today + GONE)
    assert not worker.round()
    assert not kept.is_there()
    said = capsys.readouterr().err
    assert '"files.unavailable"' in said
    assert "evidence" not in said.replace("intake.evidence", "")
    away.rename(place)
    kept.look(today + GONE)
    assert objects(instance) == set()


def test_a_restore_that_brings_a_deleted_case_back_brings_no_file_back_for_long(
    kept: Kept, instance: Instance, today: date, engine_kind: str
) -> None:
    if engine_kind == "postgresql":
        pytest.skip("a backup of SQLite is a file")
    (blob, *_) = sorted(rows(instance))
    store = store_of(instance)
    sealed = b"".join(store.read(blob))
    live, backup = instance.directory / STATE_FILE, instance.directory / "backup"
    with sqlite3.connect(live) as old, sqlite3.connect(backup) as new:
        old.backup(new)
    kept.decide_deletion(today).look(today + DAY, today + GONE - DAY, today + GONE)
    assert objects(instance) == set()
    for path in instance.directory.glob(f"{STATE_FILE}-*"):
        path.unlink()
    backup.replace(live)
    incoming = store.create(blob)
    incoming.write(sealed)
    incoming.commit()
    assert len(rows(instance)) == 3
    kept.watched.worker(today + GONE + DAY).round()  # the log says, too, that it was put back
    assert (kept.is_there(), rows(instance), objects(instance)) == (False, set(), set())


def test_a_file_whose_row_was_away_for_a_while_is_still_there(
    kept: Kept, instance: Instance, today: date
) -> None:
    """An older backup was put back, the worker ran, and then the right one was."""
    lost = lost_object(instance)
    blob = sorted(rows(instance))[0]
    with instance.owner.state.begin() as session:
        session.execute(delete(Evidence).where(Evidence.id == blob))
    kept.look(today, today + WEEK - DAY)
    assert LeftFiles(instance.directory / LEFT_FILE).read() == dict.fromkeys((blob, lost), today + WEEK)
    with instance.owner.state.begin() as session:
        session.add(Evidence(id=blob, case_id=kept.case, size=store_of(instance).size(blob)))
    kept.look(today + WEEK)
    assert objects(instance) == rows(instance)
    assert LeftFiles(instance.directory / LEFT_FILE).read() == {}


def test_notes_that_were_spoilt_cost_a_week_and_nothing_else(tmp_path: Path, today: date) -> None:
    left = LeftFiles(tmp_path / LEFT_FILE)
    assert left.read() == {}
    one, two = new_id(), new_id()
    left.note([one, two], today + WEEK)
    left.note([one], today)
    left.note([two], today + 2 * WEEK)
    assert left.read() == {one: today, two: today + WEEK}
    assert left.path.stat().st_mode & 0o077 == 0
    left.strike_out([one, new_id()])
    assert left.read() == {two: today + WEEK}
    for spoilt in (left.path.read_bytes()[:-3], b"[]", b'{"x":1}', b'{"x":"soon"}'):
        left.path.write_bytes(spoilt)
        assert left.read() == {}
    left.note([one], today)
    assert left.read() == {one: today}
    many = [new_id() for _ in range(40)]
    with ThreadPoolExecutor(4) as pool:  # as several workers beside each other
        list(pool.map(lambda blob: left.note([blob], today), many))
    assert left.read().keys() == {one, *many}
