"""The cases that lean on each other: those that a panel split off a report or joined. They are deleted together.

Found from the watches, each of which was signed, and held against the clear part of the record: a watch that says less than
its record keeps them all. Reads and never writes; knows no day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake import watch as watches
from intake.database.case_tables import Case, Event
from intake.events import EventKind
from intake.release import Gate
from intake.retention.ledger import lawfully_deleted
from intake.watch import Watch

_ENDS_ONE = frozenset({EventKind.PARTED, EventKind.SEPARATED})
_MAY_MOVE = frozenset({EventKind.RELEASED, EventKind.RECOVERED, EventKind.TRANSFERRED, EventKind.RECUSED})
"""After these a case can have another office; its joins are left behind then."""


@dataclass(frozen=True, slots=True)
class Family:
    """What a case is to be deleted together with."""

    others: Mapping[str, Watch]
    """The watches of the other cases that are there."""
    is_alone: bool
    """Nothing was ever split off that it still names, and nothing is joined: its time is its own."""
    is_sound: bool
    """Every case is there or stands in the ledger, its watch can be gone by, and all of them say the same of each other."""
    depth: int
    """How many splits lie between this case and the one that was filed."""


def relatives(watch: Watch) -> tuple[str, ...]:
    """The cases that a watch names."""
    origin = () if watch.origin is None else (watch.origin,)
    joined = (watch.joined,) if watch.joined else ()
    return (*(part for part, _ in watch.parts), *origin, *joined, *(led for _, led in watch.leads))


def family_of(session: Session, watch: Watch, kinds: Sequence[EventKind], gate: Gate) -> Family:
    """Everything that ``watch`` leads to, from case to case; ``kinds``: its record. A case alone costs no question."""
    found, waiting = {watch.case: watch}, [watch]
    is_sound = says_enough(watch, kinds)
    for each in waiting:  # grows by what is found
        for case in relatives(each):
            other = found.get(case) or _there(session, case, gate)
            if other is None:
                is_sound = is_sound and bool(lawfully_deleted(session, [case], gate.signers))
                is_sound = is_sound and session.get(Case, case) is None
                continue
            is_sound = is_sound and each.case in relatives(other)
            if case not in found:
                found[case] = other
                waiting.append(other)
                is_sound = is_sound and says_enough(other, _kinds(session, case))
    others = {case: other for case, other in found.items() if case != watch.case}
    return Family(others, is_sound and not relatives(watch), is_sound, _depth(watch, found))


def says_enough(watch: Watch, kinds: Sequence[EventKind]) -> bool:
    """Whether a watch names as many cases as its record tells of, whatever it says.

    Of a join the clear record tells the beginning, and the end where somebody ended it. A case that went to another office, or
    was taken up again, left its joins without a word of its own: there the watch alone says how many stand.
    """
    splits = (kinds.count(EventKind.SPLIT), EventKind.SPLIT_OFF in kinds)
    if splits != (len(watch.parts), watch.origin is not None):
        return False
    least = most = 0
    for kind in kinds:
        if kind is EventKind.JOINED:
            least, most = least + 1, most + 1
        elif kind in _ENDS_ONE:
            least, most = max(0, least - 1), max(0, most - 1)
        elif kind is EventKind.REOPENED:
            least = max(0, least - 1)
        elif kind in _MAY_MOVE:
            least = 0
    return least <= len(watch.leads) + bool(watch.joined) <= most


def has_parts(session: Session, watch: Watch) -> bool:
    """Whether a part of the report is still there: the way to it leads through this case alone."""
    parts = [part for part, _ in watch.parts]
    return session.scalar(select(Case.id).where(Case.id.in_(parts)).limit(1)) is not None


def _there(session: Session, case: str, gate: Gate) -> Watch | None:
    """The newest watch of a case; None when it is gone, or its watch cannot be gone by."""
    row = session.get(Case, case)
    if row is None:
        return None
    try:
        watch = watches.load(session, case, gate.pair, gate.roster)
    except CryptoError:
        return None
    return watch if watch is not None and watches.is_newest(session, row, watch) else None


def _kinds(session: Session, case: str) -> list[EventKind]:
    return list(session.scalars(select(Event.kind).where(Event.case_id == case).order_by(Event.number)))


def _depth(watch: Watch, found: Mapping[str, Watch]) -> int:
    seen, each = {watch.case}, watch
    while each.origin is not None and each.origin in found and each.origin not in seen:
        seen.add(each.origin)
        each = found[each.origin]
    return len(seen) - 1
