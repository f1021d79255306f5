"""After the recovery key was rotated, officers' acts seal a case's keys to the new one: that column, and no other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.roles import RECOVERY_PRIVILEGES, grant_tables
from triage.migrations.store import Store

revision = "0006"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the privilege to the lasting store; the other is as it was."""
    store: Store = context.config.attributes["store"]
    store.choose(state=_state, volatile=_nothing)


def downgrade() -> None:
    """Nothing of its own is left behind: roles go with the first migration."""


def _state() -> None:
    if op.get_context().dialect.name == "postgresql":
        database = str(op.get_bind().scalar(sa.text("SELECT current_database()")))
        for statement in grant_tables(database, RECOVERY_PRIVILEGES):
            op.get_bind().exec_driver_sql(statement)


def _nothing() -> None:
    pass
