"""Who may do what with a case, and when: one table. Holding a grant comes first and is settled before this is asked.

Permission returns nothing or raises the reason. An act that is not in the table cannot be done by anybody, whatever the role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from intake.organisation import Duty
from intake.protection.triggers import Step
from intake.retention.acts import RetentionAct
from intake.states import OVER, CaseState
from triage.casework.needs import MISSING, Need
from triage.casework.refusals import NotNowError, NotYoursError, Reason


class Act(StrEnum):
    """What an officer does with a case that was opened."""

    ACKNOWLEDGE = "acknowledge"
    ASSESS = "assess"
    WEIGH = "weigh"
    TURN = "turn"
    ADDRESS = "address"
    ANSWER = "answer"
    NOTE = "note"
    ASSIGN = "assign"
    HAND_OVER = "hand_over"
    RECUSE = "recuse"
    SECURE = "secure"
    HEAR = "hear"
    FIND = "find"
    CLASSIFY = "classify"
    PROPOSE = "propose"
    VOTE = "vote"
    WITHDRAW = "withdraw"
    RESEAT = "reseat"
    TELL = "tell"
    CORRECT = "correct"
    CALL_CHECKER = "call_checker"
    VERIFY = "verify"
    CLOSE = "close"
    REOPEN = "reopen"
    PART = "part"
    EXPORT = "export"
    PROTECT = "protect"
    """Plan for the reporter's safety, write to them about it, review what they said, call their contact in."""
    ASK_REASONS = "ask_reasons"
    """Ask whoever stands above the actor to justify a detriment."""
    RECORD_REASONS = "record_reasons"


class Decision(StrEnum):
    """What takes a panel: the acts that a proposal can be for."""

    CLOSE = "close"
    """The matter is concluded, with all that the closing form asks."""
    REFUSE = "refuse"
    """It is not for this office; the reporter is told where it belongs."""
    EXTEND = "extend"
    """The feedback takes longer than the law's first term."""
    LOWER = "lower"
    """A severity or a risk band falls."""
    TRANSFER = "transfer"
    """Another office, at or above the one that routing computed."""
    SPLIT = "split"
    """Some of the allegations become a case of their own."""
    HOLD = RetentionAct.HOLD.value
    """Nothing is deleted as long as it stands."""
    END_HOLD = RetentionAct.END_HOLD.value
    DELETE_EARLY = RetentionAct.DELETE_EARLY.value
    """Before its time, when no procedure ever began and the reporter does not object."""
    MERGE = "merge"
    """The matter is handled in another case of the office from now on; the report stays a case of its own."""
    DISCLOSE = "disclose"


class Task(StrEnum):
    """What an officer is assigned to do."""

    HANDLE = "handle"
    INVESTIGATE = "investigate"


class Part(StrEnum):
    """What somebody has done in a case. Nobody does two of these in the same one (duties.md, Separation)."""

    TRIAGE = "triage"
    INVESTIGATE = "investigate"
    EXAMINE = "examine"
    """Wrote a finding, under whatever task: whoever did that does not confirm it."""
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Position:
    """What the table asks about an officer in a case."""

    duties: frozenset[str]
    task: str | None
    state: CaseState
    parts: frozenset[Part] = frozenset()
    has: frozenset[Need] = frozenset()
    seat: bool = False
    """Whether the officer is a member of the panel that decides, or of the last one that did."""
    proposer: bool = False
    """Whether that proposal is the officer's own."""
    checker: bool = False
    """Whether the officer was called from above to check a corrective action."""


