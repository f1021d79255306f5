"""Inspections: the worker draws the cases, lets the event log answer, tells the inspector, and tells of results that are late.

It draws because it alone knows from whom each case must be hidden: nobody gets a sample, or reads its result, with a case of
which they must not know (P2). Nothing is remembered but the notices, each with the one id that office, kind and period give.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.kdf import derive
from intake import watch as watches
from intake.answering import stands_for
from intake.database.case_tables import Case, Event, Notice
from intake.inspections import (
    CHECKLISTS,
    NEWEST,
    Plan,
    Step,
    answers,
    asked_on,
    inspectors_of,
    late,
    readers_of,
    sampled,
    scheduled,
)
from intake.notices import Letter, NoticeKind, fixed_id, letters
from intake.organisation import OVS
from intake.release import Gate
from intake.requests import SignedRequest
from intake.routing import level_above
from intake.rules import as_begun
from intake.standing import told_at
from intake.watch import Watch
from triage.worker.context import Context
from triage.worker.figures import hidden_from

MAX_REASON = 1000  # characters


def look_after_inspections(context: Context) -> int:
    """Draw what is to be drawn today and tell which results are late; how many notices that were. Each office is a transaction
    of its own. Raises RosterError; database errors pass through.
    """
    gate = Gate(context.settings.gate_pair, context.roster(), context.today())
    offices = sorted(gate.roster.organisation.offices)
    done = 0
    for office in offices:
        for plan in scheduled(gate.today):
            inspector = stands_for(gate.roster, inspectors_of(gate.roster, office)[0], ())
            done += store_letters(
                context, partial(_drawn, gate=gate, drawing=_Drawing(office, plan, inspector))
            )
        for plan in late(gate.today):
            done += store_letters(context, partial(_told_late, gate=gate, office=office, plan=plan))
    return done


def inspect_specially(session: Session, signed: SignedRequest, gate: Gate) -> bool:
    """Draw an inspection that an officer of the level above asked for. False when it may not be asked for, or was this month.

    Raises BadSignatureError for a forged request.
    """
    request = signed.request
    office, reason = request.details.get("office"), request.details.get("reason")
    if not isinstance(office, str) or not isinstance(reason, str):
        return False
    if office not in gate.roster.organisation.offices:
        return False
    if not 0 < len(reason) <= MAX_REASON or request.date > gate.today:
        return False
    if request.by not in inspectors_of(gate.roster, office)[1]:
        return False
    signed.verify(gate.roster.keys_of(request.by))
    drawing = _Drawing(office, asked_on(request.date), request.by, reason)
    written = _drawn(session, gate, drawing)
    session.add_all(letter.as_row() for letter in written)
    session.flush()
    return bool(written)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One inspection of one office, and who writes its result."""

    office: str
    plan: Plan
    inspector: str
    reason: str = ""


def store_letters(context: Context, make: Callable[[Session], list[Letter]]) -> int:
    """Deliver what ``make`` writes, in one transaction; how many that were: 0 when another worker was faster."""
    try:
        with context.databases.state.begin() as session:
            written = make(session)
            session.add_all(letter.as_row() for letter in written)
    except IntegrityError:
        return 0  # another worker was faster
    return len(written)


def _drawn(session: Session, gate: Gate, drawing: _Drawing) -> list[Letter]:
    number = _id(gate, "inspection", drawing.office, drawing.plan)
    if not drawing.inspector or is_there(session, {number}):
        return []
    readers = [who for who in readers_of(gate.roster, drawing.office) if who != drawing.inspector]
    content = {
        "kind": drawing.plan.kind.value,
        "office": drawing.office,
        "from": drawing.plan.first.isoformat(),
        "to": drawing.plan.last.isoformat(),
        "due": drawing.plan.due.isoformat(),
        "checklist": NEWEST,
        "reason": drawing.reason,
        "sample": list(_sample(session, gate, drawing, {drawing.inspector, *readers})),
        "results": {who: _id(gate, "inspected", drawing.office, drawing.plan, who) for who in readers},
    }
    return letters(
        gate.roster,
        [drawing.inspector],
        NoticeKind.INSPECTION,
        gate.today,
        content,
        numbered=lambda _: number,
    )


