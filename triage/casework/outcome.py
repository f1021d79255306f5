"""The end of a proposal: carried out, or stopped. Either way the guests from above leave with the panel's last act.

Whoever acts last signs the new key, also when they leave by it: they have read the case, and nothing that comes later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from intake.events import EventKind
from intake.notices import NoticeKind
from intake.standing import standing_of
from triage.casework.acting import Acting
from triage.casework.clocks import PANEL, newly_met, panel_begins
from triage.casework.decisions import MEASURES
from triage.casework.measures import Destination, Measure, ground_of
from triage.casework.panel import REJECTED, SEATS, Proposal
from triage.casework.people import circle_document, office_of
from triage.casework.policy import DECISIONS
from triage.casework.position import position_of
from triage.casework.refusals import NotNowError, Reason, RefusedError
from triage.casework.seats import empty_seats, filled_again, panel_size, staying


def settle(acting: Acting, circle: Sequence[str]) -> None:
    """Make the circle these: with a new key when somebody leaves, with the present one when others only join."""
    held = set(acting.holders())
    if held <= set(circle):
        acting.grant(sorted(set(circle) - held))
    else:
        acting.begin_epoch(circle)


def decide(acting: Acting, proposal: Proposal) -> None:
    """Carry out what everybody agreed to; a proposal that fits the case no longer is stopped, with the reason.

    Raises NotNowError when the decision itself may not happen now.
    """
    measure = MEASURES[proposal.decision]
    try:
        _check_fits(acting, measure, proposal)
    except RefusedError as refused:
        stop(acting, proposal, refused.reason.value)
        return
    data = measure.effect(acting, proposal)
    there = _destination(acting, measure, proposal)
    settle(acting, there.circle)
    circled = circle_document(acting.file, acting.roster, there.circle, there.office)
    about = {"proposal": proposal.id, "act": proposal.decision.value, "circle": circled}
    met = {**data.get("met", {}), **newly_met(acting.file, acting.today, PANEL)}
    acting.tell(EventKind.DECIDED, {**data, **about, "met": met})
    measure.afterwards(acting, proposal)


def stop(acting: Acting, proposal: Proposal, why: str) -> None:
    """End a proposal without effect. A rejection is told to the level above: office, priority and act, never a word."""
    circle = _without_guests(acting)
    settle(acting, circle)
    data: dict[str, Any] = {
        "proposal": proposal.id,
        "why": why,
        "circle": circle_document(acting.file, acting.roster, circle),
        "met": newly_met(acting.file, acting.today, PANEL),
    }
    if why == REJECTED:
        data["notices"] = _tell_above(acting, proposal)
    acting.tell(EventKind.STOPPED, data)


def refill(acting: Acting, proposal: Proposal, *, late: Collection[str] = ()) -> None:
    """Give every empty seat to the next fit person, and those of whoever is ``late`` as far as there is somebody else; stop the
    proposal when nobody is left for an empty one.

    Raises NotNowError when whoever is late would have to sit there again.
    """
    file, roster = acting.file, acting.roster
    seats = filled_again(acting.session, file, roster, proposal, late=late) if late else None
    seats = seats or filled_again(acting.session, file, roster, proposal)
    if seats == proposal.seats:
        raise NotNowError(Reason.NO_EMPTY_SEAT)
    if seats is None:
        stop(acting, proposal, Reason.PANEL_OUT_OF_REACH.value)
        return
    circle = staying(file, roster, acting.holders(), seats)
    settle(acting, circle)
    acting.tell(
        EventKind.SEATED,
        {
            "proposal": proposal.id,
            **seats_paper(acting, proposal, seats),
            "circle": circle_document(file, roster, circle),
            **panel_begins(file, roster, acting.today),
        },
    )


def seats_paper(acting: Acting, proposal: Proposal, seats: Sequence[str]) -> dict[str, str]:
    """Who has a seat now, for the circle alone. What its event says of it."""
    return acting.paper(SEATS, "", {"proposal": proposal.id, "seats": list(seats)})


def has_empty_seat(acting: Acting, proposal: Proposal) -> bool:
    """Whether somebody with a seat may no longer decide, or cannot open the case."""
    return bool(empty_seats(acting.file, acting.roster, proposal, acting.holders()))


def _check_fits(acting: Acting, measure: Measure, proposal: Proposal) -> None:
    file, roster = acting.file, acting.roster
    DECISIONS[proposal.decision].check(position_of(file, acting.officer, acting.today), begun=True)
    if len(set(proposal.seats) - {proposal.by}) < proposal.size - 1:
        raise NotNowError(Reason.CHANGED_MEANWHILE)  # somebody wrote a smaller panel than was asked for
    if panel_size(proposal.decision, standing_of(file, roster), proposal.content) > proposal.size:
        raise NotNowError(Reason.CHANGED_MEANWHILE)  # it became graver: more people have to decide
    measure.check(proposal.content, ground_of(acting))


def _destination(acting: Acting, measure: Measure, proposal: Proposal) -> Destination:
    if measure.destination is not None:
        return measure.destination(proposal.content, ground_of(acting))
    return Destination(office_of(acting.file), _without_guests(acting))


def _without_guests(acting: Acting) -> Sequence[str]:
    holders = acting.holders()
    # With nobody of the office left the guests keep it: a case must never become unreadable (P8).
    return staying(acting.file, acting.roster, holders) or holders


def _tell_above(acting: Acting, proposal: Proposal) -> list[str]:
    standing = standing_of(acting.file, acting.roster)
    content = {
        "office": office_of(acting.file),
        "priority": str(standing.decision.priority),
        "act": proposal.decision.value,
    }
    return acting.notify(standing.overseers(acting.roster)[1], NoticeKind.STOPPED, content)
