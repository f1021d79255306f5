"""Silence: a reporter who did not answer twice in a row is *silent*, a state of its own. It is never "safe" and closes no case.

Told in the record once for each silence. At the higher bands the protection contacts, who review, and the level above are told
as well; should a band rise while the silence lasts, they are told then. It is counted from clear dates alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from intake.duties import addressees
from intake.duties.answers import read_by
from intake.duties.said import Happened, contacts_in, said_in, silent_number
from intake.duties.stewardship import Stewardship, take_up
from intake.events import EventKind
from intake.notices import NoticeKind, fixed_id
from intake.protection.checkins import checkins, silent_since, slots_of
from intake.protection.watched import band_now, course_from
from intake.release import Gate
from intake.watch import Watch


def silence_in(watch: Watch, said: Sequence[Happened], today: date) -> date | None:
    """Since when the reporter is silent, by the slots that are over; None for who answered, or is not asked here."""
    if not watch.asks:
        return None
    answered = [each.date for each in said if each.kind is EventKind.CHECKED_IN]
    return silent_since(slots_of(course_from(watch), today), answered, today)


def untold_silences(session: Session, watches: Sequence[Watch], gate: Gate) -> frozenset[str]:
    """Of these cases, those with a silence that was not told in the record, or not to everybody who has to hear of it."""
    said = said_in(session, [watch.case for watch in watches])
    silent = [watch for watch in watches if silence_in(watch, said.get(watch.case, ()), gate.today)]
    contacts = contacts_in(session, [watch.case for watch in silent])
    new = {watch.case for watch in silent if silent_number(said.get(watch.case, ())) is None}
    wanted: dict[str, str] = {}
    for watch in silent:
        for officer in _readers(watch, contacts.get(watch.case, frozenset()), gate):
            wanted[_number(gate, watch, said.get(watch.case, ()), officer)] = watch.case
    missing = wanted.keys() - read_by(session, wanted).keys()
    return frozenset(new | {wanted[number] for number in missing})


def tell_silent(session: Session, case: str, gate: Gate) -> int:
    """Tell of a silence; 0 where there is nothing new to tell. Part of the caller's transaction.

    Raises CryptoError when the watch was altered, IntegrityError when the reporter wrote in the same moment, or another worker
    told the same.
    """
    steward = take_up(session, case, gate)
    if steward is None:
        return 0
    said = said_in(session, [case]).get(case, ())
    since = silence_in(steward.watch, said, gate.today)
    if since is None:
        return 0
    content = {"since": since.isoformat()}
    ids = _tell_officers(steward, said, {"clocks": {"silent_since": since.isoformat()}})
    if silent_number(said) is None:
        steward.tell(EventKind.SILENT, content, ids)
        return 1
    return len(ids)


def _tell_officers(steward: Stewardship, said: Sequence[Happened], content: Mapping[str, Any]) -> list[str]:
    watch, gate, session = steward.watch, steward.gate, steward.session
    contacts = contacts_in(session, [watch.case]).get(watch.case, frozenset())
    readers = _readers(watch, contacts, gate)
    numbers = {officer: _number(gate, watch, said, officer) for officer in readers}
    there = read_by(session, numbers.values())
    new = [officer for officer in readers if numbers[officer] not in there]
    return steward.notify(new, NoticeKind.SILENT, content, numbered=numbers.__getitem__)


def _readers(watch: Watch, contacts: frozenset[str], gate: Gate) -> list[str]:
    """Nobody at the lower bands: who looks after those sees the state in the list."""
    if band_now(watch) not in checkins().told_when_silent:
        return []
    staying = contacts - addressees.excluded(watch, gate.roster)
    return sorted({*staying, *addressees.level_above(watch, gate.roster)})


def _number(gate: Gate, watch: Watch, said: Sequence[Happened], officer: str) -> str:
    """One notice for each silence: it is known by the check-in after which it began."""
    last = max((each.number for each in said if each.kind is EventKind.CHECKED_IN), default=-1)
    return fixed_id(gate.pair, "silent", watch.case, str(last), officer)
