"""Splitting: a panel makes some allegations of a report a case of their own, with its own people, decisions and result.

Nothing gets easier by it: the part stays in the office, keeps every date, and shuts out whoever the report shut out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.filing.split_off import Splitting, split_off
from triage.casework.acting import Acting
from triage.casework.find import allegations_of, called
from triage.casework.forms import Sent
from triage.casework.measures import Content, Ground, Measure
from triage.casework.panel import Proposal
from triage.casework.people import circle_document
from triage.casework.position import parts_of
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.seats import sat_before

GOES = "goes"
"""The field of the form, once for each allegation that becomes a case of its own; and what the proposal keeps of it."""
LEAST_ALLEGATIONS = 2
"""One stays and one goes."""


def splittable(file: CaseFile) -> bool:
    """Whether there is anything to take apart."""
    return len(allegations_of(file)) >= LEAST_ALLEGATIONS


def _form(sent: Sent, ground: Ground) -> dict[str, Any]:
    chosen = set(sent.getlist(GOES))
    known = allegations_of(ground.file)
    if not chosen <= {allegation.id for allegation in known}:
        raise CorrectThisError(Reason.UNKNOWN_ALLEGATION)
    organisation = ground.roster.organisation
    content = {
        GOES: [
            {"allegation": allegation.id, "words": called(ground.file, organisation, allegation)}
            for allegation in known
            if allegation.id in chosen
        ]
    }
    _check(content, ground)
    return content


def _check(content: Content, ground: Ground) -> None:
    known = {allegation.id for allegation in allegations_of(ground.file)}
    goes = {entry["allegation"] for entry in content[GOES]}
    if not goes or not goes < known:
        raise CorrectThisError(Reason.ONE_STAYS_ONE_GOES)
    if _complaint_waits(ground.file):
        raise NotNowError(Reason.COMPLAINT_WAITS)


def _complaint_waits(file: CaseFile) -> bool:
    """An office that was complained of keeps no part of the report by splitting it before the case is taken away."""
    complained = [record.number for record in file.records if record.kind is EventKind.COMPLAINED]
    moved = [
        record.number
        for record in file.records
        if record.kind is EventKind.RELEASED and record.data.get("reason") != "exclusion"
    ]
    return bool(complained) and max(complained) > max(moved, default=-1)


def _effect(_acting: Acting, _proposal: Proposal) -> dict[str, Any]:
    return {}


def _afterwards(acting: Acting, proposal: Proposal) -> None:
    file = acting.reread()
    officers = acting.holders()
    goes = {entry["allegation"] for entry in proposal.content[GOES]}
    splitting = Splitting(
        file=file,
        author=acting.author,
        roster=acting.roster,
        gate=acting.gate,
        today=acting.today,
        officers=officers,
        circle=circle_document(file, acting.roster, officers),
        allegations={entry.id: entry.words for entry in allegations_of(acting.file) if entry.id in goes},
        kept_apart=_kept_apart(file),
    )
    part = split_off(acting.session, splitting)
    acting.tell(EventKind.SPLIT, {"proposal": proposal.id, "reason": proposal.reason, **part})


def _kept_apart(file: CaseFile) -> Mapping[str, Any]:
    """What must not be forgotten of who did what: nobody gets another part, or another seat, in the same matter by a split."""
    known = {record.actor for record in file.records} | set(file.report.get("parts", {}))
    known |= {officer for record in file.records for officer in record.data.get("handlers", ())}
    return {
        "parts": {who: sorted(parts) for who in sorted(known) if (parts := parts_of(file, who))},
        "sat": {decision.value: list(seats) for decision, seats in sat_before(file).items()},
    }


SPLIT = Measure(_form, _effect, _check, afterwards=_afterwards)
