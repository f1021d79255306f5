"""Fixtures every ring shares. Both databases are real; nothing here is a mock, and no socket leaves the machine."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from pytest_socket import socket_allow_hosts

from intake.database.engines import Databases, make_engine
from tests.support.compiled_pages import compile_pages_once
from tests.support.copies import copied_instance
from tests.support.instances import Instance, build_instance
from tests.support.memory import files_in_memory
from tests.support.organisation import small_organisation
from tests.support.postgres import PostgresServer, running_postgres
from triage.migrations.upgrade import upgrade_all

TODAY = date(2026, 3, 2)
"""A Monday; the day on which most stories happen."""

MakeInstance = Callable[..., Instance]


def pytest_configure() -> None:
    """What every process under test inherits: room in memory for its files, and no signal that is ignored."""
    files_in_memory()
    compile_pages_once()
    # A run in the background, or under nohup, inherits that a signal is ignored.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # Ours to outlive; a process under test begins without it.
        signal.signal(signal.SIGHUP, lambda *_: None)


ON_BOTH = {
    "what the database itself refuses, keeps or gives away": (
        "test_database_writer.py", "test_deleting.py", "test_filing.py", "test_first_migration.py", "test_init.py",
        "test_instances.py", "test_nothing_at_rest.py", "test_roster.py", "test_sessions.py", "test_trouble.py",
        "test_what_is_left.py",
    ),
    "who comes first, and what is left when somebody stops in between": (
        "test_crashes_and_floods.py", "test_files_of_cases.py", "test_late_ties.py", "test_people_at_once.py",
        "test_sequencing.py", "test_staging.py", "test_worker.py", "test_worker_publishes.py", "test_workers.py",
    ),
    "what is asked of the database, and how often": ("test_lists.py", "test_opening.py"),
}  # fmt: skip
"""Stories whose subject is the database: they run on both every time."""

ON_SQLITE = frozenset(
    {
        "test_answering.py", "test_any_day.py", "test_bad_input.py", "test_batch.py", "test_case_files.py",
        "test_concluding.py",
        "test_desk_pages.py", "test_dishonest_head.py", "test_doctor.py", "test_documents.py", "test_end_to_end_kinds.py",
        "test_files_of_others.py", "test_forged_watch.py", "test_hand_over.py", "test_handling_pages.py", "test_hardening.py",
        "test_inspections.py", "test_intake_types.py", "test_interference.py", "test_left_open.py", "test_login.py",
        "test_mailbox_asks.py", "test_mailbox_parts.py", "test_merge_pages.py", "test_no_difference.py",
        "test_oversight.py", "test_oversight_figures.py", "test_panel_day.py", "test_panels_circle.py",
        "test_panels_pages.py", "test_people.py", "test_portal_serves.py", "test_reminder.py", "test_reporting.py",
        "test_second_look.py", "test_stories.py", "test_stories_to_the_end.py", "test_ten_acts.py", "test_verify.py",
        "test_yearly.py",
    }
)  # fmt: skip
"""What a page shows, or a reader makes of a record, hangs little on the database, and PostgreSQL takes twice as long."""


LONG_FIRST = (
    "test_demo.py", "test_mailbox.py", "test_init.py", "test_officers_day.py", "test_processes.py", "test_accessibility.py",
    "test_files_of_cases.py", "test_people.py", "test_properties.py", "test_dishonest_head.py", "test_no_difference.py",
    "test_review.py", "test_whole_case.py", "test_merge.py", "test_ten_acts.py", "test_joining.py", "test_kept.py",
    "test_splitting_day.py", "test_handling_pages.py", "test_worker.py", "test_crashes.py",
)  # fmt: skip
"""A worker takes whole files, so that what a file shares is made once; the longest begin first, none is left to the end."""


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Draw the halves before ``-m`` chooses; put the long files first after the order was drawn."""
    _draw_halves(items)
    _draw_widths(items)
    yield
    places = {name: place for place, name in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def _draw_halves(items: list[pytest.Item]) -> None:
    """Of the two halves of every other story one is drawn, always the same, evenly in each file; the other half is slow."""
    both = {name for names in ON_BOTH.values() for name in names}
    for item in items:
        kind = item.callspec.params.get("engine_kind") if hasattr(item, "callspec") else None
        if kind is None or item.path.name in both:
            continue
        if kind != ("sqlite" if item.path.name in ON_SQLITE else _drawn(item.nodeid.replace(kind, ""))):
            item.add_marker(pytest.mark.slow)


SECOND_WIDTH = {"[phone]": "[desktop]", "[desk]": "[telephone]"}
"""A story of two widths is told at the one that its people use more, and at the other with the slow ones. Whether a page reads
well is looked at at every width each time."""


def _draw_widths(items: list[pytest.Item]) -> None:
    told = {item.nodeid for item in items}
    for item in items:
        for second, first in SECOND_WIDTH.items():
            if item.nodeid.endswith(second) and item.nodeid.replace(second, first) in told:
                item.add_marker(pytest.mark.slow)


def _drawn(story: str) -> str:
    return ("sqlite", "postgresql")[crc32(story.encode()) % 2]


def pytest_runtest_setup() -> None:
    """Loopback and local sockets only (P6: nothing that is tested may depend on anything elsewhere)."""
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started at the first test that needs one."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: each runs on both."""
    return str(request.param)


@pytest.fixture
def today() -> date:
    """The day of the story."""
    return TODAY


@pytest.fixture
def databases(engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Empty, migrated databases with their owner's rights."""
    if engine_kind == "sqlite":
        urls = [f"sqlite:///{tmp_path / name}" for name in ("state.sqlite3", "volatile.sqlite3")]
        yield from _migrated(*urls)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.make()
    text = url.render_as_string(hide_password=False)
    try:
        yield from _migrated(text, text)
    finally:
        server.drop(url)


@pytest.fixture
def make_instance(engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MakeInstance]:
    """A maker of whole instances: ``make_instance(organisation, members=…)``, as ``build_instance``. Each is a copy of one that
    was built before, except where the copies of a backup go to a place of its own, or a story is about ``anew`` making it.
    """
    made: list[Instance] = []

    def make(organisation: dict[str, Any] | None = None, *, anew: bool = False, **options: Any) -> Instance:
        server = request.getfixturevalue("postgres") if engine_kind == "postgresql" else None
        place, document = tmp_path / f"instance-{len(made)}", organisation or small_organisation()
        options.setdefault("today", TODAY)
        if anew or "copy_directory" in options:
            database = None if server is None else server.make()
            made.append(build_instance(place, document, database=database, **options))
        else:
            made.append(copied_instance(place, document, server=server, **options))
        return made[-1]

    yield make
    for instance in made:
        instance.close()
        if engine_kind == "postgresql":
            request.getfixturevalue("postgres").drop(instance.owner.state.kw["bind"].url)


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    """The small organisation as a complete instance: every member has an account."""
    return make_instance()


def _migrated(state_url: str, volatile_url: str) -> Iterator[Databases]:
    class Urls:
        database_url = state_url
        volatile_url = state_url

    urls = Urls()
    urls.volatile_url = volatile_url
    engines = [make_engine(state_url), make_engine(volatile_url)]
    upgrade_all(*engines)
    for engine in engines:
        engine.dispose()
    opened = Databases.open(urls)
    yield opened
    opened.close()
