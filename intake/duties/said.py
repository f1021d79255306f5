"""What stands in clear of a reporter's safety: kinds, numbers and days of check-ins, promises, silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.database.case_tables import Event
from intake.database.protection_tables import ProtectionGrant
from intake.events import EventKind
from intake.protection.course import COMES_BACK

_KINDS = COMES_BACK | {EventKind.SILENT, EventKind.PROMISE_KEPT}


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, as it lies in clear."""

    number: int
    kind: EventKind
    date: date


def said_in(session: Session, cases: Collection[str]) -> Mapping[str, Sequence[Happened]]:
    """What each case's reporter did, and what the worker found, in the order of the record: one question."""
    found: dict[str, list[Happened]] = defaultdict(list)
    rows = session.execute(
        select(Event.case_id, Event.number, Event.kind, Event.date)
        .where(Event.case_id.in_(cases), Event.kind.in_(_KINDS))
        .order_by(Event.case_id, Event.number)
    )
    for case, number, kind, day in rows:
        found[case].append(Happened(number, kind, day))
    return found


def contacts_in(session: Session, cases: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Who looks after each case's reporter: one question."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = session.execute(
        select(ProtectionGrant.case_id, ProtectionGrant.officer_id).where(ProtectionGrant.case_id.in_(cases))
    )
    for case, officer in rows:
        found[case].add(officer)
    return {case: frozenset(officers) for case, officers in found.items()}


def silent_number(said: Iterable[Happened]) -> int | None:
    """The number of the event that told of a silence which lasts; None where nobody is silent: a check-in ends it."""
    number: int | None = None
    for each in said:
        if each.kind is EventKind.SILENT:
            number = each.number
        elif each.kind is EventKind.CHECKED_IN:
            number = None
    return number


def silent_cases(session: Session, cases: Collection[str]) -> frozenset[str]:
    """Those whose reporter is silent, for a list: nobody knows whether they are safe."""
    return frozenset(
        case for case, said in said_in(session, cases).items() if silent_number(said) is not None
    )
