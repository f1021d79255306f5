"""The ledger of deletions: what is left of a case that was deleted. Knows no cryptography."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Index
from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, Blob, RandomId, State, Word


class DeletionRow(State):
    """One deleted case. Nothing in it can be opened but by the reporter."""

    __tablename__ = "deletions"
    __table_args__ = (Index("ix_deletions_commitment", "commitment"), WITHOUT_ROWID)

    case_hash: Mapped[Blob] = mapped_column(primary_key=True)
    """Of the case's id, which nothing else says any more; the reporter's mailbox row does, to the reporter."""
    date: Mapped[date] = mapped_column(Date)
    why: Mapped[Word]
    event: Mapped[RandomId]
    commitment: Mapped[Blob]
    """To the event of the deletion: it goes to the public log like every other."""
    body: Mapped[Blob]
    reporter_key: Mapped[Blob]
    """The event, as it would lie in ``events``."""
    signature: Mapped[Blob]
    """The gate's, over everything above: somebody who can write to the database forges no lawful deletion."""
