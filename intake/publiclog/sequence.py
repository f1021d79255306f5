"""Once a day, what was committed since joins the log: shuffled, padded with entries that mean nothing, and signed.

An event's own row is the pending entry, so it is pending in the transaction that makes the act, on every engine, whoever
inserts it. One transaction per batch: entries, tile hashes and checkpoint are stored together or not at all. The day is
unique in the database, so that one of several workers wins and the others change nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Exists, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from crypto.checkpoint import Checkpoint, LogSigner
from crypto.commitment import COMMITMENT_BYTES
from crypto.errors import CryptoError
from crypto.merkle import EMPTY_HEAD, tree_head
from crypto.tiles import HEIGHT, Tile, TileReader, full_tile_head, split_tile
from intake.database.case_tables import Event
from intake.database.engines import Databases, one_moment
from intake.database.log_tables import LogCheckpoint, LogEntry, LogNode, WaitingStatement
from intake.database.retention_tables import DeletionRow
from intake.publiclog.seen import SeenLog, prove_growth
from intake.publiclog.stored import (
    has_checkpoint_of,
    newest_checkpoint,
    number_of_entries,
    tile_bytes,
)

MIN_BATCH = 64
"""Entries; a day on which nothing happened looks like one on which sixty acts did."""


class LogBrokenError(CryptoError):
    """What is stored of the log does not fit what was signed: nothing more is signed until a person has looked."""


@dataclass(frozen=True, slots=True)
class Sequencer:
    """What the worker publishes with."""

    databases: Databases
    signer: LogSigner
    seen: SeenLog

    def publish(self, today: date) -> bool:
        """Publish the batch of ``today`` unless that was done; says whether this call did it.

        Raises CryptoError when the stored log was changed or put back; database errors pass through.
        """
        published = self._publish(today)
        self._follow()
        return published

    def _publish(self, today: date) -> bool:
        with self.databases.reading() as session:
            if has_checkpoint_of(session, today):
                return False
            # Read before the lock is taken: what comes in between waits for tomorrow, and no filing waits for this scan.
            pending = pending_commitments(session)
        # Before the snapshot: a checkpoint is remembered after its commit, so the snapshot holds whatever was seen.
        last = self.seen.last()
        try:
            with self.databases.state.begin() as session:
                # Checkpoints and entries of one moment, or another worker's batch looks like a change.
                one_moment(session)
                if has_checkpoint_of(session, today):
                    return False
                self._append(session, make_batch(pending), today, last)
        except IntegrityError:
            with self.databases.reading() as session:
                if not has_checkpoint_of(session, today):
                    raise
            return False  # another worker was faster
        return True

    def _append(self, session: Session, batch: Sequence[bytes], today: date, last: Checkpoint | None) -> None:
        old = self._newest(session, last)
        size = old.size + len(batch)
        entries = [{"number": old.size + place, "commitment": entry} for place, entry in enumerate(batch)]
        session.execute(insert(LogEntry), entries)
        session.execute(delete(WaitingStatement).where(_is_logged(WaitingStatement.commitment)))
        _add_nodes(session, old.size, size)
        read = _reader(session, size)
        new = Checkpoint(old.origin, size, tree_head(read, size))
        # The last moment at which a changed or missing entry can be noticed before something false is signed.
        prove_growth(old, new, read)
        if last is not None:
            prove_growth(last, new, read)
        note = self.signer.sign(new.size, new.head)
        session.execute(insert(LogCheckpoint), [{"size": size, "date": today, "note": note}])

    def _newest(self, session: Session, last: Checkpoint | None) -> Checkpoint:
        stored = newest_checkpoint(session)
        key = self.signer.public
        newest = Checkpoint(key.name, 0, EMPTY_HEAD) if stored is None else key.open(stored.note)
        if last is not None and last.size > newest.size:
            raise LogBrokenError(f"the log had {last.size} entries and has {newest.size}: it was put back")
        if number_of_entries(session) != newest.size:
            raise LogBrokenError("the log has entries that no checkpoint covers, or lacks some")
        return newest

    def _follow(self) -> None:
        last = self.seen.last()  # before the snapshot, as in ``_publish``
        with self.databases.reading() as session:
            stored = newest_checkpoint(session)
            if stored is None:
                raise LogBrokenError("the log's checkpoints are gone")
            current = self.signer.public.open(stored.note)
            if last is not None:
                prove_growth(last, current, _reader(session, current.size))
            self.seen.remember(stored.note)


def pending_commitments(session: Session) -> list[bytes]:
    """Commitments of events and statements that the log does not have, whatever date they bear: a back-dated act joins today's
    batch. Of a deleted case it is that of its deletion.
    """
    found: set[bytes] = set()
    for column in (Event.commitment, DeletionRow.commitment, WaitingStatement.commitment):
        found |= set(session.scalars(select(column).where(~_is_logged(column))))
    # A row that somebody forged must not stop the log; its case says that it is broken.
    return [commitment for commitment in sorted(found) if len(commitment) == COMMITMENT_BYTES]


def _is_logged(column: InstrumentedAttribute[bytes]) -> Exists:
    return select(LogEntry.number).where(LogEntry.commitment == column).exists()


def make_batch(pending: Sequence[bytes]) -> list[bytes]:
    """The pending commitments among random ones, a power of two together, in an order that says nothing."""
    size = MIN_BATCH
    while size < len(pending):
        size *= 2
    padding = (secrets.token_bytes(COMMITMENT_BYTES) for _ in range(size - len(pending)))
    batch = [*pending, *padding]
    secrets.SystemRandom().shuffle(batch)
    return batch


def _add_nodes(session: Session, old: int, new: int) -> None:
    """The hash of each tile that has become full."""
    level = 0
    while new >> (HEIGHT * (level + 1)):
        span = HEIGHT * (level + 1)
        nodes = [
            {
                "level": level + 1,
                "number": index,
                "hash": full_tile_head(_hashes(session, Tile(level, index))),
            }
            for index in range(old >> span, new >> span)
        ]
        if nodes:
            session.execute(insert(LogNode), nodes)
        level += 1


def _hashes(session: Session, tile: Tile) -> list[bytes]:
    return split_tile(_fetch(session, tile), tile)


def _reader(session: Session, size: int) -> TileReader:
    return TileReader(size, lambda tile: _fetch(session, tile))


def _fetch(session: Session, tile: Tile) -> bytes:
    data = tile_bytes(session, tile)
    if data is None:
        raise LogBrokenError(f"tile {tile.level}/{tile.place} of the log is gone")
    return data
