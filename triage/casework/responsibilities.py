"""The responsibility card: who owns which duty of a case until when, from the states' owners and the tasks given. Pure.

It names officers to the circle alone; what it says follows from the signed record (row 72 of docs/mechanisms.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from intake.casefile import CaseFile
from intake.organisation import Duty
from intake.protection.justification import JUSTIFICATION
from intake.roster import Roster
from intake.states import CARE, CaseState, Owner
from triage.casework import clocks
from triage.casework.panel import open_proposal
from triage.casework.position import office_of

_ANYWHERE: Mapping[str, Owner] = MappingProxyType(
    {
        "forward_due": Owner.TRIAGE,
        clocks.PROGRESS: Owner.HANDLER,
        clocks.PANEL: Owner.HANDLER,
        "corrective": Owner.HANDLER,
        "referral": Owner.HANDLER,
        JUSTIFICATION: Owner.HANDLER,
    }
)
"""Clocks that no state presses: they run whatever the state is. A corrective action's is ``corrective:<id>``."""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One running clock: what is owed, until when, by whom. ``officers`` is empty where the reporter's turn is."""

    clock: str
    due: date
    owner: Owner
    officers: tuple[str, ...]


def responsibilities(
    state: CaseState,
    running: Mapping[str, date],
    handlers: Mapping[str, str],
    holders: Collection[str],
    roster: Roster,
) -> list[Responsibility]:
    """Who owes each running clock, soonest first. Where nobody has a task yet, whoever does the triage owes giving one."""
    triage = tuple(sorted(who for who in holders if Duty.TRIAGE in roster.officers[who].duties))
    tasked = tuple(sorted(who for who in holders if who in handlers))
    people = {
        Owner.TRIAGE: triage,
        Owner.HANDLER: tasked if handlers else triage,
        Owner.REPORTER: (),
    }
    owed = [
        Responsibility(name, due, owner, people[owner])
        for name, due in running.items()
        for owner in (owner_of(name, state),)
    ]
    return sorted(owed, key=lambda each: (each.due, each.clock))


def owed_in(file: CaseFile, holders: Collection[str], roster: Roster) -> dict[str, Responsibility]:
    """The card of an opened case: running clock → who owes it. Guests from above owe nothing but their vote in another office's
    case.
    """
    office = office_of(file)
    ours = [who for who in holders if roster.officers[who].office == office or who in file.progress.handlers]
    progress = file.progress
    owed = responsibilities(progress.state, progress.outstanding(), progress.handlers, ours, roster)
    proposal = open_proposal(file)
    voters = () if proposal is None else proposal.waits_for
    return {
        each.clock: replace(each, officers=voters) if each.clock == clocks.PANEL else each for each in owed
    }


def owner_of(clock: str, state: CaseState) -> Owner:
    """Whose duty a clock is: as the present state says, else as the first state that it presses in."""
    kind = clock.partition(":")[0]
    if kind in CARE[state].clocks:
        return CARE[state].owner
    pressing = (care.owner for care in CARE.values() if kind in care.clocks)
    return next(pressing, _ANYWHERE.get(kind, Owner.TRIAGE))
