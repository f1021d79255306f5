"""The same act on several cases. Each is an act of its own, with all its gates, its own transaction and its own event.

Whatever one case refuses, the others are done: the outcome says which, and why not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from crypto.errors import CryptoError
from intake.organisation import Duty
from intake.organisation.entities import Officer
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.listing import PAGE
from triage.casework.policy import Task
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, Reason, RefusedError

MOST = PAGE
"""A batch is chosen on one page of the list."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case: ``refused`` None: done. ``gone``: it is not open to the officer, or was altered from outside."""

    case: str
    refused: RefusedError | None = None
    gone: bool = False

    @property
    def done(self) -> bool:
        """Whether the act is stored."""
        return self.refused is None and not self.gone


def acknowledge_several(
    desk: Desk, actor: Actor, cases: Sequence[str], text: str, *, looked: str = ""
) -> list[Outcome]:
    """Acknowledge each of ``cases`` with the same text. Raises CorrectThisError when nothing of it can be done."""
    if text.strip():
        checked_text(text)
    return _each(cases, lambda case: acknowledge(desk, actor, case, text, looked=looked))


def assign_several(desk: Desk, actor: Actor, cases: Sequence[str], officer: str, task: str) -> list[Outcome]:
    """Give each of ``cases`` to one colleague. Raises CorrectThisError when nothing of it can be done."""
    if not officer:
        raise CorrectThisError(Reason.NOT_ELIGIBLE)
    if task not in set(Task):
        raise CorrectThisError(Reason.UNKNOWN_TASK)
    return _each(cases, lambda case: assign(desk, actor, case, officer, task))


def candidates(actor: Actor) -> list[Officer]:
    """The officer's colleagues who handle cases, the officer included: the same whatever cases there are (P2)."""
    roster = actor.roster
    members = roster.organisation.members_of(actor.officer.office)
    fit = [member for member in members if member.id in roster.certified and Duty.HANDLE in member.duties]
    return sorted(fit, key=lambda member: (member.name, member.id))


def _each(cases: Sequence[str], act: Callable[[str], None]) -> list[Outcome]:
    chosen = tuple(dict.fromkeys(cases))
    if not chosen:
        raise CorrectThisError(Reason.NO_CASE_CHOSEN)
    if len(chosen) > MOST:
        raise CorrectThisError(Reason.TOO_MANY_CASES)
    return [try_act(case, partial(act, case)) for case in chosen]


def try_act(case: str, act: Callable[[], None]) -> Outcome:
    """Do it, or say why not."""
    try:
        act()
    except RefusedError as refused:
        return Outcome(case, refused)
    except (NoSuchCaseError, CryptoError):
        return Outcome(case, gone=True)
    return Outcome(case)
