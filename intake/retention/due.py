"""Whether a case is to be deleted, and what keeps it: by the watch, by what the worker saw, and by the record's clear part.

Everything here reads and nothing writes; the worker asks twice, the second time under the case's lock. It opens no report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake import watch as watches
from intake.database.case_tables import Case, Event, OutboxJob
from intake.database.log_tables import LogEntry
from intake.duties.paging import PAGE, Reading
from intake.duties.scan import look_at
from intake.events import BY_REPORTER, EventKind
from intake.lawful_tables import PROCEDURE
from intake.organisation import Organisation
from intake.outbox import JobName
from intake.release import Gate
from intake.requests import open_request
from intake.retention.family import Family, family_of, relatives
from intake.retention.ledger import Why
from intake.retention.sight import (
    Sight,
    Step,
    by_number,
    closing,
    decided_by_panel,
    is_held,
    objected,
    since,
    to_note,
)
from intake.retention.terms import CLOSING, QUESTIONS, End, early_day, last_day
from intake.rules import as_begun
from intake.states import CaseState
from intake.watch import Watch

LEAST_PANEL = 2
"""Ending a hold and deleting early take two, however small the office."""


class Stay(StrEnum):
    """What keeps a case whose time would be over."""

    OPEN = "open"
    """It is not closed, and no early deletion stands."""
    UNSEEN = "unseen"
    """The worker saw its end only today: times count from what was seen before."""
    JOINED = "joined"
    """A panel split the report, or handles it together with another one, and something keeps one of these cases: they go
    together, and none of them early.
    """
    HELD = "held"
    OWED = "owed"
    """A corrective action, a referral or another duty is open."""
    DECIDING = "deciding"
    """A panel has a proposal before it."""
    ASKED = "asked"
    """The reporter, or the level above, asked for something that the worker has not carried out."""
    NOT_YET = "not_yet"
    WRONG = "wrong"
    """Something in the case is not as the record says: an alarm was raised, and nothing is deleted under it."""
    UNPUBLISHED = "unpublished"
    """An act is not in the public log yet: what is deleted must have been there."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a case. ``stay`` None: it is deleted."""

    why: Why | None
    due: date | None
    """The last day on which it is kept, where one is known."""
    stay: Stay | None
    unnoted: tuple[tuple[Sight, str], ...] = ()
    """What the worker has to note first."""
    together: frozenset[str] = frozenset()
    """The other cases of its family that are there."""
    depth: int = 0
    """How many splits lie between it and the case that was filed: the deepest goes first."""

    def is_overdue(self, today: date) -> bool:
        """Whether its day is over and it is still there."""
        return self.due is not None and self.due < today


def candidates(reading: Reading, page: int = PAGE) -> Iterator[str]:
    """Cases in which anything could be due: those that ended, and those in which a panel decided something."""
    after = ""
    decided = select(Event.id).where(Event.case_id == Case.id, Event.kind == EventKind.DECIDED).exists()
    ended = Case.state.in_((CaseState.CLOSED, CaseState.REDIRECTED))
    while True:
        query = select(Case.id).where(Case.id > after, or_(ended, decided)).order_by(Case.id).limit(page)
        with reading() as session:
            cases = session.scalars(query).all()
        yield from cases
        if len(cases) < page:
            return
        after = cases[-1]


def steps_of(session: Session, case: str) -> list[Step]:
    """The record, as far as it is in clear."""
    rows = session.execute(
        select(Event.number, Event.kind, Event.date, Event.commitment)
        .where(Event.case_id == case)
        .order_by(Event.number)
    )
    return [Step(*row) for row in rows]


def judge(session: Session, watch: Watch, gate: Gate) -> Verdict:
    """What is to be done with a case today. ``watch`` is its newest. Raises CryptoError."""
    steps = steps_of(session, watch.case)
    family = family_of(session, watch, [step.kind for step in steps], gate)
    by_time = _by_time(watch, steps, gate)
    early = _early(watch, steps, gate)
    if early.stay is None and not family.is_alone:
        early = replace(early, stay=Stay.JOINED)
    verdict = min(
        by_time, early, key=lambda each: (each.stay is not None, each.due or date.max, each.why or "")
    )
    if verdict.stay is None:
        verdict = replace(verdict, stay=_kept_by(session, watch, steps, gate))
    if verdict.stay is None and not family.is_alone:
        verdict = _together(session, verdict, family, gate)
    return replace(
        verdict, unnoted=to_note(watch, steps), together=frozenset(family.others), depth=family.depth
    )


def verdict_on(session: Session, case: str, gate: Gate) -> Verdict | None:
    """``judge`` by the case's watch; None for one that is gone, or whose watch cannot be gone by. Raises CryptoError."""
    row = session.get(Case, case)
    watch = None if row is None else watches.load(session, case, gate.pair, gate.roster)
    if row is None or watch is None or not watches.is_newest(session, row, watch):
        return None
    return judge(session, watch, gate)


def days(session: Session, watch: Watch, gate: Gate) -> Mapping[Why, date]:
    """The last days on which a case is kept, as far as they are known: by its time, and by an early deletion.

    None is known of one that goes together with others: their days are not all its own.
    """
    if relatives(watch):
        return {}
    steps = steps_of(session, watch.case)
    found = {Why.RETENTION: _by_time(watch, steps, gate).due, Why.EARLY: _early(watch, steps, gate).due}
    return {why: day for why, day in found.items() if day is not None}


