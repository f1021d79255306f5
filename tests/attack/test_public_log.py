"""Whoever owns the server and the log's own key tries to bury a report, or to rewrite what was published.

The attacker has the whole database and every file of the machine. The reporter has the code, and perhaps one old checkpoint.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import delete, select, update

from intake.database.case_tables import Event, Item, ItemKey, ItemKind
from intake.database.log_tables import LogCheckpoint, LogEntry, LogNode
from intake.publiclog import sequence
from tests.support.instances import Instance
from tests.support.served import ServedPortal, serving

DAY = timedelta(days=1)


@pytest.fixture
def portal(instance: Instance, today: date) -> Iterator[ServedPortal]:
    """The attacker's portal, listening."""
    hooks = sys.excepthook, threading.excepthook
    with serving(instance, today) as served:
        yield served
    sys.excepthook, threading.excepthook = hooks


def refused(done: Result, why: str) -> bool:
    assert "Traceback" not in done.output
    assert why in done.output, done.output
    return done.exit_code == 1 and "NOT PROVED" in done.output


def test_a_report_that_was_exchanged_is_noticed(
    portal: ServedPortal, instance: Instance, tmp_path: Path, today: date
) -> None:
    code, _ = portal.files(tmp_path, today)
    portal.publishes(today)
    with instance.owner.state.begin() as session:
        session.execute(update(Item).where(Item.kind == ItemKind.REPORT).values(body=b"another report"))
    assert refused(portal.verify("receipt", "--code-file", code), "not the one that you filed")


def test_a_report_that_was_removed_is_noticed(
    portal: ServedPortal, instance: Instance, tmp_path: Path, today: date
) -> None:
    code, _ = portal.files(tmp_path, today)
    portal.publishes(today)
    with instance.owner.state.begin() as session:
        session.execute(delete(ItemKey))
        session.execute(delete(Item))
    assert refused(portal.verify("receipt", "--code-file", code), "not the one that you filed")


def test_an_event_that_was_taken_out_of_the_record_is_noticed(
    portal: ServedPortal, instance: Instance, tmp_path: Path, today: date
) -> None:
    """The reporter wrote twice; the first message must never have existed."""
    code, master = portal.files(tmp_path, today)
    for text in ("They know my name.", "Are you there?"):
        portal.writes(master, text, today)
    portal.publishes(today)
    assert portal.verify("receipt", "--code-file", code).exit_code == 0
    with instance.owner.state.begin() as session:
        session.execute(delete(Event).where(Event.number == 1))
    assert refused(portal.verify("receipt", "--code-file", code), "was changed")


def test_a_filing_that_was_taken_out_of_the_record_is_noticed(
    portal: ServedPortal, instance: Instance, tmp_path: Path, today: date
) -> None:
    code, _ = portal.files(tmp_path, today)
    portal.publishes(today)
    with instance.owner.state.begin() as session:
        session.execute(delete(Event))
    assert refused(portal.verify("receipt", "--code-file", code), "record of your case is gone")


def test_a_filing_under_another_nonce_is_noticed(
    portal: ServedPortal, instance: Instance, tmp_path: Path, today: date
) -> None:
    """The attacker files a tame report with the reporter's case id: without the code there is no right nonce."""
    (tmp_path / "own").mkdir()
    code, _ = portal.files(tmp_path, today)
    portal.files(tmp_path / "own", today)
    portal.publishes(today)
    with instance.owner.state.begin() as session:
        mine, other = session.scalars(select(Event).order_by(Event.case_id)).all()
        for name in ("commitment", "body", "reporter_key"):
            one, two = getattr(mine, name), getattr(other, name)
            setattr(mine, name, two)
            setattr(other, name, one)
    assert refused(portal.verify("receipt", "--code-file", code), "was changed")


