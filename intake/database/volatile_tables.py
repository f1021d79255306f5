"""Tables that backups never hold: drafts, sessions, budgets. Rows are keyed by hashes and sealed under cookies."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from intake.database.base import WITHOUT_ROWID, Blob, Volatile, Word


class SealedSession(Volatile):
    """What a visitor or an officer is in the middle of. The cookie opens it; the table alone opens nothing."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_expires", "expires"), WITHOUT_ROWID)

    cookie_hash: Mapped[Blob] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    expires: Mapped[int] = mapped_column(BigInteger)
    """Seconds since 1970, the earlier of the idle and the absolute limit."""
    sealed: Mapped[Blob]


class Budget(Volatile):
    """A counter of a limit. Keys are class names or keyed hashes, never an address."""

    __tablename__ = "budgets"
    __table_args__ = (WITHOUT_ROWID,)

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    count: Mapped[int]
    expires: Mapped[int] = mapped_column(BigInteger)
