"""Fixtures every ring shares. Both databases are real; nothing here is a mock, and no socket leaves the machine."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from intake.database.engines import Databases, make_engine
from tests.support.compiled_pages import compile_pages_once
from tests.support.compiled_statements import compile_statements_once
from tests.support.copies import copied_instance
from tests.support.instances import Instance, build_instance
from tests.support.memory import files_in_memory
from tests.support.organisation import small_organisation
from tests.support.postgres import PostgresServer, running_postgres
from tests.support.read_rosters import read_rosters_once
from triage.migrations.upgrade import upgrade_all

TODAY = date(2026, 3, 2)
"""A Monday; the day on which most stories happen."""

MakeInstance = Callable[..., Instance]

# No deadlines: a busy machine is not a fault, and no test measures absolute time.
settings.register_profile("quick", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=100)
settings.load_profile("quick")  # `make check-slow` asks for the other one


def pytest_configure() -> None:
    """What every process under test inherits: room in memory for its files, and no signal that is ignored."""
    files_in_memory()
    compile_pages_once()
    compile_statements_once()
    read_rosters_once()
    # A run in the background, or under nohup, inherits that a signal is ignored.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # Ours to outlive; a process under test begins without it.
        signal.signal(signal.SIGHUP, lambda *_: None)


ON_BOTH = {
    "what the database itself refuses, keeps or gives away": (
        "test_database_writer.py", "test_filing.py", "test_first_migration.py", "test_instances.py", "test_nothing_at_rest.py",
        "test_roster.py", "test_sessions.py", "test_trouble.py", "test_what_is_left.py",
    ),
    "who comes first": (
        "test_crashes_and_floods.py", "test_late_ties.py", "test_people_at_once.py", "test_sequencing.py", "test_staging.py",
        "test_worker_publishes.py",
    ),
    "what is asked of the database, and how often": ("test_lists.py", "test_opening.py"),
}  # fmt: skip
"""Stories whose subject is the database: they run on both every time."""

ON_POSTGRESQL = frozenset({"test_deleting.py", "test_worker.py", "test_workers.py"})
"""Workers that meet or are killed, and what a role may delete: SQLite has one writer at a time and no roles."""

ON_SQLITE = frozenset(
    {
        "test_answering.py", "test_any_day.py", "test_bad_input.py", "test_batch.py", "test_case_files.py",
        "test_concluding.py", "test_crashes.py",
        "test_desk_pages.py", "test_dishonest_head.py", "test_doctor.py", "test_documents.py", "test_end_to_end_kinds.py",
        "test_files_of_others.py", "test_forged_watch.py", "test_front_door.py", "test_grade.py", "test_hand_over.py",
        "test_handling_pages.py", "test_hardening.py",
        "test_inspections.py", "test_intake_types.py", "test_interference.py", "test_left_open.py", "test_login.py",
        "test_mailbox_asks.py", "test_mailbox_parts.py", "test_merge_pages.py", "test_no_difference.py",
        "test_oversight.py", "test_oversight_figures.py", "test_panel_day.py", "test_panels_circle.py",
        "test_panels_pages.py", "test_people.py", "test_portal_serves.py", "test_reminder.py", "test_reporting.py",
        "test_second_look.py", "test_stories.py", "test_stories_to_the_end.py", "test_ten_acts.py", "test_verify.py",
        "test_yearly.py",
    }
)  # fmt: skip
"""What a page shows, a reader makes of a record or a store keeps hangs little on the database."""

ONE_IN = 6
"""Of all other stories so many run on PostgreSQL, where they take twice as long."""


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
    _draw_looks(items)
    _draw_from_grids(items)
    yield
    places = {name: place for place, name in enumerate(LONG_FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody need look through it again and again for what can go."""
    gc.collect()
    gc.freeze()


def _draw_halves(items: list[pytest.Item]) -> None:
    """Of the two halves of every other story one is drawn, always the same, a share in each file; the other half is slow."""
    both = {name for names in ON_BOTH.values() for name in names}
    for item in items:
        kind = item.callspec.params.get("engine_kind") if hasattr(item, "callspec") else None
        if kind is None or item.path.name in both:
            continue
        if kind != _database_of(item.path.name, item.nodeid.replace(kind, "")):
            item.add_marker(pytest.mark.slow)


SECOND_LOOK = {
    "[phone]": ("[desktop]",), "[desk]": ("[telephone]",), "[1280]": ("[360]", "[320]"), "[360]": ("[320]",),
    "[dark]": ("[light]",), "[320-dark]": ("[320-light]",), "[1280-light]": ("[1280-dark]",),
}  # fmt: skip
"""What is told at two widths or in two schemes is told the way that its people use more or that leaves less room, and the
other way with the slow ones.
"""
EVERY_LOOK = frozenset({"test_accessibility.py"})
"""Whether the portal's pages stand in anybody's way is looked at in every scheme each time."""


FROM_A_GRID = {
    "test_whoever_can_open_the_case_afterwards_is_whom_the_rules_name": ("review about a head]", "overdue]"),
    "test_one_that_was_made_to_vanish_keeps_the_other_and_is_missed": ("[0-split]", "[1-pair]"),
    "test_an_officer_who_signs_a_watch_without_the_others_has_none_of_them_deleted": ("[0]",),
    "test_a_case_handled_to_its_end_and_taken_up_again_raises_no_alarm": ("water_report]",),
}  # fmt: skip
"""Long stories that are told in many ways, and the ways in which they are told each time; the others are slow."""


def _draw_looks(items: list[pytest.Item]) -> None:
    told = {item.nodeid for item in items}
    for item in items:
        if item.path.name in EVERY_LOOK:
            continue
        for second, firsts in SECOND_LOOK.items():
            others = {item.nodeid.removesuffix(second) + first for first in firsts}
            if item.nodeid.endswith(second) and told & others:
                item.add_marker(pytest.mark.slow)


def _draw_from_grids(items: list[pytest.Item]) -> None:
    for item in items:
        told = FROM_A_GRID.get(item.name.split("[", 1)[0])
        if told is not None and not item.name.endswith(told):
            item.add_marker(pytest.mark.slow)


def _database_of(file: str, story: str) -> str:
    if file in ON_SQLITE or file in ON_POSTGRESQL:
        return "sqlite" if file in ON_SQLITE else "postgresql"
    return "sqlite" if crc32(story.encode()) % ONE_IN else "postgresql"


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
    was built before, except where a story is about ``anew`` making it.
    """
    made: list[Instance] = []

    def make(organisation: dict[str, Any] | None = None, *, anew: bool = False, **options: Any) -> Instance:
        server = request.getfixturevalue("postgres") if engine_kind == "postgresql" else None
        place, document = tmp_path / f"instance-{len(made)}", organisation or small_organisation()
        options.setdefault("today", TODAY)
        if anew:
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
