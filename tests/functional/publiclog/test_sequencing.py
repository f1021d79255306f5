"""Publishing the log: once a day, everything, in no order that says anything, whoever falls over in between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crypto.checkpoint import Checkpoint
from crypto.merkle import leaf_hash, read_leaves, tree_head
from crypto.tiles import Tile, split_bundle, split_tile, tiles_of
from intake.database.case_tables import Event
from intake.database.log_tables import LogCheckpoint, LogEntry, WaitingStatement
from intake.events import EventKind
from intake.publiclog import sequence
from intake.publiclog.sequence import MIN_BATCH, Sequencer, make_batch, pending_commitments
from intake.publiclog.stored import bundle_bytes, newest_checkpoint, published_on, tile_bytes
from intake.record import append_event
from tests.support.instances import Instance
from tests.support.reports import Offices, plumber_report

DAY = timedelta(days=1)


def entries(instance: Instance) -> list[bytes]:
    """The log, in order."""
    with instance.owner.reading() as session:
        return list(session.scalars(select(LogEntry.commitment).order_by(LogEntry.number)))


def commitments(instance: Instance) -> set[bytes]:
    """What every act on every case was committed to."""
    with instance.owner.reading() as session:
        return set(session.scalars(select(Event.commitment)))


def checkpoint(instance: Instance) -> Checkpoint:
    """The newest, read with the portal's rights and proved under the pinned key."""
    with instance.portal_db.reading() as session:
        stored = newest_checkpoint(session)
    assert stored is not None
    return instance.portal.log_key.open(stored.note)


def days(instance: Instance) -> list[date]:
    """The days that have a batch."""
    with instance.owner.reading() as session:
        return list(session.scalars(select(LogCheckpoint.date).order_by(LogCheckpoint.size)))