def _sample(
    session: Session, gate: Gate, drawing: _Drawing, audience: Collection[str]
) -> Iterator[Mapping[str, Any]]:
    """Cases that the office has and in which something happened in the period, hidden from nobody of ``audience``."""
    plan = drawing.plan
    happened = select(Event.case_id).where(Event.date >= plan.first, Event.date <= plan.last)
    held = select(Case.id).where(Case.office == drawing.office, Case.id.in_(happened)).order_by(Case.id)
    fit: dict[str, Watch] = {}
    for case in session.scalars(held).all():
        watch = _watch(session, gate, case)
        if watch is not None and not hidden_from(watch, gate.roster).intersection(audience):
            fit[case] = watch
    seed = derive(gate.pair.unsafe_seed, "inspection/sample", *_about(drawing.office, plan), length=32)
    for case in sampled(fit, seed):
        yield {"case": case, "state": fit[case].state, "answers": _answers(session, gate, fit[case])}


def _watch(session: Session, gate: Gate, case: str) -> Watch | None:
    """A watch that can be gone by: without knowing whom to hide a case from, nobody is shown it."""
    row = session.get(Case, case)
    try:
        watch = watches.load(session, case, gate.pair, gate.roster)
    except CryptoError:
        return None  # the detectors tell
    return watch if row is not None and watch is not None and watches.is_newest(session, row, watch) else None


def _answers(session: Session, gate: Gate, watch: Watch) -> dict[str, str]:
    rows = session.execute(
        select(Event.kind, Event.date).where(Event.case_id == watch.case).order_by(Event.number)
    )
    steps = [Step(row.kind, row.date) for row in rows]
    rules = as_begun(watch.rules, gate.roster.organisation)
    due = rules.pack.clocks["ack_due"].after(steps[0].date, rules.calendar)
    said = answers(steps, due, min(rules.pack.ordinary_panel, watch.panel or 1), gate.today)
    return {check.value: said[check].value for check in CHECKLISTS[NEWEST]}


def _told_late(session: Session, gate: Gate, office: str, plan: Plan) -> list[Letter]:
    """To the level above the inspectors, once, when an inspection that was drawn has no result."""
    roster = gate.roster
    readers = readers_of(roster, office)
    results = {_id(gate, "inspected", office, plan, who) for who in readers}
    if not is_there(session, {_id(gate, "inspection", office, plan)}) or is_there(session, results):
        return []
    inspecting, _ = inspectors_of(roster, office)
    further = inspecting if inspecting == OVS else level_above(roster.organisation, inspecting, (), None)
    told = {*told_at(roster, further, ()), *told_at(roster, OVS, ())}
    content = {"office": inspecting, "clock": "inspection", "due": plan.due.isoformat()}
    ids = {who: _id(gate, "inspection late", office, plan, who) for who in told}
    missing = [who for who in sorted(told) if not is_there(session, {ids[who]})]
    return letters(
        roster,
        missing,
        NoticeKind.ACCOUNTABILITY_ENTRY,
        gate.today,
        content,
        numbered=ids.__getitem__,
    )


def is_there(session: Session, numbers: Collection[str]) -> bool:
    """Whether one of these notices was delivered."""
    return session.scalar(select(Notice.id).where(Notice.id.in_(numbers)).limit(1)) is not None


def _about(office: str, plan: Plan) -> tuple[bytes, ...]:
    return tuple(part.encode() for part in (plan.kind.value, office, plan.first.isoformat()))


def _id(gate: Gate, what: str, office: str, plan: Plan, *more: str) -> str:
    return fixed_id(gate.pair, what, plan.kind.value, office, plan.first.isoformat(), *more)
