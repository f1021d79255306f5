"""Routes as data, and the gate in front of every view: GET only and no fields, unless a route says so. Knows no view."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from templates.web.arrival import Through, through
from templates.web.csrf import Csrf
from templates.web.multipart import Receiver
from templates.web.refusals import Misdirected
from templates.web.request import CSRF_FIELD, NO_FIELDS, Fields, StrictRequest
from templates.web.ticks import Ticks

View = Callable[..., ResponseReturnValue]
_KEY = "underseal-routes"


@dataclass(frozen=True, slots=True)
class Route:
    """One URL. ``view`` is called with the application's services and the URL's variables; its name is the endpoint's."""

    path: str
    view: View
    post: Fields | None = None
    """The fields of its form; None: it takes no POST."""
    get: bool = True
    query: frozenset[str] = frozenset()
    """Names allowed behind the question mark. Nothing secret ever goes there: addresses end up in histories."""
    budget: object = None
    """What the application's limiter knows this route's POST by."""
    receive: Callable[[Any], Receiver] | None = None
    """Makes what takes the files of its form, from the application's services, for each request that brings some."""
    quiet: bool = False
    """Whether its answers may hang on something secret, such as whether a code or a name exists: they leave at ticks."""

    @property
    def name(self) -> str:
        """The endpoint."""
        return self.view.__name__

    @property
    def methods(self) -> list[str]:
        """GET (with HEAD) and POST, as declared."""
        return ["GET"] * self.get + ["POST"] * (self.post is not None)


Wrap = Callable[[Route, View], View]


def install(
    app: Flask, routes: Iterable[Route], services: object, csrf: Csrf, wrap: Wrap, ticks: Ticks
) -> None:
    """Register ``routes`` behind the gate. ``wrap`` may put a limit around a view."""
    table: dict[str, Route] = {}
    for route in routes:
        if route.name in table:
            raise ValueError(f"two routes are called {route.name}")
        if (route.receive is None) == (route.post is not None and bool(route.post.files)):
            raise ValueError(f"{route.name} must have both, fields of files and a receiver, or neither")
        table[route.name] = route
        view = wrap(route, _bind(route.view, services))
        app.add_url_rule(route.path, route.name, view, methods=route.methods, provide_automatic_options=False)
    app.extensions[_KEY] = table
    app.before_request(lambda: _gate(csrf, services, ticks))
    app.teardown_request(_leave_no_file)


def current_fields() -> Fields:
    """The fields that the route being served may receive."""
    route = current_app.extensions[_KEY].get(request.endpoint)
    return NO_FIELDS if route is None or route.post is None else route.post


def see_other(path: str) -> Response:
    """303: after a POST the browser fetches ``path``, so that reloading sends nothing twice."""
    return redirect(path, 303)


def _bind(view: View, services: object) -> View:
    @functools.wraps(view)
    def bound(**variables: Any) -> ResponseReturnValue:
        return view(services, **variables)

    return bound


def _gate(csrf: Csrf, services: object, ticks: Ticks) -> ResponseReturnValue | None:
    route: Route | None = current_app.extensions[_KEY].get(request.endpoint)
    if request.method == "POST":
        if route is not None and route.receive is not None and _asked().brings_files:
            # A form of another site, or of a visit that is no more, is read for its text; its files are not kept for a moment.
            may = csrf.may_receive() and through() is not Through.STRANGER
            _asked().take_files(current_fields(), route.receive(services) if may else None)
        _check_form(csrf)
    if route is not None and route.quiet:
        # What was refused before hangs on nothing but the form itself; and the form has arrived.
        ticks.begin(request.environ)
    allowed = frozenset() if route is None else route.query
    if route is not None and not allowed.issuperset(request.args):
        # Somebody's link carried more than an address: drop it, also from the visitor's history.
        return see_other(request.path)
    return None


def _check_form(csrf: Csrf) -> None:
    form = request.form  # parses; refuses files and broken bodies
    g.may_show_again = csrf.may_show_again()
    fault = _asked().form_fault
    if fault is not None and CSRF_FIELD not in form:
        raise fault  # it broke off before its token came: nothing is done either way, and this says what happened
    csrf.check()
    g.may_show_again = True
    if through() is Through.STRANGER:
        raise Misdirected  # whoever is in between has read it; no view does more with it, and the words can be copied
    if (fault := fault or current_fields().fault_of(form)) is not None:
        raise fault


def _leave_no_file(_error: BaseException | None) -> None:
    """Whatever came of a request: a file that no view took is dropped with it."""
    if (receiver := _asked().receiver) is not None:
        receiver.close()


def _asked() -> StrictRequest:
    return cast("StrictRequest", request)
