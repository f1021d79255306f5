"""Coming back: a code opens a mailbox. A wrong code and a right one take the same way, the same time, the same page (P7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, lazy_gettext

from crypto.receipt import CodeSlipError, ReceiptCode, parse_code
from intake.mailbox import (
    CheckIn,
    LetterboxError,
    MailboxView,
    NoSuchMailboxError,
    NotPossibleError,
    SafetyOffice,
    Solved,
    Waiting,
)
from intake.protection.said import Tap
from intake.wordlists import all_wordlists
from portal import name_words
from portal.file_words import file_words, limit_words, turned_words
from portal.intake_words import becomes_more, state_words
from portal.record_words import REFUSALS, event_line, extension_of, moves_of, stages_of
from portal.services import MAILBOX_COOKIE, Services
from portal.uploads import TurnedAway
from portal.views.advice import places
from portal.visit import current_mailbox, current_master, end_mailbox, open_mailbox
from portal.words import author_words, due_lines, role_words
from templates.web.routes import see_other
from templates.web.ticks import leave_at_once

SENT = ("sent", "done")
"""What an address says after something was sent: a message, or anything else. No more: addresses end up in histories."""
PART = "part"
"""Which case of the report, where a panel split it: 2 for the second one, in an address or in a form; nothing for the first."""
_NO_PART = 1_000

REFUSED = (NoSuchMailboxError, LetterboxError, NotPossibleError)
"""What an act of the reporter's may end in, and nothing was stored."""
_NOBODY = lazy_gettext(
    "There is no report behind this code, so nobody would read your message. Check the words of the code."
)
_NOT_PROVED = lazy_gettext("We could not prove that only the right officers would read this, so we did not send it."
                           " Keep your text, and try again later.")  # fmt: skip


def return_(services: Services) -> ResponseReturnValue:
    """Ask for the code. A slip of the pen is public arithmetic and is told at once; everything else opens a mailbox."""
    if request.method == "GET":
        leave_at_once()
        return _ask({})
    typed = request.form.get("code", "")
    if not typed.strip():
        leave_at_once()
        return _ask({"code": gettext("Type the code you wrote down.")}, status=422)
    try:
        code = _typed_code()
    except CodeSlipError:
        leave_at_once()
        words = gettext("This is not a complete code. Compare it word by word with what you wrote down.")
        return _ask({"code": words}, typed, 422)
    master = services.mailbox.open(code)
    return open_mailbox(services, master, make_response(see_other("/mailbox")))


def is_code(_services: Services) -> bool:
    """Whether what was typed has the form and the checksum of a code: public arithmetic, which costs no derivation."""
    try:
        _typed_code()
    except CodeSlipError:
        return False
    return True


def _typed_code() -> ReceiptCode:
    return parse_code(request.form.get("code", ""), all_wordlists(str(get_locale())))


def mailbox(services: Services) -> ResponseReturnValue:
    """What the code opened: state, dates, answers, who can read; never the report itself (A5)."""
    master = current_master(services)
    if master is None:
        return no_mailbox(services)
    sent = next((name for name in SENT if request.args.get(name) == "1"), "")
    return mailbox_page(services, services.mailbox.view(master, asked_part()), {}, sent=sent)


def leave(services: Services) -> ResponseReturnValue:
    """End the visit."""
    return end_mailbox(services, make_response(see_other("/done")))


def solved(services: Services) -> ResponseReturnValue:
    """The answer to "was it solved?"; "no" asks for a review, where there is one to be had."""
    master = current_master(services)
    if master is None:
        return closed(services)
    token, part = request.form.get("solved", ""), asked_part()
    state = request.form.get("state", "")
    words = gettext("Choose one of the answers.")
    faults = {} if token in set(Solved) else {"solved": words}
    if state and state not in set(Tap):
        faults["state"] = words
    if faults:
        return mailbox_page(services, services.mailbox.view(master, part), faults, status=422)
    if state:  # first: whoever is not safe is heard, whatever becomes of the other answer
        check_in = SafetyOffice(services.mailbox).check_in
        refused = refusal_of(lambda: check_in(master, CheckIn(Tap(state))))
        if refused is not None:
            return mailbox_page(services, services.mailbox.view(master, part), {"state": refused}, status=409)
    refused = refusal_of(lambda: services.mailbox.reply(master, Solved(token), part))
    if refused is not None:
        return mailbox_page(services, services.mailbox.view(master, part), {"solved": refused}, status=409)
    return see_other(back("done", part))


