"""What a reporter asks of the office above: a review, to take the case after a complaint, to shut somebody out.

One thing a page, each sent with one button. A code without a report sees the same pages and is told when it sends (P7).
"""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from intake.filing.assess import involved_officers
from intake.filing.check import says_something
from intake.mailbox import MAX_MESSAGE, MailboxView, NotPossible
from intake.organisation import Organisation
from portal.forms.near import Question, questions_about, unanswered, unknown_among, with_answers
from portal.record_words import REFUSALS
from portal.services import Services
from portal.views.advice import places
from portal.views.mailbox import asked_part, back, closed, no_mailbox, refusal_of
from portal.visit import current_master
from portal.words import too_long
from templates.web.lists import listed_names
from templates.web.routes import see_other

MAX_NAMES = 1_000  # characters, as in the report's own form


def review(services: Services) -> ResponseReturnValue:
    """Ask for a review of the result, with or without a word."""
    master = current_master(services)
    if request.method == "GET":
        return no_mailbox(services) if master is None else _review(services, master, {})
    text = request.form.get("text", "")
    if master is None:
        return closed(services, text)
    if len(text) > MAX_MESSAGE:
        return _review(services, master, {"text": too_long(MAX_MESSAGE)}, text, 422)
    refused = refusal_of(lambda: services.mailbox.ask_for_review(master, text, asked_part()))
    if refused is not None:
        return _review(services, master, {"text": refused}, text, 409)
    return see_other(back("done", asked_part()))


def complaint(services: Services) -> ResponseReturnValue:
    """Complain about how the report is handled."""
    master = current_master(services)
    if request.method == "GET":
        return no_mailbox(services) if master is None else _complaint(services, master, {})
    text = request.form.get("text", "")
    if master is None:
        return closed(services, text)
    if not says_something(text):
        words = gettext("Write what is wrong. One sentence is enough.")
        return _complaint(services, master, {"text": words}, text, 422)
    if len(text) > MAX_MESSAGE:
        return _complaint(services, master, {"text": too_long(MAX_MESSAGE)}, text, 422)
    refused = refusal_of(lambda: services.mailbox.complain(master, text, asked_part()))
    if refused is not None:
        return _complaint(services, master, {"text": refused}, text, 409)
    return see_other(back("done", asked_part()))


def involved(services: Services) -> ResponseReturnValue:
    """Name officers who must not read the report any more."""
    master = current_master(services)
    if request.method == "GET":
        return no_mailbox(services) if master is None else _involved(services, master, {})
    names = request.form.get("names", "")
    if master is None:
        return closed(services, names)
    organisation = services.organisation()
    if len(names) > MAX_NAMES:
        return _involved(services, master, {"names": too_long(MAX_NAMES)}, names, 422)
    questions = questions_about(names, organisation)
    names = with_answers(names, organisation, questions, request.form)
    faults = _faults(names, organisation, questions)
    if faults:
        return _involved(services, master, faults, names, 422)
    officers = involved_officers(names, organisation)
    refused = refusal_of(lambda: services.mailbox.name_involved(master, officers, asked_part()))
    if refused is not None:
        return _involved(services, master, {"names": refused}, names, 409)
    return see_other(back("done", asked_part()))


def _faults(names: str, organisation: Organisation, questions: list[Question]) -> dict[str, str]:
    if not says_something(names):
        return {"names": gettext("Write at least one name.")}
    words = gettext("Say whether you mean one of these people.")
    faults = dict.fromkeys(unanswered(questions, request.form), words)
    asked = {question.typed for question in questions if question.field in faults}
    unknown = [line for line in unknown_among(names, organisation) if line not in asked]
    if unknown:
        faults["names"] = gettext(
            "We know no officer by this name: %(names)s. Write it as the office does, or take the line out.",
            names=listed_names(unknown),
        )
    return faults


def _review(
    services: Services, master: bytes, faults: dict[str, str], text: str = "", status: int = 200
) -> Response:
    view = services.mailbox.view(master, asked_part())
    return _page(services, "review", view, faults, status, refused=view.asks.review, text=text)


def _complaint(
    services: Services, master: bytes, faults: dict[str, str], text: str = "", status: int = 200
) -> Response:
    view = services.mailbox.view(master, asked_part())
    return _page(services, "complaint", view, faults, status, refused=view.asks.complaint, text=text)


def _involved(
    services: Services, master: bytes, faults: dict[str, str], names: str = "", status: int = 200
) -> Response:
    view = services.mailbox.view(master, asked_part())
    questions = questions_about(names, services.organisation()) if len(names) <= MAX_NAMES else []
    return _page(services, "involved", view, faults, status, names=names, questions=questions)


def _page(
    services: Services,
    name: str,
    view: MailboxView,
    faults: dict[str, str],
    status: int,
    *,
    refused: NotPossible | None = None,
    text: str = "",
    **shown: object,
) -> Response:
    page = render_template(
        f"portal/mailbox_{name}.html",
        view=view,
        faults=faults,
        # Without a report, or without a proved one, nothing is known that could refuse: that is told when it is sent.
        refused=REFUSALS[refused] if view.can_write and refused is not None else None,
        places=places(services.organisation()),
        text=text,
        **shown,
    )
    return make_response(page, status)
