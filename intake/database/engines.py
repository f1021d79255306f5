"""Engines and sessions for the two stores: what lasts, and what is forgotten. Knows no table and makes none.

SQLite serves one machine, PostgreSQL many; the same code runs on both. Parameters never appear in an error's text: they are
sealed anyway, but an error message is the one place nobody looks after.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

BUSY_MILLISECONDS = 5000
"""How long a writer waits for another before OperationalError; the page that follows keeps what was typed."""

_PRAGMAS = (
    f"busy_timeout = {BUSY_MILLISECONDS}",
    "journal_mode = WAL",
    "foreign_keys = ON",
    "secure_delete = ON",  # a deleted session's sealed bytes are overwritten, not only unlinked
    "temp_store = MEMORY",
    "trusted_schema = OFF",
)
_POSTGRESQL_OPTIONS = f"-c lock_timeout={BUSY_MILLISECONDS} -c statement_timeout=30000 -c timezone=UTC"
_READ_ONLY = "underseal_read_only"


class HasDatabases(Protocol):
    """Whatever settings name the two stores."""

    @property
    def database_url(self) -> str: ...
    @property
    def volatile_url(self) -> str: ...


def make_engine(url: str, *, lasting: bool = True) -> Engine:
    """An engine for ``sqlite:///PATH`` or ``postgresql+psycopg://…``; it connects at first use.

    ``lasting``: every commit is on the device before anybody is told. Drafts and sessions need not survive a power cut.

    Raises ValueError for any other kind of database, without repeating the URL: it may hold a password.
    """
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
        event.listen(engine, "connect", _prepare_lasting if lasting else _prepare_volatile)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if kind == "postgresql":
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_timeout=5,
            connect_args={"connect_timeout": 5, "options": _POSTGRESQL_OPTIONS},
        )
    raise ValueError("the database must be SQLite or PostgreSQL (postgresql+psycopg://…)")


@dataclass(frozen=True, slots=True)
class Databases:
    """Session factories. ``with databases.state.begin() as session:`` commits at the end or not at all.

    ``reading`` is the lasting store for pages that only read: on SQLite it takes no write lock, so nobody waits for it.
    """

    state: sessionmaker[Session]
    reading: sessionmaker[Session]
    volatile: sessionmaker[Session]

    @classmethod
    def open(cls, settings: HasDatabases) -> Databases:
        """Both stores of one process, under that process's own database role. Connects at first use, and makes no file."""
        state = _existing(make_engine(settings.database_url))
        # A page that asks several questions must get answers of one moment, or a case that changes in between looks forged.
        snapshot = {"isolation_level": "REPEATABLE READ"} if state.dialect.name == "postgresql" else {}
        one_store = settings.volatile_url == settings.database_url
        volatile = state if one_store else _existing(make_engine(settings.volatile_url, lasting=False))
        return cls(
            state=sessionmaker(state),
            reading=sessionmaker(state.execution_options(**{_READ_ONLY: True}, **snapshot)),
            volatile=sessionmaker(volatile),
        )

    def empty_journal(self) -> bool:
        """On SQLite, write the journal into the file and cut it to nothing: what was deleted lies in it otherwise. False while
        somebody reads; then it is to be tried again. PostgreSQL looks after its own.
        """
        engine = self.state.kw["bind"]
        assert isinstance(engine, Engine)
        if engine.dialect.name != "sqlite":
            return True
        connection = engine.raw_connection()
        try:
            busy, *_ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        """Give back every connection."""
        for factory in (self.state, self.volatile):
            engine = factory.kw["bind"]
            assert isinstance(engine, Engine)
            engine.dispose()


def _existing(engine: Engine) -> Engine:
    """``engine``, on SQLite bound to the file that has the database's name now.

    A connection keeps writing into a file that was deleted or moved away: a report would get its receipt and be gone. And a
    missing file must be missed, not quietly replaced by an empty one.
    """
    path = engine.url.database
    if engine.dialect.name == "sqlite" and path is not None:
        event.listen(engine, "do_connect", _remember_file(path))
        event.listen(engine, "checkout", _refuse_another_file(path))
    return engine


def _remember_file(path: str) -> Callable[..., None]:
    def remember(_dialect: Any, record: Any, _arguments: Any, _parameters: Any) -> None:
        # Before it is opened: should it be exchanged in between, the next check sees a difference and opens it again.
        record.info["file"] = _identity(path)
        if record.info["file"] is None:
            raise sqlite3.OperationalError("the database file is missing")

    return remember


def _refuse_another_file(path: str) -> Callable[..., None]:
    def refuse(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info["file"] != _identity(path):
            raise DisconnectionError("the database file was moved or exchanged")

    return refuse


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare_lasting(connection: sqlite3.Connection, _record: Any) -> None:
    # What was accepted survives a power cut: the receipt is shown after the commit.
    _prepare_sqlite(connection, "FULL")


def _prepare_volatile(connection: sqlite3.Connection, _record: Any) -> None:
    # In WAL mode a power cut may lose the newest drafts and never harms the file.
    _prepare_sqlite(connection, "NORMAL")


def _prepare_sqlite(connection: sqlite3.Connection, synchronous: str) -> None:
    # The driver's own transaction control starts transactions late and lets DDL escape them; ``_begin_sqlite`` starts them.
    connection.isolation_level = None
    for pragma in (*_PRAGMAS, f"synchronous = {synchronous}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when somebody wrote in between, whatever the busy
    # timeout: whoever may write takes the lock at the start.
    read_only = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def one_after_another(session: Session) -> None:
    """Let this transaction and others like it be as if one came after another; call it first. On SQLite that is always so.

    PostgreSQL ends one of two that would not be with an OperationalError: try again.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "SERIALIZABLE"})


def one_moment(session: Session) -> None:
    """Let everything that this transaction reads be of one moment; call it first. On SQLite that is always so."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
