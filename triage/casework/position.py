"""What the policy table asks of an officer in a case, read off the signed record."""

from __future__ import annotations

from datetime import date

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.protection.noted import is_about_retaliation, is_investigated
from intake.protection.triggers import RAISED, STEP, weighed
from intake.roster import Officer
from triage.casework.corrections import checkers_of, open_corrections
from triage.casework.needs import Need
from triage.casework.panel import newest_proposal, open_proposal
from triage.casework.policy import Part, Position, Task

_PARTS = {
    EventKind.ACKNOWLEDGED: Part.TRIAGE,
    EventKind.ASSESSED: Part.TRIAGE,
    EventKind.ASSIGNED: Part.TRIAGE,
    EventKind.SECURED: Part.INVESTIGATE,
    EventKind.HEARD: Part.INVESTIGATE,
    EventKind.FOUND: Part.EXAMINE,
    EventKind.VOTED: Part.DECIDE,
}


def office_of(file: CaseFile) -> str:
    """The handling office, as the signed record says."""
    return str(file.progress.circle.get("office", file.office))


def position_of(file: CaseFile, officer: Officer, today: date) -> Position:
    """Where an officer stands in a case today."""
    proposal = open_proposal(file) or newest_proposal(file)
    return Position(
        # A guest from above, who holds the key because of a seat or to check something, has no duties in another office's case.
        duties=officer.duties if officer.office == office_of(file) else frozenset(),
        task=file.progress.handlers.get(officer.id),
        state=file.progress.state,
        parts=parts_of(file, officer.id),
        has=_reached(file, today),
        seat=proposal is not None and officer.id in proposal.seats,
        proposer=proposal is not None and officer.id == proposal.by,
        checker=officer.id in checkers_of(file).values(),
    )


def parts_of(file: CaseFile, officer: str) -> frozenset[Part]:
    """What an officer has done in a case, and in those that are handled together with it, so that nobody does two things that
    must be apart.
    """
    records = [record for each in (file, *file.beside) for record in each.records]
    parts = {
        _PARTS[record.kind]
        for record in records
        # Weighing the risk before a step is part of that step, whoever takes it; raising it is nobody's part.
        if record.actor == officer and record.kind in _PARTS and not record.data.keys() & {STEP, RAISED}
    }
    if any(record.data.get("handlers", {}).get(officer) == Task.INVESTIGATE for record in records):
        parts.add(Part.INVESTIGATE)
    # A part that was split off goes on from what was done in the whole report.
    return frozenset(parts | {Part(part) for part in file.report.get("parts", {}).get(officer, ())})


def _reached(file: CaseFile, today: date) -> frozenset[Need]:
    progress = file.progress
    reached = {
        Need.SECURED: progress.secured is not None,
        Need.TOLD: progress.told is not None,
        Need.FINAL: progress.final is None or today > progress.final,
        Need.CORRECTED: not open_corrections(file),
        Need.NO_PROPOSAL: open_proposal(file) is None,
        Need.PROPOSAL: open_proposal(file) is not None,
        Need.HELD: progress.hold is not None,
        Need.NOT_HELD: progress.hold is None,
        Need.NO_PROCEDURE: not progress.addressed,
        Need.NO_OBJECTION: not progress.objected,
        Need.NOT_DECIDED: progress.early is None,
        Need.OWN_TIME: not progress.together,
        Need.APART: progress.joined is None,
        Need.JOINED: progress.joined is not None,
        Need.ANOTHER_KIND: not is_about_retaliation(file.report),
        Need.RETALIATION: is_about_retaliation(file.report),
        Need.INVESTIGATED: not is_about_retaliation(file.report) or is_investigated(file.records),
        Need.ALONE: not any(record.kind is EventKind.JOINED for record in file.records),
    }
    ready = frozenset(Need(f"weighed_{step}") for step in weighed(file.records))
    return ready | frozenset(need for need, is_reached in reached.items() if is_reached)
