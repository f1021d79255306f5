"""What a case's page shows of decisions: the open proposal, what there was before, and what this officer could propose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from intake.casefile import CaseFile
from intake.levels import Band
from triage.casework.desk import Actor
from triage.casework.disclose import may_ask
from triage.casework.extend import latest_feedback
from triage.casework.lower import assessed, lower_bands
from triage.casework.panel import Ballot, Proposal, ballots_of, proposals_of
from triage.casework.policy import Decision, Position, proposable
from triage.casework.reasons import reason_catalogue
from triage.casework.seats import empty_seats, late_votes
from triage.casework.split import splittable
from triage.casework.transfer import allowed_offices
from triage.casework.vote import is_turn_of


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A proposal with its votes."""

    proposal: Proposal
    ballots: Sequence[Ballot]


@dataclass(frozen=True, slots=True, repr=False)
class Board:
    """The section "decisions"."""

    open: Shown | None
    past: Sequence[Shown]
    """The newest first."""
    seat: bool
    """A vote of this officer is missing."""
    turn: bool
    """It can be given now."""
    own: bool
    empty_seat: bool
    late: tuple[str, ...]
    """Those with a seat who let the day pass by which the panel was to vote."""
    offers: tuple[Decision, ...]
    reasons: Mapping[Decision, tuple[str, ...]]
    offices: Sequence[str]
    bands: Mapping[str, Sequence[Band]]
    """Per sum the bands to which it could be lowered."""
    now: Mapping[str, str]
    """Per sum the present band."""
    latest_feedback: date


def board_of(file: CaseFile, position: Position, holders: Sequence[str], actor: Actor) -> Board:
    """The board as this officer sees it."""
    me, roster = actor.officer.id, actor.roster
    bands, now, offices = lower_bands(file), assessed(file), allowed_offices(file, roster)
    shown = [Shown(proposal, ballots_of(file, proposal)) for proposal in proposals_of(file)]
    current = next((entry for entry in shown if entry.proposal.outcome is None), None)
    proposal = None if current is None else current.proposal
    return Board(
        open=current,
        past=[entry for entry in reversed(shown) if entry is not current],
        seat=proposal is not None and me in proposal.waits_for,
        turn=proposal is not None and is_turn_of(proposal, me, roster),
        own=proposal is not None and proposal.by == me,
        empty_seat=proposal is not None and bool(empty_seats(file, roster, proposal, holders)),
        late=() if proposal is None else late_votes(file, proposal, actor.today),
        offers=_offers(
            file, position, offices, bands, disclosable=may_ask(file, roster, holders, actor.today)
        ),
        reasons=reason_catalogue().codes,
        offices=offices,
        bands=bands,
        now={name: now[name]["band"] for name in bands},
        latest_feedback=latest_feedback(file, roster),
    )


def _offers(
    file: CaseFile,
    position: Position,
    offices: Sequence[str],
    bands: Mapping[str, Sequence[Band]],
    *,
    disclosable: bool,
) -> tuple[Decision, ...]:
    """What can be proposed, without forms in which nothing could be chosen."""
    empty = {Decision.TRANSFER: not offices, Decision.LOWER: not any(bands.values())}
    empty[Decision.SPLIT] = not splittable(file)
    empty[Decision.DISCLOSE] = not disclosable
    return tuple(decision for decision in proposable(position) if not empty.get(decision))
