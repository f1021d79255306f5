"""The gate's own acts on a case: an event in the record, notices to the level above, the watch written anew. No rule.

The worker cannot read the record. It goes by the watch, and only by one that is the newest: with an older one it would write
events to a former key, and tell officers who were excluded since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.keys import PublicKeys
from intake import watch as watches
from intake.database.case_tables import Case, Event
from intake.duties import addressees
from intake.events import EventKind
from intake.notices import NoticeKind, letters
from intake.organisation import Pack
from intake.record import GATE, Author, Letterbox, append_event
from intake.release import Gate
from intake.routing import Kind
from intake.rules import as_begun
from intake.states import CARE, CaseState
from intake.watch import Watch

_AS_FILED = frozenset({Kind.INITIAL, Kind.RETALIATION})


@dataclass(slots=True, repr=False)
class Stewardship:
    """One case in the worker's hands: its row is locked, its watch is the newest."""

    session: Session
    row: Case
    watch: Watch
    gate: Gate

    @property
    def pack(self) -> Pack:
        """The numbers that the case began with. Raises MalformedError."""
        return as_begun(self.watch.rules, self.gate.roster.organisation).pack

    def above(self) -> tuple[str, ...]:
        """Who is told at the level above."""
        return addressees.level_above(self.watch, self.gate.roster)

    def ledger(self) -> tuple[str, ...]:
        """Who reads the accountability ledger: the level above, and the oversight board."""
        return addressees.ledger(self.watch, self.gate.roster)

    def notify(
        self,
        officers: Iterable[str],
        kind: NoticeKind,
        content: Mapping[str, Any],
        *,
        numbered: Callable[[str], str] | None = None,
    ) -> list[str]:
        """Deliver a notice at once, in this transaction. Its ids belong into the event that causes it. ``numbered``: as in
        `intake.notices.letters`.
        """
        about = {
            "case": self.watch.case,
            "office": self.watch.office,
            "priority": self.watch.priority,
            "owner": CARE[CaseState(self.watch.state)].owner.value,
        }
        said = {**about, **content}
        written = letters(self.gate.roster, officers, kind, self.gate.today, said, numbered=numbered)
        self.session.add_all(letter.as_row() for letter in written)
        return [letter.id for letter in written]

    def tell(
        self, kind: EventKind, data: Mapping[str, Any], notices: Iterable[str] = (), **changes: Any
    ) -> None:
        """Add the gate's event and write the watch anew with ``changes``. Raises IntegrityError when somebody was faster."""
        ids = tuple(notices)
        box = Letterbox(
            self.watch.case,
            self.watch.epoch,
            PublicKeys.from_text(self.watch.key),
            PublicKeys.from_text(self.watch.reporter),
        )
        author = Author(GATE, self.gate.pair)
        event = append_event(self.session, box, author, kind, self.gate.today, {**data, "notices": list(ids)})
        self.watch = replace(self.watch, number=event.number, notices=(*self.watch.notices, *ids), **changes)
        watches.store(self.session, self.watch, author, self.gate.pair.public)


def take_up(session: Session, case: str, gate: Gate) -> Stewardship | None:
    """Lock a case and open its watch; None when there is none that can be gone by (`intake.duties.alarms` says so).

    Raises CryptoError when the watch was altered.
    """
    row = session.scalars(select(Case).where(Case.id == case).with_for_update()).one_or_none()
    watch = None if row is None else watches.load(session, case, gate.pair, gate.roster)
    if row is None or watch is None or not watches.is_newest(session, row, watch):
        return None
    return Stewardship(session, row, watch, gate)


def moved_on(session: Session, watch: Watch) -> date | None:
    """The day on which a case last went up, was given away by trustees, or came under supervision. As long as its kind is the
    first one no release took it up: somebody left its circle, at most.
    """
    moves = {EventKind.RECOVERED} | (set() if watch.kind in _AS_FILED else {EventKind.RELEASED})
    query = select(func.max(Event.date)).where(Event.case_id == watch.case, Event.kind.in_(moves))
    released = session.scalar(query)
    supervised = None if watch.supervised is None else date.fromisoformat(watch.supervised)
    return max((day for day in (released, supervised) if day is not None), default=None)
