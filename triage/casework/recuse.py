"""Recusing: an officer leaves a case at once and without a reason. What comes later is closed to them; nobody else loses it."""

from __future__ import annotations

from intake.events import EventKind
from intake.organisation import Duty
from intake.roster import Roster
from intake.standing import Standing, standing_of
from triage.casework.desk import Actor, Desk
from triage.casework.people import circle_document, office_of
from triage.casework.policy import Act
from triage.casework.refusals import NotNowError, Reason


def recuse(desk: Desk, actor: Actor, case: str) -> None:
    """Begin a new epoch without the officer, who signs it as their last act in the case.

    The routing rules decide again without them: an office that lost its head or its quorum passes the case up, by the leaving
    officer's own hand. Raises as ``Desk.act``; NotNowError when nobody certified is left anywhere, because a case must never
    become unreadable (P8).
    """
    me = actor.officer.id
    with desk.act(actor, case, Act.RECUSE) as acting:
        file, roster = acting.file, actor.roster
        standing = standing_of(file, roster, leaving=[me])
        stays = standing.office == office_of(file)
        others = [holder for holder in acting.holders() if holder != me]
        circle = _remaining(others, standing, roster) if stays else standing.recipients(roster)
        if not circle:
            raise NotNowError(Reason.NOBODY_ELSE)
        handlers = {who: task for who, task in file.progress.handlers.items() if who in circle and stays}
        acting.begin_epoch(circle)
        circled = circle_document(file, roster, circle, standing.office)
        acting.tell(EventKind.RECUSED, {"handlers": handlers, "circle": circled})


def _remaining(others: list[str], standing: Standing, roster: Roster) -> tuple[str, ...]:
    """Those who held it and still may; with nobody for triage among them, the office's other triage officers join."""
    fit = set(standing.eligible(roster))
    circle = {holder for holder in others if holder in fit}
    if not any(Duty.TRIAGE in roster.officers[holder].duties for holder in circle):
        circle |= set(standing.recipients(roster))
    return tuple(sorted(circle))
