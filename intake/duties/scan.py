"""The daily look at every case and every watch, page by page: memory stays the same however many there are.

A page costs a handful of questions, all by index, and one opened watch for each case. What looks wrong here is looked at again
under the case's lock before anybody is told (`intake.duties.alarms`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from crypto.encoding import to_text
from crypto.errors import CryptoError
from intake import ladder
from intake.database.case_tables import Case, Epoch, Event, OutboxJob, WatchRow
from intake.duties import addressees, answers
from intake.duties.findings import STEPS, Columns, Finding, Found, Step, Stored, in_case
from intake.duties.neglect import seen_since
from intake.duties.promised import due_promises
from intake.duties.safety import unplanned
from intake.duties.unanswered import untold_silences
from intake.events import EventKind
from intake.notices import dispatched
from intake.organisation import EXT_OMB, Organisation
from intake.outbox import JobName
from intake.release import Gate
from intake.retention.ledger import lawfully_deleted
from intake.rules import as_begun
from intake.standing import told_at
from intake.states import OVER
from intake.watch import WATCHED, Watch, load

LONGEST_DELIVERY = timedelta(days=2)
"""A notice that waits longer than this for its delivery counts as not delivered."""
_DATED = WATCHED | {EventKind.FILED}
"""What begins the days for which a case may lie, reading apart."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One case as it was found: what lies in the database, its watch, what is wrong."""

    case: str
    stored: Stored | None
    watch: Watch | None
    wrong: Sequence[Found] = field(default=())
    news: bool = False
    """Somebody above was told of this case, and not yet who answers for it now (`intake.duties.answers`)."""
    unplanned: bool = False
    """The reporter's plan, or a letter to them, is overdue, and nobody was told (`intake.duties.safety`)."""
    silent: bool = False
    """The reporter does not answer, and that was not told (`intake.duties.unanswered`)."""
    promised: bool = False
    """What the reporter wanted done if they do not come back is due (`intake.duties.promised`)."""

    @property
    def is_remarkable(self) -> bool:
        """Whether the worker has to do something about this case."""
        return bool(self.wrong) or self.news or self.unplanned or self.silent or self.promised


def next_page(session: Session, after: str, limit: int) -> list[str]:
    """The next ids of cases, of those that have nothing but a watch too, in the order of ids."""
    cases = select(Case.id).where(Case.id > after).order_by(Case.id).limit(limit)
    watched = select(WatchRow.case_id).where(WatchRow.case_id > after).order_by(WatchRow.case_id).limit(limit)
    return sorted({*session.scalars(cases), *session.scalars(watched)})[:limit]


def look_at(session: Session, cases: Sequence[str], gate: Gate) -> list[Seen]:
    """What is wrong in these cases, as of the moment of ``session``."""
    stored = _stored(session, cases)
    opened = {number: _open(session, number, gate) for number in cases}
    expected = {notice for watch in opened.values() if watch is not None for notice in watch.notices}
    there = answers.read_by(session, expected)
    delivered = _delivered(session, expected, set(there), gate)
    seen = [_judge(session, number, stored.get(number), opened[number], delivered, gate) for number in cases]
    watched = [each.watch for each in seen if each.watch and each.stored]
    news = answers.untold(session, watched, there, gate)
    late = unplanned(session, watched, gate)
    silent, promised = untold_silences(session, watched, gate), due_promises(session, watched, gate.today)
    return [
        replace(
            each,
            news=each.case in news,
            unplanned=each.case in late,
            silent=each.case in silent,
            promised=each.case in promised,
        )
        for each in seen
    ]


def _judge(
    session: Session,
    number: str,
    stored: Stored | None,
    watch: Watch | None,
    delivered: Collection[str],
    gate: Gate,
) -> Seen:
    if watch is None:
        wrong = [Found(Finding.UNWATCHED)] if stored is not None else []
    elif stored is None:
        lawful = lawfully_deleted(session, [number], gate.signers)
        wrong = [] if number in lawful else [Found(Finding.VANISHED)]
    else:
        organisation = as_begun(watch.rules, gate.roster.organisation)
        leads_up, torn = _leads_up(session, stored, watch, gate), _torn(session, stored.steps, watch, gate)
        stored = _with_silence(session, number, replace(stored, leads_up=leads_up, torn=torn), organisation)
        least = organisation.pack.ordinary_panel
        wrong = in_case(stored, watch, delivered, gate.today, least=least)
    return Seen(number, stored, watch, wrong)


def _with_silence(session: Session, number: str, stored: Stored, organisation: Organisation) -> Stored:
    """How long the case may lie. The record is asked again only where the day beside it does not follow from its newest act."""
    if stored.acted is None:
        return stored

    def after(day: date) -> date:
        return organisation.pack.duties["quiet"].after(day, organisation.calendar)

    stale = stored.columns.stale
    if stored.columns.state in OVER or (stale is not None and stale <= after(stored.acted)):
        return stored
    seen = seen_since(session, number)
    by = after(stored.acted if seen is None else max(seen, stored.acted))
    return replace(stored, seen=seen is not None, stale_by=by)


def _open(session: Session, number: str, gate: Gate) -> Watch | None:
    try:
        return load(session, number, gate.pair, gate.roster)
    except CryptoError:
        return None  # altered is as good as taken away


