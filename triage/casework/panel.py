"""What a panel has before it, read off the record: the proposal, whose votes it waits for, what was voted. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from intake.casefile import CaseFile, Written
from intake.events import EventKind
from intake.lawful_tables import BRINGS
from intake.record import EventRecord
from triage.casework.policy import Decision

PROPOSAL, SEATS, VOTE = "proposal", "seats", "vote"
"""The forms of a panel's papers."""
REJECTED, WITHDRAWN, LEFT, MOVED = "rejected", "withdrawn", "left", "moved"
"""Why a proposal was stopped: by a vote, by its proposer, because its proposer or the case left."""


class Vote(StrEnum):
    """What a member of a panel can say."""

    AGREE = "agree"
    REJECT = "reject"
    ABSTAIN = "abstain"
    """Because of a tie: the member leaves the case, and somebody else takes the seat."""


@dataclass(frozen=True, slots=True, repr=False)
class Proposal:
    """One proposal as it stands. ``content`` holds the fields of its decision's form."""

    id: str
    decision: Decision
    reason: str
    text: str
    by: str
    ended: date | None
    date: date
    size: int
    """How many decide together, the proposer included."""
    seats: tuple[str, ...]
    """Who has a vote, the head last."""
    votes: Mapping[str, Vote]
    content: Mapping[str, Any]
    number: int
    outcome: EventKind | None
    """DECIDED, STOPPED, or None while it is open."""
    why: str
    """Why it was stopped: REJECTED, WITHDRAWN, LEFT, MOVED, or the reason for which it no longer fits."""

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Those who have not voted, in the order in which they may."""
        return tuple(seat for seat in self.seats if seat not in self.votes)


def proposals_of(file: CaseFile) -> list[Proposal]:
    """Every proposal of a case, oldest first."""
    return [_proposal(file, paper) for paper in file.papers(PROPOSAL)]


def open_proposal(file: CaseFile) -> Proposal | None:
    """The proposal that a panel is to decide on; there is at most one."""
    return next((proposal for proposal in proposals_of(file) if proposal.outcome is None), None)


def newest_proposal(file: CaseFile) -> Proposal | None:
    """The last proposal, decided or not."""
    papers = file.papers(PROPOSAL)
    return _proposal(file, papers[-1]) if papers else None


def _proposal(file: CaseFile, paper: Written) -> Proposal:
    content = paper.content
    number = content["proposal"]
    events = [record for record in file.records if record.data.get("proposal") == number]
    votes = {record.actor: Vote(record.data["vote"]) for record in events if record.kind is EventKind.VOTED}
    ends = [record for record in events if record.kind in (EventKind.DECIDED, EventKind.STOPPED)]
    left = (
        [] if ends else [record for record in file.records if record.number > paper.number and _moved(record)]
    )
    # A panel never shrinks: a paper with fewer seats than were asked for was written past the back office.
    seats = [
        entry
        for entry in file.papers(SEATS)
        if entry.content["proposal"] == number and len(set(entry.content["seats"])) == content["size"] - 1
    ]
    return Proposal(
        id=number,
        decision=Decision(content["act"]),
        reason=content["reason"],
        text=paper.text,
        by=paper.author,
        ended=next((record.date for record in (*ends, *left)), None),
        date=paper.date,
        size=content["size"],
        seats=tuple(seats[-1].content["seats"] if seats else content["seats"]),
        votes=votes,
        content=content,
        number=paper.number,
        outcome=ends[0].kind if ends else (EventKind.STOPPED if left else None),
        why=ends[0].data.get("why", "") if ends else (MOVED if left else ""),
    )


@dataclass(frozen=True, slots=True, repr=False)
class Ballot:
    """One vote with what its author wrote. Dissent stays for everybody who decides later."""

    officer: str
    vote: Vote
    text: str
    date: date


def ballots_of(file: CaseFile, proposal: Proposal) -> list[Ballot]:
    """The votes on a proposal, in their order."""
    return [
        Ballot(paper.author, Vote(paper.content["vote"]), paper.text, paper.date)
        for paper in file.papers(VOTE)
        if paper.content["proposal"] == proposal.id
    ]


def _moved(record: EventRecord) -> bool:
    """The case went to another office, and no panel sent it: those who were to decide hold it no longer."""
    circle = record.data.get("circle", {})
    return record.kind in BRINGS and record.data.get("from") != circle.get("office")
