"""The portal's switch under PostgreSQL's own eyes: one role turns it, all read it, and nobody takes a turn back."""

from __future__ import annotations

import pytest

from tests.migrations.conftest import refused
from tests.support.instances import Instance

_TURN = "INSERT INTO portal_modes VALUES ({}, 'read-mail-only', '2026-03-02')"


@pytest.fixture
def engine_kind() -> str:
    """Only PostgreSQL has roles."""
    return "postgresql"


def test_nobody_takes_a_turn_of_the_switch_back(installed: Instance) -> None:
    everybody = (installed.portal_db, installed.triage_db, installed.worker_db)
    for databases in (installed.portal_db, installed.worker_db):
        assert refused(databases, _TURN.format(1))
    assert not refused(installed.triage_db, _TURN.format(1))
    for databases in everybody:
        assert not refused(databases, "SELECT * FROM portal_modes")
        for statement in (
            "DELETE FROM portal_modes",
            "TRUNCATE portal_modes",
            "UPDATE portal_modes SET mode = 'open'",
            "UPDATE portal_modes SET since = '2020-01-01'",
        ):
            assert refused(databases, statement), statement
