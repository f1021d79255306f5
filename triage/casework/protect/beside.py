"""What a case's page says of those who look after its reporter: who they are by role, the plan, silence, what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from intake.casefile import CaseFile
from intake.levels import Band
from intake.protection.compartment import present_contacts
from intake.protection.condition import Condition, condition_of
from intake.protection.measures import heavy_factors, measures
from intake.protection.plans import newest_plan, unanswered
from intake.roster import Roster
from triage.casework.protect.access import compartment_in
from triage.casework.protect.listing import owed_in


@dataclass(frozen=True, slots=True, repr=False)
class Watched:
    """One reporter, beside the case."""

    contacts: Sequence[tuple[str, str]]
    """Role and office of each contact: the case's officers need not know who."""
    condition: Condition
    owed: dict[str, date]
    planned: date | None
    """When the newest plan was written."""
    complete: bool
    open_factors: Sequence[str]
    higher: Sequence[Band]
    """To which bands the risk can be raised."""


def watched(session: Session, file: CaseFile, roster: Roster, today: date) -> Watched | None:
    """None where the compartment says nothing that can be read."""
    kept = compartment_in(session, file, roster)
    if kept.card is None:
        return None
    found = newest_plan(kept.said)
    heavy = heavy_factors(kept.card.risk.get("factors", {}))
    present = Band(kept.card.risk["band"])
    known = [roster.officers[who] for who in present_contacts(session, file.id) if who in roster.officers]
    return Watched(
        contacts=[(officer.role, officer.office) for officer in known],
        condition=condition_of(file.id, kept.card, kept.said, kept.told, today),
        owed=owed_in(kept.card, kept.told, roster.organisation.calendar),
        planned=None if found is None else found[1].date,
        complete=found is not None and found[0].complete,
        open_factors=[] if found is None else unanswered(found[0], heavy, measures()),
        higher=[band for band in Band if band.rank > present.rank],
    )
