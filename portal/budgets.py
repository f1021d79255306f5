"""How much of what the portal does at once, for everybody together and for one visit. It keeps no address (P6, A6).

Behind an onion service every visitor has the same address, so what is spent is counted, not who comes. Before anything is
taken from a purse the request has passed every check that costs nothing. A visit's share is asked first, then the share of its
circuit where Tor names one, then the purses of ``portal.flood.purses``: what is refused spends nothing that others need.
A store that fails closes the purse. Whoever is refused keeps what was typed (``portal/busy.html``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from limits import RateLimitItemPerSecond
from sqlalchemy.orm import Session, sessionmaker

from intake.budgets import BudgetSettings
from intake.time import Clock
from portal.flood.bursts import Bursts
from portal.flood.ceilings import Ceilings
from portal.flood.circuits import KEY, OVER
from portal.flood.places import Lane, Places
from portal.flood.purses import LONG, WINDOW, Budget, Share, Shown, purses_of
from portal.flood.secret import DaySecret
from portal.flood.store import DATABASE, VALKEY, BudgetStorage
from portal.flood.tickets import Tickets
from templates.loader import Side
from templates.web.csrf import anchor_cookie
from templates.web.request import WAITED_FIELD, StrictRequest
from templates.web.routes import Route, View, current_fields

_DAY = 24 * 60 * 60  # seconds
_DAY_KEY = "evidence-day"
_PURSE_UNIT = 64 * 1024
"""Bytes that one count of the day's purse stands for: the column holds 64 TiB in these, and no more in bytes than 2 GiB."""
_VISIT_BYTES = 8
"""Of a visit's key: enough that no two of a day share one, and too few to be anybody's cookie."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a route's form costs. ``worth``, asked with the services, says cheaply whether the dear work would be done at all;
    where not, the form costs ``otherwise``."""

    budget: Budget
    worth: Callable[[Any], bool] | None = None
    otherwise: Budget | None = None


@dataclass(slots=True)
class Limits:
    """Puts the budgets around the routes that name one."""

    settings: BudgetSettings
    factory: sessionmaker[Session]
    clock: Clock
    secret: DaySecret
    tickets: Tickets
    ceilings: Ceilings
    services: object
    """What a price asks whether its work is worth it."""
    worked: Callable[[], bool]
    """Whether the visit's draft or mailbox is a minute old. An empty mailbox counts like any other (P7)."""
    begun: Callable[[], bool]
    """Whether the visit had a draft when it came."""
    _limiter: Limiter = field(init=False)
    _bursts: Bursts = field(init=False, default_factory=Bursts)
    _places: Places = field(init=False, default_factory=Places)
    _empty: dict[tuple[Budget, Shown], int] = field(init=False, default_factory=dict)
    """Purses that this process found empty, and in which window: a flood that is refused asks no store."""

    def __post_init__(self) -> None:
        valkey = self.settings.valkey
        options: dict[str, object] = {"clock": self.clock}
        if valkey is None:
            options |= {"factory": self.factory}
        else:
            options |= {"address": valkey, "password": self.settings.password}
        self._limiter = Limiter(
            key_func=_nobody,
            storage_uri=f"{DATABASE if valkey is None else VALKEY}://",
            storage_options=cast("dict[str, str | int]", options),
            strategy="fixed-window",
            headers_enabled=False,  # a counter in a header would tell visits apart
            swallow_errors=False,
        )

    def install(self, app: Flask) -> None:
        """Begin to count, and turn away what a single circuit asks for beyond all measure."""
        self._limiter.init_app(app)
        # In front of the gate: what is too much is not even read.
        app.before_request_funcs.setdefault(None, []).insert(0, _one_too_many)

    def around(self, route: Route, view: View) -> View:
        """``view`` behind the price that its route names, for POST."""
        price = route.budget
        if not isinstance(price, Price):
            return view

        def limited(**variables: object) -> ResponseReturnValue:
            budget = self._cost(price) if request.method == "POST" else None
            if budget is None:
                return view(**variables)
            begins = not self.begun()
            admitted = self._admit(budget)
            if isinstance(admitted, Response):
                return admitted
            try:
                answer = view(**variables)
            finally:
                admitted.leave()
            if _was_done(answer) and (begins or budget is not Budget.SAVE):
                self.ceilings.count(budget)
            return answer

        limited.__name__ = view.__name__
        return limited

    def _cost(self, price: Price) -> Budget | None:
        worth = price.worth is None or price.worth(self.services)
        return price.budget if worth else price.otherwise

    def _admit(self, budget: Budget) -> Lane | Response:
        """The place in which the act may be done, and is paid; or the page that asks to wait."""
        anchor = anchor_cookie(Side.PORTAL).read() or b""
        who = [("visit", self.secret.key_of("visit", anchor, _VISIT_BYTES))]
        if circuit := request.environ.get(KEY):
            who.append(("circuit", circuit))
        window = self.clock.now() // WINDOW
        calm = all(self._bursts.fits(window, budget, *each) for each in who)
        spent = calm and not all(self._take(budget.share, budget.word, *each) for each in who)
        if calm and not spent and (lane := self._place(budget, anchor)) is not None:
            return lane
        return _page(self.tickets.give(anchor, budget, _ticket()), share=spent)

    def _place(self, budget: Budget, anchor: bytes) -> Lane | None:
        newcomers = not self.ceilings.reached(budget)
        shown = purses_of(
            lambda: self.tickets.shown_by(anchor, budget, _ticket()), self.worked, newcomers=newcomers
        )
        for each in shown:
            lane = self._places.lane(budget, each)
            if not lane.enter():
                continue
            taken = False
            try:
                taken = self._take_from_purse(budget, each)
            finally:
                if not taken:
                    lane.leave()
            if taken:
                return lane
        return None

    def _take_from_purse(self, budget: Budget, shown: Shown) -> bool:
        window = self.clock.now() // WINDOW
        if self._empty.get((budget, shown)) == window:
            return False
        purse = Share(budget.purse * self.settings.machines, WINDOW)
        if self._take(purse, budget.word, "all", shown.name.lower()):
            return True
        self._empty[budget, shown] = window
        return False

    def _take(self, share: Share, *key: str) -> bool:
        return self._limiter.limiter.hit(RateLimitItemPerSecond(share.amount, share.seconds), *key)


