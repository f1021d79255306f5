"""Pages for what can go wrong: they say what to do, keep what was typed where that is safe, and never show a trace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import LazyString, lazy_gettext
from werkzeug.exceptions import HTTPException, InternalServerError

from templates.web.log import Log, Trouble
from templates.web.refusals import Refused, Unavailable
from templates.web.routes import current_fields

_ = lazy_gettext


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """What an error page says: what happened, and what to do."""

    title: LazyString
    what: LazyString
    do: LazyString


WORDS: dict[str, ErrorWords] = {
    "400": ErrorWords(
        _("We could not read that"),
        _("Your browser sent something this site does not understand."),
        _("Go back and try again."),
    ),
    "403": ErrorWords(
        _("This is not open to you"), _("You may not do this."), _("Go back to where you were.")
    ),
    "404": ErrorWords(
        _("There is no such page"),
        _("The address may be mistyped, or the page may be gone."),
        _("Check the address, or begin at the first page."),
    ),
    "405": ErrorWords(
        _("This page is used another way"),
        _("The page exists, but not for what your browser tried."),
        _("Begin at the first page."),
    ),
    "413": ErrorWords(
        _("That is too much at once"),
        _("What was sent is larger than this site takes. It was not read and not kept."),
        _("Go back, shorten the text, and send it again."),
    ),
    "429": ErrorWords(
        _("Too many people are using this right now"),
        _("To keep the site working for everybody, we slow down for a moment. Nothing was lost."),
        _("Wait a minute, then try again."),
    ),
    "500": ErrorWords(
        _("Something went wrong on our side"),
        _("This was our mistake, not yours. What you had saved before is still saved."),
        _("Wait a minute, then try again."),
    ),
    "503": ErrorWords(
        _("This does not work right now"),
        _("A part of the site is not answering. What you had saved before is still saved."),
        _("Wait a minute, then try again."),
    ),
    "malformed": ErrorWords(
        _("We could not read that form"),
        _("It did not arrive in the form a browser makes, or it did not arrive whole."),
        _("Go back and send it again."),
    ),
    "file": ErrorWords(
        _("This page cannot take files"),
        _("A file was sent. It was refused before any of it was kept."),
        _("Go back and send the form without a file."),
    ),
    "files_large": ErrorWords(
        _("These files are too large together"),
        _("No file of this try was kept. What you had saved before is still saved."),
        _("Go back and send fewer files at once, or smaller ones."),
    ),
    "files_busy": ErrorWords(
        _("Many people are sending files right now"),
        _("No file of this try was kept. What you had saved before is still saved."),
        _("Wait a few minutes, then go back and send them again."),
    ),
    "files_full": ErrorWords(
        _("No more files can be taken today"),
        _("No file of this try was kept. What you had saved before is still saved."),
        _("Send your report without files, and say that you have some. You can send them later in your mailbox."),
    ),
    "unreadable": ErrorWords(
        _("Some characters could not be read"),
        _("They are marked with � below. Nothing else was changed."),
        _("Replace the marks with what you meant, then continue."),
    ),
    "unknown_field": ErrorWords(
        _("This form has changed"),
        _("It sent something this page does not ask for. The rest of what you typed is below."),
        _("Check it, then continue."),
    ),
    "duplicate_field": ErrorWords(
        _("One answer came twice"),
        _("We do not want to guess which one you meant. The first one is below."),
        _("Check it, then continue."),
    ),
    "forged": ErrorWords(
        _("Please send that again"),
        _("We could not be sure that this form came from you. This happens when cookies are blocked, or when the page was"
          " open for a long time."),
        _("Allow cookies for this visit, then try again. They are gone when you close the browser."),
    ),
    "misdirected": ErrorWords(
        _("Please do not go on here"),
        _("The address in your browser is not the address of this site. What you sent was not used and not kept."),
        _("Close this window. Type the address of this site yourself, and begin again there."),
    ),
}  # fmt: skip
"""By a refusal's reason, else by status."""

_KEEPS_TYPED = {403, 413, 422, 429, 500, 503}
"""What was typed can be sent again as it is."""
_LONG = 60  # characters


@dataclass(frozen=True, slots=True)
class ErrorPages:
    """Turns every exception into a page. ``unavailable`` are the application's errors that mean "not now"."""

    log: Log
    unavailable: tuple[type[Exception], ...]

    def install(self, app: Flask) -> None:
        """Answer every exception of this application."""
        app.jinja_env.tests["long_text"] = is_long
        app.register_error_handler(HTTPException, self.refused)
        app.register_error_handler(Exception, self.failed)

    def refused(self, error: HTTPException) -> Response:
        """A refusal that somebody meant."""
        if error.response is not None:
            return make_response(error.response)
        status = error.code or 500
        reason = error.reason if isinstance(error, Refused) else str(status)
        fallback = "400" if status < 500 else "500"
        page = render_template(
            "shared/error.html",
            words=WORDS.get(reason) or WORDS.get(str(status)) or WORDS[fallback],
            detail=error.detail if isinstance(error, Refused) else "",
            held=list(_held(status)),
            can_repeat=status in _KEEPS_TYPED,
        )
        response = make_response(page, status)
        if status == 405:
            response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ["GET"]))
        if status in {429, 503}:
            response.headers["Retry-After"] = "60"
        return response

    def failed(self, error: Exception) -> Response:
        """A fault that nobody meant: one line in the log, without content, and a page."""
        expected = isinstance(error, self.unavailable)
        self.log(Trouble.UNAVAILABLE if expected else Trouble.FAILED, error)
        return self.refused(Unavailable() if expected else InternalServerError())


def _held(status: int) -> Iterator[tuple[str, str]]:
    """What was typed, to be shown again: only a form that provably came from our own page.

    What a form was about can be gone by the time it is sent (404): then its words alone are shown, to be copied. The page says
    nothing of what it was about, and is the same for what never was. What came by a stranger is not to be sent again.
    """
    if status in {404, 421}:
        yield from held_words()
    elif status in _KEEPS_TYPED and g.get("may_show_again"):
        yield from current_fields().known(request.form)


def held_words() -> Iterator[tuple[str, str]]:
    """The words of a form that cannot be sent again."""
    if request.method == "POST" and g.get("may_show_again"):
        yield from ((name, value) for name, value in current_fields().known(request.form) if is_long(value))


def is_long(value: str) -> bool:
    """Whether somebody wrote this: no token, no id, no choice from a list. It is shown where it can be read."""
    return len(value) > _LONG or "\N{REPLACEMENT CHARACTER}" in value or any(map(str.isspace, value))
