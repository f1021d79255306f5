"""What is owed and by whom: the watch over each case, the day of neglect, the ties that officers declare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.roles import DUTY_PRIVILEGES, grant_tables
from triage.migrations.store import Store

revision = "0003"
down_revision = "0002"
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
    op.add_column("cases", sa.Column("stale", sa.Date(), nullable=True))
    op.create_index("ix_cases_stale", "cases", ["stale"])
    op.create_index("ix_notices_id", "notices", ["id"])
    _table(
        "watches",
        sa.Column("case_id", sa.String(22), primary_key=True, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
    )
    _table(
        "declarations",
        sa.Column("officer_id", sa.String(200), primary_key=True, nullable=False),
        sa.Column("number", sa.Integer(), primary_key=True, nullable=False, autoincrement=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
    )
    if op.get_context().dialect.name == "postgresql":
        database = str(op.get_bind().scalar(sa.text("SELECT current_database()")))
        for statement in grant_tables(database, DUTY_PRIVILEGES):
            op.get_bind().exec_driver_sql(statement)


def _drop() -> None:
    op.drop_table("declarations")
    op.drop_table("watches")
    op.drop_index("ix_notices_id", "notices")
    op.drop_index("ix_cases_stale", "cases")
    op.drop_column("cases", "stale")


def _nothing() -> None:
    pass


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, *parts, sqlite_with_rowid=False)
