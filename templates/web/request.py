"""Requests, read strictly: one decoding, bounded, no file and no field that a page did not ask for. Writes nothing to a disk.

Text is taken as it was typed, with two repairs that lose nothing: line ends become \\n, and control characters that no keyboard
makes (NUL among them, from pasted documents) are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO, Any, NoReturn
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from templates.web.multipart import MultipartForm, Receiver
from templates.web.refusals import (
    DuplicateField,
    FileRefused,
    MalformedForm,
    Refused,
    UnknownField,
    UnreadableText,
)

MAX_BODY = (
    2 * 1024 * 1024
)  # bytes; 100,000 characters of any script, percent-encoded, with room to be told it is too long
MAX_FIELDS = 500
MAX_FIELD_NAME = 100  # characters
CSRF_FIELD = "csrf_token"
WAITED_FIELD = "waited"
"""Any form may bring a ticket of somebody who was asked to wait. It is no answer to anything, and is not shown again."""

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_LINE_ENDS = re.compile(r"\r\n?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields that one form may send. Whatever is not named here is refused."""

    names: frozenset[str] = frozenset()
    repeatable: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    """Never shown again, not even to keep what was typed: passwords and codes of officers."""
    files: frozenset[str] = frozenset()
    """Fields that carry files, each as many as the route's receiver takes. Without one, any file is refused."""

    @classmethod
    def of(
        cls,
        *names: str,
        repeatable: tuple[str, ...] = (),
        secret: tuple[str, ...] = (),
        files: tuple[str, ...] = (),
    ) -> Fields:
        """Fields that come once, fields that may repeat, those of them that are never shown again, and fields of files."""
        known = frozenset((*names, *repeatable, *secret))
        return cls(known, frozenset(repeatable), frozenset(secret), frozenset(files))

    def fault_of(self, form: ImmutableMultiDict[str, str]) -> Refused | None:
        """Why this form is refused, or None."""
        for name, values in form.lists():
            if name not in self.names and name not in {CSRF_FIELD, WAITED_FIELD}:
                return UnknownField()
            if len(values) > 1 and name not in self.repeatable:
                return DuplicateField()
        return None

    def known(self, form: ImmutableMultiDict[str, str]) -> list[tuple[str, str]]:
        """What may be kept and shown again of ``form``: known fields, the first of each that may come once."""
        return [
            (name, value)
            for name, values in form.lists()
            if name in self.names and name not in self.secret
            for value in (values if name in self.repeatable else values[:1])
        ]


NO_FIELDS = Fields()


class StrictRequest(Request):
    """A request whose form is parsed here, in memory, by one rule. ``form_fault`` is None or why it is not taken as it is."""

    form_fault: Refused | None = None
    receiver: Receiver | None = None
    """What takes this request's files; None: they are passed over."""
    _file_fields: frozenset[str] = frozenset()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.method == "HEAD":
            # RFC 9110 section 9.3.2: a GET whose content is not sent. Views tell a form from a visit by the method, and the
            # form's token is asked of POST alone: nothing else may look like one. Werkzeug leaves the content out by itself.
            self.method = "GET"

    @property
    def brings_files(self) -> bool:
        """Whether the body may hold files."""
        return self.method == "POST" and self.mimetype == _MULTIPART

    def take_files(self, fields: Fields, receiver: Receiver | None) -> None:
        """Before the form is read: let ``receiver`` have the files of ``fields`` as they come."""
        self._file_fields, self.receiver = fields.files, receiver

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        pairs = self._pairs() if self.method == "POST" else []
        # Set both at once: werkzeug's own parser, which spools files to a disk, is never reached (P1).
        self.__dict__["form"] = ImmutableMultiDict(pairs)
        self.__dict__["files"] = ImmutableMultiDict[str, FileStorage]()

    def _get_file_stream(self, *_arguments: object, **_options: object) -> NoReturn:
        raise FileRefused  # the second fence, should a parser be reached after all

    def _pairs(self) -> list[tuple[str, str]]:
        if self.mimetype == _MULTIPART:
            return self._parts()
        if not self.mimetype and not self.content_length:
            return []
        if self.mimetype != _FORM:
            raise MalformedForm
        return self._decode(self._body())

    def _parts(self) -> list[tuple[str, str]]:
        if not self._file_fields:
            raise FileRefused
        receiver = self.receiver
        limit = MAX_BODY + (0 if receiver is None else receiver.limit)
        if self.content_length is not None and self.content_length > limit:
            raise RequestEntityTooLarge if receiver is None else receiver.too_large()
        form = MultipartForm(
            self.mimetype_params.get("boundary", ""), self._file_fields, receiver, max_text=MAX_BODY
        )
        try:
            form.read(get_input_stream(self.environ, max_content_length=limit), self.content_length)
        except Refused as fault:
            # The text that came whole is kept, to be shown again; the files go, whatever they were.
            self.form_fault = fault
            if receiver is not None:
                receiver.close()
        return [self._pair(name, self._decoded(value)) for name, value in form.texts]

    def _body(self) -> bytes:
        limit = self.max_content_length or MAX_BODY
        stream: IO[bytes] = get_input_stream(self.environ, max_content_length=limit)
        try:
            body = stream.read()
        except TimeoutError:
            raise MalformedForm from None
        if len(body) >= limit:
            # A body sent in chunks tells no length before; werkzeug would cut it off and call it whole.
            raise RequestEntityTooLarge
        if self.content_length is not None and len(body) != self.content_length:
            # The connection dropped half way: half a report must not replace a whole one.
            raise MalformedForm
        return body

    def _decode(self, body: bytes) -> list[tuple[str, str]]:
        parts = [part for part in body.split(b"&", MAX_FIELDS) if part]
        if len(parts) > MAX_FIELDS:
            raise MalformedForm
        pairs = []
        for part in parts:
            raw_name, _, raw_value = part.partition(b"=")
            pairs.append(self._pair(self._text(raw_name), self._text(raw_value)))
        return pairs

    def _pair(self, name: str, value: str) -> tuple[str, str]:
        if len(name) > MAX_FIELD_NAME:
            raise MalformedForm
        return name, clean(value)

    def _text(self, raw: bytes) -> str:
        return self._decoded(unquote_to_bytes(raw.replace(b"+", b" ")))

    def _decoded(self, data: bytes) -> str:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            # Kept with marks in place of what cannot be read, so that nothing else is lost; it is not accepted like this.
            self.form_fault = self.form_fault or UnreadableText()
            return data.decode("utf-8", errors="replace")


def clean(text: str) -> str:
    """One kind of line end, and no control characters except line end and tab."""
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
