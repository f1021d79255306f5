"""The public log: its entries, the hashes of full tiles, its checkpoints; and an index that finds what is not in it yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.roles import LOG_PRIVILEGES, LOG_TABLES, grant_tables
from triage.migrations.store import Store

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to the lasting store; the other is as it was."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_state, volatile=_nothing)


def downgrade() -> None:
    """Take it away again: for an ``init`` that failed."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_drop, volatile=_nothing)


def _state() -> None:
    _table(
        "log_entries",
        _number("number"),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("commitment", name=op.f("uq_log_entries_commitment")),
    )
    _table(
        "log_nodes",
        sa.Column("level", sa.Integer(), primary_key=True, nullable=False, autoincrement=False),
        _number("number"),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    _table(
        "log_checkpoints",
        _number("size"),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("date", name=op.f("uq_log_checkpoints_date")),
    )
    op.create_index("ix_events_commitment", "events", ["commitment"])
    if op.get_context().dialect.name == "postgresql":
        database = str(op.get_bind().scalar(sa.text("SELECT current_database()")))
        for statement in grant_tables(database, LOG_PRIVILEGES):
            op.get_bind().exec_driver_sql(statement)


def _drop() -> None:
    op.drop_index("ix_events_commitment", "events")
    for table in LOG_TABLES:
        op.drop_table(table)


def _nothing() -> None:
    pass


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    # Without a hidden row number: it would tell in which order the entries of a day were inserted.
    op.create_table(name, *parts, sqlite_with_rowid=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), primary_key=True, nullable=False, autoincrement=False)
