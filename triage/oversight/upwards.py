"""The view upwards: what the level above has asked for, and what is late and was told there. Own cases and notices alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from intake.states import OF_THE_REPORTER, Owner
from triage.casework.clocks import PROGRESS
from triage.casework.desk import Actor, Desk
from triage.casework.listing import Entry, held_cases
from triage.casework.responsibilities import owner_of
from triage.oversight.inspections import inspections
from triage.oversight.told import read_notices
from triage.oversight.yearly import papers_of

INSPECTION, YEARLY = "inspection", "yearly"


@dataclass(frozen=True, slots=True, repr=False)
class OwedUp:
    """One thing. ``entry`` is None for the result of an inspection, which is owed for ``office``."""

    clock: str
    due: date
    entry: Entry | None = None
    owner: Owner | None = None
    office: str = ""


def owed_upwards(desk: Desk, actor: Actor) -> list[OwedUp]:
    """Soonest first: notes of the progress that the level above wants, dates that have passed, results of inspections."""
    with desk.databases.reading() as session:
        entries = list(held_cases(session, desk, actor))
        notices = read_notices(session, actor)
    owed = [
        OwedUp(clock, due, entry, owner_of(clock, entry.state))
        for entry in entries
        if entry.card is not None
        for clock, due in entry.card.outstanding().items()
        if clock not in OF_THE_REPORTER and (clock == PROGRESS or due < actor.today)
    ]
    for each in inspections(notices):
        due = each.entry.day("due")
        if each.open and due is not None:
            owed.append(OwedUp(INSPECTION, due, office=each.entry.text("office")))
    owed += [
        OwedUp(YEARLY, due, office=paper.office)
        for paper in papers_of(notices)
        if paper.open and (due := paper.entry.day("due")) is not None
    ]
    return sorted(owed, key=lambda each: (each.due, each.entry.case if each.entry else each.office))
