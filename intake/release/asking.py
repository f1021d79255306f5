"""A request to the worker is carried out or refused: who asks is proved, and that it was not asked and answered before.

Whoever can write to the database can put an old request back. So each ask names what it follows from: a reporter's event, a
missed date, a conclusion; once that was answered, or belongs to the past, the same request does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import BadSignatureError
from crypto.keys import PublicKeys
from intake.database.case_tables import Event
from intake.events import EventKind
from intake.record import REPORTER
from intake.release.exclusion import without
from intake.release.holding import Gate, Held, hold
from intake.release.overdue import take_over
from intake.release.review import call_up, complain, review
from intake.release.supervision import supervise
from intake.requests import Ask, Request, SignedRequest
from intake.upward import forwarded

ASKED_WITH: Mapping[Ask, frozenset[EventKind]] = MappingProxyType(
    {
        Ask.REVIEW: frozenset({EventKind.REVIEW_ASKED, EventKind.REPLIED}),
        Ask.COMPLAINT: frozenset({EventKind.COMPLAINED}),
        Ask.EXCLUSION: frozenset({EventKind.NAMED}),
    }
)
"""What only a reporter asks → the events that it is asked with."""


def carry_out(session: Session, signed: SignedRequest, gate: Gate) -> bool:
    """Do what was asked, or nothing at all: False when it may not be done, or was done already.

    Raises CryptoError when the request is forged or the case was tampered with; IntegrityError when somebody acted in the
    same moment: the worker tries again.
    """
    request = signed.request
    held = hold(session, request.case, gate)
    if held is None or request.date > gate.today:
        return False
    if request.ask in ASKED_WITH:
        signed.verify(PublicKeys.from_text(held.watch.reporter))
        return request.by == REPORTER and _for_reporter(held, request)
    if request.by not in gate.roster.certified:
        raise BadSignatureError("nobody with this name can ask for anything")
    signed.verify(gate.roster.keys_of(request.by))
    return _FOR_OFFICER[request.ask](held, request)


def _for_reporter(held: Held, request: Request) -> bool:
    asked = request.details.get("event")
    if not isinstance(asked, int) or asked in held.watch.served:
        return False
    known = select(Event.id).where(
        Event.case_id == request.case, Event.number == asked, Event.kind.in_(ASKED_WITH[request.ask])
    )
    if held.session.scalars(known).first() is None:
        return False
    if request.ask is Ask.REVIEW:
        return review(held, asked, request.date, forwarded(request.details))
    if request.ask is Ask.COMPLAINT:
        return complain(held, asked, request.date, forwarded(request.details))
    named = tuple(sorted(set(request.officers) & held.organisation.officers.keys()))
    return bool(named) and without(held, frozenset(named), told=named, asked=asked)


_FOR_OFFICER: Mapping[Ask, Callable[[Held, Request], bool]] = MappingProxyType(
    {
        Ask.TAKEOVER: lambda held, request: take_over(held, request.by, request.date),
        Ask.CALL_UP: lambda held, request: call_up(held, request.by, request.date),
        Ask.SUPERVISE: lambda held, request: supervise(
            held, request.by, request.date, request.details.get("due")
        ),
    }
)