def asked_part() -> int:
    """Which case of the report is meant, from 0. What is no number of a part is one that no report has."""
    text = (request.form if request.method == "POST" else request.args).get(PART, "")
    if not text:
        return 0
    fits = text.isascii() and text.isdecimal() and len(text) < len(str(_NO_PART)) and int(text) > 0
    return int(text) - 1 if fits else _NO_PART


def back(sent: str, part: int) -> str:
    """The mailbox, at the same part, after something was sent, or kept."""
    said = [f"{sent}=1"] if sent else []
    asked = "&".join(said + ([f"{PART}={part + 1}"] if part else []))
    return f"/mailbox?{asked}" if asked else "/mailbox"


def object_(services: Services) -> ResponseReturnValue:
    """The report must not be deleted early: then it is not."""
    master = current_master(services)
    if master is None:
        return closed(services)
    part = asked_part()
    refused = refusal_of(lambda: services.mailbox.object_to_deletion(master, part))
    if refused is not None:
        return mailbox_page(services, services.mailbox.view(master, part), {"object": refused}, status=409)
    return see_other(back("done", part))


def no_mailbox(services: Services) -> ResponseReturnValue:
    """Somebody opens a page of a mailbox that is not open: never was, or is closed again."""
    if MAILBOX_COOKIE.read() is not None:
        return closed(services)
    leave_at_once()
    return see_other("/return")


def closed(services: Services, text: str = "", *, files: bool = False) -> Response:
    """The mailbox closed by itself; ``text`` was not sent, and is shown to be copied. ``files``: some came with it."""
    leave_at_once()  # no code is open here, and whoever only claims one holds nobody up
    page = make_response(render_template("portal/mailbox_closed.html", text=text, files=files), 410)
    return end_mailbox(services, page)


def refusal_of(act: Callable[[], None]) -> str | None:
    """Do what the reporter asks for; why it was not done, in words, or None when it was."""
    try:
        act()
    except REFUSED as error:
        return refusal_words(error)
    return None


def refusal_words(error: Exception) -> str:
    """Why one of REFUSED was raised."""
    if isinstance(error, NotPossibleError):
        return str(REFUSALS[error.reason])
    return str(_NOBODY if isinstance(error, NoSuchMailboxError) else _NOT_PROVED)


def mailbox_page(
    services: Services,
    view: MailboxView,
    faults: dict[str, str],
    *,
    writing: Waiting | None = None,
    turned: Sequence[TurnedAway] = (),
    status: int = 200,
    sent: str = "",
) -> Response:
    """The mailbox, for a code that has one and for a code that has none, with the message that waits in it."""
    if writing is None:
        opened = current_mailbox(services)
        writing = (None if opened is None else opened.to(view.part)) or Waiting()
    organisation = services.organisation()
    progress = view.progress
    today = services.clock.today(organisation.calendar.timezone)
    page = render_template(
        "portal/mailbox.html",
        view=view,
        state=state_words(progress.state, view.brought),
        state_of=lambda part: state_words(part.progress.state, part.brought)[0],
        stages=stages_of(progress, view.events),
        due=due_lines(progress.clocks, progress.met, today, a_report=not becomes_more(view.brought)),
        extension=extension_of(view.events),
        not_final=progress.final is not None and today <= progress.final,
        moves=moves_of(view.events, organisation.name_of),
        roles=role_words(progress.circle.get("roles", {})),
        at_most=progress.circle.get("at_most", 0),
        opened_by=len(progress.readers),
        author_words=author_words,
        event_line=event_line,
        name_of=organisation.name_of,
        name_words=name_words,
        places=places(organisation),
        faults=faults,
        writing=writing,
        files=file_words(writing.files),
        turned_away=[turned_words(each) for each in turned],
        limits=limit_words(services.limits),
        sent=sent,
    )
    return make_response(page, status)


def _ask(faults: dict[str, str], typed: str = "", status: int = 200) -> Response:
    return make_response(render_template("portal/return.html", faults=faults, typed=typed), status)
