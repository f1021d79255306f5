"""Inspections: which cases of an office are looked at, and what the event log answers about them. Pure; it opens nothing.

Nobody chooses a case: the sample follows from a seed that only the gate's key gives, so neither the inspected office nor the
inspector knows it before. No answer is anybody's word, and none says what a case is about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from intake.events import EventKind
from intake.organisation import OVS
from intake.roster import Roster
from intake.routing import level_above
from intake.standing import told_at

SAMPLE = 5
"""Cases in one inspection, at most."""
DRAWN_WITHIN = timedelta(days=31)
"""A worker that was off for longer after the end of a period does not make up for it."""
WRITTEN_WITHIN = timedelta(days=60)  # from the end of the period to the written result
LATE_FOR = timedelta(days=31)
"""For how long after its last day a missing result is looked for."""


class Inspection(StrEnum):
    """The three kinds. Values are sent: never reuse or rename one."""

    ROUTINE = "routine"
    """Every quarter."""
    YEAR_END = "year_end"
    SPECIAL = "special"
    """Asked for by somebody of the level above, with a reason, over the three months before."""


class Check(StrEnum):
    """One question of a checklist. Values are sent: never reuse or rename one."""

    ACKNOWLEDGED_IN_TIME = "acknowledged_in_time"
    ACTED_WHEN_READ = "acted_when_read"
    DATES_KEPT = "dates_kept"
    DECIDED_BY_PANEL = "decided_by_panel"
    RESULT_TOLD = "result_told"


CHECKLISTS: Mapping[int, tuple[Check, ...]] = MappingProxyType({1: tuple(Check)})
"""Version → its questions. An inspection keeps the version that it began with."""
NEWEST = max(CHECKLISTS)


class Answer(StrEnum):
    """What the log says. Values are sent: never reuse or rename one."""

    YES = "yes"
    NO = "no"
    OPEN = "open"
    """There is nothing to check yet."""


class Verdict(StrEnum):
    """How an inspection ends. Values are sent: never reuse or rename one."""

    IN_ORDER = "in_order"
    REMARKS = "remarks"
    GRAVE = "grave"


_ACKNOWLEDGED = frozenset({EventKind.ACKNOWLEDGED})
_ELSEWHERE = frozenset({EventKind.RELEASED, EventKind.RECOVERED, EventKind.TRANSFERRED, EventKind.SPLIT_OFF})


@dataclass(frozen=True, slots=True)
class Plan:
    """One inspection of every office: of what happened from ``first`` to ``last``, with a written result by ``due``."""

    kind: Inspection
    first: date
    last: date

    @property
    def due(self) -> date:
        """The last day for the result."""
        return self.last + WRITTEN_WITHIN


@dataclass(frozen=True, slots=True)
class Step:
    """One event, as it lies in clear."""

    kind: EventKind
    date: date


def scheduled(today: date) -> list[Plan]:
    """The inspections that are to be drawn: of the last whole quarter and, in January, of the last year."""
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    plans = [Plan(Inspection.ROUTINE, _months_before(quarter, 3), quarter - timedelta(days=1))]
    new_year = today.replace(month=1, day=1)
    plans.append(
        Plan(Inspection.YEAR_END, new_year.replace(year=today.year - 1), new_year - timedelta(days=1))
    )
    return [plan for plan in plans if today - plan.last <= DRAWN_WITHIN]


def asked_on(day: date) -> Plan:
    """A special inspection: of the three whole months before. All that are asked for in one month are one and the same."""
    month = day.replace(day=1)
    return Plan(Inspection.SPECIAL, _months_before(month, 3), month - timedelta(days=1))


def late(today: date) -> list[Plan]:
    """Plans whose last day has passed, not long ago."""
    months = [_months_before(today.replace(day=1), number) for number in range(6)]
    plans = [
        plan
        for month in months
        for plan in (*scheduled(month), asked_on(month))
        if plan.due < today <= plan.due + LATE_FOR
    ]
    return list(dict.fromkeys(plans))


def sampled(cases: Iterable[str], seed: bytes) -> list[str]:
    """At most SAMPLE of these cases, in the order that the seed gives."""
    return sorted(cases, key=lambda case: hashlib.sha256(seed + case.encode()).digest())[:SAMPLE]


def answers(steps: Sequence[Step], ack_due: date, panel: int, today: date) -> dict[Check, Answer]:
    """What the log of one case answers. ``panel``: how many decide together there."""
    kinds = {step.kind for step in steps}
    return {
        Check.ACKNOWLEDGED_IN_TIME: _acknowledged(steps, ack_due, today),
        Check.ACTED_WHEN_READ: _kept(broken=EventKind.NEGLECTED in kinds, begun=EventKind.OPENED in kinds),
        Check.DATES_KEPT: _kept(broken=EventKind.MISSED in kinds, begun=True),
        Check.DECIDED_BY_PANEL: _decided(steps, panel),
        Check.RESULT_TOLD: _told(steps),
    }


def inspectors_of(roster: Roster, office: str) -> tuple[str, tuple[str, ...]]:
    """The office that inspects another one, and its officers: the level above, the oversight board for the topmost one."""
    above = level_above(roster.organisation, office, (), None)
    return above, told_at(roster, above, ())


def readers_of(roster: Roster, office: str) -> tuple[str, ...]:
    """Who gets the written result: the head of the inspected office, the level above the inspectors, the oversight board."""
    above, _ = inspectors_of(roster, office)
    further = above if above == OVS else level_above(roster.organisation, above, (), None)
    head = roster.organisation.head_of(office)
    heads = () if head is None or head.id not in roster.certified else (head.id,)
    return tuple(sorted({*heads, *told_at(roster, further, ()), *told_at(roster, OVS, ())}))


def _acknowledged(steps: Sequence[Step], due: date, today: date) -> Answer:
    first = next((step for step in steps if step.kind in _ACKNOWLEDGED or step.kind in _ELSEWHERE), None)
    if first is None:
        return Answer.NO if today > due else Answer.OPEN
    if first.kind in _ELSEWHERE:
        return Answer.OPEN  # it was due in another office, or in the case that this one was split from
    return Answer.YES if first.date <= due else Answer.NO


def _kept(*, broken: bool, begun: bool) -> Answer:
    return Answer.NO if broken else Answer.YES if begun else Answer.OPEN


def _decided(steps: Sequence[Step], panel: int) -> Answer:
    """Every decision after a proposal of its own and the votes of all others."""
    proposed, votes, seen = False, 0, Answer.OPEN
    for step in steps:
        if step.kind is EventKind.PROPOSED:
            proposed, votes = True, 0
        elif step.kind is EventKind.VOTED:
            votes += 1
        elif step.kind is EventKind.STOPPED:
            proposed = False
        elif step.kind is EventKind.DECIDED:
            if not proposed or votes < panel - 1:
                return Answer.NO
            proposed, seen = False, Answer.YES
    return seen


def _told(steps: Sequence[Step]) -> Answer:
    """After it was decided last; a case is closed only when its reporter knows the result."""
    told, closed = False, False
    for step in steps:
        told = (told or step.kind is EventKind.TOLD) and step.kind is not EventKind.REOPENED
        closed = step.kind is EventKind.CLOSED or (closed and step.kind is not EventKind.REOPENED)
    return Answer.YES if told else Answer.NO if closed else Answer.OPEN


def _months_before(month: date, number: int) -> date:
    count = month.year * 12 + month.month - 1 - number
    return date(count // 12, count % 12 + 1, 1)
