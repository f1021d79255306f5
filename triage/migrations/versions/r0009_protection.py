"""The protection compartment: its keys, its contacts' grants, its card. Deleting a case takes its rows along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.deleting import make_deleting
from triage.migrations.mailbox_functions import PROTECTION_QUESTIONS, drop_functions, make_functions
from triage.migrations.roles import PROTECTION_PRIVILEGES, PROTECTION_TABLES, grant_tables
from triage.migrations.store import Store

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables to the state store."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_state, volatile=lambda: None)


def downgrade() -> None:
    """Take them away again: for an ``init`` that failed."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_drop, volatile=lambda: None)


def _state() -> None:
    case = sa.ForeignKeyConstraint
    op.create_table(
        "protection_keys",
        sa.Column("case_id", sa.String(22), primary_key=True, nullable=False),
        sa.Column("epoch", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        case(["case_id"], ["cases.id"], name="fk_protection_keys_case_id_cases"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "protection_grants",
        sa.Column("officer_id", sa.String(200), primary_key=True, nullable=False),
        sa.Column("case_id", sa.String(22), primary_key=True, nullable=False),
        sa.Column("epoch", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        case(["case_id"], ["cases.id"], name="fk_protection_grants_case_id_cases"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_protection_grants_case_id", "protection_grants", ["case_id"])
    op.create_table(
        "protection_cards",
        sa.Column("case_id", sa.String(22), primary_key=True, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        case(["case_id"], ["cases.id"], name="fk_protection_cards_case_id_cases"),
        sqlite_with_rowid=False,
    )
    if _on_postgresql():
        database = _database()
        _execute(
            *grant_tables(database, PROTECTION_PRIVILEGES),
            *make_functions(database, PROTECTION_QUESTIONS),
            *make_deleting(database),
        )


def _drop() -> None:
    if _on_postgresql():
        _execute(*drop_functions(PROTECTION_QUESTIONS))
    for table in reversed(PROTECTION_TABLES):
        op.drop_table(table)


def _on_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _database() -> str:
    return str(op.get_bind().scalar(sa.text("SELECT current_database()")))


def _execute(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
