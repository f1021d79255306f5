"""The list of cases: keyed by the officer's grants, soonest due first, opening the cards of the page in view and no other.

The order comes from the clear column ``wake``, because dates in the cards are sealed; what a row shows comes from its card,
and so does the order within one due date.
What can only be read off the cards is narrowed after opening them, at most MOST_LISTED; the page says when that was not all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Date, Row, Select, and_, func, literal, select
from sqlalchemy.orm import Session

from crypto.epoch import open_grant
from crypto.errors import CryptoError
from crypto.keys import PublicKeys
from intake.calendar import WorkCalendar
from intake.card import Card, card_epoch, open_card
from intake.casefile import open_keys
from intake.database.case_tables import Case, Epoch, Event, Grant
from intake.duties.said import silent_cases
from intake.intake_types import IntakeType
from intake.protection.plan_due import MEETING, Told, outstanding, stood_said
from intake.routing import Priority
from intake.states import OVER, CaseState
from intake.urgency import urgency
from triage.casework.clocks import PROGRESS
from triage.casework.desk import Actor, Desk

PAGE = 50
MOST_LISTED = 1000
"""How many cases loads, searches and sealed filters look at; beyond, they say that they stopped."""
WEEK = timedelta(days=7)
LEAVING = timedelta(days=30)
"""How long before its deletion a case's row says the day."""


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One row. ``card`` is None when the card or the grant was tampered with: shown as that, never left out."""

    case: str
    office: str
    state: CaseState
    wake: date
    """What the list goes by: the soonest due date in clear, or the last day there is."""
    card: Card | None
    safety: Mapping[str, date] = field(default_factory=dict)
    """What is owed for the reporter's safety and was not done, soonest first. It stands in no column: a contact's act writes no
    card anew."""
    silent: bool = False
    """The reporter did not answer twice: nobody knows whether they are safe. By the events in clear, not by the card."""

    @property
    def presses(self) -> int:
        """How pressing it is while it runs, by the stage that the reporter told."""
        return 0 if self.card is None or self.state in OVER else urgency().of(self.card.stage)

    def look_by(self, calendar: WorkCalendar) -> date | None:
        """The day by which somebody should have looked at what presses; None once it was acknowledged."""
        if self.card is None or self.state is not CaseState.RECEIVED:
            return None
        return urgency().look_by(self.card.stage, date.fromisoformat(self.card.received), calendar)

    @property
    def supervised(self) -> bool:
        """Whether the level above waits for a note of the progress."""
        return self.card is not None and PROGRESS in self.card.outstanding()

    def leaves_on(self, today: date) -> date | None:
        """The last day on which the case is there, when that is near (`LEAVING`)."""
        if self.card is None or not self.card.kept:
            return None
        day = date.fromisoformat(self.card.kept)
        return day if day - today <= LEAVING else None

    @property
    def next_due(self) -> tuple[str, date] | None:
        """The soonest running clock."""
        return None if self.card is None else next(iter(self.card.outstanding().items()), None)


class Due(StrEnum):
    """When a case's soonest clock is due."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    """Today or in the seven days after it."""


class Whose(StrEnum):
    """Who has a task in a case."""

    MINE = "mine"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None narrows nothing. The values stand in addresses, so none tells anything of a case."""

    state: CaseState | None = None
    due: Due | None = None
    whose: Whose | None = None
    priority: Priority | None = None
    intake: IntakeType | None = None

    def as_query(self) -> dict[str, str]:
        """The chosen ones, as an address says them."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}

    @property
    def sealed(self) -> bool:
        """Whether cards have to be opened to know what fits."""
        return any(chosen is not None for chosen in (self.whose, self.priority, self.intake))

    def admit(self, entry: Entry, me: str) -> bool:
        """Whether what its card says fits. An altered card always does: it must not vanish from sight."""
        if entry.card is None:
            return True
        if self.priority is not None and entry.card.priority != self.priority:
            return False
        if self.intake is not None and entry.card.intake != self.intake:
            return False
        if self.whose is Whose.NOBODY:
            return not entry.card.handlers
        return self.whose is None or me in entry.card.handlers


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """A page of the list. ``number`` counts from 1; ``stopped``: there are more cases than a sealed filter looks at."""

    entries: Sequence[Entry]
    number: int
    pages: int
    total: int
    filters: Filters
    stopped: bool = False


_EVERYTHING = Filters()


def list_cases(desk: Desk, actor: Actor, *, page: int = 1, filters: Filters = _EVERYTHING) -> Page:
    """One page of what the officer holds keys to; a page beyond the end is the last one."""
    with desk.databases.reading() as session:
        held = _narrowed(_held(actor), filters, actor.today)
        if filters.sealed:
            rows = session.execute(_soonest_first(held).limit(MOST_LISTED + 1)).all()
            opened = _pressing_first(_opened(session, desk, actor, rows[:MOST_LISTED]))
            fitting = [entry for entry in opened if filters.admit(entry, actor.officer.id)]
            number, pages = _place(page, len(fitting))
            shown = _with_silence(
                session, _with_safety(session, actor, fitting[(number - 1) * PAGE : number * PAGE])
            )
            return Page(shown, number, pages, len(fitting), filters, len(rows) > MOST_LISTED)
        total = session.scalar(select(func.count()).select_from(held.subquery())) or 0
        number, pages = _place(page, total)
        rows = session.execute(_soonest_first(held).limit(PAGE).offset((number - 1) * PAGE)).all()
        shown = _with_silence(
            session, _with_safety(session, actor, _pressing_first(_opened(session, desk, actor, rows)))
        )
        return Page(shown, number, pages, total, filters)


