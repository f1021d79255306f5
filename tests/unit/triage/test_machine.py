"""The machine of states, proved on its data: no dead end, and no way but those of the design (duties.md, States)."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise

import pytest

from intake import events
from intake.events import EventKind
from intake.organisation import Duty
from intake.organisation.pack import CLOCKS, DUTIES
from intake.states import CARE, OVER, CaseState
from triage.casework import clocks
from triage.casework.needs import Need
from triage.casework.policy import (
    DECISIONS,
    RULES,
    Act,
    Decision,
    Part,
    Position,
    Rule,
    Task,
    passes,
    proposable,
)

S = CaseState
DESIGN = {
    (S.RECEIVED, S.ACKNOWLEDGED),
    (S.ACKNOWLEDGED, S.ASSESSED),
    (S.ACKNOWLEDGED, S.REDIRECTED),
    (S.ASSESSED, S.ADDRESSING),
    (S.ASSESSED, S.REDIRECTED),
    (S.ADDRESSING, S.CONCLUDED),
    (S.CONCLUDED, S.CLOSED),
    (S.CONCLUDED, S.REOPENED),
    (S.REDIRECTED, S.CLOSED),
    (S.REDIRECTED, S.REOPENED),
    (S.CLOSED, S.REOPENED),
    (S.REOPENED, S.ADDRESSING),
}
"""Every way from a state to another one, written down by hand."""


def ways() -> Iterator[tuple[CaseState, CaseState]]:
    """Where the acts and the panels' decisions lead."""
    for rule in (*RULES.values(), *DECISIONS.values()):
        for state in rule.states:
            if rule.to is not None and rule.to is not state:
                yield state, rule.to
    yield S.ACKNOWLEDGED, S.ASSESSED  # the first assessment; later ones leave the state as it is


def test_acts_and_decisions_lead_where_the_design_says_and_nowhere_else() -> None:
    assert set(ways()) == DESIGN
    assert {(state, there) for state, care in CARE.items() for there in care.exits} == DESIGN


def test_every_state_has_an_owner_a_clock_and_an_exit() -> None:
    known = {*CLOCKS, *DUTIES, "first_contact_due", clocks.HELD, clocks.CLOSE}
    assert set(CARE) == set(CaseState)
    for care in CARE.values():
        assert care.clocks
        assert care.clocks <= known
        assert care.exits


def test_from_everywhere_a_case_can_come_to_its_end_and_be_taken_up_again() -> None:
    for start in CaseState:
        reached = {start}
        while new := {there for here in reached for there in CARE[here].exits} - reached:
            reached |= new
        assert {S.CLOSED, S.REOPENED} <= reached


def test_nothing_is_concluded_refused_or_lowered_by_one_person() -> None:
    """Only a panel's decision leads to these states: no act does."""
    by_act = {rule.to for rule in RULES.values()}
    assert by_act.isdisjoint({S.CONCLUDED, S.REDIRECTED})
    assert {DECISIONS[Decision.CLOSE].to, DECISIONS[Decision.REFUSE].to} == {S.CONCLUDED, S.REDIRECTED}


