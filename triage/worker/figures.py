"""Once a month every reader gets the last whole month's figures: an office those of the offices below and its own beside
others, the board all of them.

The worker counts because it alone knows whom each case must be hidden from. It reads clear events and watches, no report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake.database.case_tables import Event, Notice
from intake.duties.stewardship import Stewardship, take_up
from intake.endings import Ending
from intake.events import ACTS, BY_REPORTER, EventKind
from intake.figures import (
    KINDS,
    ONCE,
    CaseMonth,
    Measure,
    Median,
    Row,
    beside_peers,
    counted,
    figures_for,
    month_before,
)
from intake.log import Happening
from intake.notices import NoticeKind, fixed_id, letters
from intake.organisation import OVS
from intake.release import Gate
from intake.roster import Roster
from intake.routing import Kind
from intake.watch import Watch, load
from triage.worker.context import Context

Happened = tuple[EventKind, date]
_Seen = TypeVar("_Seen")

_AT_ONCE = 500
"""Notices asked for in one question: databases bound how much may stand in one."""
_ACTS = ACTS - {EventKind.SPLIT_OFF}
"""What an officer did in a case. That it was split off was done in another one."""
_CAME_BACK = BY_REPORTER - {EventKind.FILED}
_WROTE = frozenset({EventKind.ANSWERED, EventKind.CONTACTED})


def tell_figures(context: Context) -> int:
    """Deliver what was not delivered yet; how many readers got theirs. Each is a transaction of its own, and gets one only.

    Raises RosterError; database errors pass through.
    """
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    first, last = month_before(gate.today)
    below, own = (_Told(kind, first) for kind in (NoticeKind.FIGURES, NoticeKind.OWN_FIGURES))
    waiting = _without(context, gate, readers(gate.roster), below)
    beside = _without(context, gate, beside_whom(gate.roster), own)
    if not waiting and not beside:
        return 0
    cases = list(_cases(context, gate, first, last))
    told = [
        _deliver(context, gate, who, figures_for(who, seen, cases), below) for who, seen in waiting.items()
    ]
    for who, (office, peers) in beside.items():
        told.append(_deliver(context, gate, who, beside_peers(who, office, peers, cases), own))
    return sum(told)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of which month."""

    kind: NoticeKind
    first: date


def readers(roster: Roster) -> dict[str, tuple[str, ...]]:
    """Officer → the offices whose figures that officer gets: those below the own one; for the oversight board all."""
    organisation = roster.organisation
    every = tuple(sorted(organisation.offices))
    found: dict[str, tuple[str, ...]] = {}
    for who in sorted(roster.certified):
        place = roster.officers[who].office
        below = tuple(each for each in every if place == OVS or organisation.is_above(place, each))
        if below and (place == OVS or place in organisation.offices):
            found[who] = below
    return found


