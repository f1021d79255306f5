"""What happens on the day after a due date: the level above is told, and the ledger gets its entry.

If nobody took the case over in time, its office goes on under supervision. Each of it once, however many workers look.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from intake.duties.due import CORRECTIVE, PROGRESS, Missed, Supervised, consequences
from intake.duties.stewardship import Stewardship, moved_on, take_up
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.protection.justification import is_of_one
from intake.release import Gate
from intake.watch import overdue_by, soonest


def tell_missed(session: Session, case: str, gate: Gate) -> int:
    """Do everything that is due because nobody acted; how many consequences that were. Part of the caller's transaction.

    Raises CryptoError when the watch was altered, IntegrityError when the reporter wrote in the same moment.
    """
    steward = take_up(session, case, gate)
    if steward is None:
        return 0
    due = consequences(
        steward.watch,
        gate.today,
        steward.pack,
        gate.roster.organisation.calendar,
        moved_on(session, steward.watch),
    )
    for consequence in due:
        match consequence:
            case Missed():
                _tell(steward, consequence)
            case Supervised():
                _supervise(steward, consequence)
    if due:
        steward.row.wake = soonest(steward.watch)
    return len(due)


def _tell(steward: Stewardship, missed: Missed) -> None:
    content = {"clock": missed.clock, "due": missed.due.isoformat()}
    until = {} if missed.until is None else {"until": missed.until.isoformat()}
    notices = steward.notify(steward.above(), NoticeKind.OVERDUE, {**content, **until})
    if missed.clock.startswith(CORRECTIVE):
        notices += steward.notify(steward.above(), NoticeKind.CORRECTIVE, content)
    notices += steward.notify(steward.ledger(), NoticeKind.ACCOUNTABILITY_ENTRY, content)
    told = {**steward.watch.missed, missed.clock: missed.due.isoformat()}
    left = tuple(entry for entry in steward.watch.late if entry != (content["due"], missed.clock))
    # Whoever was asked for reasons is not the office that has the case: no figure of that office counts it.
    kind = EventKind.UNANSWERED if is_of_one(missed.clock) else EventKind.MISSED
    steward.tell(kind, content, notices, missed=told, late=left)


def _supervise(steward: Stewardship, supervised: Supervised) -> None:
    # An earlier supervision may have met the clock already: it runs anew.
    clocks = {PROGRESS: supervised.due.isoformat()}
    late = overdue_by(steward.watch, steward.gate.today, [PROGRESS])
    missed = {clock: due for clock, due in steward.watch.missed.items() if clock != PROGRESS}
    running = {**steward.watch.clocks, **clocks}
    data = {"restart": [PROGRESS], "clocks": clocks}
    day = steward.gate.today.isoformat()
    steward.tell(EventKind.SUPERVISED, data, clocks=running, missed=missed, late=late, supervised=day)