TRIAGE, HANDLER, INVESTIGATOR, MEMBER, PROPOSER, BARE, OTHERS = (
    "triage officer", "handler", "investigator", "member of the panel", "proposer", "bare holder", "other duties",
)  # fmt: skip
OPEN = set(S) - OVER
EVERYBODY = {TRIAGE, HANDLER, INVESTIGATOR, MEMBER, PROPOSER, BARE, OTHERS}
AT_WORK = {TRIAGE, HANDLER, INVESTIGATOR}
MATRIX: dict[Act, tuple[set[str], set[CaseState]]] = {
    Act.ACKNOWLEDGE: ({TRIAGE}, {S.RECEIVED}),
    Act.ASSESS: ({TRIAGE}, OPEN - {S.RECEIVED}),
    Act.WEIGH: (AT_WORK, OPEN),
    Act.TURN: (AT_WORK, OPEN),
    Act.ADDRESS: (AT_WORK, {S.ASSESSED, S.REOPENED, S.ADDRESSING}),
    Act.ANSWER: (AT_WORK, set(S)),
    Act.NOTE: (EVERYBODY, set(S)),
    Act.ASSIGN: ({TRIAGE}, OPEN),
    Act.HAND_OVER: (EVERYBODY, set(S)),
    Act.RECUSE: (EVERYBODY, set(S)),
    Act.SECURE: ({INVESTIGATOR}, {S.ADDRESSING}),
    Act.HEAR: ({INVESTIGATOR}, {S.ADDRESSING}),
    Act.FIND: ({HANDLER, INVESTIGATOR}, {S.ADDRESSING}),
    Act.CLASSIFY: (AT_WORK, OPEN - {S.RECEIVED}),
    Act.PROPOSE: (AT_WORK, set(S)),
    Act.VOTE: ({MEMBER}, set(S)),
    Act.WITHDRAW: ({PROPOSER}, set(S)),
    Act.RESEAT: (AT_WORK, set(S)),
    Act.TELL: (AT_WORK, {S.CONCLUDED, S.REDIRECTED}),
    # What was promised stays owed when a case is closed with a referral out, or taken up again.
    Act.CORRECT: (AT_WORK, {S.CONCLUDED, S.CLOSED, S.REOPENED, S.ADDRESSING}),
    Act.CALL_CHECKER: (AT_WORK, {S.CONCLUDED, S.CLOSED, S.REOPENED, S.ADDRESSING}),
    Act.VERIFY: (EVERYBODY, {S.CONCLUDED, S.CLOSED, S.REOPENED, S.ADDRESSING}),
    Act.CLOSE: (AT_WORK, {S.CONCLUDED, S.REDIRECTED}),
    Act.REOPEN: (AT_WORK, set(OVER)),
    Act.PART: (AT_WORK, OPEN),
    Act.EXPORT: (AT_WORK, set(S)),
    # Retaliation often comes after the closing.
    Act.PROTECT: (AT_WORK, set(S)),
    Act.ASK_REASONS: (AT_WORK, OPEN - {S.RECEIVED}),
    Act.RECORD_REASONS: (AT_WORK, OPEN - {S.RECEIVED}),
}
"""Who may do what in which state, written down by hand from duties.md. Nobody but these, whatever the rank or the role."""


WHEN: dict[Decision, set[CaseState]] = {
    Decision.CLOSE: {S.ADDRESSING},
    Decision.REFUSE: {S.ACKNOWLEDGED, S.ASSESSED},
    Decision.EXTEND: OPEN - {S.RECEIVED},
    Decision.LOWER: OPEN - {S.RECEIVED},
    Decision.TRANSFER: OPEN,
    # Not before somebody answered, not while it is taken up again, not once it was decided.
    Decision.SPLIT: {S.ACKNOWLEDGED, S.ASSESSED, S.ADDRESSING},
    # Each report was acknowledged and assessed before, and none is decided.
    Decision.MERGE: {S.ASSESSED, S.ADDRESSING, S.REOPENED},
    # A hold may be needed at any time; a closed case is held, or deleted early, and nothing else.
    Decision.HOLD: set(S),
    Decision.END_HOLD: set(S),
    Decision.DELETE_EARLY: {S.CLOSED, S.REDIRECTED},
    # A court asks when it asks.
    Decision.DISCLOSE: set(S),
}
"""When a panel can be asked for what."""


def position(role: str, state: CaseState, *parts: Part, has: frozenset[Need] = frozenset(Need)) -> Position:
    """Somebody in that role, in a case where everything that an act may need was done."""
    duties = {
        TRIAGE: {Duty.TRIAGE},
        OTHERS: set(Duty) - {Duty.TRIAGE},
    }.get(role, set())
    task = {HANDLER: Task.HANDLE, INVESTIGATOR: Task.INVESTIGATE}.get(role)
    return Position(
        duties=frozenset(str(duty) for duty in duties),
        task=None if task is None else str(task),
        state=state,
        parts=frozenset(parts),
        has=has,
        seat=role == MEMBER,
        proposer=role == PROPOSER,
    )


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_the_whole_matrix_of_states_acts_and_roles(act: Act, state: CaseState, role: str) -> None:
    roles, states = MATRIX[act]
    assert passes(RULES[act], position(role, state)) == (role in roles and state in states)


@pytest.mark.parametrize("decision", Decision)
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_what_a_panel_is_asked_for_fits_the_state_and_is_proposed_by_whoever_is_at_work(
    decision: Decision, role: str
) -> None:
    for state in CaseState:
        offered = decision in proposable(position(role, state))
        assert offered == (role in AT_WORK and state in WHEN[decision])
        assert decision not in proposable(position(role, state, Part.DECIDE))