def rules_for(watch: Watch, gate: Gate) -> Organisation:
    """The numbers that the case began with; of two packs the one that keeps longer.

    An officer who signs a watch under another country's pack could else have the case deleted after its shorter time.
    """
    begun = as_begun(watch.rules, gate.roster.organisation)
    now = gate.roster.organisation
    day = date.fromisoformat(watch.received)
    ends = {each: each.pack.duties["retention"].after(day, each.calendar) for each in (begun, now)}
    return now if begun.pack.id != now.pack.id and ends[now] > ends[begun] else begun


def _by_time(watch: Watch, steps: Sequence[Step], gate: Gate) -> Verdict:
    end = closing(steps)
    if watch.state != CaseState.CLOSED or end is None:
        return Verdict(None, None, Stay.OPEN)
    closed = since(watch, Sight.CLOSED, end, watch.closed)
    if closed is None:
        return Verdict(Why.RETENTION, None, Stay.UNSEEN)
    words = [step.date for step in steps if step.kind in BY_REPORTER and step.kind is not EventKind.FILED]
    counted = End(
        closed=closed,
        told=_day(watch.told),
        asked=tuple(date.fromisoformat(day) for name, day in watch.clocks.items() if name in QUESTIONS),
        hold_ended=_hold_ended(watch, steps),
        word=max(words, default=None),
    )
    due = last_day(counted, rules_for(watch, gate))
    if watch.late or not QUESTIONS.issuperset(watch.clocks):
        return Verdict(Why.RETENTION, due, Stay.OWED)
    return Verdict(Why.RETENTION, due, None if due < gate.today else Stay.NOT_YET)


def _early(watch: Watch, steps: Sequence[Step], gate: Gate) -> Verdict:
    decided = by_number(steps, watch.early, EventKind.DECIDED)
    if decided is None or watch.state not in (CaseState.CLOSED, CaseState.REDIRECTED):
        return Verdict(None, None, Stay.OPEN)
    if any(step.kind in PROCEDURE for step in steps) or objected(watch, steps):
        return Verdict(None, None, Stay.OPEN)
    if not decided_by_panel(steps, decided.number, max(LEAST_PANEL, watch.panel or 1)):
        return Verdict(None, None, Stay.OPEN)
    day = since(watch, Sight.EARLY, decided, watch.early_on)
    if day is None:
        return Verdict(Why.EARLY, None, Stay.UNSEEN)
    due = early_day(day, _day(watch.told), _hold_ended(watch, steps), rules_for(watch, gate))
    if watch.late or not (QUESTIONS | CLOSING).issuperset(watch.clocks):
        return Verdict(Why.EARLY, due, Stay.OWED)
    return Verdict(Why.EARLY, due, None if due < gate.today else Stay.NOT_YET)


def _together(session: Session, verdict: Verdict, family: Family, gate: Gate) -> Verdict:
    """``verdict`` of a case whose own time is over, with the others of its family: the latest day counts."""
    if not family.is_sound or verdict.due is None:
        return replace(verdict, stay=Stay.JOINED)
    latest = verdict.due
    for other in family.others.values():
        steps = steps_of(session, other.case)
        its = _by_time(other, steps, gate)
        kept = its.stay or its.due is None or to_note(other, steps) or _kept_by(session, other, steps, gate)
        if kept or its.due is None:
            return replace(verdict, stay=Stay.JOINED)
        latest = max(latest, its.due)
    return replace(verdict, due=latest)


def _kept_by(session: Session, watch: Watch, steps: Sequence[Step], gate: Gate) -> Stay | None:
    """What keeps a case whose time is over: the dearest question last."""
    if is_held(watch, steps, LEAST_PANEL):
        return Stay.HELD
    if _is_deciding(steps):
        return Stay.DECIDING
    if _is_asked(session, watch.case, gate):
        return Stay.ASKED
    if not _is_published(session, steps):
        return Stay.UNPUBLISHED
    (seen,) = look_at(session, [watch.case], gate)
    return Stay.WRONG if seen.wrong else None


def _hold_ended(watch: Watch, steps: Sequence[Step]) -> date | None:
    end = by_number(steps, watch.ended, EventKind.DECIDED)
    return None if end is None else since(watch, Sight.ENDED, end, watch.ended_on)


def _is_deciding(steps: Sequence[Step]) -> bool:
    """A proposal without an end; one that the worker or trustees took the case away from has ended."""
    ends = (EventKind.DECIDED, EventKind.STOPPED, EventKind.RELEASED, EventKind.RECOVERED)
    last = max((step.number for step in steps if step.kind in ends), default=-1)
    return any(step.kind is EventKind.PROPOSED and step.number > last for step in steps)


def _is_asked(session: Session, case: str, gate: Gate) -> bool:
    jobs = session.execute(
        select(OutboxJob.id, OutboxJob.payload).where(OutboxJob.job == JobName.REQUEST.value)
    )
    for job, payload in jobs:
        try:
            if open_request(gate.pair, job, payload).request.case == case:
                return True
        except CryptoError:
            continue  # forged: the outbox says so, and no case waits for it
    return False


def _is_published(session: Session, steps: Sequence[Step]) -> bool:
    commitments = [step.commitment for step in steps]
    found = session.scalars(select(LogEntry.commitment).where(LogEntry.commitment.in_(commitments)))
    return set(commitments) <= set(found)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
