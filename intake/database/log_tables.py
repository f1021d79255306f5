"""Tables of the public log. Everything in them is published, or about to be; nothing in them names a case."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, Date
from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, Blob, State


class LogEntry(State):
    """One entry: the commitment to an event or a statement, or 32 random bytes that look the same."""

    __tablename__ = "log_entries"
    __table_args__ = (WITHOUT_ROWID,)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """From 0 without gaps. Within a day's batch the order was shuffled: it says nothing about when something happened."""
    commitment: Mapped[Blob] = mapped_column(unique=True)


class WaitingStatement(State):
    """A statement's commitment that waits for the next batch, and then goes. It names neither event nor case: whoever is shown
    the statement, and has the database, must not find the case by it.
    """

    __tablename__ = "waiting_statements"
    __table_args__ = (WITHOUT_ROWID,)

    commitment: Mapped[Blob] = mapped_column(primary_key=True)


class LogNode(State):
    """The hash of one full tile: node ``number`` of tile level ``level`` (1 and above; level 0 are the entries' hashes)."""

    __tablename__ = "log_nodes"
    __table_args__ = (WITHOUT_ROWID,)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[Blob]


class LogCheckpoint(State):
    """What the log signed on one day. The date is unique: however many workers run, a day has one batch."""

    __tablename__ = "log_checkpoints"
    __table_args__ = (WITHOUT_ROWID,)

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    date: Mapped[date] = mapped_column(Date, unique=True)
    note: Mapped[Blob]
