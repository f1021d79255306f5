"""A plan for a reporter's safety that is not there is told once, and not where it is, nor where the risk fell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from crypto.keys import KeyPair
from intake.casefile import Holder
from intake.events import EventKind
from intake.levels import Band
from intake.notices import NoticeKind
from intake.protection.bands import BAND
from intake.time import Clock
from tests.support.duties import ABOVE, BOARD, Watched
from tests.support.instances import Instance
from tests.support.looking_after import HIGH, everything_chosen, looked
from tests.support.reports import Filed, Offices, plumber_report
from triage.casework.desk import Actor, Desk
from triage.casework.listing import list_cases
from triage.casework.protect.access import Way
from triage.casework.protect.acts import write_to_reporter
from triage.casework.protect.planning import save_plan

DAY = timedelta(days=1)


@pytest.fixture
def at_risk(instance: Instance, today: date) -> Filed:
    return Offices(instance, today).file(plumber_report(**HIGH))


def _desk(filed: Filed, officer: str, day: date) -> tuple[Desk, Actor]:
    instance = filed.offices.instance
    pair: KeyPair = instance.pair(officer)
    actor = Actor(instance.roster.officers[officer], Holder(officer, pair), instance.roster, day)
    return Desk(instance.triage_db, instance.triage.gate, Clock(day)), actor


def _plan(filed: Filed, day: date) -> None:
    desk, nils = _desk(filed, "nils", day)
    file = looked(desk, nils, filed)
    save_plan(desk, nils, Way(filed.case), everything_chosen(file), complete=True, seen=-1)


def _missed(case: Watched) -> list[tuple[str, str]]:
    return [
        (data["clock"], data["due"])
        for data in case.data_of(EventKind.MISSED)
        if data["clock"] in ("plan_due", "safety_contact_due")
    ]


def _raise(case: Watched, day: date, band: Band) -> None:
    """The office weighs the risk anew."""
    with case.filed.act("mara") as acting:
        acting.today = day
        report = acting.file.report
        risk = {**report["risk"], "band": band.value}
        content = {"severity": report["severity"], "risk": risk, "changed": []}
        acting.tell(EventKind.ASSESSED, {**acting.paper("assessment", "", content), BAND: band.value})


def test_a_plan_that_is_not_there_is_told_once(at_risk: Filed) -> None:
    case = Watched(at_risk)
    due = case.instance.organisation.calendar.working_days_after(case.filed_on, 3)
    desk, mara = _desk(at_risk, "mara", due)
    assert list_cases(desk, mara).entries[0].safety == {"plan_due": due}
    case.look(due)
    assert _missed(case) == []
    case.each_day(due + DAY, due + 4 * DAY)
    assert _missed(case) == [("plan_due", due.isoformat())]
    entries = case.told(NoticeKind.ACCOUNTABILITY_ENTRY)
    assert {who for who, own in entries.items() if "plan_due" in {each["clock"] for each in own}} == (
        ABOVE | BOARD
    )
    # What the office does next writes the watch anew, and forgets nothing.
    case.acknowledge(due + 4 * DAY)
    case.each_day(due + 5 * DAY, due + 6 * DAY)
    assert _missed(case) == [("plan_due", due.isoformat())]


def test_with_a_plan_in_time_nobody_is_told(at_risk: Filed) -> None:
    case = Watched(at_risk)
    case.acknowledge(case.filed_on)
    _plan(at_risk, case.filed_on + DAY)
    case.each_day(case.filed_on + 2 * DAY, case.filed_on + 9 * DAY)
    assert _missed(case) == []
    desk, mara = _desk(at_risk, "mara", case.filed_on + 9 * DAY)
    assert list_cases(desk, mara).entries[0].safety == {}


def test_a_greater_risk_asks_for_a_plan_anew_and_for_a_letter_at_once(at_risk: Filed) -> None:
    case = Watched(at_risk)
    case.acknowledge(case.filed_on)
    _plan(at_risk, case.filed_on)
    day = case.filed_on + 7 * DAY
    _raise(case, day, Band.CRITICAL)
    letter = (day + DAY).isoformat()
    plan = case.instance.organisation.calendar.working_days_after(day, 1).isoformat()
    case.each_day(day + DAY, day + 5 * DAY)
    assert set(_missed(case)) == {("plan_due", plan), ("safety_contact_due", letter)}
    assert len(_missed(case)) == 2


def test_a_letter_in_time_is_the_contact_that_is_owed(at_risk: Filed) -> None:
    case = Watched(at_risk)
    _raise(case, case.filed_on, Band.CRITICAL)
    _plan(at_risk, case.filed_on)
    desk, nils = _desk(at_risk, "nils", case.filed_on)
    write_to_reporter(desk, nils, Way(at_risk.case), "Go to a friend today.")
    case.each_day(case.filed_on + DAY, case.filed_on + 5 * DAY)
    assert _missed(case) == []


def test_where_the_risk_fell_to_low_nothing_is_owed(at_risk: Filed) -> None:
    """Here one officer lowers it alone, which shows elsewhere; a panel's decision is told in the same words."""
    case = Watched(at_risk)
    case.acknowledge(case.filed_on)
    _raise(case, case.filed_on + DAY, Band.LOW)
    case.each_day(case.filed_on + 2 * DAY, case.filed_on + 5 * DAY)
    assert case.count(EventKind.MISSED) == 0