def running_cases(session: Session, desk: Desk, actor: Actor) -> Iterator[Entry]:
    """Every case of the officer that is not over, opened one by one, at most MOST_LISTED."""
    held = _held(actor).where(Case.state.not_in(OVER))
    return _opened(session, desk, actor, session.execute(_soonest_first(held).limit(MOST_LISTED)).all())


def held_cases(session: Session, desk: Desk, actor: Actor) -> Iterator[Entry]:
    """Every case of the officer, at most MOST_LISTED."""
    rows = session.execute(_soonest_first(_held(actor)).limit(MOST_LISTED)).all()
    return _opened(session, desk, actor, rows)


def entries_of(session: Session, desk: Desk, actor: Actor, cases: Sequence[str]) -> Iterator[Entry]:
    """Those of ``cases`` that the officer holds, soonest due first; of the others nothing is said (P2)."""
    held = _held(actor).where(Case.id.in_(cases))
    return _opened(session, desk, actor, session.execute(_soonest_first(held)).all())


def _with_safety(session: Session, actor: Actor, entries: Sequence[Entry]) -> list[Entry]:
    """The page's entries with what is owed for their reporters: one question where anything can be."""
    asked = {
        entry.case: entry.card.reached
        for entry in entries
        if entry.card is not None and entry.card.reached and entry.state is not CaseState.CLOSED
    }
    calendar = actor.roster.organisation.calendar
    told: dict[str, list[Told]] = {case: [] for case in asked}
    if asked:
        query = select(Event.case_id, Event.number, Event.kind).where(
            Event.case_id.in_(list(asked)), Event.kind.in_(MEETING)
        )
        for case, number, kind in session.execute(query):
            told[case].append((number, kind))
    owed = {case: outstanding(stood_said(said), told[case], calendar) for case, said in asked.items()}
    return [replace(entry, safety=owed.get(entry.case, {})) for entry in entries]


def _place(page: int, total: int) -> tuple[int, int]:
    pages = max(1, -(-total // PAGE))
    return min(max(page, 1), pages), pages


def _pressing_first(entries: Iterable[Entry]) -> list[Entry]:
    """Within one due date what can still be stopped comes first. Within a page: the stage is sealed in the cards, and a list
    opens no others.
    """
    return sorted(entries, key=lambda entry: (entry.wake, -entry.presses))


def _with_silence(session: Session, entries: Sequence[Entry]) -> list[Entry]:
    silent = silent_cases(session, [entry.case for entry in entries])
    return [replace(entry, silent=entry.case in silent) for entry in entries]


_Held = Select[str, str, CaseState, int, bytes, date | None, bytes, bytes]
_HeldRow = Row[str, str, CaseState, int, bytes, date | None, bytes, bytes]


def _held(actor: Actor) -> _Held:
    """Cases with a grant of their newest epoch for this officer: one range of the grants' index, however many cases exist."""
    return (
        select(Case.id, Case.office, Case.state, Case.epoch, Case.card, Case.wake, Grant.sealed, Epoch.public)
        .join(Grant, and_(Grant.case_id == Case.id, Grant.epoch == Case.epoch))
        .join(Epoch, and_(Epoch.case_id == Case.id, Epoch.number == Case.epoch))
        .where(Grant.officer_id == actor.officer.id)
    )


def _narrowed(held: _Held, filters: Filters, today: date) -> _Held:
    if filters.state is not None:
        held = held.where(Case.state == filters.state)
    if filters.due is Due.LATE:
        return held.where(_wake() < today)
    if filters.due is Due.TODAY:
        return held.where(_wake() == today)
    if filters.due is Due.WEEK:
        return held.where(_wake().between(today, today + WEEK))
    return held


def _wake() -> ColumnElement[date]:
    # An expression, not the column: its index would lead a database through everybody's cases instead of the officer's own.
    return func.coalesce(Case.wake, literal(date.max, Date))


def _soonest_first(held: _Held) -> _Held:
    return held.order_by(_wake(), Case.id)


def _opened(session: Session, desk: Desk, actor: Actor, rows: Iterable[_HeldRow]) -> Iterator[Entry]:
    for row in rows:
        try:
            card = _card(session, desk, actor, row)
        except CryptoError:
            card = None
        yield Entry(row.id, row.office, row.state, row.wake or date.max, card)


def _card(session: Session, desk: Desk, actor: Actor, row: _HeldRow) -> Card:
    public = PublicKeys(row.public)
    pairs = {row.epoch: open_grant(row.id, row.epoch, actor.holder.pair, row.sealed, public)}
    if card_epoch(row.card) != row.epoch:
        # After a ladder release: nobody could seal the card anew, and an earlier key of the officer's own opens it.
        pairs = open_keys(session, row.id, actor.holder, actor.roster, desk.gate) or pairs
    return open_card(row.card, row.id, pairs)
