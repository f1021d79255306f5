"""The public log under PostgreSQL's own eyes: the portal reads it, the worker adds to it, nobody changes or removes a row."""

from __future__ import annotations

import pytest

from tests.migrations.conftest import refused
from tests.support.instances import Instance
from triage.migrations.roles import LOG_TABLES

ROWS = {
    "log_entries": "(0, '')",
    "log_nodes": "(1, 0, '')",
    "log_checkpoints": "(64, '2026-03-02', '')",
}


@pytest.fixture
def engine_kind() -> str:
    """Only PostgreSQL has roles."""
    return "postgresql"


def test_the_portal_reads_the_log_and_adds_nothing(installed: Instance) -> None:
    for table in LOG_TABLES:
        assert not refused(installed.portal_db, f"SELECT * FROM {table}")
        assert refused(installed.portal_db, f"INSERT INTO {table} VALUES {ROWS[table]}")


def test_the_back_office_has_no_part_in_it(installed: Instance) -> None:
    for table in LOG_TABLES:
        assert refused(installed.triage_db, f"SELECT * FROM {table}")
        assert refused(installed.triage_db, f"INSERT INTO {table} VALUES {ROWS[table]}")


def test_what_was_published_is_changed_and_removed_by_nobody(installed: Instance) -> None:
    for databases in (installed.portal_db, installed.triage_db, installed.worker_db):
        for table in LOG_TABLES:
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
                assert refused(databases, statement), statement
        assert refused(databases, "UPDATE log_entries SET number = 1")
        assert refused(databases, "UPDATE log_nodes SET hash = ''")
        assert refused(databases, "UPDATE log_checkpoints SET note = ''")
    for table in LOG_TABLES:
        assert not refused(installed.worker_db, f"INSERT INTO {table} VALUES {ROWS[table]}")


def test_what_waits_for_the_log_is_added_by_all_and_read_by_the_worker_alone(installed: Instance) -> None:
    """Whoever broke into the portal, or the back office, cannot even ask whether a statement that they were shown waits."""
    for number, databases in enumerate((installed.portal_db, installed.triage_db)):
        assert not refused(databases, f"INSERT INTO waiting_statements VALUES ('\\x0{number}')")
        for statement in ("SELECT * FROM waiting_statements", "DELETE FROM waiting_statements"):
            assert refused(databases, statement)
    assert refused(installed.worker_db, "INSERT INTO waiting_statements VALUES ('\\x02')")
    assert not refused(installed.worker_db, "SELECT * FROM waiting_statements")
    assert not refused(installed.worker_db, "DELETE FROM waiting_statements")
    for databases in (installed.portal_db, installed.triage_db, installed.worker_db):
        assert refused(databases, "UPDATE waiting_statements SET commitment = ''")
