"""What a conclusion promised: corrective actions, with who said that they are done and who else checked; referrals, with their
replies. Read off the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.casefile import CaseFile
from intake.events import EventKind
from triage.casework.panel import proposals_of
from triage.casework.policy import Decision

CHECKER = "checker"
"""The paper that names whom the office called from above to check an action."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One action. ``done_by``: everybody who said that it is done. ``verified_by`` is empty until then."""

    id: str
    what: str
    """In words, or the code of a talk."""
    owner: str
    """In words: whoever has to do it is often nobody of the office."""
    due: date
    standard: str
    """By what one sees that it is done; empty where nobody said."""
    done_by: frozenset[str]
    verified_by: str


@dataclass(frozen=True, slots=True)
class Referral:
    """What was handed to somebody else, who is to answer. It does not hold up the closing."""

    id: str
    what: str
    recipient: str
    due: date
    replied: date | None


def conclusion_of(file: CaseFile) -> dict[str, Any] | None:
    """What the newest conclusion says (`triage.casework.closing`), or None."""
    concluded = [
        proposal
        for proposal in proposals_of(file)
        if proposal.decision is Decision.CLOSE and proposal.outcome is EventKind.DECIDED
    ]
    return dict(concluded[-1].content) if concluded else None


def corrections_of(file: CaseFile) -> list[Correction]:
    """The actions of the newest conclusion, in the order of the closing form."""
    done = [
        (record.data["action"], record.actor) for record in file.records if record.kind is EventKind.CORRECTED
    ]
    verified = {
        record.data["action"]: record.actor for record in file.records if record.kind is EventKind.VERIFIED
    }
    return [
        Correction(
            id=entry["id"],
            what=entry["what"],
            owner=entry["owner"],
            due=date.fromisoformat(entry["due"]),
            standard=entry.get("standard", ""),
            done_by=frozenset(actor for action, actor in done if action == entry["id"]),
            verified_by=verified.get(entry["id"], ""),
        )
        for entry in _promised(file, "corrections")
    ]


def open_corrections(file: CaseFile) -> list[Correction]:
    """Those that nobody has verified yet."""
    return [action for action in corrections_of(file) if not action.verified_by]


def checkers_of(file: CaseFile) -> dict[str, str]:
    """Open action → who was called last from above to check it (`triage.casework.checker`)."""
    waiting = {entry.id for entry in open_corrections(file)}
    papers = [paper.content for paper in file.papers(CHECKER)]
    return {paper["action"]: paper["officer"] for paper in papers if paper["action"] in waiting}


def referrals_of(file: CaseFile) -> list[Referral]:
    """The referrals of the newest conclusion."""
    replied = {
        record.data["action"]: record.date for record in file.records if record.kind is EventKind.CORRECTED
    }
    return [
        Referral(
            id=entry["id"],
            what=entry["what"],
            recipient=entry["recipient"],
            due=date.fromisoformat(entry["due"]),
            replied=replied.get(entry["id"]),
        )
        for entry in _promised(file, "referrals")
    ]


def open_referrals(file: CaseFile) -> list[Referral]:
    """Those that nobody has answered yet."""
    return [referral for referral in referrals_of(file) if referral.replied is None]


def _promised(file: CaseFile, what: str) -> Sequence[dict[str, str]]:
    conclusion = conclusion_of(file)
    return [] if conclusion is None else conclusion[what]
