"""What is left of deleted cases: the ledger, the worker's way to delete one, the portal's question about one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.deleting import drop_deleting, make_deleting
from triage.migrations.mailbox_functions import DELETION_QUESTIONS, drop_functions, make_functions
from triage.migrations.roles import RETENTION_PRIVILEGES, grant_tables
from triage.migrations.store import Store

revision = "0005"
down_revision = "0006"
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
    op.create_table(
        "deletions",
        sa.Column("case_hash", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("event", sa.String(22), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("reporter_key", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_deletions_commitment", "deletions", ["commitment"])
    if _on_postgresql():
        database = str(op.get_bind().scalar(sa.text("SELECT current_database()")))
        _execute(*grant_tables(database, RETENTION_PRIVILEGES))
        _execute(*make_functions(database, DELETION_QUESTIONS), *make_deleting(database))


def _drop() -> None:
    if _on_postgresql():
        _execute(*drop_functions(DELETION_QUESTIONS), *drop_deleting())
    op.drop_table("deletions")


def _nothing() -> None:
    pass


def _on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _execute(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
