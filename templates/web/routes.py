"""Routes as data, and the gate in front of every view: GET only and no fields, unless a route says so. Knows no view."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from templates.web.csrf import Csrf
from templates.web.request import NO_FIELDS, Fields

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

    @property
    def name(self) -> str:
        """The endpoint, for ``url_for``."""
        return self.view.__name__

    @property
    def methods(self) -> list[str]:
        """GET (with HEAD) and POST, as declared."""
        return ["GET"] * self.get + ["POST"] * (self.post is not None)


Wrap = Callable[[Route, View], View]


def install(app: Flask, routes: Iterable[Route], services: object, csrf: Csrf, wrap: Wrap) -> None:
    """Register ``routes`` behind the gate. ``wrap`` may put a limit around a view."""
    table: dict[str, Route] = {}
    for route in routes:
        if route.name in table:
            raise ValueError(f"two routes are called {route.name}")
        table[route.name] = route
        view = wrap(route, _bind(route.view, services))
        app.add_url_rule(route.path, route.name, view, methods=route.methods, provide_automatic_options=False)
    app.extensions[_KEY] = table
    app.before_request(lambda: _gate(csrf))


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


def _gate(csrf: Csrf) -> ResponseReturnValue | None:
    route: Route | None = current_app.extensions[_KEY].get(request.endpoint)
    if request.method == "POST":
        _check_form(csrf)
    allowed = frozenset() if route is None else route.query
    if route is not None and not allowed.issuperset(request.args):
        # Somebody's link carried more than an address: drop it, also from the visitor's history.
        return see_other(request.path)
    return None


def _check_form(csrf: Csrf) -> None:
    form = request.form  # parses; refuses files and broken bodies
    g.may_show_again = csrf.may_show_again()
    csrf.check()
    g.may_show_again = True
    fault = request.form_fault or current_fields().fault_of(form)  # type: ignore[attr-defined]  # StrictRequest
    if fault is not None:
        raise fault
