"""Deciding together: the forms to propose and to vote, and the list of panels that wait for one's vote."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from templates.web.request import Fields
from triage.casework import disclose
from triage.casework.closing import CLOSING_REPEATED, closing_fields
from triage.casework.policy import Decision
from triage.casework.propose import propose as propose_decision
from triage.casework.propose import reseat as fill_seats
from triage.casework.propose import withdraw as take_back
from triage.casework.small_circle import CIRCLE_FIELDS
from triage.casework.split import GOES
from triage.casework.vote import vote as cast_vote
from triage.casework.waiting import waiting_for
from triage.web import decision_words
from triage.web.access import current_session
from triage.web.case import act, seen
from triage.web.services import Services

_EVERY_FORM = ("reason", "text", "basis", "seen", "looked", "office")
PROPOSE_FIELDS = Fields.of(
    "act",
    *_EVERY_FORM,
    "until",
    "severity",
    "risk",
    *disclose.FIELDS,
    *closing_fields(),
    repeatable=(*CLOSING_REPEATED, GOES),
)
TRANSFER_FIELDS = Fields.of(*_EVERY_FORM, *CIRCLE_FIELDS)
VOTE_FIELDS = Fields.of("proposal", "vote", "text")
PROPOSAL_FIELDS = Fields.of("proposal")
_WAITING = "/panels"


def propose(services: Services, case_id: str) -> ResponseReturnValue:
    """Put a decision before a panel."""
    sent, newest = request.form, seen()
    return act(
        services,
        case_id,
        "propose",
        lambda desk, actor: propose_decision(desk, actor, case_id, sent.get("act", ""), sent, seen=newest),
    )


def transfer(services: Services, case_id: str) -> ResponseReturnValue:
    """Propose that another office takes the case."""
    sent, newest = request.form, seen()
    return act(
        services,
        case_id,
        "transfer",
        lambda desk, actor: propose_decision(desk, actor, case_id, Decision.TRANSFER, sent, seen=newest),
    )


def vote(services: Services, case_id: str) -> ResponseReturnValue:
    """Vote, and go on to what else waits: a guest from above no longer holds this case after the last vote."""
    proposal, choice = request.form.get("proposal", ""), request.form.get("vote", "")
    text = request.form.get("text", "")
    return act(
        services,
        case_id,
        "vote",
        lambda desk, actor: cast_vote(desk, actor, case_id, proposal, choice, text),
        back=_WAITING,
    )


def withdraw(services: Services, case_id: str) -> ResponseReturnValue:
    """Take one's own proposal back."""
    proposal = request.form.get("proposal", "")
    return act(services, case_id, "decisions", lambda desk, actor: take_back(desk, actor, case_id, proposal))


def seats(services: Services, case_id: str) -> ResponseReturnValue:
    """Fill the empty seats of a panel."""
    proposal = request.form.get("proposal", "")
    return act(services, case_id, "decisions", lambda desk, actor: fill_seats(desk, actor, case_id, proposal))


def panels(services: Services) -> ResponseReturnValue:
    """What waits for this officer's vote."""
    session = current_session()
    actor = services.desk.actor(session)
    return render_template(
        "triage/panels.html",
        waiting=waiting_for(services.desk, actor),
        decision_words=decision_words,
        organisation=session.roster.organisation,
        today=actor.today,
    )
