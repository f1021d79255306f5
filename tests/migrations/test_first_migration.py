"""The migrations make what the models say, on both databases, and can be taken back where `init` fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from intake.database.engines import make_engine
from triage.instances.postgresql import is_empty
from triage.migrations.store import Store
from triage.migrations.upgrade import downgrade_all, is_current, upgrade_all

Engines = dict[Store, Engine]


@pytest.fixture
def empty(engine_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engines]:
    """Two stores without a table."""
    urls = {store: f"sqlite:///{tmp_path / store.value}" for store in Store}
    made = None
    if engine_kind == "postgresql":
        made = request.getfixturevalue("postgres").make()
        urls = dict.fromkeys(Store, made.render_as_string(hide_password=False))
    engines = {store: make_engine(url) for store, url in urls.items()}
    yield engines
    for engine in engines.values():
        engine.dispose()
    if made is not None:
        request.getfixturevalue("postgres").drop(made)


def _upgrade(engines: Engines) -> None:
    upgrade_all(engines[Store.STATE], engines[Store.VOLATILE])


def test_the_migrated_schema_is_the_one_of_the_models(empty: Engines) -> None:
    _upgrade(empty)
    for store, engine in empty.items():
        with engine.connect() as connection:
            options = {
                "compare_type": True,
                "include_name": store.includes,
                "version_table": store.version_table,
                "target_metadata": store.metadata,
            }
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, store.metadata) == []
            assert is_current(connection, store)


def test_no_table_has_a_hidden_row_number_that_would_be_a_clock(empty: Engines, engine_kind: str) -> None:
    if engine_kind != "sqlite":
        pytest.skip("PostgreSQL has no such number")
    _upgrade(empty)
    for store, engine in empty.items():
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
            made = {row[0]: row[1] for row in rows}
        for table in store.metadata.tables:
            assert "WITHOUT ROWID" in made[table], table


def test_what_is_forgotten_never_reaches_the_write_ahead_log(empty: Engines, engine_kind: str) -> None:
    if engine_kind != "postgresql":
        pytest.skip("on SQLite it is a file of its own")
    _upgrade(empty)
    with empty[Store.VOLATILE].connect() as connection:
        rows = connection.execute(text("SELECT relname, relpersistence FROM pg_class WHERE relkind = 'r'"))
        kinds = {row[0]: row[1] for row in rows}
    assert {table: kinds[table] for table in Store.VOLATILE.metadata.tables} == {
        "sessions": "u",
        "budgets": "u",
        "staged": "u",
    }
    assert all(kinds[table] == "p" for table in Store.STATE.metadata.tables)


def test_upgrading_twice_changes_nothing(empty: Engines) -> None:
    _upgrade(empty)
    before = {store: sorted(inspect(engine).get_table_names()) for store, engine in empty.items()}
    _upgrade(empty)
    assert {store: sorted(inspect(engine).get_table_names()) for store, engine in empty.items()} == before


def test_an_old_database_is_recognised_as_old(empty: Engines) -> None:
    for store, engine in empty.items():
        with engine.connect() as connection:
            assert not is_current(connection, store)


def test_taking_everything_back_leaves_no_table_and_no_role(empty: Engines, engine_kind: str) -> None:
    _upgrade(empty)
    downgrade_all(empty[Store.STATE], empty[Store.VOLATILE])
    if engine_kind == "sqlite":
        assert [inspect(engine).get_table_names() for engine in empty.values()] == [[], []]
        return
    with empty[Store.STATE].connect() as connection:
        assert is_empty(connection)
        roles = text("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'underseal%' || current_database()")
        assert connection.scalar(roles) == 0
    _upgrade(empty)  # and the next attempt finds nothing in its way
