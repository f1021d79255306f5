"""What an officer may ask of the worker because of a notice: to call a conclusion up, to take a case over, to supervise it.

Only the officer's own notices are looked at: a case of which somebody was not told and a case that does not exist are the same
404 (P2). Whether it may be done is proved again by the worker (intake.requests), which alone knows who is excluded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from crypto.keys import is_id
from intake.notices import NoticeKind, dispatch, letters
from intake.requests import Ask, Request, request_job
from triage.casework.desk import Actor, Desk
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, Reason
from triage.oversight.told import SHELVES, Notices, Shelf, Told, read_notices

MAX_REASON = 1000  # characters

ALLOWS: Mapping[Ask, frozenset[NoticeKind]] = MappingProxyType(
    {
        Ask.CALL_UP: frozenset({NoticeKind.CONCLUDED}),
        Ask.TAKEOVER: frozenset({NoticeKind.OVERDUE, NoticeKind.TAKEOVER_ASKED, NoticeKind.PROMISE_KEPT}),
        Ask.SUPERVISE: frozenset({NoticeKind.OVERDUE}),
    }
)
"""Which notices open the way to which request."""
_GIVES_DAYS = frozenset({NoticeKind.OVERDUE, NoticeKind.PROMISE_KEPT})
"""Those that say until when a case may be taken over, where it may."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be asked for because of one notice, up to and including a day."""

    ask: Ask
    until: date
    asked: date | None
    """When this officer asked for it already."""


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A notice with what can be asked for because of it today. The newest notice of a case carries the form for all."""

    entry: Told
    offers: tuple[Offer, ...] = ()


def lines(notices: Notices, shelf: Shelf, actor: Actor) -> list[Line]:
    """The notices of a shelf, newest first; of what waits for a decision what is over soonest, after the alarms.

    What no longer waits for a decision stands among what was only told.
    """
    if shelf not in (Shelf.DECIDE, Shelf.TOLD):
        return [Line(entry) for entry in notices.on(shelf)]
    shown: set[tuple[str, Ask]] = set()
    found = []
    for entry in notices.told:
        open_now = [offer for offer in _offers(entry, notices, actor) if offer.until >= actor.today]
        offers = tuple(offer for offer in open_now if (entry.case, offer.ask) not in shown)
        shown |= {(entry.case, offer.ask) for offer in offers}
        waits = bool(open_now) or entry.kind is NoticeKind.ALARM
        if SHELVES[entry.kind] in (Shelf.DECIDE, Shelf.TOLD) and waits == (shelf is Shelf.DECIDE):
            found.append(Line(entry, offers))
    return sorted(found, key=_last_day) if shelf is Shelf.DECIDE else found


def _last_day(line: Line) -> date:
    """Until when something can still be asked for: an alarm is never late, what was asked for can wait."""
    rest = date.min if line.entry.kind is NoticeKind.ALARM else date.max
    return min((offer.until for offer in line.offers if offer.asked is None), default=rest)


def call_up(desk: Desk, actor: Actor, case: str, reason: str) -> None:
    """Ask that a conclusion which is not final be decided anew one level up. The reason is signed with the request.

    Raises as ``_ask``; CorrectThisError without a reason.
    """
    _ask(desk, actor, case, Ask.CALL_UP, lambda: {"reason": _checked_reason(reason)})


def take_over(desk: Desk, actor: Actor, case: str) -> None:
    """Ask to take a case over whose date was missed; a second officer of the office has to ask as well. Raises as ``_ask``."""
    _ask(desk, actor, case, Ask.TAKEOVER, dict)


def supervise(desk: Desk, actor: Actor, case: str, due: str) -> None:
    """Set a date and want notes of the progress. Raises as ``_ask``; CorrectThisError for an impossible date."""
    _ask(desk, actor, case, Ask.SUPERVISE, lambda: {"due": _checked_day(due, actor).isoformat()})


def _ask(desk: Desk, actor: Actor, case: str, ask: Ask, details: Callable[[], dict[str, str]]) -> None:
    """Store the request, and a notice to oneself that it was made.

    Raises NoSuchCaseError when no notice of this officer allows it, NotNowError when its time is over or it was asked for.
    """
    with desk.databases.state.begin() as session:
        notices = read_notices(session, actor)
        entries = notices.about(case) if is_id(case) else []
        found = [offer for entry in entries for offer in _offers(entry, notices, actor) if offer.ask is ask]
        if not found:
            raise NoSuchCaseError
        if all(offer.until < actor.today for offer in found):
            raise NotNowError(Reason.TOO_LATE)
        if any(offer.asked is not None for offer in found if offer.until >= actor.today):
            raise NotNowError(Reason.ALREADY_ASKED)
        said = details()
        request = Request(case, ask, actor.officer.id, actor.today, details=said)
        session.add(request_job(request, actor.author, desk.gate))
        content = {**said, "case": case, "act": ask.value}
        own = letters(actor.roster, [actor.officer.id], NoticeKind.OWN_ACT, actor.today, content)
        session.add(dispatch(desk.gate, own, actor.today))


def _offers(entry: Told, notices: Notices, actor: Actor) -> Iterator[Offer]:
    for ask, kinds in ALLOWS.items():
        until = _until(entry, ask, notices, actor) if entry.kind in kinds else None
        if until is not None:
            yield Offer(ask, until, _asked(entry, ask, notices))


def _until(entry: Told, ask: Ask, notices: Notices, actor: Actor) -> date | None:
    """The last day for asking; None when this notice does not allow it."""
    if ask is Ask.CALL_UP:
        return entry.day("final")
    if ask is Ask.TAKEOVER and entry.kind in _GIVES_DAYS:
        return entry.day("until")
    if ask is Ask.TAKEOVER:
        days = [other.day("until") for other in notices.about(entry.case) if other.kind in _GIVES_DAYS]
        known = [day for day in days if day is not None]
        if known:
            return max(known)
    organisation = actor.roster.organisation
    return entry.day("until") or organisation.pack.duties["takeover"].after(
        entry.given, organisation.calendar
    )


def _asked(entry: Told, ask: Ask, notices: Notices) -> date | None:
    made = (
        own.given
        for own in notices.about(entry.case)
        if own.kind is NoticeKind.OWN_ACT and own.text("act") == ask.value and own.given >= entry.given
    )
    return max(made, default=None)


def _checked_reason(text: str) -> str:
    clean = " ".join(text.split())
    if not clean:
        raise CorrectThisError(Reason.EMPTY_TEXT)
    if len(clean) > MAX_REASON:
        raise CorrectThisError(Reason.SHORTER)
    return clean


def _checked_day(text: str, actor: Actor) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise CorrectThisError(Reason.NOT_A_DATE) from None
    organisation = actor.roster.organisation
    if day <= actor.today:
        raise CorrectThisError(Reason.DATE_IN_THE_PAST)
    if day > organisation.pack.duties["progress"].after(actor.today, organisation.calendar):
        raise CorrectThisError(Reason.DATE_TOO_LATE)
    return day
