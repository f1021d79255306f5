"""A name in confidence: to leave it, to take it back, to say why it must not be opened. One thing a page.

A code without a report sees the same pages and is told when it sends (P7).
"""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intake.drafts import MAX_CONTACT, MAX_NAME
from intake.filing.check import says_something
from intake.identity.compartment import Name
from intake.mailbox import MAX_MESSAGE
from portal import name_words
from portal.services import Services
from portal.views.mailbox import asked_part, back, closed, no_mailbox, refusal_of
from portal.visit import current_master
from portal.words import too_long
from templates.web.routes import see_other


def identity(services: Services) -> ResponseReturnValue:
    """Leave a name, or take it back."""
    master = current_master(services)
    if request.method == "GET":
        return no_mailbox(services) if master is None else _identity(services, master, {})
    name, contact = (
        request.form.get("identity_name", "").strip(),
        request.form.get("identity_contact", "").strip(),
    )
    if master is None:
        return closed(services, "\n".join(text for text in (name, contact) if text))
    part = asked_part()
    if request.form.get("go") == "withdraw":
        refused = refusal_of(lambda: services.mailbox.withdraw_name(master, part))
        return (
            see_other(back("done", part))
            if refused is None
            else _identity(services, master, {"go": refused}, status=409)
        )
    faults = {}
    if not says_something(name):
        faults["identity_name"] = gettext("Write your name, or go back: you need not leave one.")
    for field, text, limit in (("identity_name", name, MAX_NAME), ("identity_contact", contact, MAX_CONTACT)):
        if len(text) > limit:
            faults[field] = too_long(limit)
    if faults:
        return _identity(services, master, faults, name, contact, 422)
    refused = refusal_of(lambda: services.mailbox.leave_name(master, Name(name, contact), part))
    if refused is not None:
        return _identity(services, master, {"identity_name": refused}, name, contact, 409)
    return see_other(back("done", part))


def opening(services: Services) -> ResponseReturnValue:
    """Say why a name, or an original file, must not be opened: to both who decide, and to the office above."""
    master = current_master(services)
    if request.method == "GET":
        return no_mailbox(services) if master is None else _opening(services, master, {})
    text = request.form.get("text", "")
    if master is None:
        return closed(services, text)
    if not says_something(text):
        words = gettext("Write why it must not be opened. One sentence is enough.")
        return _opening(services, master, {"text": words}, text, 422)
    if len(text) > MAX_MESSAGE:
        return _opening(services, master, {"text": too_long(MAX_MESSAGE)}, text, 422)
    refused = refusal_of(lambda: services.mailbox.object_to_opening(master, text, asked_part()))
    if refused is not None:
        return _opening(services, master, {"text": refused}, text, 409)
    return see_other(back("done", asked_part()))


def _identity(
    services: Services,
    master: bytes,
    faults: dict[str, str],
    name: str = "",
    contact: str = "",
    status: int = 200,
) -> Response:
    view = services.mailbox.view(master, asked_part())
    page = render_template(
        "portal/mailbox_identity.html", view=view, faults=faults, name=name, contact=contact
    )
    return make_response(page, status)


def _opening(
    services: Services, master: bytes, faults: dict[str, str], text: str = "", status: int = 200
) -> Response:
    view = services.mailbox.view(master, asked_part())
    organisation = services.organisation()
    page = render_template(
        "portal/mailbox_opening.html",
        view=view,
        faults=faults,
        text=text,
        name_words=name_words,
        name_of=organisation.name_of,
    )
    return make_response(page, status)
