"""A panel splits a report: the back office may add the rows of a new case. It still changes and removes none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from alembic import context, op

from triage.migrations.roles import SPLIT_PRIVILEGES, Privileges, grant_tables, revoke_tables
from triage.migrations.store import Store

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Privileges alone: the tables are as they were."""
    store: Store = context.config.attributes["store"]
    store.choose(state=lambda: _run(grant_tables), volatile=_nothing)


def downgrade() -> None:
    """Take them away again: for an ``init`` that failed."""
    store: Store = context.config.attributes["store"]
    store.choose(state=lambda: _run(revoke_tables), volatile=_nothing)


def _run(statements: Callable[[str, Privileges], Iterator[str]]) -> None:
    if op.get_context().dialect.name == "postgresql":
        database = str(op.get_bind().scalar(sa.text("SELECT current_database()")))
        for statement in statements(database, SPLIT_PRIVILEGES):
            op.get_bind().exec_driver_sql(statement)


def _nothing() -> None:
    pass