def test_what_was_done_is_in_the_log_the_next_day(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    assert sequencer.publish(offices.today - DAY)
    filed = offices.file()
    assert commitments(instance) - set(entries(instance))
    assert sequencer.publish(offices.today)
    assert commitments(instance) < set(entries(instance))
    (filing,) = commitments(instance)
    with instance.portal_db.reading() as session:
        assert published_on(session, filing) == offices.today
        assert published_on(session, bytes(32)) is None
    assert filed.case


def test_the_signed_head_is_the_one_of_the_entries(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    for day in range(3):
        offices.file()
        sequencer.publish(offices.today + day * DAY)
    signed = checkpoint(instance)
    leaves = [leaf_hash(entry) for entry in entries(instance)]
    assert signed.size == len(leaves) == 3 * MIN_BATCH
    assert signed.head == tree_head(read_leaves(leaves), len(leaves))


def test_a_day_on_which_nothing_happened_looks_like_any_other(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    sequencer.publish(offices.today)
    quiet = checkpoint(instance).size
    for _ in range(3):
        offices.file()
    sequencer.publish(offices.today + DAY)
    assert checkpoint(instance).size - quiet == quiet == MIN_BATCH


def test_a_batch_is_a_power_of_two_and_shuffled() -> None:
    for number, size in ((0, 64), (1, 64), (64, 64), (65, 128), (1000, 1024)):
        pending = [place.to_bytes(32, "big") for place in range(number)]
        batch = make_batch(pending)
        assert len(batch) == len(set(batch)) == size
        assert set(pending) <= set(batch)
        assert number < 64 or batch[:number] != pending
    assert make_batch([]) != make_batch([])


def test_a_day_has_one_batch_however_often_a_worker_looks(
    instance: Instance, offices: Offices, new_sequencer: Callable[[], Sequencer]
) -> None:
    assert new_sequencer().publish(offices.today)
    before = entries(instance)
    offices.file()
    for _ in range(3):
        assert not new_sequencer().publish(offices.today)
    assert entries(instance) == before


def test_of_three_workers_at_once_one_publishes(
    instance: Instance, offices: Offices, new_sequencer: Callable[[], Sequencer]
) -> None:
    offices.file()
    for day in range(4):
        workers = [new_sequencer() for _ in range(3)]
        at_once = threading.Barrier(len(workers))
        published: list[bool] = []

        def work(worker: Sequencer, at_once: threading.Barrier, today: date, published: list[bool]) -> None:
            at_once.wait()
            published.append(worker.publish(today))

        threads = [
            threading.Thread(target=work, args=(worker, at_once, offices.today + day * DAY, published))
            for worker in workers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(published) == [False, False, True]
    assert len(entries(instance)) == checkpoint(instance).size == 4 * MIN_BATCH
    assert len(days(instance)) == 4


class PowerCutError(Exception):
    """The machine went off."""


def test_a_crash_between_entries_and_checkpoint_leaves_nothing_behind(
    instance: Instance, offices: Offices, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sequencer.publish(offices.today)
    offices.file()
    before = entries(instance), checkpoint(instance)

    def crash(*_: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(sequence, "prove_growth", crash)
        with pytest.raises(PowerCutError):
            sequencer.publish(offices.today + DAY)
    assert (entries(instance), checkpoint(instance)) == before
    assert sequencer.publish(offices.today + DAY)
    assert commitments(instance) < set(entries(instance))


def test_a_crash_after_the_checkpoint_is_caught_up_by_the_next_look(
    instance: Instance, offices: Offices, sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(Sequencer, "_follow", crash)
        with pytest.raises(PowerCutError):
            sequencer.publish(offices.today)
    assert sequencer.seen.last() is None
    assert not sequencer.publish(offices.today)
    assert sequencer.seen.last() == checkpoint(instance)


def test_after_a_week_of_being_off_the_next_batch_holds_everything(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    sequencer.publish(offices.today)
    for _ in range(3):
        offices.file()
    sequencer.publish(offices.today + 7 * DAY)
    assert days(instance) == [offices.today, offices.today + 7 * DAY]
    assert commitments(instance) < set(entries(instance))


def test_a_clock_that_was_wrong_once_does_not_stop_the_log(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    assert sequencer.publish(offices.today + 3650 * DAY)
    offices.file()
    assert sequencer.publish(offices.today)
    assert commitments(instance) < set(entries(instance))


def test_a_back_dated_act_joins_todays_batch_where_everybody_can_see_it(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    filed = offices.file(plumber_report())
    sequencer.publish(offices.today)
    yesterdays_log = checkpoint(instance)
    holder = next(officer for officer in instance.people if filed.opened_by(officer) is not None)
    with filed.acting(holder) as (session, file, author):
        event = append_event(session, file.box, author, EventKind.OPENED, offices.today - 30 * DAY, {})
        commitment = event.commitment
    sequencer.publish(offices.today + DAY)
    assert commitment in entries(instance)[yesterdays_log.size :]
    with instance.portal_db.reading() as session:
        assert published_on(session, commitment) == offices.today + DAY


def test_every_tile_and_bundle_of_a_larger_log_fits_the_head(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    for day in range(9):
        sequencer.publish(offices.today + day * DAY)
    signed = checkpoint(instance)
    leaves = [leaf_hash(entry) for entry in entries(instance)]
    with instance.portal_db.reading() as session:
        held = {tile: tile_bytes(session, tile) or b"" for tile in tiles_of(signed.size)}
        bundles = {tile: bundle_bytes(session, tile) or b"" for tile in held if tile.level == 0}
        assert tile_bytes(session, Tile(0, 2, 65)) is None
        assert tile_bytes(session, Tile(0, 3, 1)) is None
        assert tile_bytes(session, Tile(1, 0)) is None
    assert sorted(held) == [Tile(0, 0), Tile(0, 1), Tile(0, 2, 64), Tile(1, 0, 2)]
    level_0 = [leaf for tile in sorted(bundles) for leaf in split_tile(held[tile], tile)]
    assert level_0 == leaves
    assert [entry for tile, data in bundles.items() for entry in split_bundle(data, tile.width)] == entries(
        instance
    )
    assert split_tile(held[Tile(1, 0, 2)], Tile(1, 0, 2)) == [
        tree_head(read_leaves(leaves[:256]), 256),
        tree_head(read_leaves(leaves[256:512]), 256),
    ]


def test_a_forged_event_row_does_not_stop_the_log(
    instance: Instance, offices: Offices, sequencer: Sequencer
) -> None:
    filed = offices.file()
    with instance.owner.state.begin() as session:
        real = session.scalars(select(Event)).one()
        genuine = real.commitment
        for number, commitment in ((1, b"short"), (2, genuine)):
            values = {column.key: getattr(real, column.key) for column in Event.__table__.columns}
            values |= {"id": f"forged-{number}", "number": number, "commitment": commitment}
            session.add(Event(**values))
        session.add(WaitingStatement(commitment=b"short too"))
    with instance.owner.reading() as session:
        stated = set(session.scalars(select(WaitingStatement.commitment))) - {b"short too"}
        assert sorted({genuine, *stated}) == pending_commitments(session)
    assert len(stated) == 1
    assert sequencer.publish(offices.today)
    assert b"short" not in entries(instance)
    assert filed.case
