"""The table of permissions: complete, and refusing with a reason."""

from __future__ import annotations

import itertools

import pytest

from intake.organisation import Duty
from intake.states import CaseState
from triage.casework.needs import Need
from triage.casework.policy import RULES, Act, Position, Task, allowed
from triage.casework.refusals import NotNowError, NotYoursError, Reason

NOBODY = frozenset[str]()
TRIAGE = frozenset({str(Duty.TRIAGE)})


def test_every_act_has_exactly_one_rule() -> None:
    assert set(RULES) == set(Act)


def test_a_bare_holder_may_note_leave_and_check_what_others_did_and_nothing_else() -> None:
    for state in CaseState:
        assert allowed(Position(NOBODY, None, state)) - {Act.VERIFY} == {Act.NOTE, Act.RECUSE}


def test_other_duties_open_nothing() -> None:
    duties = frozenset(str(duty) for duty in Duty) - TRIAGE
    assert allowed(Position(duties, None, CaseState.RECEIVED)) == {Act.NOTE, Act.RECUSE}


def test_a_task_lets_one_write_to_the_reporter_but_not_triage() -> None:
    for task in Task:
        acts = allowed(
            Position(NOBODY, task, CaseState.ADDRESSING, has=frozenset({Need.NO_PROPOSAL, Need.APART}))
        )
        assert acts >= {Act.ANSWER, Act.NOTE, Act.RECUSE, Act.FIND}
        assert not acts & {Act.ACKNOWLEDGE, Act.ASSESS, Act.ASSIGN}


def test_acknowledging_happens_once_and_first() -> None:
    may = {state for state in CaseState if Act.ACKNOWLEDGE in allowed(Position(TRIAGE, None, state))}
    assert may == {CaseState.RECEIVED}


def test_recusing_is_always_open() -> None:
    for state, task in itertools.product(CaseState, (None, *Task)):
        assert Act.RECUSE in allowed(Position(NOBODY, task, state))


def test_a_refusal_says_who_before_it_says_when() -> None:
    with pytest.raises(NotYoursError) as refused:
        RULES[Act.ACKNOWLEDGE].check(Position(NOBODY, None, CaseState.CLOSED))
    assert refused.value.reason is Reason.NEEDS_TRIAGE
    with pytest.raises(NotNowError) as late:
        RULES[Act.ACKNOWLEDGE].check(Position(TRIAGE, None, CaseState.CLOSED))
    assert late.value.reason is Reason.ALREADY_ACKNOWLEDGED
