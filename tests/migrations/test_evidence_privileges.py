"""Files under PostgreSQL's own eyes: who may say that one must exist, who may ask whose it is, and who takes a row away."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from crypto.keys import new_id
from intake.database.engines import Databases, make_engine
from intake.database.evidence_tables import Evidence
from tests.migrations.conftest import enter_in_ledger, refused
from tests.support.instances import Instance
from tests.support.reports import Offices
from tests.support.stored_files import file_with, rows
from triage.migrations import upgrade as migrations
from triage.migrations.store import Store


@pytest.fixture
def engine_kind() -> str:
    """Only PostgreSQL has roles."""
    return "postgresql"


def everybody(installed: Instance) -> tuple[Databases, ...]:
    return installed.portal_db, installed.triage_db, installed.worker_db


def test_the_portal_adds_a_file_to_a_case_and_never_learns_whose_a_file_is(installed: Instance) -> None:
    filed, (ref,) = file_with(offices := Offices(installed, installed.today), b"a bill")
    assert rows(installed) == {ref.id}
    assert offices.staging.stored_bytes() > 0
    assert not refused(installed.portal_db, "SELECT id, size FROM evidence")
    for statement in (
        "SELECT case_id FROM evidence",
        "SELECT * FROM evidence",
        f"SELECT id FROM evidence WHERE case_id = '{filed.case}'",
        "SELECT id FROM evidence ORDER BY case_id",
        "SELECT count(*) FROM evidence GROUP BY case_id",
    ):
        assert refused(installed.portal_db, statement), statement
    with pytest.raises(IntegrityError), installed.portal_db.state.begin() as session:
        session.execute(text(f"INSERT INTO evidence VALUES ('{new_id()}', '{new_id()}', 1)"))


def test_nobody_takes_a_files_row_away_or_gives_it_to_another_case(installed: Instance) -> None:
    for databases in everybody(installed):
        for statement in (
            "DELETE FROM evidence",
            "TRUNCATE evidence",
            "UPDATE evidence SET case_id = ''",
            "UPDATE evidence SET size = 0",
            "LOCK evidence IN EXCLUSIVE MODE",
        ):
            assert refused(databases, statement), statement
    for databases in (installed.triage_db, installed.worker_db):
        assert not refused(databases, "SELECT * FROM evidence")
        assert refused(databases, "INSERT INTO evidence SELECT * FROM evidence")


def test_drafts_files_are_the_portals_and_the_worker_ends_them(installed: Instance) -> None:
    for databases in (installed.triage_db, installed.worker_db):
        assert not refused(databases, "SELECT * FROM staged")
        for statement in (
            "INSERT INTO staged SELECT * FROM staged",
            "UPDATE staged SET expires = 0",
            "TRUNCATE staged",
        ):
            assert refused(databases, statement), statement
    assert refused(installed.triage_db, "DELETE FROM staged")
    assert not refused(installed.worker_db, "DELETE FROM staged WHERE expires = 0")
    assert not refused(installed.portal_db, "DELETE FROM staged WHERE expires = 0")


def test_only_a_case_of_the_ledger_loses_the_rows_of_its_files(installed: Instance) -> None:
    offices = Offices(installed, installed.today)
    filed, (goes,) = file_with(offices, b"a bill")
    _, (stays,) = file_with(offices, b"of another case")
    deleting = text("SELECT delete_case(:case)")
    with pytest.raises(DBAPIError, match="ledger"), installed.worker_db.state.begin() as session:
        session.execute(deleting, {"case": filed.case})
    assert rows(installed) == {goes.id, stays.id}
    enter_in_ledger(installed, filed.case)
    with installed.worker_db.state.begin() as session:
        session.execute(deleting, {"case": filed.case})
    assert rows(installed) == {stays.id}
    for databases in (installed.portal_db, installed.triage_db):
        assert refused(databases, f"SELECT delete_case('{filed.case}')")


def test_the_tables_come_and_go_with_their_revision_and_a_deletion_works_before_and_after(
    installed: Instance,
) -> None:
    """An ``init`` that fails takes them back; an instance of the release before gets them by ``underseal migrate``."""
    engine = make_engine(installed.owner.state.kw["bind"].url.render_as_string(hide_password=False))
    for store, table in ((Store.VOLATILE, "staged"), (Store.STATE, "evidence")):
        with engine.begin() as connection:
            config = migrations._config()
            config.attributes.update(connection=connection, store=store)
            command.downgrade(config, "0005")
            assert table not in inspect(connection).get_table_names()
    migrations.upgrade_all(engine, engine)
    with engine.connect() as connection:
        assert {"staged", "evidence"} <= set(inspect(connection).get_table_names())
        assert connection.scalar(text(f"SELECT count(*) FROM {Evidence.__tablename__}")) == 0
    engine.dispose()
    test_nobody_takes_a_files_row_away_or_gives_it_to_another_case(installed)
    test_only_a_case_of_the_ledger_loses_the_rows_of_its_files(installed)
