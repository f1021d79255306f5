"""Who may be given a case, and what they carry already.

An excluded officer is not listed, and nothing says that one is missing (P2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from intake.casefile import CaseFile
from intake.circle import holders
from intake.events import EventKind
from intake.organisation import Duty
from intake.roster import Roster
from intake.standing import standing_of
from triage.casework.desk import Actor, Desk
from triage.casework.listing import Entry, running_cases
from triage.casework.position import office_of as office_of  # noqa: PLC0414  asked for here by whoever asks about people


@dataclass(frozen=True, slots=True)
class Load:
    """What an officer has to do in the cases that the viewer may open, and the soonest date among them."""

    cases: int = 0
    next_due: date | None = None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom a case can be assigned."""

    id: str
    name: str
    role: str
    task: str | None
    holds: bool
    load: Load


def eligible(file: CaseFile, roster: Roster, office: str = "") -> tuple[str, ...]:
    """Members of the handling office (or of ``office``) who may hold the case, by id: certified, not excluded, not recused."""
    excluded = {
        *file.report["decision"]["excluded_officers"],
        *standing_of(file, roster).decision.excluded_officers,
    }
    members = roster.organisation.members_of(office or office_of(file))
    return tuple(sorted(m.id for m in members if m.id in roster.certified and m.id not in excluded))


def assignable(file: CaseFile, roster: Roster) -> tuple[str, ...]:
    """Those of the eligible who have the duty to handle cases."""
    return tuple(i for i in eligible(file, roster) if Duty.HANDLE in roster.officers[i].duties)


def circle_document(
    file: CaseFile, roster: Roster, circle: Iterable[str], office: str = ""
) -> dict[str, Any]:
    """What an event tells the reporter of the circle: roles and numbers, no name. ``office``: where the case goes now."""
    held = set(circle)
    roles = Counter(roster.officers[officer].role for officer in held)
    at_most = held | set(eligible(file, roster, office))
    return {
        "office": office or office_of(file),
        "at_most": len(at_most),
        "roles": dict(sorted(roles.items())),
    }


def colleagues(session: Session, desk: Desk, actor: Actor, file: CaseFile) -> list[Colleague]:
    """Those to whom the case can be assigned, with what they carry, least first. Nobody else is mentioned."""
    loads = _loads(running_cases(session, desk, actor))
    held = set(holders(session, file.id))
    names = actor.roster.organisation.officers
    listed = [
        Colleague(
            id=officer,
            name=names[officer].name,
            role=actor.roster.officers[officer].role,
            task=file.progress.handlers.get(officer),
            holds=officer in held,
            load=loads.get(officer, Load()),
        )
        for officer in assignable(file, actor.roster)
    ]
    return sorted(listed, key=lambda colleague: (colleague.load.cases, colleague.name, colleague.id))


def _loads(cases: Iterable[Entry]) -> dict[str, Load]:
    loads: dict[str, Load] = {}
    for entry in cases:
        due = entry.next_due
        for officer in entry.card.handlers if entry.card is not None else ():
            before = loads.get(officer, Load())
            days = [day for day in (before.next_due, due[1] if due else None) if day is not None]
            loads[officer] = Load(before.cases + 1, min(days, default=None))
    return loads


def tasks_given(file: CaseFile) -> dict[int, tuple[str, str]]:
    """By event number: to whom an assignment went, and for what."""
    given: dict[int, tuple[str, str]] = {}
    before: dict[str, str] = {}
    for record in file.records:
        now = record.data.get("handlers", before)
        if record.kind is EventKind.ASSIGNED:
            for officer, task in now.items():
                if before.get(officer) != task:
                    given[record.number] = (officer, task)
        before = now
    return given
