"""The visit: a draft or an opened mailbox, sealed under the visitor's cookie. Knows no page and no field."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from crypto.errors import MalformedError
from intake.drafts import Draft
from intake.evidence.store.protocol import StoreError
from intake.mailbox import OpenedMailbox
from portal.services import DRAFT_COOKIE, MAILBOX_COOKIE, Services
from templates.web.language import current_language

_R = TypeVar("_R", bound=Response)


class State(Enum):
    """What the visitor's cookie led to."""

    NEW = auto()
    """No cookie: nothing was begun."""
    OPEN = auto()
    """The draft is at hand."""
    EXPIRED = auto()
    """There was a draft, and it is gone: two hours are over, or the visit was ended."""


@dataclass(slots=True, repr=False)
class Visit:
    """A draft at work, and the cookie it lies under."""

    services: Services
    state: State
    draft: Draft
    _cookie: bytes | None

    @classmethod
    def current(cls, services: Services) -> Visit:
        """This visitor's draft, or an empty one that nobody has stored yet."""
        cookie = DRAFT_COOKIE.read()
        stored = None if cookie is None else services.drafts.read(cookie)
        if stored is not None:
            try:
                return cls(services, State.OPEN, _as_read_now(Draft.from_bytes(stored)), cookie)
            except MalformedError:
                pass  # another version wrote it: nothing of it can be shown rightly
        state = State.NEW if cookie is None else State.EXPIRED
        return cls(services, state, Draft.new(current_language().tag), None)

    def keep(self) -> None:
        """Seal the draft under the cookie, a fresh one if there is none."""
        content = self.draft.to_bytes()
        if self._cookie is None or not self.services.drafts.write(self._cookie, content):
            self._cookie = self.services.drafts.create(content)

    def on(self, response: _R) -> _R:
        """Send the cookie with ``response``."""
        if self._cookie is not None:
            DRAFT_COOKIE.set(response, self._cookie)
        return response


def _as_read_now(draft: Draft) -> Draft:
    """In the language of this page, until it is filed: officers answer in it, and the code is told in its words."""
    if not draft.filed:
        draft.language = current_language().tag
    return draft


def has_draft(services: Services) -> bool:
    """Whether this visit's cookie leads to a draft."""
    return (cookie := DRAFT_COOKIE.read()) is not None and services.drafts.age(cookie) is not None


def has_mailbox(services: Services) -> bool:
    """Whether this visit has opened a mailbox, an empty one among them (P7)."""
    return (cookie := MAILBOX_COOKIE.read()) is not None and services.mailboxes.age(cookie) is not None


def has_worked(services: Services, seconds: int) -> bool:
    """Whether the draft or the mailbox that this visit opened is so many seconds old, whatever is in it."""
    looked = ((DRAFT_COOKIE, services.drafts), (MAILBOX_COOKIE, services.mailboxes))
    ages = (sessions.age(value) for cookie, sessions in looked if (value := cookie.read()) is not None)
    return any(age is not None and age >= seconds for age in ages)


def end_draft(services: Services, response: _R) -> _R:
    """Delete this visitor's draft, if any, with its files, and its cookie."""
    if (cookie := DRAFT_COOKIE.read()) is not None:
        _forget_draft(services, cookie)
        DRAFT_COOKIE.drop(response)
    return response


def _forget_draft(services: Services, cookie: bytes) -> None:
    """The draft first: with it, the keys of its files are gone. Files that cannot be removed now, the worker removes."""
    stored = services.drafts.read(cookie)
    services.drafts.drop(cookie)
    with suppress(MalformedError, StoreError, SQLAlchemyError):
        files = [] if stored is None else Draft.from_bytes(stored).files
        services.staging.drop([blob for attachment in files for blob in attachment.blobs])


def open_mailbox(services: Services, master: bytes, response: _R) -> _R:
    """Keep the master of a code in a sealed session of its own; an earlier one ends."""
    if (earlier := MAILBOX_COOKIE.read()) is not None:
        _forget_mailbox(services, earlier)
    MAILBOX_COOKIE.set(response, services.mailboxes.create(OpenedMailbox(master).to_bytes()))
    return response


def current_mailbox(services: Services) -> OpenedMailbox | None:
    """The mailbox that this visitor opened, or None: never opened, left, or too long ago."""
    cookie = MAILBOX_COOKIE.read()
    stored = None if cookie is None else services.mailboxes.read(cookie)
    try:
        return None if stored is None else OpenedMailbox.from_bytes(stored)
    except MalformedError:
        return None  # another version wrote it


def current_master(services: Services) -> bytes | None:
    """The master of the code that this visitor opened, or None."""
    opened = current_mailbox(services)
    return None if opened is None else opened.master


def keep_mailbox(services: Services, opened: OpenedMailbox) -> bool:
    """Seal what waits in it. False when it closed meanwhile: nothing was kept."""
    cookie = MAILBOX_COOKIE.read()
    return cookie is not None and services.mailboxes.write(cookie, opened.to_bytes())


def end_mailbox(services: Services, response: _R) -> _R:
    """Forget the opened mailbox, if any, what waits in it, and its cookie."""
    if (cookie := MAILBOX_COOKIE.read()) is not None:
        _forget_mailbox(services, cookie)
        MAILBOX_COOKIE.drop(response)
    return response


def _forget_mailbox(services: Services, cookie: bytes) -> None:
    """As ``_forget_draft``."""
    stored = services.mailboxes.read(cookie)
    services.mailboxes.drop(cookie)
    with suppress(MalformedError, StoreError, SQLAlchemyError):
        services.staging.drop([] if stored is None else OpenedMailbox.from_bytes(stored).blobs)


def end_everything(services: Services, response: Response) -> None:
    """Forget draft and mailbox after ``response`` is on its way: whoever leaves in a hurry waits for no database.

    A row that cannot be deleted now dies at its limit; without the cookie nobody can open it.
    """
    draft, mailbox = DRAFT_COOKIE.read(), MAILBOX_COOKIE.read()

    def forget() -> None:
        with suppress(SQLAlchemyError):
            if draft is not None:
                _forget_draft(services, draft)
        with suppress(SQLAlchemyError):
            if mailbox is not None:
                _forget_mailbox(services, mailbox)

    response.call_on_close(forget)
    DRAFT_COOKIE.drop(response)
    MAILBOX_COOKIE.drop(response)
