"""Most stories begin with one of a few organisations: each is built once in a test process, by the product's own code, and
every story gets a copy of its files and of its database.

Copies have the same keys, passwords and, on PostgreSQL, the same three roles. What is stored and seen is each story's own.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.engine import URL, make_url

from crypto.keys import KeyPair
from intake.settings import PORTAL_FILE, TRIAGE_FILE, WORKER_FILE, read_public
from tests.support.instances import Instance, Person, build_instance, open_instance
from tests.support.postgres import PostgresServer
from triage.instances.files import write_public
from triage.migrations.roles import Process, quoted, role_name


@dataclass(frozen=True)
class _Original:
    """An instance that nobody works in."""

    directory: Path
    database: URL | None
    root: KeyPair
    recovery: KeyPair
    people: Mapping[str, Person]


def copied_instance(
    directory: Path,
    organisation: dict[str, Any],
    *,
    today: date,
    server: PostgresServer | None = None,
    members: Callable[[str], bool] = lambda _: True,
    declared: Callable[[str], bool] = lambda _: True,
    copy_directory: Path | None = None,
    demo: bool = True,
) -> Instance:
    """As ``build_instance``; with ``server``, in a database of its own there."""
    offices = [*organisation["handling_offices"], *organisation["external"]]
    everybody = [member["id"] for office in offices for member in office["members"]]
    original = _original(
        json.dumps(organisation),
        today,
        server,
        tuple(filter(members, everybody)),
        tuple(filter(declared, everybody)),
        demo=demo,
    )
    shutil.copytree(original.directory, directory, dirs_exist_ok=True)
    if copy_directory is not None:
        public = read_public(directory)
        write_public(directory, public.model_copy(update={"copy_directory": copy_directory}))
    database = None
    if server is not None and original.database is not None:
        database = _copied_database(server, original.database)
        for name in (PORTAL_FILE, TRIAGE_FILE, WORKER_FILE):
            _move(directory / name, database)
    return open_instance(
        directory,
        today=today,
        database=database,
        root=original.root,
        recovery=original.recovery,
        people={name: replace(person) for name, person in original.people.items()},
    )


@cache
def _original(
    organisation: str,
    today: date,
    server: PostgresServer | None,
    members: tuple[str, ...],
    declared: tuple[str, ...],
    *,
    demo: bool,
) -> _Original:
    directory = Path(_place().name) / f"original-{_original.cache_info().misses}"
    database = None if server is None else server.make()
    instance = build_instance(
        directory,
        json.loads(organisation),
        today=today,
        database=database,
        members=members.__contains__,
        declared=declared.__contains__,
        demo=demo,
    )
    instance.close()  # a database is copied only while nobody is connected, and an embedded one is whole in its file then
    return _Original(directory, database, instance.root, instance.recovery, instance.people)


@cache
def _place() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="underseal-originals-")


def _copied_database(server: PostgresServer, original: URL) -> URL:
    """Everything in a database is copied with it, who may do what included; only who may connect is not."""
    name = original.database or ""
    copy = server.make(name)
    roles = ", ".join(quoted(role_name(process, name)) for process in Process)
    server.run(
        f"REVOKE ALL ON DATABASE {copy.database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {copy.database} TO {roles}",
    )
    return copy


def _move(secret: Path, database: URL) -> None:
    """A process's own login, into the copy."""
    content = json.loads(secret.read_text(encoding="utf-8"))
    login = make_url(content["database_url"]).set(database=database.database)
    secret.write_text(
        json.dumps(content | {"database_url": login.render_as_string(hide_password=False)}), encoding="utf-8"
    )
