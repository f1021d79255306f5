"""Three database roles: each process tries what it must not do, and PostgreSQL itself refuses."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from intake.database import portal_reads
from intake.sessions import SealedSessions
from intake.time import Clock
from tests.migrations.conftest import enter_in_ledger, refused
from tests.support.instances import Instance
from tests.support.reports import Offices
from triage.migrations.roles import FILED_TABLES, SESSION_KINDS, Process

ALL = [*FILED_TABLES, "notices", "rosters", "accounts", "sessions", "budgets"]


@pytest.fixture
def engine_kind() -> str:
    """Only PostgreSQL has roles."""
    return "postgresql"


def test_the_portal_reads_nothing_but_the_roster(installed: Instance) -> None:
    for table in (*FILED_TABLES, "notices", "accounts"):
        assert refused(installed.portal_db, f"SELECT * FROM {table} LIMIT 1"), table
    assert not refused(installed.portal_db, "SELECT number FROM rosters")


def test_the_portal_changes_and_deletes_nothing(installed: Instance) -> None:
    for table in (*FILED_TABLES, "notices", "rosters", "accounts"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"LOCK {table} IN EXCLUSIVE MODE"):
            assert refused(installed.portal_db, statement), statement
    assert refused(installed.portal_db, "UPDATE mailboxes SET sealed = NULL")
    assert refused(installed.portal_db, "UPDATE cases SET state = 'closed'")
    assert refused(installed.portal_db, "UPDATE rosters SET document = ''")


def test_the_portal_adds_no_officer_and_no_roster(installed: Instance) -> None:
    assert refused(installed.portal_db, "INSERT INTO rosters VALUES (99, '', '')")
    assert refused(installed.portal_db, "INSERT INTO accounts VALUES ('mallory', '', '', 0, false)")
    assert refused(installed.portal_db, "INSERT INTO notices VALUES ('mallory', 'x', '')")


def test_no_process_changes_the_schema_or_becomes_another(installed: Instance) -> None:
    for databases in (installed.portal_db, installed.triage_db, installed.worker_db):
        assert refused(databases, "CREATE TABLE mine (x int)")
        assert refused(databases, "CREATE TEMPORARY TABLE cases (x int)")
        for statement in ("DROP TABLE cases", "ALTER TABLE events DISABLE TRIGGER ALL", "SET ROLE postgres"):
            with pytest.raises(ProgrammingError), databases.state.begin() as session:
                session.execute(text(statement))


def test_nobody_rewrites_the_record(installed: Instance) -> None:
    for databases in (installed.portal_db, installed.triage_db, installed.worker_db):
        for table in ("events", "items", "item_keys", "epochs"):
            assert refused(databases, f"DELETE FROM {table}")
        assert refused(databases, "UPDATE events SET number = 0")
        assert refused(databases, "UPDATE items SET kind = 'note'")
        assert refused(databases, "UPDATE rosters SET document = ''")


def test_the_back_office_seals_for_recovery_again_and_changes_nothing_else_of_an_epoch(
    installed: Instance,
) -> None:
    assert not refused(installed.triage_db, "UPDATE epochs SET recovery = ''")
    for column in ("public", "signatures", "link"):
        assert refused(installed.triage_db, f"UPDATE epochs SET {column} = ''")
    for databases in (installed.portal_db, installed.worker_db):
        assert refused(databases, "UPDATE epochs SET recovery = ''")


def test_the_worker_reads_no_report_and_no_account(installed: Instance) -> None:
    for table in ("items", "item_keys", "accounts", "mailboxes", "identities"):
        assert refused(installed.worker_db, f"SELECT * FROM {table}")


def test_nobody_takes_back_what_officers_were_told(installed: Instance) -> None:
    for databases in (installed.portal_db, installed.triage_db, installed.worker_db):
        assert refused(databases, "DELETE FROM notices")
        assert refused(databases, "UPDATE notices SET sealed = ''")
        assert refused(databases, "UPDATE watches SET sealed = ''")
    for databases in (installed.portal_db, installed.triage_db):
        assert refused(databases, "INSERT INTO notices VALUES ('lena', 'x', '')")


def test_the_worker_removes_no_case_and_declares_nothing(installed: Instance) -> None:
    for table in ("cases", "slips", "declarations", "rosters"):
        assert refused(installed.worker_db, f"INSERT INTO {table} SELECT * FROM {table}"), table
    assert refused(installed.worker_db, "DELETE FROM cases")
    assert refused(installed.worker_db, "DELETE FROM declarations")


def test_the_back_office_adds_a_case_and_takes_none_away(installed: Instance) -> None:
    """A panel splits a report: its rows can be added; nobody reads a slip there, or changes or removes what was filed."""
    for table in ("cases", "identities"):
        assert not refused(installed.triage_db, f"INSERT INTO {table} SELECT * FROM {table} WHERE false"), (
            table
        )
    for table in ("cases", "identities", "slips"):
        assert refused(installed.triage_db, f"DELETE FROM {table}"), table
    assert not refused(installed.triage_db, "INSERT INTO slips VALUES ('x', '')")
    assert refused(installed.triage_db, "SELECT * FROM slips")
    assert refused(installed.triage_db, "UPDATE identities SET sealed = ''")
    assert refused(installed.triage_db, "INSERT INTO mailboxes VALUES ('', '')")


def test_the_worker_deletes_a_case_only_when_it_stands_in_the_ledger(installed: Instance) -> None:
    filed, other = (Offices(installed, installed.today).file() for _ in range(2))
    deleting = text("SELECT delete_case(:case)")
    with (
        pytest.raises(DBAPIError, match="does not stand in the ledger"),
        installed.worker_db.state.begin() as session,
    ):
        session.execute(deleting, {"case": filed.case})
    enter_in_ledger(installed, filed.case)
    with installed.worker_db.state.begin() as session:
        session.execute(deleting, {"case": filed.case})
    assert filed.offices.cases() == [other.case]
    with installed.owner.state.begin() as session:
        for table in ("items", "item_keys", "events", "epochs", "grants", "rungs", "identities", "watches"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")), table


def test_nobody_else_deletes_a_case_or_touches_the_ledger(installed: Instance) -> None:
    for databases in (installed.portal_db, installed.triage_db):
        assert refused(databases, "SELECT delete_case('x')")
        assert refused(databases, "SELECT * FROM deletions")
        assert refused(databases, "INSERT INTO deletions SELECT * FROM deletions")
    for statement in ("DELETE FROM deletions", "UPDATE deletions SET why = ''"):
        assert refused(installed.worker_db, statement)
    assert not refused(installed.portal_db, "SELECT * FROM mailbox_deletion('')")
    for databases in (installed.triage_db, installed.worker_db):
        assert refused(databases, "SELECT * FROM mailbox_deletion('')")


def test_the_back_office_cannot_find_a_mailbox_by_its_hash(installed: Instance) -> None:
    assert refused(installed.triage_db, "SELECT * FROM mailboxes")
    assert refused(installed.triage_db, "SELECT * FROM mailbox_by_locator('')")
    assert refused(installed.worker_db, "SELECT * FROM mailbox_by_locator('')")


def test_the_portals_questions_answer_nothing_to_a_stranger(installed: Instance) -> None:
    with installed.portal_db.reading() as session:
        assert portal_reads.mailbox_row(session, bytes(32)) is None
        assert list(portal_reads.events(session, "nobody")) == []
        assert list(portal_reads.answers(session, "nobody")) == []
        assert list(portal_reads.epochs(session, "nobody")) == []
        assert portal_reads.report_body(session, "nobody") is None


def test_a_process_sees_its_own_sessions_only(installed: Instance) -> None:
    stores = {Process.PORTAL: installed.portal_db, Process.TRIAGE: installed.triage_db}
    cookies = {}
    for process, kinds in SESSION_KINDS.items():
        for kind in kinds:
            sessions = SealedSessions(stores[process].volatile, Clock(), kind, 60, 60)
            cookies[kind] = sessions.create(b"mine")
            assert sessions.read(cookies[kind]) == b"mine"
    foreign = SealedSessions(installed.portal_db.volatile, Clock(), "officer", 60, 60)
    assert foreign.read(cookies["officer"]) is None
    with pytest.raises(ProgrammingError, match="row-level security"):
        foreign.create(b"forged")
    with installed.portal_db.volatile.begin() as session:
        session.execute(text("DELETE FROM sessions"))
    still = SealedSessions(installed.triage_db.volatile, Clock(), "officer", 60, 60)
    assert still.read(cookies["officer"]) == b"mine"


def test_the_worker_may_end_sessions_but_not_make_them(installed: Instance) -> None:
    SealedSessions(installed.triage_db.volatile, Clock(), "officer", 60, 60).create(b"over")
    assert refused(installed.worker_db, "UPDATE sessions SET expires = 0")
    with installed.worker_db.volatile.begin() as session:
        session.execute(text("DELETE FROM sessions"))
    with installed.owner.volatile.begin() as session:
        assert session.scalar(text("SELECT count(*) FROM sessions")) == 0


def test_a_strangers_login_reaches_nothing(installed: Instance) -> None:
    with installed.owner.state.begin() as session:
        database = session.scalar(text("SELECT current_database()"))
        for table in ALL:
            privileges = text(f"SELECT has_table_privilege('pg_monitor', '{table}', 'SELECT')")
            assert session.scalar(privileges) is False
        assert (
            session.scalar(text(f"SELECT has_database_privilege('pg_monitor', '{database}', 'CONNECT')"))
            is False
        )


def test_the_chain_of_appointments_only_grows_and_only_the_back_office_adds_to_it(
    installed: Instance,
) -> None:
    for databases in (installed.portal_db, installed.triage_db, installed.worker_db):
        assert refused(databases, "DELETE FROM appointments")
        assert refused(databases, "UPDATE appointments SET base = 2")
        assert not refused(databases, "SELECT position FROM appointments")
    for databases in (installed.portal_db, installed.worker_db):
        assert refused(databases, "INSERT INTO appointments VALUES (1, 1, '', '')")
        for table in ("appointment_asks", "invitations"):
            assert refused(databases, f"SELECT * FROM {table}")
            assert refused(databases, f"INSERT INTO {table} SELECT * FROM {table}")
