"""A request to the worker is carried out or refused: who asks is proved, and that it was not asked and answered before.

Whoever can write to the database can put an old request back. So each ask names what it follows from: a reporter's event, a
missed date, a conclusion; once that was answered, or belongs to the past, the same request does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import BadSignatureError, CryptoError
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
from intake.watch import Watch, load

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
    return bool(named) and _without_in_every_part(held, named, asked)


def _without_in_every_part(held: Held, named: tuple[str, ...], asked: int) -> bool:
    """Whoever the reporter names loses every case that the report became: each holds the same report, whole.

    One that was tampered with stops no other: it is not moved, and the daily look tells of it (intake.duties.scan).
    """
    done = without(held, frozenset(named), told=named, asked=asked)
    for case in _relatives(held):
        other = None
        with suppress(CryptoError):
            other = hold(held.session, case, held.gate)
        if other is not None and not set(named) <= set(other.watch.excluded):
            done = without(other, frozenset(named), told=named) or done
    return done


def _relatives(held: Held) -> list[str]:
    """The other cases of the same report, nearest first: parts, parts of parts, and where they come from."""
    found, near = [held.row.id], _near(held.watch)
    while near:
        case = near.pop(0)
        if case not in found:
            found.append(case)
            with suppress(CryptoError):
                watch = load(held.session, case, held.gate.pair, held.gate.roster)
                near += [] if watch is None else _near(watch)
    return found[1:]


def _near(watch: Watch) -> list[str]:
    return [*(part for part, _ in watch.parts), *([] if watch.origin is None else [watch.origin])]


_FOR_OFFICER: Mapping[Ask, Callable[[Held, Request], bool]] = MappingProxyType(
    {
        Ask.TAKEOVER: lambda held, request: take_over(held, request.by, request.date),
        Ask.CALL_UP: lambda held, request: call_up(held, request.by, request.date),
        Ask.SUPERVISE: lambda held, request: supervise(
            held, request.by, request.date, request.details.get("due")
        ),
    }
)
