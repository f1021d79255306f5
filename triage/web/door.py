"""Coming in and going out: the login page, logging out, the first page, and the answer to "are you there"."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from templates.web.refusals import Unavailable
from templates.web.routes import see_other
from templates.web.ticks import leave_at_once
from triage.accounts.login import BusyError, Credentials
from triage.web.access import SESSION_COOKIE, current_cookie
from triage.web.kept import LoginForm
from triage.web.services import Services


def first_page(services: Services) -> ResponseReturnValue:
    """The list, or the way to it."""
    cookie = SESSION_COOKIE.read()
    known = cookie is not None and services.sessions.find(cookie) is not None
    return see_other("/cases" if known else "/login")


def login(services: Services) -> ResponseReturnValue:
    """One message for every failure: which part was wrong is nobody's business."""
    if request.method == "GET":
        leave_at_once()
        return render_template("triage/login.html", form=LoginForm(), failed=False, over=False)
    form = LoginForm.typed()
    typed = Credentials(form.name, request.form.get("password", ""), request.form.get("code", ""))
    try:
        found = services.logins.log_in(typed)
    except BusyError as error:
        raise Unavailable from error
    if found is None:
        return render_template("triage/login.html", form=form, failed=True, over=False), 422
    # A fresh cookie: one that was planted before the login is worth nothing after it.
    response = make_response(see_other(form.back))
    SESSION_COOKIE.set(response, services.sessions.begin(*found, form.kept))
    return response


def logout(services: Services) -> ResponseReturnValue:
    """End the session and its key."""
    services.sessions.end(current_cookie())
    response = make_response(see_other("/login"))
    SESSION_COOKIE.drop(response)
    return response


def health(_services: Services) -> ResponseReturnValue:
    """``ok``, and nothing else."""
    return Response("ok", mimetype="text/plain")
