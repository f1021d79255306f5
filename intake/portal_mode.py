"""The switch of the portal: open, or for reading mail only. It lies in the lasting store, so that every machine obeys it.

Closing the portal can be necessary, and it is a way to silence people: every turn is kept with its day, the worker tells the
oversight board, and the first page says it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from intake.database.mode_tables import PortalModeRow
from intake.time import Clock

FRESH = 2  # seconds for which a process trusts what it read


class PortalMode(StrEnum):
    """Values are stored: never reuse or rename one."""

    OPEN = "open"
    READ_MAIL_ONLY = "read-mail-only"
    """Mailboxes work as always; no report is begun or filed."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The switch was turned to ``mode`` on ``since``. Number 0, without a day: it never was."""

    number: int
    mode: PortalMode
    since: date | None


NEVER = Turn(0, PortalMode.OPEN, None)


def turns(session: Session) -> list[Turn]:
    """Every turn, in order."""
    rows = session.scalars(select(PortalModeRow).order_by(PortalModeRow.number))
    return [_turn(row) for row in rows]


def newest_turn(session: Session) -> Turn:
    """The one that holds."""
    row = session.scalars(select(PortalModeRow).order_by(PortalModeRow.number.desc()).limit(1)).one_or_none()
    return NEVER if row is None else _turn(row)


def turn_to(session: Session, mode: PortalMode, today: date) -> bool:
    """Turn the switch. False when it stands there already. Raises IntegrityError when somebody turned it in the same moment."""
    if newest_turn(session).mode is mode:
        return False
    number = (session.scalar(select(func.max(PortalModeRow.number))) or 0) + 1
    session.add(PortalModeRow(number=number, mode=mode.value, since=today))
    session.flush()
    return True


def _turn(row: PortalModeRow) -> Turn:
    # A word that is no mode of ours closes: whoever wrote it could have written that as well, and it does not go unseen.
    mode = PortalMode(row.mode) if row.mode in set(PortalMode) else PortalMode.READ_MAIL_ONLY
    return Turn(row.number, mode, row.since)


@dataclass(slots=True)
class ModeReader:
    """What holds, for a process that asks at every page: read again after two seconds.

    A database that does not answer changes nothing: pages that need none must not wait for it, and nothing can be filed anyway.
    """

    reading: sessionmaker[Session]
    clock: Clock
    turned: Callable[[Turn], None]
    """Called in each process that sees the switch turned, or closed when it starts."""
    _known: Turn = NEVER
    _asked: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def current(self) -> Turn:
        """The turn that holds."""
        now = self.clock.now()
        if abs(now - self._asked) < FRESH or not self._lock.acquire(blocking=False):
            return self._known
        try:
            with self.reading() as session:
                found = newest_turn(session)
            if found.number != self._known.number:
                self._known = found
                self.turned(found)
        except SQLAlchemyError:
            pass  # whatever is asked of the database next says that it is gone
        finally:
            self._asked = now
            self._lock.release()
        return self._known

    def closed(self) -> Turn | None:
        """The turn that closed the portal, or None while it is open."""
        found = self.current()
        return found if found.mode is PortalMode.READ_MAIL_ONLY else None