@dataclass(frozen=True, slots=True)
class Who:
    """One of the duties, one of the tasks, a seat or the proposal itself is enough; ``otherwise`` is said to everybody else."""

    duties: frozenset[str]
    tasks: frozenset[str]
    otherwise: Reason
    seat: bool = False
    proposer: bool = False

    def admits(self, position: Position) -> bool:
        """Whether the officer is one of these."""
        return bool(
            self.duties & position.duties
            or position.task in self.tasks
            or (self.seat and position.seat)
            or (self.proposer and position.proposer)
        )

    def refusal(self, position: Position) -> Reason:
        """What is said to somebody who is none of these."""
        return Reason.PROPOSER_DOES_NOT_VOTE if self.seat and position.proposer else self.otherwise


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. ``who`` None: every holder. ``to`` None: the state stays."""

    who: Who | None = None
    states: frozenset[CaseState] = frozenset(CaseState)
    not_now: Reason = Reason.CASE_IS_OVER
    to: CaseState | None = None
    apart: frozenset[Part] = frozenset()
    needs: tuple[Need, ...] = ()
    first: tuple[Need, ...] = ()
    """What is needed to begin, and is not asked again of a panel that carries out what it was asked for."""

    def check(self, position: Position, *, begun: bool = False) -> None:
        """Return if the act is allowed. ``begun``: a panel carries it out. Raises NotYoursError, then NotNowError."""
        if self.who is not None and not self.who.admits(position):
            raise NotYoursError(self.who.refusal(position))
        if self.apart & position.parts:
            raise NotYoursError(Reason.ANOTHER_PART)
        if position.state not in self.states:
            raise NotNowError(self.not_now)
        for need in (*self.needs, *(() if begun else self.first)):
            if need not in position.has:
                raise NotNowError(MISSING[need])


_NOBODY: frozenset[str] = frozenset()
_TRIAGE = Who(frozenset({str(Duty.TRIAGE)}), _NOBODY, Reason.NEEDS_TRIAGE)
_AT_WORK = Who(_TRIAGE.duties, frozenset(str(task) for task in Task), Reason.NEEDS_TASK)
_ASSIGNED = Who(_NOBODY, _AT_WORK.tasks, Reason.NEEDS_ASSIGNMENT)
_INVESTIGATOR = Who(_NOBODY, frozenset({str(Task.INVESTIGATE)}), Reason.NEEDS_INVESTIGATOR)
_PANEL = Who(_NOBODY, _NOBODY, Reason.NO_SEAT, seat=True)
_PROPOSER = Who(_NOBODY, _NOBODY, Reason.NOT_PROPOSER, proposer=True)

_OPEN = frozenset(CaseState) - OVER
_BEGUN = _OPEN - {CaseState.RECEIVED}
_ADDRESSING = frozenset({CaseState.ADDRESSING})
_WHOLE = frozenset({CaseState.ACKNOWLEDGED, CaseState.ASSESSED, CaseState.ADDRESSING})
_TO_ADDRESS = frozenset({CaseState.ASSESSED, CaseState.REOPENED, CaseState.ADDRESSING})
_PROMISED = frozenset({CaseState.CONCLUDED, CaseState.CLOSED, CaseState.REOPENED, CaseState.ADDRESSING})
_NO_DECIDER = frozenset({Part.DECIDE})
_NOT_TRIAGE = frozenset({Part.TRIAGE, Part.DECIDE})
_NOT_INVESTIGATOR = frozenset({Part.INVESTIGATE, Part.DECIDE})
NO_SEAT_AFTER = frozenset({Part.TRIAGE, Part.INVESTIGATE, Part.EXAMINE})
"""Whoever did one of these in a case is on no panel in it."""

RULES: Mapping[Act, Rule] = MappingProxyType(
    {
        Act.ACKNOWLEDGE: Rule(
            _TRIAGE,
            frozenset({CaseState.RECEIVED}),
            Reason.ALREADY_ACKNOWLEDGED,
            CaseState.ACKNOWLEDGED,
            _NOT_INVESTIGATOR,
        ),
        # From acknowledged it leads to assessed; later it is the re-assessment that every stage asks for.
        Act.ASSESS: Rule(_TRIAGE, _BEGUN, Reason.NOT_ASSESSABLE, apart=_NOT_INVESTIGATOR),
        # For the step that comes next, by whoever takes it: nobody waits for a colleague, and an office of one is never stuck.
        Act.WEIGH: Rule(_AT_WORK, _OPEN, apart=_NO_DECIDER),
        # Upwards alone (intake.intake_types), so that it needs nobody else; and never under a panel that decides on it.
        Act.TURN: Rule(_AT_WORK, _OPEN, apart=_NO_DECIDER, needs=(Need.NO_PROPOSAL,)),
        Act.ADDRESS: Rule(
            _AT_WORK,
            _TO_ADDRESS,
            Reason.NOT_ADDRESSABLE,
            CaseState.ADDRESSING,
            _NO_DECIDER,
            (Need.APART,),
        ),
        Act.ANSWER: Rule(_AT_WORK),
        Act.NOTE: Rule(),
        Act.ASSIGN: Rule(_TRIAGE, _OPEN, apart=_NOT_INVESTIGATOR),
        Act.HAND_OVER: Rule(needs=(Need.NO_PROPOSAL,)),
        Act.RECUSE: Rule(),
        Act.SECURE: Rule(
            _INVESTIGATOR, _ADDRESSING, Reason.NOT_ADDRESSING, apart=_NOT_TRIAGE, needs=(Need.APART,)
        ),
        Act.HEAR: Rule(
            _INVESTIGATOR,
            _ADDRESSING,
            Reason.NOT_ADDRESSING,
            apart=_NOT_TRIAGE,
            needs=(Need.APART, Need.SECURED),
            first=(Need.WEIGHED_HEARING,),
        ),
        # What a panel looks at does not change under it.
        Act.FIND: Rule(
            _ASSIGNED,
            _ADDRESSING,
            Reason.NOT_ADDRESSING,
            apart=_NO_DECIDER,
            needs=(Need.APART, Need.NO_PROPOSAL),
        ),
        Act.CLASSIFY: Rule(
            _AT_WORK, _BEGUN, Reason.NOT_CLASSIFIABLE, apart=_NO_DECIDER, needs=(Need.NO_PROPOSAL,)
        ),
        # Which decision fits which state is each decision's own row: a legal hold may be called at any time.
        Act.PROPOSE: Rule(_AT_WORK, apart=_NO_DECIDER, needs=(Need.NO_PROPOSAL,)),
        Act.VOTE: Rule(_PANEL, apart=NO_SEAT_AFTER, needs=(Need.PROPOSAL,)),
        Act.WITHDRAW: Rule(_PROPOSER, needs=(Need.PROPOSAL,)),
        Act.RESEAT: Rule(_AT_WORK, needs=(Need.PROPOSAL,)),
        # Nobody is told a result that the level above may still call up.
        Act.TELL: Rule(
            _AT_WORK,
            frozenset({CaseState.CONCLUDED, CaseState.REDIRECTED}),
            Reason.NOT_CONCLUDED,
            needs=(Need.FINAL,),
        ),
        # What was promised stays owed while a case is taken up again, and a referral is answered long after the closing.
        Act.CORRECT: Rule(_AT_WORK, _PROMISED, Reason.NOT_CONCLUDED),
        Act.CALL_CHECKER: Rule(_AT_WORK, _PROMISED, Reason.NOT_CONCLUDED),
        Act.VERIFY: Rule(None, _PROMISED, Reason.NOT_CONCLUDED),
        Act.CLOSE: Rule(
            _AT_WORK,
            frozenset({CaseState.CONCLUDED, CaseState.REDIRECTED}),
            Reason.NOT_CONCLUDED,
            CaseState.CLOSED,
            needs=(Need.TOLD, Need.FINAL, Need.CORRECTED),
        ),
        Act.REOPEN: Rule(_AT_WORK, OVER, Reason.CASE_IS_OPEN, CaseState.REOPENED),
        # It makes more work, never less: nobody has to agree.
        Act.PART: Rule(_AT_WORK, _OPEN, needs=(Need.JOINED, Need.NO_PROPOSAL)),
        # At any time: a court asks when it asks. A seat on a panel reads and votes, and takes no copies along.
        Act.EXPORT: Rule(_AT_WORK),
        # As long as the case is there: retaliation often comes after the closing.
        Act.PROTECT: Rule(_AT_WORK),
        # The time of whoever is asked runs from the asking, so nobody waits for an investigation to begin.
        Act.ASK_REASONS: Rule(
            _AT_WORK,
            _BEGUN,
            Reason.NOT_CLASSIFIABLE,
            apart=_NO_DECIDER,
            needs=(Need.RETALIATION,),
            first=(Need.WEIGHED_HEARING,),
        ),
        Act.RECORD_REASONS: Rule(
            _AT_WORK, _BEGUN, Reason.NOT_CLASSIFIABLE, apart=_NO_DECIDER, needs=(Need.RETALIATION,)
        ),
    }
)

DECISIONS: Mapping[Decision, Rule] = MappingProxyType(
    {
        Decision.CLOSE: Rule(
            states=_ADDRESSING,
            not_now=Reason.NOT_ADDRESSING,
            to=CaseState.CONCLUDED,
            first=(Need.WEIGHED_FINDINGS,),
            needs=(Need.INVESTIGATED,),
        ),
        Decision.REFUSE: Rule(
            states=frozenset({CaseState.ACKNOWLEDGED, CaseState.ASSESSED}),
            not_now=Reason.NOT_REFUSABLE,
            to=CaseState.REDIRECTED,
            needs=(Need.ANOTHER_KIND,),
        ),
        Decision.EXTEND: Rule(states=_BEGUN),
        Decision.LOWER: Rule(states=_BEGUN),
        Decision.TRANSFER: Rule(states=_OPEN, first=(Need.WEIGHED_EXTERNAL,)),
        # Before anything of it is decided; a review or a case that was taken up again is first addressed.
        Decision.SPLIT: Rule(states=_WHOLE, not_now=Reason.NOT_SPLITTABLE, needs=(Need.ALONE,)),
        Decision.HOLD: Rule(needs=(Need.NOT_HELD,)),
        Decision.END_HOLD: Rule(needs=(Need.HELD,)),
        Decision.DELETE_EARLY: Rule(
            states=frozenset({CaseState.CLOSED, CaseState.REDIRECTED}),
            not_now=Reason.NOT_REFUSED,
            needs=(Need.NO_PROCEDURE, Need.NOT_HELD, Need.NO_OBJECTION, Need.NOT_DECIDED, Need.OWN_TIME),
        ),
        # Each report was acknowledged and assessed by itself before: its risk, its clocks and its reporter stay its own.
        Decision.MERGE: Rule(
            states=_TO_ADDRESS,
            not_now=Reason.NOT_ADDRESSABLE,
            to=CaseState.ADDRESSING,
            needs=(Need.APART, Need.ANOTHER_KIND),
        ),
        Decision.DISCLOSE: Rule(),
    }
)
"""What is proposed must fit where the case stands, when it is proposed and when the last member agrees."""


WEIGH_FIRST = frozenset(
    {Reason.WEIGH_BEFORE_HEARING, Reason.WEIGH_BEFORE_FINDINGS, Reason.WEIGH_BEFORE_EXTERNAL}
)
"""The refusals after which the same form can be sent again as soon as the risk was weighed."""


def allowed(position: Position) -> frozenset[Act]:
    """The acts that a page offers."""
    return frozenset(act for act, rule in RULES.items() if passes(rule, position))


def proposable(position: Position) -> tuple[Decision, ...]:
    """The decisions that can be proposed now."""
    if not passes(RULES[Act.PROPOSE], position):
        return ()
    return tuple(decision for decision, rule in DECISIONS.items() if passes(rule, position))


def to_weigh(position: Position) -> tuple[Step, ...]:
    """The steps that this officer could take once the risk is weighed for them."""
    if not passes(RULES[Act.WEIGH], position):
        return ()
    return tuple(
        step
        for step, (ways, need) in _STEPS.items()
        if need not in position.has and any(_only_lacks(rules, need, position) for rules in ways)
    )


def _only_lacks(rules: tuple[Rule, ...], need: Need, position: Position) -> bool:
    ready = replace(position, has=position.has | {need})
    return all(passes(rule, ready) for rule in rules)


_STEPS: Mapping[Step, tuple[tuple[tuple[Rule, ...], ...], Need]] = MappingProxyType(
    {
        Step.HEARING: (((RULES[Act.HEAR],), (RULES[Act.ASK_REASONS],)), Need.WEIGHED_HEARING),
        Step.FINDINGS: (((RULES[Act.PROPOSE], DECISIONS[Decision.CLOSE]),), Need.WEIGHED_FINDINGS),
        Step.EXTERNAL: (((RULES[Act.PROPOSE], DECISIONS[Decision.TRANSFER]),), Need.WEIGHED_EXTERNAL),
    }
)
"""Step → the ways to take it, with all that has to let each happen, and what is missing as long as the risk was not weighed."""


def passes(rule: Rule, position: Position) -> bool:
    """Whether the rule would let this be done."""
    try:
        rule.check(position)
    except (NotYoursError, NotNowError):
        return False
    return True
