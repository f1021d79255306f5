"""Files: which must exist, and which are still on their way. Deleting a case on PostgreSQL takes its rows along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.deleting import make_deleting
from triage.migrations.roles import EVIDENCE_PRIVILEGES, STAGED_PRIVILEGES, grant_tables
from triage.migrations.store import Store

revision = "0008"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add one table to each store."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_state, volatile=_volatile)


def downgrade() -> None:
    """Take them away again: for an ``init`` that failed."""
    store: Store = context.config.attributes["store"]
    store.choose(state=lambda: op.drop_table("evidence"), volatile=lambda: op.drop_table("staged"))


def _state() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(22), primary_key=True, nullable=False),
        sa.Column("case_id", sa.String(22), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_evidence_case_id_cases"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_evidence_case_id", "evidence", ["case_id"])
    if _on_postgresql():
        _execute(*grant_tables(_database(), EVIDENCE_PRIVILEGES), *make_deleting(_database()))


def _volatile() -> None:
    op.create_table(
        "staged",
        sa.Column("id", sa.String(22), primary_key=True, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
        prefixes=["UNLOGGED"] if _on_postgresql() else [],
    )
    op.create_index("ix_staged_expires", "staged", ["expires"])
    if _on_postgresql():
        _execute(*grant_tables(_database(), STAGED_PRIVILEGES))


def _on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _database() -> str:
    return str(op.get_bind().scalar(sa.text("SELECT current_database()")))


def _execute(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
