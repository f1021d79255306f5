"""Coming back: a code opens a mailbox. A wrong code and a right one take the same way, the same time, the same page (P7)."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from crypto.receipt import CodeSlipError, parse_code
from intake.filing.check import says_something
from intake.mailbox import MAX_MESSAGE, LetterboxError, MailboxView, NoSuchMailboxError
from intake.wordlists import all_wordlists
from portal.services import MAILBOX_COOKIE, Services
from portal.visit import current_master, end_mailbox, open_mailbox
from portal.words import STATES, author_words, due_lines, event_words, role_words
from templates.web.routes import see_other


def return_(services: Services) -> ResponseReturnValue:
    """Ask for the code. A slip of the pen is public arithmetic and is told at once; everything else opens a mailbox."""
    if request.method == "GET":
        return _ask({})
    typed = request.form.get("code", "")
    if not typed.strip():
        return _ask({"code": gettext("Type the code you wrote down.")}, status=422)
    try:
        code = parse_code(typed, all_wordlists(str(get_locale())))
    except CodeSlipError:
        words = gettext("This is not a complete code. Compare it word by word with what you wrote down.")
        return _ask({"code": words}, typed, 422)
    master = services.mailbox.open(code)
    return open_mailbox(services, master, make_response(see_other("/mailbox")))


def mailbox(services: Services) -> ResponseReturnValue:
    """What the code opened: state, dates, answers, who can read; never the report itself (A5)."""
    master = current_master(services)
    if master is None:
        return see_other("/return") if MAILBOX_COOKIE.read() is None else _closed(services)
    sent = request.args.get("sent") == "1"
    return _page(services, services.mailbox.view(master), {}, sent=sent)


def message(services: Services) -> ResponseReturnValue:
    """Write to the officers."""
    master = current_master(services)
    text = request.form.get("text", "")
    if master is None:
        return _closed(services, text)
    if not says_something(text):
        return _page(
            services,
            services.mailbox.view(master),
            {"text": gettext("Write your message first.")},
            status=422,
        )
    if len(text) > MAX_MESSAGE:
        words = gettext("This is too long. Keep it below %(limit)s characters.", limit=f"{MAX_MESSAGE:,}")
        return _page(services, services.mailbox.view(master), {"text": words}, text, status=422)
    try:
        services.mailbox.write(master, text)
    except NoSuchMailboxError:
        words = gettext(
            "There is no report behind this code, so nobody would read your message. Check the words of the code."
        )
        return _page(services, services.mailbox.view(master), {"text": words}, text, status=409)
    except LetterboxError:
        words = gettext("We could not prove that only the right officers would read this, so we did not send it."
                        " Keep your text, and try again later.")  # fmt: skip
        return _page(services, services.mailbox.view(master), {"text": words}, text, status=409)
    return see_other("/mailbox?sent=1")


def leave(services: Services) -> ResponseReturnValue:
    """End the visit."""
    return end_mailbox(services, make_response(see_other("/done")))


def _ask(faults: dict[str, str], typed: str = "", status: int = 200) -> Response:
    return make_response(render_template("portal/return.html", faults=faults, typed=typed), status)


def _closed(services: Services, text: str = "") -> Response:
    page = make_response(render_template("portal/mailbox_closed.html", text=text), 410)
    return end_mailbox(services, page)


def _page(
    services: Services,
    view: MailboxView,
    faults: dict[str, str],
    text: str = "",
    *,
    status: int = 200,
    sent: bool = False,
) -> Response:
    organisation = services.organisation()
    progress = view.progress
    page = render_template(
        "portal/mailbox.html",
        view=view,
        state=STATES[progress.state],
        due=due_lines(progress.clocks, progress.met, services.clock.today(organisation.calendar.timezone)),
        roles=role_words(progress.circle.get("roles", {})),
        at_most=progress.circle.get("at_most", 0),
        opened_by=len(progress.readers),
        author_words=author_words,
        event_words=event_words,
        name_of=organisation.name_of,
        faults=faults,
        text=text,
        sent=sent,
    )
    return make_response(page, status)
