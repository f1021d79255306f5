"""Seen, not acted on: a case that somebody opened, and that no act moved for the days that the pack gives (`intake.silence`).

It goes by the clear dates and kinds of the events. A case that nobody opened is not neglected but delayed: its clocks tell.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.database.case_tables import Case, Event
from intake.duties.stewardship import Stewardship, take_up
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.release import Gate
from intake.silence import silence_of
from intake.states import OVER


def tell_neglected(session: Session, case: str, gate: Gate) -> bool:
    """Tell the level above and the oversight board of a neglected case; True when it was. Part of the caller's transaction.

    Told again after as many days as before, as long as nobody acts. Raises CryptoError when the watch was altered,
    IntegrityError when the reporter wrote in the same moment.
    """
    steward = take_up(session, case, gate)
    if steward is None or steward.row.stale is None or steward.row.stale >= gate.today:
        return False
    seen = None if steward.row.state in OVER else seen_since(session, case)
    if seen is None:
        steward.row.stale = None  # the next read starts the count anew
        return False
    if _is_handled_elsewhere(session, steward):
        return False  # the leading case is looked at for itself, and this one again tomorrow
    steward.row.stale = steward.pack.duties["quiet"].after(gate.today, gate.roster.organisation.calendar)
    _tell(steward, seen)
    return True


def _is_handled_elsewhere(session: Session, steward: Stewardship) -> bool:
    """Whether a case that leads, and is not over yet, is where the acts on this matter are to be looked for."""
    leader = session.get(Case, steward.watch.joined) if steward.watch.joined else None
    return leader is not None and leader.state not in OVER


def seen_since(session: Session, case: str) -> date | None:
    """When somebody first looked at the case after the last act that counts; None when nobody did."""
    rows = session.execute(select(Event.kind, Event.date).where(Event.case_id == case).order_by(Event.number))
    return silence_of((row.kind, row.date) for row in rows).seen


def _tell(steward: Stewardship, seen: date) -> None:
    content = {"seen": seen.isoformat()}
    notices = steward.notify(steward.ledger(), NoticeKind.NEGLECTED, content)
    steward.tell(EventKind.NEGLECTED, content, notices)