def beside_whom(roster: Roster) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Officer of an office → that office, and the others of its level."""
    organisation = roster.organisation
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for who in sorted(roster.certified):
        office = roster.officers[who].office
        level = organisation.level_of(office)
        if level is not None:
            same = (each for each in sorted(organisation.offices) if organisation.level_of(each) == level)
            found[who] = (office, tuple(each for each in same if each != office))
    return found


def hidden_from(watch: Watch, roster: Roster) -> frozenset[str]:
    """Whoever must not learn of a case: those excluded, anybody with a tie to somebody accused, lapsed or not, and the office
    in which the reporter works.
    """
    organisation = roster.organisation
    tied = {tie.officer for target in watch.targets for tie in organisation.ties_to(target)}
    accused = set(watch.targets) & set(organisation.officers)
    colleagues = {member.id for member in organisation.members_of(watch.reporter_unit or "")}
    return frozenset({*watch.excluded, *tied, *accused, *colleagues})


def _number(gate: Gate, who: str, told: _Told) -> str:
    return fixed_id(gate.pair, told.kind.value, told.first.isoformat(), who)


def _without(context: Context, gate: Gate, everybody: Mapping[str, _Seen], told: _Told) -> dict[str, _Seen]:
    """Those of ``everybody`` to whom it was not told yet."""
    numbers = {who: _number(gate, who, told) for who in everybody}
    there: set[tuple[str, str]] = set()
    with context.databases.reading() as session:
        for first in range(0, len(numbers), _AT_ONCE):
            asked = list(numbers.values())[first : first + _AT_ONCE]
            rows = session.execute(select(Notice.officer_id, Notice.id).where(Notice.id.in_(asked)))
            there.update((row.officer_id, row.id) for row in rows)
    return {who: seen for who, seen in everybody.items() if (who, numbers[who]) not in there}


def _deliver(context: Context, gate: Gate, who: str, rows: Sequence[Row], told: _Told) -> bool:
    content = {"month": told.first.isoformat()[:7], "rows": list(rows)}
    written = letters(
        gate.roster,
        [who],
        told.kind,
        gate.today,
        content,
        numbered=lambda officer: _number(gate, officer, told),
    )
    try:
        with context.databases.state.begin() as session:
            session.add_all(letter.as_row() for letter in written)
    except IntegrityError:
        return False  # another worker was faster
    return True


def _cases(context: Context, gate: Gate, first: date, last: date) -> Iterator[CaseMonth]:
    for case, happened in _months(context, first, last):
        try:
            month = _case_month(context, gate, case, happened)
        except CryptoError as error:
            context.log.failure(Happening.TAMPERED, error)
            continue
        if month is not None:
            yield month


def _months(context: Context, first: date, last: date) -> Iterator[tuple[str, list[Happened]]]:
    """What happened in each case of the month: one look through the events, once a month."""
    found: dict[str, list[Happened]] = {}
    with context.databases.reading() as session:
        rows = session.execute(
            select(Event.case_id, Event.kind, Event.date)
            .where(Event.date >= first, Event.date <= last, Event.kind.in_(KINDS | ACTS | _CAME_BACK))
            .order_by(Event.case_id, Event.number)
        )
        for row in rows.yield_per(1000):
            found.setdefault(row.case_id, []).append((row.kind, row.date))
    yield from found.items()


def _case_month(context: Context, gate: Gate, case: str, happened: Sequence[Happened]) -> CaseMonth | None:
    """None for a case whose watch cannot be gone by: without knowing whom to hide it from, nobody is shown it."""
    with context.databases.state.begin() as session:
        steward = take_up(session, case, gate)
        filed = None if steward is None else _filed(session, steward)
        if steward is None or filed is None:
            return None
        month = _counted(steward, filed, happened)
        month = _looked_after(session, steward, month, filed, happened)
        read, acted = _first(session, case, {EventKind.OPENED}), _first(session, case, _ACTS)
    in_month = any(kind in _ACTS and day == acted for kind, day in happened)
    if not in_month or read is None or acted is None or acted < read:
        return month
    return replace(month, days={**month.days, Median.TO_ACT: (acted - read).days})


def _looked_after(
    session: Session, steward: Stewardship, month: CaseMonth, filed: date, happened: Sequence[Happened]
) -> CaseMonth:
    """What is counted once for a case, in the month of the first time. That a reporter came back is in no list of acts: it is
    counted here, and said only of five or more.
    """
    case, days = steward.watch.case, {day for _, day in happened}
    counts = Counter(month.counts)
    for kind, measure in ONCE.items():
        counts[measure] += _first(session, case, {kind}) in days
    counts[Measure.RETURNED] += _first(session, case, _CAME_BACK) in days
    if steward.watch.kind == Kind.RETALIATION:
        counts[Measure.RETALIATION] += counts[Measure.FILED]
    wrote = _first(session, case, _WROTE)
    contact = {} if wrote is None or wrote not in days else {Median.TO_CONTACT: (wrote - filed).days}
    return replace(month, counts=counts, days={**month.days, **contact})


def _filed(session: Session, steward: Stewardship) -> date | None:
    """The day on which the report came in; of a part that was split off the day of the whole report."""
    case, origin, seen = steward.watch.case, steward.watch.origin, set[str]()
    while origin is not None and origin not in seen:
        seen.add(origin)
        watch = load(session, origin, steward.gate.pair, steward.gate.roster)
        case, origin = origin, None if watch is None else watch.origin
    return session.scalar(select(Event.date).where(Event.case_id == case, Event.number == 0))


def _first(session: Session, case: str, kinds: Collection[EventKind]) -> date | None:
    return session.scalar(select(func.min(Event.date)).where(Event.case_id == case, Event.kind.in_(kinds)))


def _counted(steward: Stewardship, filed: date, happened: Sequence[Happened]) -> CaseMonth:
    roster, watch = steward.gate.roster, steward.watch
    due = steward.pack.clocks["ack_due"].after(filed, roster.organisation.calendar)
    counts, days = counted(happened, filed, due, None if watch.ending is None else Ending(watch.ending))
    return CaseMonth(watch.office, watch.heads, hidden_from(watch, roster), counts, days)