@pytest.mark.parametrize(
    ("act", "barred"),
    [
        (Act.ACKNOWLEDGE, {Part.INVESTIGATE, Part.DECIDE}),
        (Act.ASSESS, {Part.INVESTIGATE, Part.DECIDE}),
        (Act.ASSIGN, {Part.INVESTIGATE, Part.DECIDE}),
        (Act.SECURE, {Part.TRIAGE, Part.DECIDE}),
        (Act.HEAR, {Part.TRIAGE, Part.DECIDE}),
        (Act.FIND, {Part.DECIDE}),
        (Act.ADDRESS, {Part.DECIDE}),
        (Act.PROPOSE, {Part.DECIDE}),
        (Act.VOTE, {Part.TRIAGE, Part.INVESTIGATE, Part.EXAMINE}),
    ],
)
def test_nobody_does_the_triage_investigates_and_decides_in_one_case(act: Act, barred: set[Part]) -> None:
    roles, states = MATRIX[act]
    for role in roles:
        for state in states:
            for part in Part:
                assert passes(RULES[act], position(role, state, part)) == (part not in barred)


@pytest.mark.parametrize(
    ("rule", "needs"),
    [
        (RULES[Act.SECURE], {Need.APART}),
        (RULES[Act.HEAR], {Need.SECURED, Need.APART, Need.WEIGHED_HEARING}),
        # Retaliation is never refused, and never decided on letters alone (mechanism 37).
        (DECISIONS[Decision.CLOSE], {Need.WEIGHED_FINDINGS, Need.INVESTIGATED}),
        (DECISIONS[Decision.REFUSE], {Need.ANOTHER_KIND}),
        (DECISIONS[Decision.TRANSFER], {Need.WEIGHED_EXTERNAL}),
        (RULES[Act.ADDRESS], {Need.APART}),
        (RULES[Act.PART], {Need.JOINED, Need.NO_PROPOSAL}),
        (DECISIONS[Decision.MERGE], {Need.APART, Need.ANOTHER_KIND}),
        (RULES[Act.ASK_REASONS], {Need.RETALIATION, Need.WEIGHED_HEARING}),
        (RULES[Act.RECORD_REASONS], {Need.RETALIATION}),
        (DECISIONS[Decision.SPLIT], {Need.ALONE}),
        (RULES[Act.PROPOSE], {Need.NO_PROPOSAL}),
        (RULES[Act.HAND_OVER], {Need.NO_PROPOSAL}),
        (RULES[Act.FIND], {Need.NO_PROPOSAL, Need.APART}),
        (RULES[Act.TELL], {Need.FINAL}),
        (RULES[Act.CLOSE], {Need.TOLD, Need.FINAL, Need.CORRECTED}),
        (DECISIONS[Decision.HOLD], {Need.NOT_HELD}),
        (DECISIONS[Decision.END_HOLD], {Need.HELD}),
        (
            DECISIONS[Decision.DELETE_EARLY],
            {Need.NO_PROCEDURE, Need.NOT_HELD, Need.NO_OBJECTION, Need.NOT_DECIDED, Need.OWN_TIME},
        ),
    ],
)
def test_an_act_waits_for_everything_it_needs(rule: Rule, needs: set[Need]) -> None:
    state = next(iter(rule.states))
    for need in Need:
        without = position(INVESTIGATOR, state, has=frozenset(Need) - {need})
        assert passes(rule, without) == (need not in needs)


def test_what_a_panel_carries_out_waits_for_nothing_that_was_asked_before_it_began() -> None:
    for decision in (Decision.CLOSE, Decision.TRANSFER):
        state = next(iter(DECISIONS[decision].states))
        has = frozenset({Need.INVESTIGATED})
        DECISIONS[decision].check(position(INVESTIGATOR, state, has=has), begun=True)


def test_every_act_and_every_decision_has_exactly_one_rule() -> None:
    assert (set(RULES), set(DECISIONS)) == (set(Act), set(Decision))


def test_every_event_says_who_did_what() -> None:
    (body,) = (
        node.body for node in ast.parse(inspect.getsource(events)).body if isinstance(node, ast.ClassDef)
    )
    said = {
        before.targets[0].id
        for before, after in pairwise(body)
        if isinstance(before, ast.Assign)
        and isinstance(before.targets[0], ast.Name)
        and isinstance(after, ast.Expr)
    }
    assert said == {kind.name for kind in EventKind}
