"""When to come back, to take along: a card for a wallet and entries for a calendar. Neither names this site, or says what for.

The code stands on no card unless its owner asks for it here and now: a card with the words, found by somebody who knows this
site, opens the answers; a card without them tells nothing. An opened mailbox does not know the words at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext

from crypto.kdf import derive
from intake.protection.checkins import Slot
from intake.protection.reminders import calendar, days_to_come
from portal.services import DRAFT_COOKIE, MAILBOX_COOKIE, Services
from portal.views.mailbox import no_mailbox
from portal.views.receipt import code_of
from portal.views.report import expired
from portal.visit import State, Visit, current_master
from templates.web.routes import see_other

_RECEIPT, _MAILBOX = "/receipt", "/mailbox"
_CALLED, _CODE = "called", "words"
QUERY = frozenset({_CALLED, _CODE})
SUMMARIES: Mapping[str, LazyString] = MappingProxyType(
    {
        "books": lazy_gettext("Library books"),
        "plants": lazy_gettext("Water the plants"),
        "call": lazy_gettext("Call home"),
        "filter": lazy_gettext("Change the filter"),
        "bottles": lazy_gettext("Take the bottles back"),
    }
)
"""What a calendar entry may be called. An address says which one, so a token must be as harmless as its words."""
_FILE = "dates.ics"


@dataclass(frozen=True, slots=True, repr=False)
class _Card:
    """What one visitor is offered."""

    back: str
    days: Sequence[date]
    seed: bytes
    may_have_code: bool = False

    @classmethod
    def of(cls, services: Services, back: str, cookie: bytes, slots: Sequence[Slot]) -> _Card:
        # Of the visit's own random bytes, never of the code: a file that lies around would give somebody a way to guess at it.
        seed = derive(cookie, "reminder")
        return cls(back, days_to_come(seed, slots, _today(services)), seed, back == _RECEIPT)


def receipt_reminder(services: Services) -> ResponseReturnValue:
    """For whoever has just filed: with the code on the card, if they want it there."""
    visit = _filed(services)
    if not isinstance(visit, Visit):
        return visit
    code = code_of(visit.draft) if request.args.get(_CODE) == "1" else ""
    return _page(_new_card(services, visit), code)


def receipt_calendar(services: Services) -> ResponseReturnValue:
    """The same days, for a calendar."""
    visit = _filed(services)
    return _calendar(services, _new_card(services, visit)) if isinstance(visit, Visit) else visit


def mailbox_reminder(services: Services) -> ResponseReturnValue:
    """For whoever came back."""
    card = _later_card(services)
    return no_mailbox(services) if card is None else _page(card)


def mailbox_calendar(services: Services) -> ResponseReturnValue:
    """The same days, for a calendar."""
    card = _later_card(services)
    return no_mailbox(services) if card is None else _calendar(services, card)


def _filed(services: Services) -> Visit | ResponseReturnValue:
    visit = Visit.current(services)
    if visit.state is State.EXPIRED:
        return expired(services)
    return visit if visit.draft.filed else see_other("/report")


def _new_card(services: Services, visit: Visit) -> _Card:
    return _Card.of(services, _RECEIPT, DRAFT_COOKIE.read() or b"", visit.draft.coming)


def _later_card(services: Services) -> _Card | None:
    master, cookie = current_master(services), MAILBOX_COOKIE.read()
    if master is None or cookie is None:
        return None
    return _Card.of(services, _MAILBOX, cookie, services.mailbox.coming(master))


def _today(services: Services) -> date:
    return services.clock.today(services.organisation().calendar.timezone)


def _page(card: _Card, code: str = "", status: int = 200) -> Response:
    page = render_template(
        "portal/reminder.html", card=card, code=code, summaries=SUMMARIES, missing=status == 422
    )
    return make_response(page, status)


def _calendar(services: Services, card: _Card) -> Response:
    summary = SUMMARIES.get(request.args.get(_CALLED, ""))
    if summary is None or not card.days:
        return _page(card, status=422)
    data = calendar(card.seed, str(summary), card.days, _today(services))
    response = Response(data, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_FILE}"'
    return response
