"""The receipt: the code, shown again under the same cookie until it is confirmed as saved, two hours at most."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from intake.drafts import Draft
from intake.wordlists import wordlist
from portal.services import Services
from portal.views.report import expired
from portal.visit import State, Visit, end_draft
from templates.web.routes import see_other


def receipt(services: Services) -> ResponseReturnValue:
    """The code. ``saved=1`` ends the draft: from then on only the reporter has it."""
    visit = Visit.current(services)
    if visit.state is State.EXPIRED:
        return expired(services)
    if not visit.draft.filed:
        return see_other("/report")
    if request.method == "GET":
        return _page(visit.draft)
    if request.form.get("saved") != "1":
        return _page(visit.draft, 422)
    response: Response = make_response(see_other("/done"))
    return end_draft(services, response)


def done(_services: Services) -> ResponseReturnValue:
    """What to do now, and when to come back."""
    return render_template("portal/done.html")


def code_of(draft: Draft) -> str:
    """The code as its owner copies it."""
    words = wordlist(draft.language)
    return draft.code.as_digits() if words is None else draft.code.as_words(words)


def _page(draft: Draft, status: int = 200) -> Response:
    code = code_of(draft)
    missing = status == 422
    return make_response(render_template("portal/receipt.html", code=code, missing=missing), status)
