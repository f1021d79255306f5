"""What of the log is stored, read: the newest checkpoint, tiles, bundles, and the day on which an entry was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.merkle import leaf_hash
from crypto.tiles import Tile, join_bundle
from intake.database.log_tables import LogCheckpoint, LogEntry, LogNode

SOON = timedelta(days=2)
"""How long an act may wait for its batch: the log is published once a day, at midnight somewhere."""


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as it lies in the database: nothing in it is proved."""

    size: int
    date: date
    note: bytes


def newest_checkpoint(session: Session) -> StoredCheckpoint | None:
    """The checkpoint of the largest tree, or None before the first."""
    rows = select(LogCheckpoint.size, LogCheckpoint.date, LogCheckpoint.note)
    row = session.execute(rows.order_by(LogCheckpoint.size.desc()).limit(1)).one_or_none()
    return None if row is None else StoredCheckpoint(row.size, row.date, row.note)


def has_checkpoint_of(session: Session, day: date) -> bool:
    """Whether the batch of ``day`` was published."""
    return session.scalar(select(LogCheckpoint.size).where(LogCheckpoint.date == day)) is not None


def number_of_entries(session: Session) -> int:
    """One more than the highest number that is stored."""
    highest = session.scalar(select(func.max(LogEntry.number)))
    return 0 if highest is None else highest + 1


def tile_bytes(session: Session, tile: Tile) -> bytes | None:
    """A tile's hashes, or None when the log does not have all of them."""
    if tile.level == 0:
        hashes = [leaf_hash(entry) for entry in _entries(session, tile)]
    else:
        within = LogNode.number.between(tile.start, tile.start + tile.width - 1)
        rows = select(LogNode.hash).where(LogNode.level == tile.level, within).order_by(LogNode.number)
        hashes = list(session.scalars(rows))
    return b"".join(hashes) if len(hashes) == tile.width else None


def bundle_bytes(session: Session, tile: Tile) -> bytes | None:
    """The entries below a tile of level 0, or None when the log does not have all of them."""
    entries = _entries(session, tile)
    return join_bundle(entries) if len(entries) == tile.width else None


def published_on(session: Session, commitment: bytes) -> date | None:
    """The day of the first checkpoint that covers this entry, or None: it waits for the next batch."""
    number = select(LogEntry.number).where(LogEntry.commitment == commitment).scalar_subquery()
    rows = select(LogCheckpoint.date).where(LogCheckpoint.size > number)
    return session.scalars(rows.order_by(LogCheckpoint.size).limit(1)).one_or_none()


def _entries(session: Session, tile: Tile) -> list[bytes]:
    within = LogEntry.number.between(tile.start, tile.start + tile.width - 1)
    return list(session.scalars(select(LogEntry.commitment).where(within).order_by(LogEntry.number)))
