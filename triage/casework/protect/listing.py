"""The list of those whom an officer looks after: the most pressing first, what changed since the last look, what is owed.

Four questions to the database, however many there are: grants with keys, cards, events in clear, what was said. A card that
does not open is a line, never left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum

from intake.calendar import WorkCalendar
from intake.events import ACTS, EventKind
from intake.levels import Band
from intake.organisation import Duty
from intake.protection.card import ProtectionCard
from intake.protection.condition import DETRIMENT, Condition, Feeling, condition_of, waits_in
from intake.protection.keeping import CALL, LETTER, PLAN
from intake.protection.measures import measures
from intake.protection.opening import Known, Said, ToldEvent, looked_after, looks_of, said_in, told_in
from intake.protection.plan_due import outstanding, stood_said
from intake.protection.plans import newest_plan, reviews_due, steps_late
from intake.protection.said import CHECK_IN, DATES, PROMISE, REVIEW
from triage.casework.desk import Actor, Desk

PAGE = 50


class Change(StrEnum):
    """What is new since the officer's last look."""

    NEVER = "never"
    """This officer never looked."""
    SAID = "said"
    """The reporter said how they are."""
    HARMED = "harmed"
    """The reporter told of harm."""
    DATES = "dates"
    CALLED = "called"
    """An officer of the case asks the contact to look."""
    PLAN = "plan"
    """A colleague wrote at the plan, or reviewed."""
    WRITTEN = "written"
    """A colleague wrote to the reporter."""
    WEIGHED = "weighed"
    """The risk was weighed anew."""
    TRIGGER = "trigger"
    """A step that may give the reporter away."""
    SILENT = "silent"


_CHANGES: Mapping[str, Change] = {
    CHECK_IN: Change.SAID,
    DETRIMENT: Change.HARMED,
    DATES: Change.DATES,
    PROMISE: Change.DATES,
    CALL: Change.CALLED,
    PLAN: Change.PLAN,
    REVIEW: Change.PLAN,
    LETTER: Change.WRITTEN,
}


class Owed(StrEnum):
    """What a list can be narrowed to."""

    LATE = "late"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Filters:
    """None narrows nothing. The values stand in addresses, so none tells anything of a case."""

    band: Band | None = None
    feeling: Feeling | None = None
    owed: Owed | None = None

    def as_query(self) -> dict[str, str]:
        """The chosen ones, as an address says them."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One reporter. ``card`` None: it does not open, or nobody acted since this contact came."""

    case: str
    card: ProtectionCard | None
    broken: bool
    """A grant or a key was altered."""
    put_back: bool
    """The card is older than the record."""
    condition: Condition | None
    due: Mapping[str, date]
    """Clocks that are owed, soonest first."""
    changes: Sequence[Change] = ()
    late_steps: Sequence[str] = ()
    next_review: date | None = None
    waits: tuple[Feeling, date] | None = None
    """What was said that nobody went through, and since when, where no card says how the reporter is."""

    def is_late(self, today: date) -> bool:
        """Whether something is owed whose day is over."""
        return any(day < today for day in self.due.values()) or bool(self.late_steps)

    @property
    def next_day(self) -> date | None:
        """The soonest day that matters: what is owed, a day of the reporter's own, the next question, a review."""
        condition = self.condition
        days = [*self.due.values(), self.next_review]
        days += [] if condition is None else [condition.next_asked, condition.next_date]
        return min((day for day in days if day is not None), default=None)


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """A page of the list. ``number`` counts from 1."""

    lines: Sequence[Line]
    number: int
    pages: int
    total: int
    filters: Filters


_EVERYBODY = Filters()


