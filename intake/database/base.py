"""The declarative base, column types and the two metadata sets. Knows no table.

``State`` is what backups hold. ``Volatile`` is drafts, sessions and budgets: a separate SQLite file, or unlogged tables on
PostgreSQL, that backups never reach.
"""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

RandomId = Annotated[str, mapped_column(String(22))]
"""128 random bits as base64url: made by whoever inserts, so that no sequence counts or dates rows."""

OfficerId = Annotated[str, mapped_column(String(200))]
Word = Annotated[str, mapped_column(String(40))]
Blob = Annotated[bytes, mapped_column(LargeBinary)]

WITHOUT_ROWID = {"sqlite_with_rowid": False}
"""A hidden row number would be a clock: it orders rows by when they came (P6)."""


class State(DeclarativeBase):
    """Tables that last."""

    metadata = MetaData(naming_convention=_NAMES)


class Volatile(DeclarativeBase):
    """Tables that are forgotten."""

    metadata = MetaData(naming_convention=_NAMES)
