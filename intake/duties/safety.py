"""A plan for a reporter's safety that is not there, or a reporter in great danger to whom nobody wrote: told to the level above
and entered in the ledger, once.

The band and its day come from the watch, which officers' acts write; what was done since from the clear kinds of the events,
because a contact's act writes no watch. A band that fell takes its clock along: then nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.database.case_tables import Event
from intake.duties.stewardship import Stewardship, take_up
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.protection.plan_due import MEETING, Told, outstanding, stood_said
from intake.release import Gate
from intake.states import CaseState
from intake.watch import Watch


def unplanned(session: Session, watches: Iterable[Watch], gate: Gate) -> dict[str, dict[str, date]]:
    """Case → what is over and was not told yet. One question, however many cases."""
    running = [watch for watch in watches if _asks(watch)]
    if not running:
        return {}
    told: dict[str, list[Told]] = {watch.case: [] for watch in running}
    query = select(Event.case_id, Event.number, Event.kind).where(
        Event.case_id.in_(list(told)), Event.kind.in_(MEETING)
    )
    for case, number, kind in session.execute(query):
        told[case].append((number, kind))
    found = {watch.case: _over(watch, told[watch.case], gate) for watch in running}
    return {case: over for case, over in found.items() if over}


def tell_unplanned(session: Session, case: str, gate: Gate) -> int:
    """Tell of everything that is over in a case; how much that was. Part of the caller's transaction.

    Raises CryptoError when the watch was altered, IntegrityError when the reporter wrote in the same moment.
    """
    steward = take_up(session, case, gate)
    if steward is None:
        return 0
    over = unplanned(session, [steward.watch], gate).get(case, {})
    for clock, due in over.items():
        _tell(steward, clock, due)
    return len(over)


def _asks(watch: Watch) -> bool:
    """A plan is owed as long as the case is not closed."""
    return bool(watch.reached) and watch.state != CaseState.CLOSED


def _over(watch: Watch, told: Sequence[Told], gate: Gate) -> dict[str, date]:
    left: Mapping[str, date] = outstanding(stood_said(watch.reached), told, gate.roster.organisation.calendar)
    return {
        clock: due
        for clock, due in left.items()
        if due < gate.today and watch.missed.get(clock) != due.isoformat()
    }


def _tell(steward: Stewardship, clock: str, due: date) -> None:
    content = {"clock": clock, "due": due.isoformat()}
    notices = steward.notify(steward.above(), NoticeKind.OVERDUE, content)
    notices += steward.notify(steward.ledger(), NoticeKind.ACCOUNTABILITY_ENTRY, content)
    missed = {**steward.watch.missed, clock: due.isoformat()}
    steward.tell(EventKind.MISSED, content, notices, missed=missed)
