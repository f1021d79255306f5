"""A1 with A3: an officer whose tie comes to light keeps the key by spoiling what the worker goes by, for a day at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from intake import watch as watches
from intake.database.case_tables import Grant, WatchRow
from intake.declarations import next_declaration, sign_declaration
from intake.events import EventKind
from intake.organisation import Tie, TieType
from intake.record import Author
from intake.time import Clock
from tests.support.releases import Moving
from tests.support.reports import Offices, plumber_report

DAY = timedelta(days=1)


@pytest.fixture
def case(offices: Offices) -> Moving:
    return Moving(offices.file(plumber_report()))


def _declares(case: Moving, officer: str) -> None:
    """The officer is kin of Rosa Medina, whom the report is about."""
    tie = Tie(officer=officer, type=TieType.KIN, target="p-plumber")
    with case.instance.owner.state.begin() as session:
        said = next_declaration(session, officer, [tie], declared=(), today=case.day, roster=1)
        session.add(sign_declaration(said, case.instance.pair(officer)))


def _holders(case: Moving) -> set[str]:
    with case.instance.owner.reading() as session:
        return set(session.scalars(select(Grant.officer_id).where(Grant.case_id == case.case)))


def _forge(case: Moving, **changes: Any) -> None:
    author = Author("marc", case.instance.pair("marc"))
    with case.instance.owner.state.begin() as session:
        watches.store(session, replace(case.watch(), **changes), author, case.instance.portal.gate)


def test_what_nobody_can_work_with_in_one_case_keeps_the_worker_from_no_other(offices: Offices) -> None:
    spoilt, other = (Moving(offices.file(plumber_report())) for _ in range(2))
    _forge(spoilt, targets=([],))
    _declares(other, "marc")
    worker = other.worker(other.day)
    worker.round()
    assert "marc" not in _holders(other)
    assert "marc" in _holders(spoilt)
    spoilt.acknowledge("mara")  # any act of a colleague writes the watch anew
    worker.round()
    assert "marc" in _holders(spoilt), "it is not looked at every few seconds"
    worker.context = replace(worker.context, clock=Clock(other.day + DAY))
    worker.round()
    assert "marc" not in _holders(spoilt)
    assert spoilt.count(EventKind.RELEASED) == other.count(EventKind.RELEASED) == 1


def test_a_watch_that_was_put_back_delays_the_worker_for_a_day_at_most(case: Moving) -> None:
    with case.instance.owner.reading() as session:
        earlier = session.scalars(select(WatchRow.sealed)).one()
    case.acknowledge("mara")
    _declares(case, "marc")
    with case.instance.owner.state.begin() as session:
        session.execute(update(WatchRow).values(sealed=earlier))
    worker = case.worker(case.day)
    worker.round()
    assert "marc" in _holders(case)
    case.act("mara", EventKind.NOTED, {})
    worker.context = replace(worker.context, clock=Clock(case.day + DAY))
    worker.round()
    assert "marc" not in _holders(case)
