"""Bring a store to the newest revision, or say that it is not there. Alembic is driven from here alone."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from triage.migrations.store import Store


def upgrade(connection: Connection, store: Store) -> None:
    """Run every missing revision inside the caller's transaction: it commits whole or not at all."""
    config = _config()
    config.attributes.update(connection=connection, store=store)
    command.upgrade(config, "head")


def upgrade_all(state: Engine, volatile: Engine) -> None:
    """Both stores, each in one transaction."""
    for engine, store in ((state, Store.STATE), (volatile, Store.VOLATILE)):
        with engine.begin() as connection:
            upgrade(connection, store)


def downgrade_all(state: Engine, volatile: Engine) -> None:
    """Take everything away again: for a database that was empty when ``init`` began and failed."""
    for engine, store in ((volatile, Store.VOLATILE), (state, Store.STATE)):
        with engine.begin() as connection:
            config = _config()
            config.attributes.update(connection=connection, store=store)
            command.downgrade(config, "base")
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {store.version_table}")


def is_current(connection: Connection, store: Store) -> bool:
    """Whether the store is at the newest revision of this release."""
    context = MigrationContext.configure(connection, opts={"version_table": store.version_table})
    return context.get_current_revision() == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "triage:migrations")
    config.set_main_option("path_separator", "os")
    return config