def test_a_filing_that_is_kept_out_of_the_log_is_noticed(
    portal: ServedPortal, tmp_path: Path, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker itself is the attacker's: it publishes every day, only never this."""
    code, _ = portal.files(tmp_path, today)
    monkeypatch.setattr(sequence, "pending_commitments", lambda _: [])
    for day in range(3):
        portal.publishes(today + day * DAY)
    assert portal.verify("log").exit_code == 0
    assert refused(portal.verify("receipt", "--code-file", code), "somebody keeps it out")


def test_an_earlier_act_cannot_be_left_out_while_a_later_one_is_there(
    portal: ServedPortal, tmp_path: Path, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, master = portal.files(tmp_path, today)
    portal.publishes(today)
    portal.writes(master, "They know my name.", today)
    portal.writes(master, "Are you there?", today)
    real = sequence.pending_commitments
    hidden = set(_commitments(portal.instance, 1))
    monkeypatch.setattr(
        sequence, "pending_commitments", lambda session: [c for c in real(session) if c not in hidden]
    )
    portal.publishes(today + DAY)
    assert refused(portal.verify("receipt", "--code-file", code), "number 1")


def test_an_altered_entry_is_noticed_by_everybody(
    portal: ServedPortal, instance: Instance, tmp_path: Path, today: date
) -> None:
    code, _ = portal.files(tmp_path, today)
    for day in range(5):
        portal.publishes(today + day * DAY)
    with instance.owner.state.begin() as session:
        session.execute(update(LogEntry).where(LogEntry.number == 100).values(commitment=bytes(32)))
    for command in (["log"], ["receipt", "--code-file", str(code)]):
        assert refused(portal.verify(*command), "does not fit the tiles below it")


def test_a_removed_entry_is_noticed_by_everybody(
    portal: ServedPortal, instance: Instance, today: date
) -> None:
    portal.publishes(today)
    with instance.owner.state.begin() as session:
        session.execute(delete(LogEntry).where(LogEntry.number == 10))
    assert refused(portal.verify("log"), "does not serve")


def test_a_forged_checkpoint_is_noticed(portal: ServedPortal, instance: Instance, today: date) -> None:
    portal.publishes(today)
    with instance.owner.state.begin() as session:
        row = session.scalars(select(LogCheckpoint)).one()
        row.note = row.note.replace(b"\n64\n", b"\n63\n")
    assert refused(portal.verify("log"), "not genuine")


def rewrite_the_log(portal: ServedPortal) -> None:
    """With the log's own key, on an empty database, as if nothing had ever been published."""
    with portal.instance.owner.state.begin() as session:
        for table in (LogCheckpoint, LogNode, LogEntry):
            session.execute(delete(table))
    portal.instance.worker.log_seen_file.unlink()


def test_two_histories_of_one_length_are_told_apart(
    portal: ServedPortal, tmp_path: Path, today: date
) -> None:
    """Split view: both checkpoints carry the log's true signature."""
    saved = tmp_path / "saved"
    portal.publishes(today)
    assert portal.verify("log", "--save", saved).exit_code == 0
    rewrite_the_log(portal)
    portal.publishes(today)
    assert portal.verify("log").exit_code == 0
    assert refused(portal.verify("log", "--since", saved), "rewritten")


def test_a_longer_history_that_leaves_out_the_past_is_noticed(
    portal: ServedPortal, tmp_path: Path, today: date
) -> None:
    saved = tmp_path / "saved"
    code, _ = portal.files(tmp_path, today)
    portal.publishes(today)
    assert portal.verify("receipt", "--code-file", code, "--save", saved).exit_code == 0
    rewrite_the_log(portal)
    for day in range(3):
        portal.publishes(today + day * DAY)
    assert refused(portal.verify("receipt", "--code-file", code, "--checkpoint", saved), "rewritten")


def test_a_log_that_was_put_back_is_noticed(
    portal: ServedPortal, instance: Instance, tmp_path: Path, today: date
) -> None:
    saved = tmp_path / "saved"
    portal.publishes(today)
    portal.publishes(today + DAY)
    assert portal.verify("log", "--save", saved).exit_code == 0
    with instance.owner.state.begin() as session:
        session.execute(delete(LogCheckpoint).where(LogCheckpoint.size > 64))
        session.execute(delete(LogEntry).where(LogEntry.number >= 64))
    assert portal.verify("log").exit_code == 0
    assert refused(portal.verify("log", "--since", saved), "rewritten")


def test_another_logs_key_does_not_pass_for_the_one_that_was_seen(
    portal: ServedPortal, make_instance: object, tmp_path: Path, today: date
) -> None:
    """A new server with a key of its own: whoever kept a checkpoint has pinned the old one by its first line."""
    assert callable(make_instance)
    saved = tmp_path / "saved"
    portal.publishes(today)
    portal.verify("log", "--save", saved)
    other: Instance = make_instance(members=lambda name: name == "lena")
    with serving(other, today) as impostor:
        impostor.publishes(today)
        assert impostor.verify("log").exit_code == 0
        assert refused(impostor.verify("log", "--since", saved), "another log")


def _commitments(instance: Instance, number: int) -> list[bytes]:
    with instance.owner.reading() as session:
        return list(session.scalars(select(Event.commitment).where(Event.number == number)))
