"""What a reporter said of their safety reaches those who look after it: danger at once, everything else at the next full hour.

The worker learns which of both it was, and days; what was said lies in the compartment, which it cannot open. It notes days of
the reporter's own and what is to be done if the reporter does not come back, where no officer writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import BadSignatureError, MalformedError
from crypto.keys import PublicKeys
from intake import watch as watches
from intake.answering import stands_for
from intake.database.case_tables import Case, Event
from intake.duties import addressees
from intake.duties.answers import read_by
from intake.duties.said import contacts_in
from intake.duties.stewardship import Stewardship, take_up
from intake.events import EventKind
from intake.notices import NoticeKind, fixed_id
from intake.protection.course import DAYS
from intake.protection.said import DATES, PROMISE, Tap
from intake.record import REPORTER
from intake.release import Gate
from intake.requests import Request, SignedRequest
from intake.upward import WORDS, forwarded
from intake.watch import Watch

_TOLD_WITH: Mapping[str, EventKind] = MappingProxyType(
    {
        Tap.SAFE.value: EventKind.CHECKED_IN,
        Tap.CHANGED.value: EventKind.CHECKED_IN,
        Tap.UNSAFE.value: EventKind.CHECKED_IN,
        DATES: EventKind.GAVE_DATES,
        PROMISE: EventKind.PROMISED,
    }
)
"""What the news are → the event that tells of them."""


def is_danger(signed: SignedRequest) -> bool:
    """Whether these news do not wait for the hour. Whoever can seal to the gate can claim it, and gains nothing."""
    return signed.request.details.get("said") == Tap.UNSAFE


def take_news(session: Session, signed: SignedRequest, gate: Gate) -> None:
    """Note what is to be noted, and tell whom it concerns, once. Part of the caller's transaction.

    Raises CryptoError when the news are forged or the case was tampered with: the job is kept for somebody to look at.
    """
    request = signed.request
    steward = take_up(session, request.case, gate)
    if steward is None:
        if session.get(Case, request.case) is None:
            return  # it was deleted by the rules since
        raise MalformedError("news of a case whose watch is gone, or was put back from earlier")
    signed.verify(PublicKeys.from_text(steward.watch.reporter))
    said, event = _said(request), request.details.get("event")
    if request.by != REPORTER or type(event) is not int or not _is_told(session, request, event):
        raise BadSignatureError("news that no event of the reporter's tells of")
    watch = steward.watch
    if said == DATES:
        given = {"event": str(event), "days": " ".join(_days(request.details.get(DAYS)))}
        _note(steward, replace(watch, given=given), watch.given, event)
    if said == PROMISE:
        _note(steward, replace(watch, promise=_promise(request)), watch.promise, event)
    _tell(steward, said, str(event))


def _note(steward: Stewardship, noted: Watch, before: Mapping[str, str], event: int) -> None:
    """Beside the watch, unless something newer stands there: news may come in any order."""
    if int(before.get("event", -1)) < event:
        steward.watch = noted
        watches.store_seen(steward.session, noted, steward.gate.pair)


def _tell(steward: Stewardship, said: str, event: str) -> None:
    """The contacts; of danger also who answers for the case in its office. Each once."""
    watch, gate = steward.watch, steward.gate
    out = addressees.excluded(watch, gate.roster)
    told = set(contacts_in(steward.session, [watch.case]).get(watch.case, frozenset()))
    danger = said == Tap.UNSAFE
    if danger:
        answers = watch.answers.get("officer", "")
        told.add(answers if answers and answers not in out else stands_for(gate.roster, watch.office, out))
    numbers = {
        officer: fixed_id(gate.pair, "safety", watch.case, event, officer) for officer in told - out - {""}
    }
    there = read_by(steward.session, numbers.values())
    new = [officer for officer, number in numbers.items() if number not in there]
    kind = NoticeKind.NOT_SAFE if danger else NoticeKind.SAFETY_NEWS
    steward.notify(new, kind, {} if danger else {"said": said}, numbered=numbers.__getitem__)


def _said(request: Request) -> str:
    said = request.details.get("said")
    if not isinstance(said, str) or said not in _TOLD_WITH:
        raise MalformedError("news of no known kind")
    return said


def _is_told(session: Session, request: Request, event: int) -> bool:
    known = select(Event.id).where(
        Event.case_id == request.case,
        Event.number == event,
        Event.kind == _TOLD_WITH[_said(request)],
        Event.date == request.date,
    )
    return session.scalars(known).first() is not None


def _promise(request: Request) -> dict[str, str]:
    details = request.details
    words = forwarded(details).get(WORDS, "")
    due = str(details.get("due", ""))
    if due:
        date.fromisoformat(due)
    return {
        "event": str(details["event"]),
        "made": request.date.isoformat(),
        "does": str(details.get("does", "")),
        "due": due,
        "words": words,
    }


def _days(value: Any) -> list[str]:
    """Raises MalformedError, ValueError."""
    if not isinstance(value, list):
        raise MalformedError("days of a reporter's own are no list")
    return sorted({date.fromisoformat(str(day)).isoformat() for day in value})
