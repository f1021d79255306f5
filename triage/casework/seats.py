"""Who sits on a panel: the same people for the same facts, whoever asks and in whatever order anything is listed.

The handling office first, then the offices above it, each only as far as it is needed. Whoever is excluded is not passed over
visibly: they are not there at all (P2).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from intake.casefile import CaseFile
from intake.database.case_tables import Case, Grant
from intake.events import EventKind
from intake.organisation import EXT_OMB, Duty
from intake.roster import Roster
from intake.standing import Standing, standing_of
from intake.states import OVER
from triage.casework.clocks import PANEL
from triage.casework.closing import finds_falsehood
from triage.casework.corrections import checkers_of
from triage.casework.panel import Proposal, Vote, proposals_of
from triage.casework.people import office_of
from triage.casework.policy import NO_SEAT_AFTER, Decision, Task
from triage.casework.position import parts_of

DECIDES = frozenset({str(Duty.TRIAGE), str(Duty.HANDLE)})
"""Whoever has one of these decides, and is a guest in the cases below."""
_PAIRED = frozenset(
    {
        Decision.LOWER,
        Decision.TRANSFER,
        Decision.SPLIT,
        Decision.MERGE,
        Decision.END_HOLD,
        Decision.DELETE_EARLY,
        Decision.DISCLOSE,
    }
)
"""Overriding what the rules computed takes two, however small the office (routing.md); so does taking a report apart, handling
two as one matter, what lets a case be deleted, and asking who its reporter is."""
GRAVER = "graver"
"""Where a proposal keeps how many the other case asks for that it is about."""
_HEAD = "head"


@dataclass(frozen=True, slots=True)
class Bench:
    """Who of one office may decide. A head sits only where the others are too few; the outside recipient may have one, too."""

    members: frozenset[str]
    heads: frozenset[str] = frozenset()


def panel_size(decision: Decision, standing: Standing, content: Mapping[str, Any]) -> int:
    """How many decide together, the proposer included. The outside recipient decides by its own rules: one is enough there.

    Nobody alone says that somebody reported what they knew to be false, however small the office (duties.md).
    """
    paired = decision in _PAIRED or (decision is Decision.CLOSE and finds_falsehood(content))
    return max(standing.decision.required_panel or 1, 2 if paired else 1, int(content.get(GRAVER, 1)))


def draw(
    benches: Sequence[Bench], load: Mapping[str, int], number: int, kept: Sequence[str] = ()
) -> tuple[str, ...] | None:
    """``number`` seats: those ``kept``, then from bench after bench whoever carries least; a head last, and one at most.

    None when all benches together are too few.
    """
    heads = frozenset[str]().union(*(bench.heads for bench in benches))
    seated = [who for who in kept if who not in heads]
    head = next((who for who in kept if who in heads), None)

    def by_load(who: str) -> tuple[int, str]:
        return load.get(who, 0), who

    for bench in benches:
        free = sorted(bench.members - {*seated, *bench.heads}, key=by_load)
        seated += free[: max(0, number - len(seated) - (head is not None))]
        if head is None and len(seated) < number:
            head = min(bench.members & bench.heads, key=by_load, default=None)
    seats = (*seated, *([] if head is None else [head]))
    return seats if len(seats) == number else None


def benches_for(
    file: CaseFile, roster: Roster, proposer: str, *, leaving: Collection[str] = ()
) -> list[Bench]:
    """The handling office and every office above that may look at this case, each with those who may decide in it. Whoever is
    excluded from a case beside it is excluded here.
    """
    standing = standing_of(file, roster, leaving=leaving)
    beside = frozenset[str]().union(*(_excluded(each, standing_of(each, roster)) for each in file.beside))
    return [
        _bench(file, roster, office, {*_excluded(file, standing), *beside, *leaving, proposer})
        for office in offices_that_may_look(file, roster, leaving=leaving)
    ]


def offices_that_may_look(file: CaseFile, roster: Roster, *, leaving: Collection[str] = ()) -> list[str]:
    """The handling office, and those above it whose people may be guests in this case, nearest first, EXT-OMB last."""
    standing = standing_of(file, roster, leaving=leaving)
    here = office_of(file)
    return [
        office
        for office in roster.organisation.path_up(here)
        if office == here or _may_look(file, roster, office, standing)
    ]


def loads(session: Session, officers: Collection[str]) -> dict[str, int]:
    """How many running cases each of these holds a key to. A count for the drawing alone: it is shown to nobody."""
    counted = (
        select(Grant.officer_id, func.count())
        .join(Case, and_(Case.id == Grant.case_id, Case.epoch == Grant.epoch))
        .where(Grant.officer_id.in_(officers), Case.state.not_in(OVER))
        .group_by(Grant.officer_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def seats_for(
    session: Session,
    file: CaseFile,
    roster: Roster,
    proposer: str,
    decision: Decision,
    number: int,
) -> tuple[str, ...] | None:
    """The seats of a new panel beside its proposer; None when nobody is left to fill one.

    On a panel that joins two cases sits nobody from above: a guest would have to be let into both, and shut out of both.
    """
    benches = benches_for(file, roster, proposer)
    if decision is Decision.MERGE:
        benches = benches[:1]
    fit = _all_of(benches)
    kept = [seat for seat in sat_before(file).get(decision, ()) if seat in fit]
    return draw(benches, loads(session, fit), number, kept[:number])


def sat_before(file: CaseFile) -> dict[Decision, Sequence[str]]:
    """Who had a seat when the same was proposed last and came to nothing, those who rejected it first: nobody proposes again
    and again, with more work for whoever disagrees, until friends are drawn. What came to nothing before a split counts.
    """
    before = file.report.get("sat", {})
    found: dict[Decision, Sequence[str]] = {Decision(name): tuple(seats) for name, seats in before.items()}
    for last in proposals_of(file):
        rejected_first = sorted(last.seats, key=lambda seat: last.votes.get(seat) is not Vote.REJECT)
        found[last.decision] = rejected_first if last.outcome is EventKind.STOPPED else ()
    return found


def filled_again(
    session: Session,
    file: CaseFile,
    roster: Roster,
    proposal: Proposal,
    *,
    leaving: Collection[str] = (),
    late: Collection[str] = (),
) -> tuple[str, ...] | None:
    """The seats of an open proposal, with somebody else in the place of each who may no longer decide, or is ``late``; None:
    too few.

    Nobody else joins a panel that is to join two cases: whoever takes the seat would have to be let into the other one as well.
    It can be proposed again.
    """
    benches = [
        Bench(bench.members - set(late), bench.heads - set(late))
        for bench in benches_for(file, roster, proposal.by, leaving=leaving)
    ]
    fit = _all_of(benches)
    kept = [seat for seat in proposal.seats if seat in fit]
    if proposal.decision is Decision.MERGE and len(kept) < len(proposal.seats):
        return None
    return draw(benches, loads(session, fit), proposal.size - 1, kept)


def empty_seats(
    file: CaseFile, roster: Roster, proposal: Proposal, holders: Collection[str]
) -> tuple[str, ...]:
    """Seats of those who may no longer decide (excluded, no longer certified, or with another part in the case by now), or who
    have a vote to give and hold no key.
    """
    fit = _all_of(benches_for(file, roster, proposal.by))
    waits = set(proposal.waits_for) - set(holders)
    return tuple(seat for seat in proposal.seats if seat not in fit or seat in waits)


def late_votes(file: CaseFile, proposal: Proposal, today: date) -> tuple[str, ...]:
    """Those with a seat who let the day pass by which the panel was to vote."""
    due = file.progress.outstanding().get(PANEL)
    return proposal.waits_for if due is not None and due < today else ()


def staying(
    file: CaseFile, roster: Roster, holders: Collection[str], guests: Collection[str] = ()
) -> tuple[str, ...]:
    """Who of the holders belongs into the circle: those of the handling office who still may, whoever was called from above to
    check something, and ``guests`` with a seat.
    """
    excluded = _excluded(file, standing_of(file, roster))
    here = office_of(file)
    called = set(checkers_of(file).values())
    return tuple(
        sorted(
            who
            for who in {*holders, *guests}
            if who in roster.certified
            and who not in excluded
            and (who in guests or who in called or roster.officers[who].office == here)
        )
    )


def _bench(file: CaseFile, roster: Roster, office: str, barred: Collection[str]) -> Bench:
    members = frozenset(
        member.id
        for member in roster.organisation.members_of(office)
        if member.id in roster.certified
        and member.id not in barred
        and DECIDES & roster.officers[member.id].duties
        and not parts_of(file, member.id) & NO_SEAT_AFTER
        and file.progress.handlers.get(member.id) != Task.INVESTIGATE
    )
    heads = frozenset(member for member in members if roster.officers[member].role == _HEAD)
    return Bench(members, heads)


def _may_look(file: CaseFile, roster: Roster, office: str, standing: Standing) -> bool:
    """An office above that the rules would climb over for its people's sake sends nobody."""
    head = roster.organisation.head_of(office)
    return office == EXT_OMB or (
        office not in standing.decision.bypassed_units
        and office != standing.facts.reporter_unit
        and (head is None or head.id not in _excluded(file, standing))
    )


def _excluded(file: CaseFile, standing: Standing) -> frozenset[str]:
    """As the rules had it on the day of filing, and as they have it now: an exclusion is never taken back."""
    return frozenset({*file.report["decision"]["excluded_officers"], *standing.decision.excluded_officers})


def _all_of(benches: Sequence[Bench]) -> frozenset[str]:
    return frozenset[str]().union(*(bench.members for bench in benches))
