"""The level above sets a date after a missed duty, and wants notes of the progress until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from crypto.keys import PublicKeys
from intake import watch as watches
from intake.events import EventKind
from intake.record import GATE, Author, Letterbox, append_event
from intake.release.holding import Held
from intake.watch import overdue_by, overseers, soonest

PROGRESS = "progress_due"


def supervise(held: Held, by: str, day: date, due: object) -> bool:
    """``by`` of the level above wants to hear by ``due``. False without a missed duty, for a date that is past or too far
    off, and for a second date on one day.
    """
    watch, gate = held.watch, held.gate
    wanted = _date(due)
    if wanted is None or by not in overseers(watch, gate.roster)[1] or not _missed_something(held):
        return False
    latest = held.organisation.pack.duties["progress"].after(day, held.organisation.calendar)
    if not max(day, gate.today) < wanted <= latest:
        return False
    if watch.supervised is not None and day <= date.fromisoformat(watch.supervised):
        return False
    box = Letterbox(
        watch.case, watch.epoch, PublicKeys.from_text(watch.key), PublicKeys.from_text(watch.reporter)
    )
    data = {"clocks": {PROGRESS: wanted.isoformat()}, "restart": [PROGRESS]}
    author = Author(GATE, gate.pair)
    event = append_event(held.session, box, author, EventKind.SUPERVISED, gate.today, data)
    clocks = {**watch.clocks, PROGRESS: wanted.isoformat()}
    goes_on = replace(
        watch,
        number=event.number,
        clocks=dict(sorted(clocks.items())),
        missed={name: each for name, each in watch.missed.items() if name != PROGRESS},
        late=overdue_by(watch, gate.today, [PROGRESS]),
        supervised=gate.today.isoformat(),
    )
    watches.store(held.session, goes_on, author, gate.pair.public)
    held.row.wake = soonest(goes_on)
    held.session.flush()
    return True


def _missed_something(held: Held) -> bool:
    today = held.gate.today.isoformat()
    return bool(held.watch.missed) or any(due < today for due in held.watch.clocks.values())


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
