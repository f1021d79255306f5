"""The list of cases: keyed by the officer's grants, soonest due first, opening the cards of the page in view and no other.

The order comes from the clear column ``wake``, because dates in the cards are sealed; what a row shows comes from its card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session

from crypto.epoch import open_grant
from crypto.errors import CryptoError
from crypto.keys import PublicKeys
from intake.card import Card, card_epoch, open_card
from intake.casefile import open_keys
from intake.database.case_tables import Case, Epoch, Grant
from intake.states import CaseState
from triage.casework.desk import Actor, Desk

PAGE = 50
MOST_LISTED = 1000
"""How many cases loads and searches look at; beyond, they say that they stopped."""

_OVER = (CaseState.CONCLUDED, CaseState.CLOSED, CaseState.REDIRECTED)


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One row. ``card`` is None when the card or the grant was tampered with: shown as that, never left out."""

    case: str
    office: str
    state: CaseState
    card: Card | None

    @property
    def next_due(self) -> tuple[str, date] | None:
        """The soonest running clock."""
        return None if self.card is None else next(iter(self.card.outstanding().items()), None)


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """A page of the list. ``number`` counts from 1."""

    entries: Sequence[Entry]
    number: int
    pages: int
    total: int
    state: CaseState | None


def list_cases(desk: Desk, actor: Actor, *, page: int = 1, state: CaseState | None = None) -> Page:
    """One page of what the officer holds keys to; a page beyond the end is the last one."""
    with desk.databases.reading() as session:
        held = _held(actor, state)
        total = session.scalar(select(func.count()).select_from(held.subquery())) or 0
        pages = max(1, -(-total // PAGE))
        number = min(max(page, 1), pages)
        rows = session.execute(_soonest_first(held).limit(PAGE).offset((number - 1) * PAGE)).all()
        return Page(list(_opened(session, desk, actor, rows)), number, pages, total, state)


def running_cases(session: Session, desk: Desk, actor: Actor) -> Iterator[Entry]:
    """Every case of the officer that is not over, opened one by one, at most MOST_LISTED."""
    held = _held(actor, None).where(Case.state.not_in(_OVER))
    return _opened(session, desk, actor, session.execute(_soonest_first(held).limit(MOST_LISTED)).all())


def held_cases(session: Session, desk: Desk, actor: Actor) -> Iterator[Entry]:
    """Every case of the officer, at most MOST_LISTED."""
    rows = session.execute(_soonest_first(_held(actor, None)).limit(MOST_LISTED)).all()
    return _opened(session, desk, actor, rows)


_Held = Select[str, str, CaseState, int, bytes, bytes, bytes]
_HeldRow = Row[str, str, CaseState, int, bytes, bytes, bytes]


def _held(actor: Actor, state: CaseState | None) -> _Held:
    """Cases with a grant of their newest epoch for this officer: one range of the grants' index, however many cases exist."""
    held = (
        select(Case.id, Case.office, Case.state, Case.epoch, Case.card, Grant.sealed, Epoch.public)
        .join(Grant, and_(Grant.case_id == Case.id, Grant.epoch == Case.epoch))
        .join(Epoch, and_(Epoch.case_id == Case.id, Epoch.number == Case.epoch))
        .where(Grant.officer_id == actor.officer.id)
    )
    return held if state is None else held.where(Case.state == state)


def _soonest_first(held: _Held) -> _Held:
    return held.order_by(Case.wake.is_(None), Case.wake, Case.id)


def _opened(session: Session, desk: Desk, actor: Actor, rows: Iterable[_HeldRow]) -> Iterator[Entry]:
    for row in rows:
        try:
            card = _card(session, desk, actor, row)
        except CryptoError:
            card = None
        yield Entry(row.id, row.office, row.state, card)


def _card(session: Session, desk: Desk, actor: Actor, row: _HeldRow) -> Card:
    public = PublicKeys(row.public)
    pairs = {row.epoch: open_grant(row.id, row.epoch, actor.holder.pair, row.sealed, public)}
    if card_epoch(row.card) != row.epoch:
        # After a ladder release: nobody could seal the card anew, and an earlier key of the officer's own opens it.
        pairs = open_keys(session, row.id, actor.holder, actor.roster, desk.gate) or pairs
    return open_card(row.card, row.id, pairs)
