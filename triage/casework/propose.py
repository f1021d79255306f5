"""Proposing what takes a panel: a reason from the list, words, the decision's own form, and the seats are drawn."""

from __future__ import annotations

from dataclasses import replace

from crypto.keys import new_id
from intake.events import EventKind
from intake.standing import standing_of
from triage.casework.acting import Acting
from triage.casework.clocks import panel_begins
from triage.casework.decisions import MEASURES
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.forms import Sent
from triage.casework.measures import Content, ground_of
from triage.casework.merge import OTHER
from triage.casework.outcome import decide, has_empty_seat, refill, stop
from triage.casework.panel import PROPOSAL, WITHDRAWN, Proposal, open_proposal, proposals_of
from triage.casework.people import circle_document
from triage.casework.policy import DECISIONS, Act, Decision
from triage.casework.position import position_of
from triage.casework.reasons import reason_catalogue
from triage.casework.refusals import CorrectThisError, NotNowError, Reason, RefusedError
from triage.casework.seats import late_votes, panel_size, seats_for
from triage.casework.tried import record_attempt

MAX_BASIS = 1_000  # characters


def propose(desk: Desk, actor: Actor, case: str, act: str, sent: Sent, *, seen: int | None = None) -> None:
    """Put a decision before a panel. ``sent`` has ``reason``, ``text``, perhaps ``basis``, and the fields of the decision.

    Raises as ``Desk.act``; CorrectThisError for what is missing or wrong; NotNowError when the decision does not fit the case,
    another proposal is open, or not enough people anywhere may decide. A panel of one decides at once.
    """
    if act not in set(Decision):
        raise CorrectThisError(Reason.UNKNOWN_DECISION)
    decision = Decision(act)
    if sent.get("reason", "") not in reason_catalogue().codes[decision]:
        raise CorrectThisError(Reason.UNKNOWN_REASON)
    text = checked_text(sent.get("text", ""))
    basis = sent.get("basis", "").strip()
    if len(basis) > MAX_BASIS:
        raise CorrectThisError(Reason.TEXT_TOO_LONG)
    other = sent.get(OTHER, "") if decision is Decision.MERGE else ""
    try:
        with desk.act(actor, case, Act.PROPOSE, seen=seen, other=other) as acting:
            DECISIONS[decision].check(position_of(acting.file, actor.officer, actor.today))
            content = MEASURES[decision].form(sent, ground_of(acting))
            _put(acting, decision, sent.get("reason", ""), text, {**content, "basis": basis})
    except RefusedError as refused:
        if decision is Decision.DISCLOSE:
            record_attempt(desk, actor, case, refused)
        raise


def withdraw(desk: Desk, actor: Actor, case: str, proposal: str) -> None:
    """Take one's own open proposal back. Raises as ``Desk.act``; NotNowError when it is not the open one."""
    with desk.act(actor, case, Act.WITHDRAW) as acting:
        stop(acting, asked_for(acting, proposal), WITHDRAWN)


def reseat(desk: Desk, actor: Actor, case: str, proposal: str) -> None:
    """Fill the seats of those who may no longer decide, or let the day pass by which they were to vote.

    Raises as ``Desk.act``; NotNowError when none is empty, or nobody else could take the seat of somebody who is late.
    """
    with desk.act(actor, case, Act.RESEAT) as acting:
        asked = asked_for(acting, proposal)
        late = late_votes(acting.file, asked, acting.today)
        if not late and not has_empty_seat(acting, asked):
            raise NotNowError(Reason.NO_EMPTY_SEAT)
        refill(acting, asked, late=late)


def asked_for(acting: Acting, proposal: str) -> Proposal:
    """The open proposal, if it is the one that the officer's page showed. Raises NotNowError."""
    found = open_proposal(acting.file)
    if found is None or found.id != proposal:
        raise NotNowError(Reason.NO_PROPOSAL)
    return found


def _put(acting: Acting, decision: Decision, reason: str, text: str, content: Content) -> None:
    file, roster = acting.file, acting.roster
    measure = MEASURES[decision]
    size = panel_size(decision, standing_of(file, roster), content)
    seen = replace(file, beside=(*file.beside, *measure.looked_at(content, ground_of(acting))))
    seats = seats_for(acting.session, seen, roster, acting.officer.id, decision, size - 1)
    if seats is None:
        raise NotNowError(Reason.PANEL_OUT_OF_REACH)
    acting.grant(seats)
    measure.admit(acting, seats)
    proposal = Proposal(
        id=new_id(),
        decision=decision,
        reason=reason,
        text=text,
        by=acting.officer.id,
        ended=None,
        date=acting.today,
        size=size,
        seats=seats,
        votes={},
        content=content,
        number=file.records[-1].number + 1,
        outcome=None,
        why="",
    )
    about = {"proposal": proposal.id, "act": decision.value, "reason": reason, "size": size}
    earlier = [entry for entry in proposals_of(file) if entry.outcome is EventKind.DECIDED]
    # What is decided anew names what was decided before (mechanism 91).
    content = {**content, "after": earlier[-1].id if earlier else ""}
    kept = {**content, **about, "seats": list(seats), "reasons": reason_catalogue().version}
    circled = circle_document(file, roster, acting.holders())
    clock = panel_begins(file, roster, acting.today) if seats else {}
    acting.tell(
        EventKind.PROPOSED, {**about, **acting.paper(PROPOSAL, text, kept), "circle": circled, **clock}
    )
    if not seats:
        decide(acting, proposal)
