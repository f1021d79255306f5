"""The responsibility card: every running clock has an owner, and the owner is somebody who can act."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from intake.inspections import Answer, Check, Inspection, Verdict
from intake.notices import NoticeKind
from intake.organisation import Duty
from intake.organisation.pack import load_pack
from intake.recovery import Ground
from intake.roster import Roster
from intake.states import CARE, CaseState, Owner
from intake.trends import Signal
from intake.yearly import MOST, Goal, Stage
from triage.casework.responsibilities import owner_of, responsibilities
from triage.oversight.asks import ALLOWS
from triage.oversight.obligations import BY_DUTY, BY_ROLE, EVERYBODY, PERIODS, Obligation
from triage.oversight.told import SHELVES, Shelf
from triage.web.oversight_words import (
    ACTS,
    CHECKED,
    CHECKS,
    EMPTY,
    GOALS,
    GROUNDS,
    INSPECTIONS,
    LISTS,
    NOTICES,
    OBLIGATIONS,
    SIGNALS,
    STAGES,
    VERDICTS,
)

DAY = date(2026, 3, 9)


def _roster(**duties: str) -> Roster:
    people: dict[str, Any] = {who: SimpleNamespace(duties=frozenset({duty})) for who, duty in duties.items()}
    return cast(Roster, SimpleNamespace(officers=people))


ROSTER = _roster(tess="triage", hank="handle", ivy="handle")


def _owed(state: CaseState, clock: str, handlers: dict[str, str]) -> tuple[str, ...]:
    (only,) = responsibilities(state, {clock: DAY}, handlers, ["tess", "hank", "ivy"], ROSTER)
    assert (only.clock, only.due) == (clock, DAY)
    return only.officers


@pytest.mark.parametrize("state", list(CaseState))
def test_every_clock_of_every_state_is_owed_by_its_owner(state: CaseState) -> None:
    for clock in CARE[state].clocks:
        assert owner_of(clock, state) is CARE[state].owner


def test_the_triage_officers_owe_the_acknowledgement_and_the_handler_the_feedback() -> None:
    assert _owed(CaseState.RECEIVED, "ack_due", {}) == ("tess",)
    assert _owed(CaseState.ADDRESSING, "feedback_due", {"hank": "handle"}) == ("hank",)


def test_where_nobody_has_a_task_the_triage_officers_owe_that_somebody_gets_one() -> None:
    assert _owed(CaseState.ADDRESSING, "feedback_due", {}) == ("tess",)


def test_clocks_of_no_state_have_an_owner_too() -> None:
    assert _owed(CaseState.CONCLUDED, "corrective:abc", {"ivy": "investigate"}) == ("ivy",)
    assert _owed(CaseState.ACKNOWLEDGED, "progress_due", {"hank": "handle"}) == ("hank",)
    assert owner_of("forward_due", CaseState.RECEIVED) is Owner.TRIAGE


def test_what_waits_for_the_reporter_is_owed_by_no_officer() -> None:
    assert _owed(CaseState.CLOSED, "first_question", {"hank": "handle"}) == ()


def test_the_soonest_stands_first() -> None:
    running = {"feedback_due": date(2026, 6, 1), "ack_due": date(2026, 3, 9)}
    owed = responsibilities(CaseState.RECEIVED, running, {}, ["tess"], ROSTER)
    assert [each.clock for each in owed] == ["ack_due", "feedback_due"]


def test_every_duty_has_its_obligations_and_every_obligation_its_words() -> None:
    assert set(BY_DUTY) == {str(duty) for duty in Duty}
    assert {str(each) for each in Obligation} == set(OBLIGATIONS)
    named = {each for owed in (*BY_DUTY.values(), *BY_ROLE.values(), EVERYBODY) for each in owed}
    assert named <= set(Obligation)
    pack = load_pack("default")
    assert all(name in pack.clocks or name in pack.duties for name in PERIODS.values())


def test_every_notice_has_its_list_and_its_words() -> None:
    assert set(SHELVES) == set(NoticeKind)
    assert {str(kind) for kind in NoticeKind} - {"own_act", "figures"} == set(NOTICES)
    assert {shelf.value for shelf in Shelf} | {"upwards"} == set(EMPTY) == set(LISTS) - {"duties"}
    recorded = {"interference", "interference_answered", "pressure_answered"}
    asked = {ask.value for ask in ALLOWS} | {"inspect", "inspected", "year_paper"}
    assert asked | recorded == set(ACTS)
    assert set(Inspection) == set(INSPECTIONS)
    assert set(Check) == set(CHECKS)
    assert set(Answer) == set(CHECKED)
    assert set(Verdict) == set(VERDICTS)
    assert set(Signal) == set(SIGNALS)
    assert set(Stage) == set(STAGES)
    assert set(Goal) == set(GOALS) == set(MOST)
    assert set(Ground) == set(GROUNDS)
