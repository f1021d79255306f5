"""Voting: everybody with a seat says what they think, a head last. The last agreement carries the proposal out."""

from __future__ import annotations

from intake.events import EventKind
from intake.roster import Roster
from triage.casework.acting import Acting
from triage.casework.desk import MAX_TEXT, Actor, Desk, checked_text
from triage.casework.merge import OTHER
from triage.casework.outcome import decide, has_empty_seat, refill, stop
from triage.casework.panel import REJECTED, VOTE, Proposal, Vote, open_proposal
from triage.casework.policy import Act
from triage.casework.propose import asked_for
from triage.casework.recuse import leave
from triage.casework.refusals import CorrectThisError, NotNowError, Reason

_HEAD = "head"


def vote(desk: Desk, actor: Actor, case: str, proposal: str, choice: str, text: str = "") -> None:
    """Vote on an open proposal. A rejection needs words, and stops it; whoever abstains because of a tie leaves the case.

    Raises as ``Desk.act``; CorrectThisError for an unknown vote or missing words; NotNowError for a vote out of turn, twice, or
    after the end.
    """
    if choice not in set(Vote):
        raise CorrectThisError(Reason.UNKNOWN_VOTE)
    chosen = Vote(choice)
    words = checked_text(text) if chosen is Vote.REJECT else text.strip()
    if len(words) > MAX_TEXT:
        raise CorrectThisError(Reason.TEXT_TOO_LONG)
    with desk.act(actor, case, Act.VOTE, other=_other(desk, actor, case)) as acting:
        asked = asked_for(acting, proposal)
        _check_turn(asked, chosen, actor.officer.id, actor.roster)
        about = {"proposal": asked.id, "vote": chosen.value}
        acting.tell(EventKind.VOTED, {**about, **acting.paper(VOTE, words, about)})
        _follow(acting, asked, chosen)


def _other(desk: Desk, actor: Actor, case: str) -> str:
    """The second case that the open proposal is about: it is written into as well when this is the last agreement."""
    with desk.databases.reading() as session:
        asked = open_proposal(desk.open(session, actor, case))
    return "" if asked is None else str(asked.content.get(OTHER, ""))


def is_turn_of(proposal: Proposal, officer: str, roster: Roster) -> bool:
    """Whether this officer can vote now. A head votes after everybody else, so that nobody votes to please."""
    waits = proposal.waits_for
    return officer in waits and (roster.officers[officer].role != _HEAD or waits == (officer,))


def _check_turn(proposal: Proposal, chosen: Vote, officer: str, roster: Roster) -> None:
    if officer in proposal.votes:
        raise NotNowError(Reason.ALREADY_VOTED)
    # A tie is no vote: a head who finds one leaves at once.
    if chosen is not Vote.ABSTAIN and not is_turn_of(proposal, officer, roster):
        raise NotNowError(Reason.HEAD_VOTES_LAST)


def _follow(acting: Acting, proposal: Proposal, chosen: Vote) -> None:
    if chosen is Vote.REJECT:
        stop(acting, proposal, REJECTED)
    elif chosen is Vote.ABSTAIN:
        leave(acting)
    elif has_empty_seat(acting, proposal):
        refill(acting, proposal)
    elif proposal.waits_for == (acting.officer.id,):
        decide(acting, proposal)
