"""The web application both sides are built on: strict before anything is added to it. Knows no route and no service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response
from jinja2 import BaseLoader, StrictUndefined
from werkzeug.routing import Rule

from templates.loader import Side, loader_for
from templates.web import arrival, language, routes
from templates.web.arrival import Doors
from templates.web.csrf import Csrf, anchor_cookie
from templates.web.dates import long_date
from templates.web.entrance import Entrance
from templates.web.errors import ErrorPages
from templates.web.headers import StrictHeaders
from templates.web.lists import undirected
from templates.web.log import Log
from templates.web.padding import as_long, pad_page
from templates.web.request import MAX_BODY, StrictRequest
from templates.web.routes import Route, View, Wrap
from templates.web.static import StaticFiles
from templates.web.ticks import TICK, Held, Ticks


def _unlimited(_route: Route, view: View) -> View:
    return view


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Everything a side says about itself."""

    side: Side
    title: str
    """What browser tabs and histories show: neutral, it must say nothing to somebody looking over a shoulder (A5)."""
    secret: bytes = field(repr=False)
    https: bool
    language: str
    log: Log
    unavailable: tuple[type[Exception], ...] = ()
    """Exceptions that mean "not now": they answer 503 and keep what was typed."""
    keep_static: bool = False
    tick: float = TICK
    """Seconds; see ``ticks``."""
    doors: Doors | None = None
    """By which addresses people come in, where a page says something about it."""
    onion: str | None = None
    """The address as an onion service, which pages on the ordinary web point at."""
    onion_door: bool = False
    """Whether Tor comes by a door of its own (``Listen.onion``)."""

    @property
    def entrance(self) -> Entrance:
        """By which doors people come."""
        harmless = {anchor_cookie(self.side).name, language.language_cookie(self.side).name}
        return Entrance(self.https, self.onion, self.onion_door, harmless)


class _ReadOnlyRule(Rule):
    """An address that is recognised and never put together: pages write addresses out, and compiling what would build each of
    them is most of what it takes to begin.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  # werkzeug's
        return _builds_nothing


def _builds_nothing(*_arguments: Any, **_options: Any) -> tuple[str, str]:
    raise NotImplementedError("addresses are written out, not built")


class StrictFlask(Flask):
    """Flask that escapes everything, knows only one side's templates, and logs no request."""

    request_class = StrictRequest
    url_rule_class = _ReadOnlyRule
    jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}  # noqa: RUF012  # Flask's own

    def __init__(self, web: Web) -> None:
        self.web = web
        super().__init__("templates", static_folder=None, template_folder=None)
        self.config["MAX_CONTENT_LENGTH"] = MAX_BODY
        self.config["TRAP_HTTP_EXCEPTIONS"] = False

    def create_global_jinja_loader(self) -> BaseLoader:  # type: ignore[override]  # no blueprint brings templates
        """This side's folder and the shared one."""
        return loader_for(self.web.side)

    def select_jinja_autoescape(self, _filename: str | None) -> bool:
        """Everything, whatever a template is called."""
        return True

    def log_exception(self, *_arguments: Any, **_options: Any) -> None:
        """Flask would print address, path and trace; ``ErrorPages`` has logged the fault already."""


def make_app(
    web: Web, route_table: Sequence[Route], services: object, wrap: Wrap = _unlimited
) -> StrictFlask:
    """The application: routes behind the gate, errors with pages, headers around everything."""
    app = StrictFlask(web)
    language.install(app, web.side, web.language)
    csrf = Csrf(web.side, web.secret)
    csrf.install(app)
    StaticFiles.load(web.side, keep=web.keep_static).install(app)
    app.jinja_env.filters["undirected"] = undirected
    app.jinja_env.globals.update(layout=f"{web.side}/base.html", site_title=web.title, long_date=long_date)
    app.jinja_env.globals.update(
        from_office=arrival.from_office, by_onion=arrival.by_onion, through=arrival.through, as_long=as_long
    )
    ticks = Ticks(web.tick)
    routes.install(app, route_table, services, csrf, wrap, ticks)
    ErrorPages(web.log, web.unavailable).install(app)
    app.after_request(_one_of_few_sizes)
    strict = StrictHeaders(app.wsgi_app, web.entrance, web.log, web.doors)
    app.wsgi_app = Held(strict, ticks)  # type: ignore[method-assign]  # Flask's way to wrap
    return app


def _one_of_few_sizes(response: Response) -> Response:
    if 300 <= response.status_code < 400:
        response.set_data(b"")
    elif response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(pad_page(response.get_data()))
    return response