def list_reporters(desk: Desk, actor: Actor, *, page: int = 1, filters: Filters = _EVERYBODY) -> Page:
    """One page of those whom the officer looks after; a page beyond the end is the last one."""
    if Duty.PROTECT not in actor.officer.duties:
        return Page([], 1, 1, 0, filters)
    with desk.databases.reading() as session:
        known = looked_after(session, actor.officer.id, actor.holder.pair)
        if not known:
            return Page([], 1, 1, 0, filters)
        told = told_in(session, list(known))
        said = said_in(session, {case: each for case, (each, _) in known.items()}, actor.roster, desk.gate)
        lines = [_line(case, *known[case], said[case][0], told[case], actor) for case in known]
    fitting = sorted(
        (line for line in lines if _fits(line, filters, actor.today)),
        key=lambda line: _place(line, actor.today),
    )
    pages = max(1, -(-len(fitting) // PAGE))
    number = min(max(page, 1), pages)
    return Page(fitting[(number - 1) * PAGE : number * PAGE], number, pages, len(fitting), filters)


def owed_in(card: ProtectionCard, told: Sequence[ToldEvent], calendar: WorkCalendar) -> dict[str, date]:
    """What the plan's clocks say of one case, soonest first; nothing once it is closed."""
    if card.closed:
        return {}
    return outstanding(stood_said(card.reached), ((each.number, each.kind) for each in told), calendar)


def is_put_back(card: ProtectionCard, told: Sequence[ToldEvent]) -> bool:
    """Whether officers acted after this card was written: each of their acts writes it anew."""
    return any(each.kind in ACTS and each.number > card.number for each in told)


def changes_since(
    card: ProtectionCard | None,
    said: Sequence[Said],
    told: Sequence[ToldEvent],
    officer: str,
    *,
    look: ToldEvent | None,
) -> list[Change]:
    """What is new since ``look``, by others than this officer."""
    if look is None:
        return [Change.NEVER]
    found = [
        _CHANGES[each.form]
        for each in said
        if each.number > look.number and each.author != officer and each.form in _CHANGES
    ]
    found += [Change.SILENT for each in told if each.kind is EventKind.SILENT and each.number > look.number]
    if card is not None and card.assessed > look.date.isoformat():
        found.append(Change.WEIGHED)
    if card is not None and any(day > look.date.isoformat() for _, day in card.triggers):
        found.append(Change.TRIGGER)
    return list(dict.fromkeys(found))


def _line(
    case: str,
    known: Known,
    card: ProtectionCard | None,
    said: Sequence[Said],
    told: Sequence[ToldEvent],
    actor: Actor,
) -> Line:
    if card is None:
        waits = waits_in(said)
        return Line(case, None, known.broken, put_back=False, condition=None, due={}, waits=waits)
    plan = newest_plan(said)
    reviews = {} if plan is None else reviews_due(plan[0], plan[1].date, measures())
    looks = looks_of(told, actor.officer.id, known.pairs.values())
    look = looks[-1] if looks else None
    return Line(
        case=case,
        card=card,
        broken=known.broken,
        put_back=is_put_back(card, told),
        condition=condition_of(case, card, said, told, actor.today),
        due=owed_in(card, told, actor.roster.organisation.calendar),
        changes=changes_since(card, said, told, actor.officer.id, look=look),
        late_steps=() if plan is None else steps_late(plan[0], actor.today),
        next_review=min(reviews.values(), default=None),
    )


def _fits(line: Line, filters: Filters, today: date) -> bool:
    """One that does not open always does: it must not vanish from sight."""
    if line.condition is None:
        return True
    if filters.band is not None and line.condition.band is not filters.band:
        return False
    if filters.feeling is not None and line.condition.feeling is not filters.feeling:
        return False
    if filters.owed is Owed.LATE:
        return line.is_late(today)
    return filters.owed is None or bool(line.due)


def _place(line: Line, today: date) -> tuple[int, int, int, date, str]:
    """Not safe first, then what does not open, then what is late; within that the greater risk, then the sooner day."""
    condition = line.condition
    if condition is None:
        return int(line.waits is None or line.waits[0] is not Feeling.UNSAFE), 0, 0, date.min, line.case
    unsafe = condition.feeling is Feeling.UNSAFE
    pressing = 0 if unsafe else 2 if line.is_late(today) else 3
    return pressing, -condition.band.rank, condition.feeling.rank, line.next_day or date.max, line.case
