"""Who may do what with a case, and when: one table. Holding a grant comes first and is settled before this is asked.

Permission returns nothing or raises the reason. An act that is not in the table cannot be done by anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from intake.organisation import Duty
from intake.states import CaseState
from triage.casework.refusals import NotNowError, NotYoursError, Reason


class Act(StrEnum):
    """What an officer does with a case that was opened."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    NOTE = "note"
    ASSIGN = "assign"
    RECUSE = "recuse"


class Task(StrEnum):
    """What an officer is assigned to do."""

    HANDLE = "handle"
    INVESTIGATE = "investigate"


@dataclass(frozen=True, slots=True)
class Position:
    """What the table asks about an officer in a case."""

    duties: frozenset[str]
    task: str | None
    state: CaseState


@dataclass(frozen=True, slots=True)
class Who:
    """One of the duties or one of the tasks is enough; ``otherwise`` is said to everybody else."""

    duties: frozenset[str]
    tasks: frozenset[str]
    otherwise: Reason


@dataclass(frozen=True, slots=True)
class Rule:
    """One row. ``who`` None: every holder."""

    who: Who | None = None
    states: frozenset[CaseState] = frozenset(CaseState)
    not_now: Reason = Reason.CASE_IS_OVER

    def check(self, position: Position) -> None:
        """Return if the act is allowed. Raises NotYoursError, then NotNowError."""
        who = self.who
        if who is not None and not (who.duties & position.duties or position.task in who.tasks):
            raise NotYoursError(who.otherwise)
        if position.state not in self.states:
            raise NotNowError(self.not_now)


_TRIAGE = Who(frozenset({str(Duty.TRIAGE)}), frozenset(), Reason.NEEDS_TRIAGE)
_AT_WORK = Who(_TRIAGE.duties, frozenset(str(task) for task in Task), Reason.NEEDS_TASK)
_OVER = frozenset({CaseState.CONCLUDED, CaseState.CLOSED, CaseState.REDIRECTED})

RULES: Mapping[Act, Rule] = MappingProxyType(
    {
        Act.ACKNOWLEDGE: Rule(_TRIAGE, frozenset({CaseState.RECEIVED}), Reason.ALREADY_ACKNOWLEDGED),
        Act.ANSWER: Rule(_AT_WORK),
        Act.NOTE: Rule(),
        Act.ASSIGN: Rule(_TRIAGE, frozenset(CaseState) - _OVER),
        Act.RECUSE: Rule(),
    }
)


def allowed(position: Position) -> frozenset[Act]:
    """The acts that a page offers."""
    return frozenset(act for act, rule in RULES.items() if _passes(rule, position))


def _passes(rule: Rule, position: Position) -> bool:
    try:
        rule.check(position)
    except (NotYoursError, NotNowError):
        return False
    return True
