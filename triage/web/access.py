"""Who may reach a route at all. A route that does not say it cannot be served: the default refuses.

Inside a case, `triage.casework` decides; here it is only whether somebody is logged in.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue

from templates.loader import Side
from templates.web.cookies import Cookie
from templates.web.routes import Route, View, see_other
from triage.accounts.session import OfficerSession
from triage.web.kept import session_over, typed_now
from triage.web.services import Services

SESSION_COOKIE = Cookie(Side.TRIAGE, "session")


class Access(Enum):
    """Whom a route answers."""

    ANYBODY = "anybody"
    NEWCOMER = "newcomer"
    """An officer with an open session, also before the first declaration of ties."""
    OFFICER = "officer"
    """An officer with an open session who has declared ties, or to have none: nobody sees anything of a case before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded(Route):
    """A route that says whom it answers. There is no default."""

    access: Access


class UnguardedRouteError(Exception):
    """A route says nothing about who may reach it: the application does not start."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Stands in front of every view."""

    services: Services

    def wrap(self, route: Route, view: View) -> View:
        """The view behind its guard. Raises UnguardedRouteError."""
        if not isinstance(route, Guarded):
            raise UnguardedRouteError(f"{route.path} does not say who may reach it")
        if route.access is Access.ANYBODY:
            return view

        @functools.wraps(view)
        def guarded(**variables: Any) -> ResponseReturnValue:
            cookie = SESSION_COOKIE.read()
            session = None if cookie is None else self.services.sessions.find(cookie)
            if cookie is None or session is None:
                return session_over() if request.method == "POST" else see_other("/login")
            g.cookie, g.officer_session = cookie, session
            if route.access is not Access.NEWCOMER and session.officer.id not in session.roster.declared:
                return see_other("/ties")
            return view(**variables)

        return guarded


def current_session() -> OfficerSession:
    """Who is logged in, in a view behind the guard."""
    session = g.officer_session
    assert isinstance(session, OfficerSession)
    return session


def current_cookie() -> bytes:
    """The session's cookie, in a view behind the guard."""
    cookie = g.cookie
    assert isinstance(cookie, bytes)
    return cookie


def keep_typed(services: Services) -> None:
    """Keep the form that is being served until it can be sent: something else has to be done first, on a page of its own."""
    services.sessions.keep(current_cookie(), current_session(), typed_now())


def forget_kept(services: Services) -> None:
    """The form that is being served was done: what was kept for it is not given back again."""
    session = current_session()
    if session.kept is not None and session.kept.path == request.path:
        services.sessions.forget_kept(current_cookie(), session)
