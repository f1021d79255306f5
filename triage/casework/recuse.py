"""Recusing: an officer leaves a case at once and without a reason. What comes later is closed to them; nobody else loses it."""

from __future__ import annotations

from typing import Any

from intake.events import EventKind
from intake.organisation import Duty
from intake.roster import Roster
from intake.standing import Standing, standing_of
from triage.casework.acting import Acting
from triage.casework.clocks import PANEL, newly_met, panel_begins
from triage.casework.desk import Actor, Desk
from triage.casework.panel import LEFT, MOVED, SEATS, Proposal, open_proposal
from triage.casework.people import circle_document, office_of
from triage.casework.policy import Act
from triage.casework.refusals import NotNowError, Reason
from triage.casework.seats import filled_again


def recuse(desk: Desk, actor: Actor, case: str) -> None:
    """Begin a new epoch without the officer, who signs it as their last act in the case.

    The routing rules decide again without them: an office that lost its head or its quorum passes the case up, by the leaving
    officer's own hand. A seat on a panel goes to the next fit person; a proposal of their own is stopped. Raises as
    ``Desk.act``; NotNowError when nobody certified is left anywhere, because a case must never become unreadable (P8).
    """
    with desk.act(actor, case, Act.RECUSE) as acting:
        leave(acting)


def leave(acting: Acting) -> None:
    """Recuse within an act that has begun. Raises NotNowError when nobody certified is left anywhere."""
    me, file, roster = acting.officer.id, acting.file, acting.roster
    standing = standing_of(file, roster, leaving=[me])
    stays = standing.office == office_of(file)
    proposal = open_proposal(file)
    seats = _seats_after(acting, proposal, me, stays=stays)
    others = [holder for holder in acting.holders() if holder != me]
    circle = _remaining(others, standing, roster) if stays else standing.recipients(roster)
    if not circle:
        raise NotNowError(Reason.NOBODY_ELSE)
    if proposal is not None and seats is None:
        met = newly_met(file, acting.today, PANEL)
        acting.tell(EventKind.STOPPED, {"proposal": proposal.id, "why": LEFT if stays else MOVED, "met": met})
    circle = tuple(sorted({*circle, *(seats or ())}))
    handlers = {who: task for who, task in file.progress.handlers.items() if who in circle and stays}
    acting.begin_epoch(circle)
    data: dict[str, Any] = {
        "handlers": handlers,
        "circle": circle_document(file, roster, circle, standing.office),
    }
    if proposal is not None and seats is not None and seats != proposal.seats:
        paper = acting.paper(SEATS, "", {"proposal": proposal.id, "seats": list(seats)})
        data |= {"proposal": proposal.id, **paper, **panel_begins(file, roster, acting.today)}
    acting.tell(EventKind.RECUSED, data)


def _seats_after(
    acting: Acting, proposal: Proposal | None, me: str, *, stays: bool
) -> tuple[str, ...] | None:
    """The seats of the open proposal without this officer; None when there is none, or when it cannot go on."""
    if proposal is None or proposal.by == me or not stays:
        return None
    return filled_again(acting.session, acting.file, acting.roster, proposal, leaving=[me])


def _remaining(others: list[str], standing: Standing, roster: Roster) -> tuple[str, ...]:
    """Those who held it and still may; with nobody for triage among them, the office's other triage officers join."""
    fit = set(standing.eligible(roster))
    circle = {holder for holder in others if holder in fit}
    if not any(Duty.TRIAGE in roster.officers[holder].duties for holder in circle):
        circle |= set(standing.recipients(roster))
    return tuple(sorted(circle))