def _nobody() -> str:
    return ""


def _ticket() -> str:
    return request.form.get(WAITED_FIELD, "")


def _one_too_many() -> Response | None:
    """No page is made for what a circuit asks for beyond all measure: it would cost what the measure is to save."""
    if not request.environ.get(OVER):
        return None
    response = make_response("Too many requests at once. Wait a moment, then try again.\n", 429)
    response.mimetype = "text/plain"
    response.headers["Retry-After"] = str(WINDOW)
    return response


def _was_done(answer: ResponseReturnValue) -> bool:
    """A form that was taken leads on."""
    return getattr(answer, "status_code", None) == 303


def _page(ticket: str, *, share: bool) -> Response:
    """503 with what was typed and a button to send it again. Nothing reloads by itself: a form would be lost by it."""
    files = cast("StrictRequest", request).brings_files
    held = [
        (name, value) for name, value in current_fields().known(request.form) if not (files and name == "go")
    ]
    if files:
        # The files are gone: what was typed is put into the form again, and nothing is sent without them.
        held.append(("go", "add"))
    held.append((WAITED_FIELD, ticket))
    page = render_template("portal/busy.html", held=held, files=files, share=share, can_repeat=True)
    response = make_response(page, 503)
    response.headers["Retry-After"] = str(LONG if share else WINDOW)
    return response


@dataclass(frozen=True, slots=True)
class DayPurse:
    """Bytes of files that everybody together may send in a day (UTC)."""

    factory: sessionmaker[Session]
    clock: Clock
    per_day: int

    def empty(self) -> bool:
        """Whether nothing is left of it."""
        return self._storage.get(_DAY_KEY) * _PURSE_UNIT >= self.per_day

    def spend(self, size: int) -> bool:
        """Take ``size`` bytes out of it; whether they were in it. What was not is counted all the same."""
        units = -(-size // _PURSE_UNIT)
        return self._storage.incr(_DAY_KEY, _DAY, units) * _PURSE_UNIT <= self.per_day

    @property
    def _storage(self) -> BudgetStorage:
        return BudgetStorage(factory=self.factory, clock=self.clock)
