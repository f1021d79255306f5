"""What a request can be refused for. Each class is one reason; the words for people are in ``errors``."""

from __future__ import annotations

from werkzeug.exceptions import HTTPException


class Refused(HTTPException):
    """A request that breaks a rule of this application. ``reason`` finds its words."""

    code = 422
    reason = "malformed"
    description = ""
    detail = ""
    """A sentence more, in the visitor's language: a limit, for example."""


class MalformedForm(Refused):
    """The body is not a form that a browser makes, or has absurdly many fields."""


class FileRefused(Refused):
    """A file was sent where none is expected: it is refused before a byte of it is kept anywhere (P1)."""

    reason = "file"


class FilesTooLarge(Refused):
    """The files of one request are larger than it may bring. ``detail`` says the limit."""

    code = 413
    reason = "files_large"

    def __init__(self, detail: str) -> None:
        super().__init__()
        self.detail = detail


class TooManyAtOnce(Refused):
    """So many people ask for the same costly thing in this moment that one more would keep everybody out of everything."""

    code = 503
    reason = "429"


class FilesBusy(Refused):
    """So many people send files right now that one more would keep others out."""

    code = 503
    reason = "files_busy"


class FilesFull(Refused):
    """No more files are taken today, or ever, until somebody makes room."""

    code = 503
    reason = "files_full"


class UnreadableText(Refused):
    """Text that is not UTF-8, a lone surrogate among it."""

    reason = "unreadable"


class UnknownField(Refused):
    """A field that this page does not have."""

    reason = "unknown_field"


class DuplicateField(Refused):
    """A field came twice that may come once: guessing which one was meant could change a report."""

    reason = "duplicate_field"


class ForgedForm(Refused):
    """The token is missing or is not this visitor's (CSRF)."""

    code = 403
    reason = "forged"


class Misdirected(Refused):
    """The form came by way of a stranger's address, who can read it. Nothing of it is used (RFC 9110, 421)."""

    code = 421
    reason = "misdirected"


class Unavailable(Refused):
    """Something we need is locked, full or gone. Nothing was stored."""

    code = 503
    reason = "unavailable"
