"""The two stores as the migrations see them: their tables, and where each keeps its revision. Knows no revision."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from sqlalchemy import MetaData

from intake.database import (
    case_tables,
    custody_tables,
    evidence_tables,
    log_tables,
    people_tables,
    protection_tables,
    retention_tables,
    volatile_tables,
)
from intake.database.base import State, Volatile

# Importing a module of tables is what fills the metadata; naming them here keeps a new one from being forgotten.
TABLE_MODULES = (
    case_tables,
    custody_tables,
    evidence_tables,
    log_tables,
    people_tables,
    protection_tables,
    retention_tables,
    volatile_tables,
)


class Store(Enum):
    """On SQLite two files; on PostgreSQL one database with two version tables."""

    STATE = "state"
    VOLATILE = "volatile"

    @property
    def metadata(self) -> MetaData:
        """The tables of this store."""
        return State.metadata if self is Store.STATE else Volatile.metadata

    @property
    def version_table(self) -> str:
        """Where this store's revision is kept."""
        return f"alembic_version_{self.value}"

    def includes(self, name: str | None, kind: str, _parents: Any) -> bool:
        """Whether a thing found in the database belongs to this store: on PostgreSQL both share one."""
        return kind != "table" or name in self.metadata.tables

    def choose(self, **steps: Callable[[], None]) -> None:
        """Run a revision's step for this store."""
        steps[self.value]()
