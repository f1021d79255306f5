"""What can be shown of a report without its content: commitments that wait for the log, beside those of the events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.roles import STATEMENT_PRIVILEGES, grant_tables
from triage.migrations.store import Store

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one table to the lasting store; the other is as it was."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_state, volatile=_nothing)


def downgrade() -> None:
    """Take it away again: for an ``init`` that failed."""
    store: Store = context.config.attributes["store"]
    store.choose(state=lambda: op.drop_table("waiting_statements"), volatile=_nothing)


def _state() -> None:
    op.create_table(
        "waiting_statements",
        sa.Column("commitment", sa.LargeBinary(), primary_key=True, nullable=False),
        # Without a hidden row number: it would tell in which order they were added.
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "postgresql":
        database = str(op.get_bind().scalar(sa.text("SELECT current_database()")))
        for statement in grant_tables(database, STATEMENT_PRIVILEGES):
            op.get_bind().exec_driver_sql(statement)


def _nothing() -> None:
    pass
