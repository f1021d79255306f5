"""Accounts by the office above: the chain of appointments, what waits for a second signature, and who may enrol."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.roles import APPOINTMENT_PRIVILEGES, grant_tables
from triage.migrations.store import Store

revision = "0004"
down_revision = "0003"
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
        "appointments",
        sa.Column("position", sa.Integer(), primary_key=True, nullable=False, autoincrement=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_appointments_base", "appointments", ["base"])
    _table(
        "appointment_asks",
        sa.Column("officer_id", sa.String(200), primary_key=True, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
    )
    _table(
        "invitations",
        sa.Column("officer_id", sa.String(200), primary_key=True, nullable=False),
        sa.Column("office", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("duties", sa.String(1000), nullable=False),
        sa.Column("invited_by", sa.String(200), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=True),
        sa.Column("locked_key", sa.LargeBinary(), nullable=True),
        sa.Column("second_factor", sa.LargeBinary(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
    )
    if op.get_context().dialect.name == "postgresql":
        database = str(op.get_bind().scalar(sa.text("SELECT current_database()")))
        for statement in grant_tables(database, APPOINTMENT_PRIVILEGES):
            op.get_bind().exec_driver_sql(statement)


def _drop() -> None:
    op.drop_table("invitations")
    op.drop_table("appointment_asks")
    op.drop_table("appointments")


def _nothing() -> None:
    pass


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, *parts, sqlite_with_rowid=False)
