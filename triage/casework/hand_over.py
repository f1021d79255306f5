"""Handing over: an officer who leaves gives their place in a case to a colleague, and signs that as their last act in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from intake.answering import HAND_OVER
from intake.casefile import CaseFile
from intake.events import EventKind
from intake.organisation import Duty
from intake.organisation.entities import Officer
from intake.roster import Roster
from intake.standing import standing_of
from triage.casework.acting import Acting
from triage.casework.assign import check_apart
from triage.casework.batch import Outcome, try_act
from triage.casework.desk import Actor, Desk
from triage.casework.listing import held_cases
from triage.casework.people import circle_document, eligible
from triage.casework.policy import Act
from triage.casework.refusals import CorrectThisError, NotNowError, Reason

MOST = 200
"""Cases that one request hands over, the soonest due first: each is an act with its own epoch."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of each case; ``more``: there are others, which the next request takes."""

    outcomes: Sequence[Outcome]
    more: bool


def hand_over(desk: Desk, actor: Actor, case: str, to: str, *, seen: int | None = None) -> None:
    """Give the officer's task in a case, or their place as a triage officer, to ``to``; a new epoch begins without them.

    Unlike a recusal it says nothing against the officer, who may get the case again. Raises as ``Desk.act``; CorrectThisError
    for anybody who may not take it; NotNowError when ``to`` has another task in it, or nobody would be left for the triage.
    """
    me = actor.officer.id
    with desk.act(actor, case, Act.HAND_OVER, seen=seen) as acting:
        file, roster = acting.file, actor.roster
        handlers = dict(file.progress.handlers)
        task = handlers.pop(me, "")
        if to not in takers(file, roster, me):
            raise CorrectThisError(Reason.NOT_ELIGIBLE)
        if task:
            check_apart(file, to, task)
            if handlers.setdefault(to, task) != task:
                raise NotNowError(Reason.ALREADY_ASSIGNED)
        circle = _circle(acting, me, to)
        acting.begin_epoch(circle)
        paper = acting.paper(HAND_OVER, "", {"to": to, "task": task})
        circled = circle_document(file, roster, circle)
        acting.tell(EventKind.HANDED_OVER, {**paper, "handlers": handlers, "circle": circled})


def hand_over_all(desk: Desk, actor: Actor, to: str) -> HandedOver:
    """Hand over every case that the officer holds, each as an act of its own. Raises CorrectThisError for no such colleague."""
    if to not in {colleague.id for colleague in successors(actor)}:
        raise CorrectThisError(Reason.NOT_ELIGIBLE)
    with desk.databases.reading() as session:
        cases = [entry.case for entry in held_cases(session, desk, actor)]
    outcomes = [try_act(case, partial(hand_over, desk, actor, case, to)) for case in cases[:MOST]]
    return HandedOver(outcomes, len(cases) > MOST)


def successors(actor: Actor) -> list[Officer]:
    """The colleagues of the officer's own office: the same whatever cases there are (P2)."""
    roster = actor.roster
    members = roster.organisation.members_of(actor.officer.office)
    fit = [member for member in members if member.id in roster.certified and member.id != actor.officer.id]
    return sorted(fit, key=lambda member: (member.name, member.id))


def takers(file: CaseFile, roster: Roster, leaving: str) -> list[str]:
    """Who may take an officer's place in a case: nobody who is excluded is mentioned (P2)."""
    duty = Duty.HANDLE if leaving in file.progress.handlers else Duty.TRIAGE
    return [who for who in eligible(file, roster) if duty in roster.officers[who].duties and who != leaving]


def _circle(acting: Acting, leaving: str, to: str) -> set[str]:
    """Who holds the case from now on. Somebody for the triage is always among them."""
    file, roster = acting.file, acting.roster
    circle = {*acting.holders(), to} - {leaving}
    triage = set(standing_of(file, roster).recipients(roster)) - {leaving}
    if not circle & triage:
        circle |= triage
    if not circle & triage:
        raise NotNowError(Reason.NOBODY_ELSE)
    return circle