def _leads_up(session: Session, stored: Stored, watch: Watch, gate: Gate) -> bool:
    """Every rung in its place; the next one, and each day another one, is opened as well (0.3 ms)."""
    slots = ladder.slots(session, watch.case)
    if not slots:
        barred = {*addressees.excluded(watch, gate.roster), *watch.involved}
        return watch.office == EXT_OMB or not told_at(gate.roster, EXT_OMB, barred)
    try:
        rungs = [
            ladder.peel_one(session, watch.case, stored.columns.epoch, slot, gate.pair)
            for slot in {0, gate.today.toordinal() % len(slots)}
        ]
    except (CryptoError, AttributeError, KeyError, TypeError, ValueError):
        return False  # whoever can write to the database can seal anything to the gate
    return slots == list(range(len(slots))) and all(
        rung.reporter.as_text() == watch.reporter for rung in rungs
    )


def _torn(session: Session, steps: Sequence[Step], watch: Watch, gate: Gate) -> str | None:
    """The first case that does not fit together with this one, or this one when the record tells of another number of splits.
    Both watches name the other, and each was signed. What was deleted by the rules is missed by nobody.
    """
    kinds = [step.kind for step in steps]
    if kinds.count(EventKind.SPLIT) != len(watch.parts):
        return watch.case
    if kinds.count(EventKind.SPLIT_OFF) != (watch.origin is not None):
        return watch.case
    for part, leaf in watch.parts:
        found = _leaf(session, part)
        if found != leaf and not (found is None and _went(session, part, gate)):
            return part
    for partner in (*filter(None, [watch.joined]), *(led for _, led in watch.leads)):
        if session.get(Case, partner) is None and not _went(session, partner, gate):
            return partner
    if watch.origin is None:
        return None
    origin = _open(session, watch.origin, gate)
    named = {} if origin is None else dict(origin.parts)
    return None if named.get(watch.case, "") == _leaf(session, watch.case) else watch.origin


def _went(session: Session, case: str, gate: Gate) -> bool:
    """Whether a case was deleted by the rules, whole."""
    return session.get(Case, case) is None and bool(lawfully_deleted(session, [case], gate.signers))


def _leaf(session: Session, part: str) -> str | None:
    found = session.scalar(
        select(Event.commitment).where(
            Event.case_id == part, Event.number == 0, Event.kind == EventKind.SPLIT_OFF
        )
    )
    return None if found is None else to_text(found)


def _stored(session: Session, cases: Sequence[str]) -> dict[str, Stored]:
    columns = _columns(session, cases)
    keys = session.execute(
        select(Epoch.case_id, Epoch.public)
        .join(Case, and_(Case.id == Epoch.case_id, Case.epoch == Epoch.number))
        .where(Epoch.case_id.in_(cases))
    )
    public = {number: to_text(raw) for number, raw in keys}
    steps = _steps(session, cases)
    found = {
        number: Stored(row, 0, -1, -1, -1, steps=steps[number], key=public.get(number, ""))
        for number, row in columns.items()
    }
    counted = session.execute(
        select(
            Event.case_id,
            func.count(),
            func.min(Event.number),
            func.max(Event.number),
            func.max(case((Event.kind.in_(WATCHED), Event.number))),
            func.max(case((Event.kind.in_(_DATED), Event.date))),
        )
        .where(Event.case_id.in_(columns))
        .group_by(Event.case_id)
    )
    for number, count, first, last, act, acted in counted:
        found[number] = replace(
            found[number],
            count=count,
            first=first,
            last=last,
            newest_act=-1 if act is None else act,
            acted=acted,
        )
    return found


def _columns(session: Session, cases: Sequence[str]) -> dict[str, Columns]:
    rows = session.execute(
        select(Case.id, Case.state, Case.office, Case.epoch, Case.wake, Case.stale).where(Case.id.in_(cases))
    )
    return {row.id: Columns(row.state, row.office, row.epoch, row.wake, row.stale) for row in rows}


def _steps(session: Session, cases: Sequence[str]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = defaultdict(list)
    rows = session.execute(
        select(Event.case_id, Event.number, Event.kind)
        .where(Event.case_id.in_(cases), Event.kind.in_(STEPS))
        .order_by(Event.case_id, Event.number)
    )
    for number, position, kind in rows:
        found[number].append(Step(position, kind))
    return found


def _delivered(session: Session, expected: Collection[str], there: set[str], gate: Gate) -> set[str]:
    """Those that are ``there``, or on their way. Jobs first: what is delivered in between is then among the notices."""
    missing = set(expected) - there
    return there | _on_their_way(session, gate) | set(answers.read_by(session, missing)) if missing else there


def _on_their_way(session: Session, gate: Gate) -> set[str]:
    jobs = session.execute(
        select(OutboxJob.id, OutboxJob.payload).where(
            OutboxJob.job == JobName.DELIVER_NOTICES.value,
            OutboxJob.done.is_(False),
            OutboxJob.due >= gate.today - LONGEST_DELIVERY,
        )
    )
    waiting: set[str] = set()
    for job, payload in jobs:
        try:
            waiting |= {letter.id for letter in dispatched(gate.pair, job, payload)}
        except CryptoError:
            continue  # altered: what it held is not on its way
    return waiting
