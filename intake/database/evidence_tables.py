"""Which sealed files must exist, and which are still on their way. Knows no name, no type and no content of a file.

A row of ``Evidence`` is written in the very transaction that accepts a report or a message: from then on the object must be
there until retention deletes the case. A row of ``Staged`` is written before its object exists, so that no object is ever
without one; it lies in the volatile store, which backups never reach.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, RandomId, State, Volatile


class Evidence(State):
    """One sealed file of a case."""

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_case_id", "case_id"), WITHOUT_ROWID)

    id: Mapped[RandomId] = mapped_column(primary_key=True)
    case_id: Mapped[RandomId] = mapped_column(ForeignKey("cases.id"))
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes of the stored object: a Padmé class and what the seal adds."""


class Staged(Volatile):
    """One sealed file that no report holds yet."""

    __tablename__ = "staged"
    __table_args__ = (Index("ix_staged_expires", "expires"), WITHOUT_ROWID)

    id: Mapped[RandomId] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    expires: Mapped[int] = mapped_column(BigInteger)
    """Seconds since 1970; whoever holds the draft moves it."""
