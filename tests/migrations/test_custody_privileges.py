"""Names under PostgreSQL's own eyes: the portal brings an objection and reads no letter, nobody changes a compartment, and a
case of an earlier release gets one of today's size.
"""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import func, inspect, select, text, update

from crypto.keys import new_id
from intake.database.case_tables import Identity
from intake.database.custody_tables import CustodyLetter
from intake.database.engines import Databases, make_engine
from intake.database.portal_reads import roll
from tests.migrations.conftest import enter_in_ledger, refused
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices
from triage.migrations import upgrade as migrations
from triage.migrations.store import Store


@pytest.fixture
def engine_kind() -> str:
    """Only PostgreSQL has roles."""
    return "postgresql"


def _put(databases: Databases, filed: Filed) -> None:
    with databases.state.begin() as session:
        session.add(CustodyLetter(officer_id="lena", id=new_id(), case_id=filed.case, sealed=b"sealed"))


def test_the_portal_brings_letters_and_reads_none(installed: Instance) -> None:
    filed = Offices(installed, installed.today).file()
    _put(installed.portal_db, filed)
    for statement in (
        "SELECT * FROM custody_letters",
        "DELETE FROM custody_letters",
        "SELECT * FROM identities",
    ):
        assert refused(installed.portal_db, statement), statement
    with installed.portal_db.reading() as session:
        assert roll(session, filed.case) is None
    assert refused(installed.worker_db, "SELECT sealed FROM custody_letters")
    assert refused(installed.worker_db, "INSERT INTO custody_letters SELECT * FROM custody_letters")
    assert not refused(installed.worker_db, "DELETE FROM custody_letters WHERE officer_id = 'nobody'")


def test_nobody_changes_a_compartment(installed: Instance) -> None:
    for databases in (installed.portal_db, installed.triage_db, installed.worker_db):
        for statement in (
            "UPDATE identities SET sealed = ''",
            "UPDATE identities SET pairs = ''",
            "UPDATE identities SET custody_public = ''",
            "DELETE FROM identities",
            "UPDATE custody_letters SET officer_id = ''",
            "TRUNCATE custody_letters",
        ):
            assert refused(databases, statement), statement
    for databases in (installed.portal_db, installed.worker_db):
        assert refused(databases, "UPDATE identities SET roll = ''")


def test_a_deleted_case_takes_its_letters_along(installed: Instance) -> None:
    offices = Offices(installed, installed.today)
    goes, stays = offices.file(), offices.file()
    for filed in (goes, stays):
        _put(installed.triage_db, filed)
    enter_in_ledger(installed, goes.case)
    with installed.worker_db.state.begin() as session:
        session.execute(text("SELECT delete_case(:case)"), {"case": goes.case})
    with installed.owner.reading() as session:
        assert list(session.scalars(select(CustodyLetter.case_id))) == [stays.case]


def test_a_case_of_an_earlier_release_gets_a_compartment_of_todays_size(installed: Instance) -> None:
    offices = Offices(installed, installed.today)
    earlier = offices.file()
    engine = make_engine(installed.owner.state.kw["bind"].url.render_as_string(hide_password=False))
    with engine.begin() as connection:
        config = migrations._config()
        config.attributes.update(connection=connection, store=Store.STATE)
        command.downgrade(config, "0011")
        assert "custody_letters" not in inspect(connection).get_table_names()
        connection.execute(
            update(Identity).values(sealed=b"as it was").where(Identity.case_id == earlier.case)
        )
    migrations.upgrade_all(engine, engine)
    engine.dispose()
    offices.file()
    with installed.owner.reading() as session:
        sizes = set(session.scalars(select(func.length(Identity.sealed))))
    assert len(sizes) == 1
