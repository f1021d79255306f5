"""What the stories about PostgreSQL's roles share."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from crypto.keys import new_id
from intake.database.engines import Databases
from intake.database.retention_tables import DeletionRow
from intake.retention.ledger import case_hash
from tests.conftest import MakeInstance
from tests.support.instances import Instance


@pytest.fixture
def installed(make_instance: MakeInstance) -> Instance:
    """An instance as ``init`` leaves it, without anybody's account: roles are what matters here."""
    return make_instance(members=lambda name: name == "lena", anew=True)


def refused(databases: Databases, statement: str) -> bool:
    """Whether the database denies the statement for want of a privilege, and for no other reason."""
    try:
        with databases.state.begin() as session:
            session.execute(text(statement))
    except ProgrammingError as error:
        return "permission denied" in str(error.orig)
    return False


def enter_in_ledger(installed: Instance, case: str) -> None:
    """With the worker's rights: a row about this case, which nobody signed."""
    with installed.worker_db.state.begin() as session:
        session.add(
            DeletionRow(
                case_hash=case_hash(case),
                date=installed.today,
                why="retention",
                event=new_id(),
                commitment=bytes(32),
                body=b"",
                reporter_key=b"",
                signature=b"",
            )
        )
