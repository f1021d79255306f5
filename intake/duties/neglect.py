"""Seen, not acted on: a case that somebody opened, and on which no act followed for the days that the pack gives.

It goes by the clear dates and kinds of the events. A case that nobody opened is not neglected but delayed: its clocks tell.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.database.case_tables import Event
from intake.duties.stewardship import Stewardship, take_up
from intake.events import ACTS, EventKind
from intake.notices import NoticeKind
from intake.release import Gate
from intake.states import OVER

FRESH = ACTS | {EventKind.RELEASED}
"""What ends a silence: an officer's act, or a new circle, which has seen nothing yet."""


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
    steward.row.stale = steward.pack.duties["quiet"].after(gate.today, gate.roster.organisation.calendar)
    _tell(steward, seen)
    return True


def seen_since(session: Session, case: str) -> date | None:
    """When the case was first opened after the last act; None when nobody opened it since."""
    last = select(func.max(Event.number)).where(Event.case_id == case, Event.kind.in_(FRESH))
    number = session.scalar(last)
    return session.scalar(
        select(func.min(Event.date)).where(
            Event.case_id == case,
            Event.kind == EventKind.OPENED,
            Event.number > (-1 if number is None else number),
        )
    )


def _tell(steward: Stewardship, seen: date) -> None:
    content = {"seen": seen.isoformat()}
    notices = steward.notify(steward.ledger(), NoticeKind.NEGLECTED, content)
    steward.tell(EventKind.NEGLECTED, content, notices)
