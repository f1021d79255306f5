"""One of two joined cases follows the other: the join ends when that one went its own way, and whoever is shut out there is
shut out here.

It goes by the two watches alone, each as it is now. Doing it twice changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from crypto.keys import PublicKeys
from intake import watch as watches
from intake.database.case_tables import Case
from intake.events import EventKind
from intake.progress import OF
from intake.record import GATE, Author, Letterbox, append_event
from intake.release.exclusion import without
from intake.release.holding import Gate, Held, hold
from intake.states import OVER
from intake.watch import Watch, soonest


def follow(session: Session, case: str, after: str, gate: Gate) -> bool:
    """Let ``case`` follow ``after``. False when nothing is to be done.

    Raises CryptoError when one of them was tampered with: an altered watch ends no join and shuts nobody out.
    """
    held = hold(session, case, gate)
    if held is None or not _names(held.watch, after):
        return False
    other = _newest(session, after, gate)
    if other is None or other.office != held.watch.office or not _names(other, case):
        _separate(held, after)
        return True
    barred = frozenset(other.excluded) - set(held.watch.excluded)
    return bool(barred) and without(held, barred)


def _names(watch: Watch, case: str) -> bool:
    return watch.joined == case or case in (led for _, led in watch.leads)


def _newest(session: Session, case: str, gate: Gate) -> Watch | None:
    """The watch over the other case; None when it is gone, or not the newest: nothing holds the two together then."""
    row = session.get(Case, case)
    watch = None if row is None else watches.load(session, case, gate.pair, gate.roster)
    if row is None or watch is None or not watches.is_newest(session, row, watch):
        return None
    return watch


def _separate(held: Held, other: str) -> None:
    watch, gate = held.watch, held.gate
    box = Letterbox(
        watch.case, watch.epoch, PublicKeys.from_text(watch.key), PublicKeys.from_text(watch.reporter)
    )
    author = Author(GATE, gate.pair)
    number = watch.number
    for data, changes in _endings(watch, other):
        number = append_event(held.session, box, author, EventKind.SEPARATED, gate.today, data).number
        watch = replace(watch, **changes)
    watch = replace(watch, number=number)
    watches.store(held.session, watch, author, gate.pair.public)
    row, organisation = held.row, held.organisation
    row.wake = soonest(watch)
    # Whoever has the case handles it by itself again, and has the time for it that an act gives.
    row.stale = (
        None
        if row.state in OVER
        else organisation.pack.duties["quiet"].after(gate.today, organisation.calendar)
    )
    held.session.flush()


def _endings(watch: Watch, other: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What each event says, and what it changes in the watch."""
    if watch.joined == other:
        return [({}, {"joined": ""})]
    left = tuple(entry for entry in watch.leads if entry[1] != other)
    ended = [number for number, led in watch.leads if led == other]
    return [({OF: int(number)}, {"leads": left}) for number in ended]
