"""A message to the officers, with files: received, looked at, sent once. An unknown code goes the same way up to its end (P7).

What cannot be sent yet waits beside the master of the code, under the same seal and for no longer than the mailbox is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from crypto.keys import is_id
from intake.evidence.attachments import Attachment
from intake.evidence.staging import GoneError
from intake.evidence.store.protocol import StoreError
from intake.filing.check import says_something
from intake.mailbox import MAX_MESSAGE, NoSuchMailboxError, OpenedMailbox, Waiting
from intake.mailbox.waiting import blobs_of
from portal.file_words import gone_words
from portal.forms.files import Choices, apply_choices, keeps_original, take_out, traces_are_said
from portal.services import MAILBOX_COOKIE, Services
from portal.uploads import Room, TurnedAway, Uploads, current_uploads
from portal.views.mailbox import (
    REFUSED,
    asked_part,
    back,
    closed,
    mailbox_page,
    refusal_words,
)
from portal.visit import current_mailbox, keep_mailbox
from portal.words import not_a_choice_words, too_long
from templates.web.routes import see_other

PLACE = "message"
"""The field that names the message, and where on the page it is."""
_AWAKE = 60  # seconds; how often a slow upload says that somebody is there


class MessageUploads(Uploads):
    """As in the form; and a mailbox does not close because a line is slow."""

    def __init__(self, services: Services, cookie: bytes | None, there: Iterable[Attachment]) -> None:
        super().__init__(
            services.staging, services.limits, services.purse, Room.beside(there, services.limits)
        )
        self._services, self._cookie = services, cookie
        self._seen = services.clock.now()

    def write(self, data: bytes) -> None:
        """As there."""
        super().write(data)
        now = self._services.clock.now()
        if self._cookie is not None and now - self._seen >= _AWAKE:
            self._seen = now
            self._services.mailboxes.read(self._cookie)


def receive_for_message(services: Services) -> Uploads:
    """What takes the files of a message: beside everything that waits in this mailbox."""
    opened = current_mailbox(services)
    there = []
    if opened is not None:
        there = [each for message in opened.waiting for each in message.files] + opened.files_told
    return MessageUploads(services, MAILBOX_COOKIE.read(), there)


def message(services: Services) -> ResponseReturnValue:
    """Write to the officers. ``go=add`` keeps text and files; everything else sends, unless something has to be decided."""
    uploads = current_uploads()
    added = [] if uploads is None else uploads.attach(keep_original=keeps_original(request.form))
    opened = current_mailbox(services)
    if opened is None:
        return closed(services, request.form.get("text", ""), files=bool(added))
    writing = _continued(opened)
    files, left = apply_choices(
        services.staging, writing.files, Choices.read(request.form), services.limits.cleaning
    )
    writing.files = [*files, *added]
    turned = [] if uploads is None else uploads.turned_away
    only_add = request.form.get("go") == "add"
    faults = _faults(writing, added, only_add=only_add, nothing_came=not (added or turned))
    if only_add or faults or turned:
        answer = _wait(services, opened, writing, faults, turned)
    else:
        answer = _send(services, opened, writing)
    if uploads is not None:
        uploads.kept()
    _drop(services, left)
    return answer


def _continued(opened: OpenedMailbox) -> Waiting:
    """The message that the form goes on with; a form of another tab, about another message, takes none of this one's files."""
    part, named = asked_part(), request.form.get(PLACE, "")
    there = opened.to(part)
    if there is None or named not in {"", there.id}:
        there = Waiting(part=part, id=named) if is_id(named) else Waiting(part=part)
    there.text = request.form.get("text", "")
    return there


def _faults(
    writing: Waiting, added: list[Attachment], *, only_add: bool, nothing_came: bool
) -> dict[str, str]:
    faults: dict[str, str] = {}
    if len(writing.text) > MAX_MESSAGE:
        faults["text"] = too_long(MAX_MESSAGE)
    if not traces_are_said(request.form):
        faults["traces"] = not_a_choice_words()
    if only_add:
        if nothing_came and request.form.get("files") is None:
            faults["evidence"] = gettext("Choose a file first.")
        return faults
    if not says_something(writing.text) and not writing.files:
        faults["text"] = gettext("Write your message first.")
    for number, each in enumerate(writing.files):
        if each.undecided:
            faults[f"file-{number}"] = gettext(
                "This file could not be cleaned. Say that it is sent all the same, or remove it."
            )
        elif each in added and +each.findings.left:
            faults[f"file-{number}"] = gettext(
                "Nothing was sent yet. Look at what is still in this file, then send your message."
            )
    return faults


def _wait(
    services: Services,
    opened: OpenedMailbox,
    writing: Waiting,
    faults: dict[str, str],
    turned: list[TurnedAway],
) -> ResponseReturnValue:
    """Keep everything, and show it with what is to be decided."""
    typed = writing.text
    if len(typed) > MAX_MESSAGE:
        writing.text = ""  # shown again, and not kept: nobody fills the store with one field
    gone = opened.wait(writing)
    if not keep_mailbox(services, opened):
        _drop(services, writing.blobs)
        return closed(services, typed, files=bool(writing.files))
    _drop(services, gone)
    if not faults and not turned:
        return see_other(back("", writing.part) + f"#{PLACE}")
    writing.text = typed
    return _page(services, opened, writing, faults, 422, turned)


def _send(services: Services, opened: OpenedMailbox, writing: Waiting) -> ResponseReturnValue:
    write = services.mailbox.write
    try:
        write(opened.master, writing.text, writing.part, writing.files, item=writing.item)
    except GoneError as error:
        lost = take_out(writing.files, error.blobs)
        _drop(services, blobs_of(lost))
        faults = {"evidence": gone_words(lost)}
    except NoSuchMailboxError as error:
        # Nobody can ever read them: they go at once, and the words stay to be copied.
        _drop(services, writing.blobs)
        writing.files = []
        faults = {"text": refusal_words(error)}
    except REFUSED as error:
        faults = {"text": refusal_words(error)}
    else:
        return _sent(services, opened, writing)
    gone = opened.wait(writing)
    if not keep_mailbox(services, opened):
        return closed(services, writing.text, files=bool(writing.files))
    _drop(services, gone)
    return _page(services, opened, writing, faults, 409)


def _sent(services: Services, opened: OpenedMailbox, writing: Waiting) -> ResponseReturnValue:
    waited = opened.to(writing.part)
    if waited is not None and waited.id == writing.id:
        opened.forget(writing.part)
        keep_mailbox(services, opened)
    # Of a message that had been sent already: what came with it once more.
    _drop(services, writing.blobs)
    return see_other(back("sent", writing.part))


def _drop(services: Services, blobs: Iterable[str]) -> None:
    with suppress(StoreError, SQLAlchemyError):  # what stays now, the worker removes
        services.staging.drop(blobs)


def _page(
    services: Services,
    opened: OpenedMailbox,
    writing: Waiting,
    faults: dict[str, str],
    status: int,
    turned: Sequence[TurnedAway] = (),
) -> Response:
    view = services.mailbox.view(opened.master, writing.part)
    return mailbox_page(services, view, faults, writing=writing, turned=turned, status=status)
