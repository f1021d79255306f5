"""The three logins of a PostgreSQL instance: one per process, each password in that process's secret file and nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from triage.migrations.roles import Process, quoted, role_name

DRIVER = "postgresql+psycopg"


def owner_url(typed: str) -> URL:
    """The URL an operator gave, under our driver. Raises ValueError for anything but PostgreSQL, without repeating it."""
    try:
        url = make_url(typed)
        backend = url.get_backend_name()
    except Exception:  # noqa: BLE001 - whatever the parser says of it may hold the password
        raise ValueError(
            "the database URL cannot be read; it looks like postgresql://USER:PASSWORD@HOST/NAME"
        ) from None
    if backend != "postgresql":
        raise ValueError("--database takes a PostgreSQL URL; leave it out for the embedded SQLite database")
    return url.set(drivername=DRIVER)


def is_empty(connection: Connection) -> bool:
    """Whether the database holds no table yet: an instance never moves in with somebody else."""
    count = text("SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'")
    return bool(connection.scalar(count) == 0)


def give_logins(connection: Connection, owner: URL) -> Mapping[Process, str]:
    """A fresh password for each role, and the URL that each process connects with."""
    database = str(connection.scalar(text("SELECT current_database()")))
    driver: Any = connection.connection.driver_connection
    urls = {}
    for process in Process:
        role = role_name(process, database)
        password = secrets.token_urlsafe(32)
        # Only the verifier travels: a server that logs statements never writes a password (RFC 5802).
        verifier = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        connection.exec_driver_sql(f"ALTER ROLE {quoted(role)} LOGIN PASSWORD '{verifier}'")
        urls[process] = owner.set(username=role, password=password).render_as_string(hide_password=False)
    return urls
