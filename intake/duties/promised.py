"""What a reporter wanted done if they do not come back: once, on its day, or on the first day after it on which a worker works.

Whether they came back is read off the clear record, so that notes which somebody put back from earlier do nothing: any act of
the reporter's on a later day than the promise, a newer promise, and the promise that was kept each end it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from intake import watch as watches
from intake.duties import addressees
from intake.duties.said import Happened, contacts_in, said_in
from intake.duties.stewardship import Stewardship, take_up
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.protection.course import COMES_BACK
from intake.protection.said import Does
from intake.release import Gate
from intake.upward import WORDS
from intake.watch import Watch


def is_due(watch: Watch, said: Sequence[Happened], today: date) -> bool:
    """Whether what was promised is to be done today."""
    promise = watch.promise
    if promise.get("does") not in set(Does) or date.fromisoformat(promise["due"]) > today:
        return False
    return not any(_ends(each, int(promise["event"]), date.fromisoformat(promise["made"])) for each in said)


def due_promises(session: Session, watches_of: Sequence[Watch], today: date) -> frozenset[str]:
    """Of these cases, those with a promise to keep today."""
    waiting = [watch for watch in watches_of if watch.promise.get("does")]
    said = said_in(session, [watch.case for watch in waiting]) if waiting else {}
    return frozenset(watch.case for watch in waiting if is_due(watch, said.get(watch.case, ()), today))


def keep_promise(session: Session, case: str, gate: Gate) -> int:
    """Do what was promised, if it is still to be done. Part of the caller's transaction: all of it happens, or nothing.

    Raises CryptoError when the watch was altered, IntegrityError when the reporter came back in the same moment.
    """
    steward = take_up(session, case, gate)
    if steward is None or not is_due(steward.watch, said_in(session, [case]).get(case, ()), gate.today):
        return 0
    does, due = Does(steward.watch.promise["does"]), steward.watch.promise["due"]
    content = {"does": does.value, "due": due}
    notices = _tell_officers(steward, does, {"does": does.value, "clocks": {"not_back": due}})
    data: dict[str, Any] = dict(content)
    changes: dict[str, Any] = {}
    if does is Does.RELEASE:
        data[WORDS] = steward.watch.promise["words"]
    else:
        changes["escalated"] = gate.today.isoformat()
    steward.tell(EventKind.PROMISE_KEPT, data, notices, **changes)
    steward.watch = replace(steward.watch, promise={})
    watches.store_seen(session, steward.watch, gate.pair)
    return 1


def _ends(each: Happened, event: int, made: date) -> bool:
    if each.kind in (EventKind.PROMISED, EventKind.PROMISE_KEPT) and each.number > event:
        return True
    return each.kind in COMES_BACK and each.number > event and each.date > made


def _tell_officers(steward: Stewardship, does: Does, content: dict[str, Any]) -> list[str]:
    """The contacts, and who answers for the case; where it is to go up the level above instead, which may take it over."""
    watch, gate = steward.watch, steward.gate
    out = addressees.excluded(watch, gate.roster)
    told = set(contacts_in(steward.session, [watch.case]).get(watch.case, frozenset()))
    if does is Does.RELEASE:
        told.add(watch.answers.get("officer", ""))
        return steward.notify(sorted(told - out - {""}), NoticeKind.PROMISE_KEPT, content)
    above = set(steward.above())
    until = steward.pack.duties["takeover"].after(gate.today, gate.roster.organisation.calendar)
    told_above = steward.notify(
        sorted(above), NoticeKind.PROMISE_KEPT, {**content, "until": until.isoformat()}
    )
    return told_above + steward.notify(sorted(told - above - out), NoticeKind.PROMISE_KEPT, content)
