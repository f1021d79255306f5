"""The page for somebody who was invited: login name and code, then a password and an app, then the digits to read out.

It says the same to everybody without a valid code. Between the two steps everything lies in the page, sealed.
"""

from __future__ import annotations

import io

import segno
from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from templates.web.refusals import Unavailable
from templates.web.request import Fields
from templates.web.ticks import leave_at_once
from triage.accounts.invitations import HalfDone, WrongCodeError
from triage.accounts.login import BusyError
from triage.accounts.passwords import WeakPasswordError
from triage.accounts.second_factor import enrolment_uri
from triage.web.access import Access, Guarded
from triage.web.people_words import WEAKNESSES
from triage.web.services import Services


def enrol(services: Services) -> ResponseReturnValue:
    """The first step. It changes nothing: the code stays good until the second one is done."""
    if request.method == "GET":
        leave_at_once()
        return render_template("triage/enrol.html", name="", failed=False)
    name = request.form.get("name", "")
    half = services.enrolment.begin(name, request.form.get("code", ""))
    if half is None:
        return render_template("triage/enrol.html", name=name, failed=True), 422
    return _second_step(services, half)


def enrol_keys(services: Services) -> ResponseReturnValue:
    """The second step: the keys are made."""
    form = request.form
    state = form.get("state", "")
    half = services.enrolment.again(state)
    if half is None:
        return render_template("triage/enrol.html", name="", failed=True), 422
    if form.get("password", "") != form.get("again", ""):
        return _second_step(services, half, "again"), 422
    try:
        digits = services.enrolment.finish(state, form.get("password", ""), form.get("code", ""))
    except WeakPasswordError as error:
        return _second_step(services, half, "password", str(WEAKNESSES[error.weakness])), 422
    except WrongCodeError:
        return _second_step(services, half, "code"), 422
    except BusyError as error:
        raise Unavailable from error
    if digits is None:
        return render_template("triage/enrol.html", name="", failed=True), 422
    # No address leads back to it: the digits are for this officer, at this moment.
    return render_template("triage/enrol_done.html", name=half.name, digits=digits)


def _second_step(services: Services, half: HalfDone, fault: str = "", weak: str = "") -> str:
    picture = io.BytesIO()
    uri = enrolment_uri(half.secret, half.officer, services.name)
    segno.make(uri, micro=False).save(
        picture, kind="svg", scale=5, border=4, light="#fff", xmldecl=False, svgns=False, nl=False
    )
    return render_template(
        "triage/enrol_keys.html",
        half=half,
        picture=Markup(picture.getvalue().decode("ascii")),  # noqa: S704 - drawn here, from base32 and escaped names
        fault=fault,
        weak=weak,
    )


ROUTES = (
    Guarded("/enrol", enrol, post=Fields.of("name", secret=("code",)), access=Access.ANYBODY, quiet=True),
    Guarded(
        "/enrol/keys",
        enrol_keys,
        post=Fields.of(secret=("state", "password", "again", "code")),
        get=False,
        access=Access.ANYBODY,
        quiet=True,
    ),
)
