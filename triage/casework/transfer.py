"""Transferring: people override what routing computed, two of them at least, to an office at or above the computed one.

Never below, and never to an office that could not decide: the rules climb over it for a reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.organisation import EXT_OMB
from intake.roster import Roster
from intake.routing import accused_of, decide, first_recipients, level_above
from intake.routing.climb import Bounds, unfit
from intake.routing.notify import Outcome, needs_sealed_notice
from intake.standing import Standing, standing_of, told_at
from triage.casework.acting import Acting
from triage.casework.clocks import rules_of
from triage.casework.forms import Sent
from triage.casework.measures import Content, Destination, Ground, Measure, ground_of
from triage.casework.panel import Proposal
from triage.casework.people import circle_document, office_of
from triage.casework.refusals import CorrectThisError, Reason
from triage.casework.small_circle import answered

OFFICE = "office"


def allowed_offices(file: CaseFile, roster: Roster) -> list[str]:
    """The office that the rules compute on today's facts and those above it, as far as they are fit; not the present one."""
    standing = standing_of(file, roster)
    rules = rules_of(file, roster)
    computed = decide(rules, standing.facts, rules.calendar).handling_unit
    here = office_of(file)
    return [
        office
        for office in roster.organisation.path_up(computed)
        if office != here and _is_fit(standing, roster, office)
    ]


def _is_fit(standing: Standing, roster: Roster, office: str) -> bool:
    decision = standing.decision
    bounds = Bounds(
        decision.excluded_officers,
        decision.required_panel or 1,
        standing.facts.reporter_unit,
        roster.certified,
    )
    passes = office == EXT_OMB or unfit(roster.organisation, bounds, office) is None
    return passes and bool(_recipients(standing, roster, office))


def _recipients(standing: Standing, roster: Roster, office: str) -> tuple[str, ...]:
    there = replace(standing.decision, handling_unit=office)
    return first_recipients(roster.organisation, there, roster.certified)


def _form(sent: Sent, ground: Ground) -> dict[str, Any]:
    content = {OFFICE: sent.get(OFFICE, "")}
    _check(content, ground)
    return content | answered(ground.file, ground.roster.organisation, sent)


def _check(content: Content, ground: Ground) -> None:
    if content[OFFICE] not in allowed_offices(ground.file, ground.roster):
        raise CorrectThisError(Reason.OFFICE_NOT_ALLOWED)


def _destination(content: Content, ground: Ground) -> Destination:
    office = content[OFFICE]
    return Destination(office, _recipients(standing_of(ground.file, ground.roster), ground.roster, office))


def _effect(_acting: Acting, _proposal: Proposal) -> dict[str, Any]:
    return {"handlers": {}}


def _afterwards(acting: Acting, proposal: Proposal) -> None:
    file, roster = acting.file, acting.roster
    there = _destination(proposal.content, ground_of(acting))
    data = {
        "proposal": proposal.id,
        "reason": proposal.reason,
        "from": office_of(file),
        "circle": circle_document(file, roster, there.circle, there.office),
        "handlers": {},
        "notices": _tell_above(acting, there.office),
    }
    acting.tell(EventKind.TRANSFERRED, data)


def _tell_above(acting: Acting, office: str) -> list[str]:
    """The level above the new office learns of a grave case as it would have at filing (routing.md, S17)."""
    roster = acting.roster
    standing = standing_of(acting.file, roster)
    facts, decision = standing.facts, standing.decision
    excluded = decision.excluded_officers
    accused = accused_of(roster.organisation, facts)
    outcome = Outcome(accused=accused, excluded=excluded, priority=decision.priority, final=office)
    if not needs_sealed_notice(facts, outcome):
        return []
    above = level_above(roster.organisation, office, excluded, facts.reporter_unit)
    content = {"office": office, "priority": str(decision.priority)}
    return acting.notify(told_at(roster, above, excluded), NoticeKind.SEALED_NOTICE, content)


TRANSFER = Measure(_form, _effect, _check, _destination, afterwards=_afterwards)
