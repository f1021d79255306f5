"""What Alembic runs for every command: one store over the connection it is given. It opens no connection."""

from __future__ import annotations

from alembic import context

from triage.migrations.store import Store

store: Store = context.config.attributes["store"]

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=store.metadata,
    version_table=store.version_table,
    compare_type=True,
    include_name=store.includes,
)
with context.begin_transaction():
    context.run_migrations()
