"""Corrective actions: what the closing form promised, who said that it is done, who else checked it. Read off the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from intake.casefile import CaseFile
from intake.events import EventKind
from triage.casework.panel import proposals_of
from triage.casework.policy import Decision


@dataclass(frozen=True, slots=True)
class Correction:
    """One action. ``done_by`` and ``verified_by`` are officers' ids, empty until then."""

    id: str
    what: str
    owner: str
    """In words: whoever has to do it is often nobody of the office."""
    due: date
    done_by: str
    verified_by: str


def corrections_of(file: CaseFile) -> list[Correction]:
    """Those of the newest conclusion, in the order of the closing form."""
    concluded = [
        proposal
        for proposal in proposals_of(file)
        if proposal.decision is Decision.CLOSE and proposal.outcome is EventKind.DECIDED
    ]
    if not concluded:
        return []
    done = {
        record.data["action"]: record.actor for record in file.records if record.kind is EventKind.CORRECTED
    }
    verified = {
        record.data["action"]: record.actor for record in file.records if record.kind is EventKind.VERIFIED
    }
    return [
        Correction(
            id=entry["id"],
            what=entry["what"],
            owner=entry["owner"],
            due=date.fromisoformat(entry["due"]),
            done_by=done.get(entry["id"], ""),
            verified_by=verified.get(entry["id"], ""),
        )
        for entry in concluded[-1].content["corrections"]
    ]


def open_corrections(file: CaseFile) -> list[Correction]:
    """Those that nobody has verified yet."""
    return [action for action in corrections_of(file) if not action.verified_by]
