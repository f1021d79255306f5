"""The portal's switch: a table that only grows, and that the back office's role alone may add to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.roles import MODE_PRIVILEGES, grant_tables
from triage.migrations.store import Store

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one table to the lasting store; the other is as it was."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_state, volatile=_nothing)


def downgrade() -> None:
    """Take it away again: for an ``init`` that failed."""
    store: Store = context.config.attributes["store"]
    store.choose(state=lambda: op.drop_table("portal_modes"), volatile=_nothing)


def _state() -> None:
    op.create_table(
        "portal_modes",
        sa.Column("number", sa.Integer(), primary_key=True, nullable=False, autoincrement=False),
        sa.Column("mode", sa.String(40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "postgresql":
        database = str(op.get_bind().scalar(sa.text("SELECT current_database()")))
        for statement in grant_tables(database, MODE_PRIVILEGES):
            op.get_bind().exec_driver_sql(statement)


def _nothing() -> None:
    pass
