"""multipart/form-data read as a stream: text into memory, files piece by piece to a receiver. Nothing goes to a disk (P1).

Written here, after RFC 7578 and RFC 2046 section 5.1.1 as browsers write it, because werkzeug's decoder adds a byte to a file
when the line cuts a boundary at the wrong place, and its reader spools files to a disk. Every limit holds while bytes arrive: a
body may announce ten gibibytes and send ten bytes, or the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import IO, Protocol

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from templates.web.refusals import FileRefused, MalformedForm, Refused

PIECE = 256 * 1024  # bytes asked for at once; all that is held of a file
MAX_PARTS = 500
MAX_HEADERS = 32 * 1024  # bytes of one part's headers; a file's name may have 4,000 characters of any script
MAX_BOUNDARY = 70  # characters
MAX_EPILOGUE = 1024  # bytes of white space behind the end
_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})
_CRLF = b"\r\n"
_VALUE = r'"((?:[^"\\]|\\.)*)"'
_OPTION = re.compile(rf"[ \t]*;[ \t]*(name|filename)={_VALUE}", re.IGNORECASE)
_DISPOSITION = re.compile(rf"form-data((?:[ \t]*;[ \t]*(?:name|filename)={_VALUE})*)[ \t]*", re.IGNORECASE)
_UNESCAPED = {"%22": '"', "%0D": "\r", "%0A": "\n", '\\"': '"'}
_ESCAPED = re.compile("|".join(map(re.escape, _UNESCAPED)), re.IGNORECASE)


class Receiver(Protocol):
    """Takes the files of one request while they arrive: ``begin``, then ``write``, then ``finish``, file by file.

    Each may raise Refused: then the request is refused, its text is kept, and ``close`` follows. A receiver that does not want
    one file alone passes over its bytes.
    """

    @property
    def limit(self) -> int:
        """Bytes of files that one request may bring."""

    def begin(self, name: str) -> None:
        """A file comes; ``name`` is what its sender's browser says."""

    def write(self, data: bytes) -> None:
        """More of it."""

    def finish(self) -> None:
        """It is whole."""

    def close(self) -> None:
        """The request is over: leave nothing of what nobody took. Never raises; may be called again."""

    def too_large(self) -> Refused:
        """What a request that is larger than ``limit`` is answered with."""


class MultipartForm:
    """One body on its way. ``texts`` are the text fields that arrived whole, as bytes, in their order."""

    def __init__(
        self, boundary: str, files: frozenset[str], receiver: Receiver | None, max_text: int
    ) -> None:
        if not 0 < len(boundary) <= MAX_BOUNDARY or not boundary.isascii():
            raise MalformedForm
        self.texts: list[tuple[str, bytes]] = []
        self._files = files
        self._receiver = receiver
        self._room = max_text
        self._delimiter = b"\r\n--" + boundary.encode()
        # The first boundary begins the body; with a line end before it, it is like the others.
        self._buffer = bytearray(_CRLF)
        self._step: Callable[[], bool] = self._first
        self._part: _Text | _File | None = None
        self._parts = 0

    def read(self, stream: IO[bytes], length: int | None) -> None:
        """Read ``stream`` to its end, ``length`` bytes if the request says so. Raises Refused, and what the receiver raises."""
        came = 0
        while length is None or came < length:
            try:
                piece = stream.read(PIECE if length is None else min(PIECE, length - came))
            except RequestEntityTooLarge:
                raise self._too_large() from None
            except (OSError, ValueError, HTTPException):
                # Dropped, too slow, or chunks that are none.
                raise MalformedForm from None
            if not piece:
                break
            came += len(piece)
            self._buffer += piece
            while self._step():
                pass
        if (length is not None and came != length) or self._step != self._epilogue:
            raise MalformedForm

    def spend(self, size: int) -> None:
        """Count bytes of text. Raises RequestEntityTooLarge."""
        self._room -= size
        if self._room < 0:
            raise RequestEntityTooLarge

    def _too_large(self) -> Refused | RequestEntityTooLarge:
        return RequestEntityTooLarge() if self._receiver is None else self._receiver.too_large()

    # Each step takes what it can from the buffer, and says whether the next one may find something.

    def _first(self) -> bool:
        if len(self._buffer) < len(self._delimiter) + len(_CRLF):
            return False
        # A line end of its own before the first boundary is what some programs write; anything else there is no form.
        if self._buffer.startswith(_CRLF + self._delimiter):
            del self._buffer[: len(_CRLF)]
        if not self._buffer.startswith(self._delimiter):
            raise MalformedForm
        return self._next_part()

    def _behind_boundary(self) -> bool:
        if len(self._buffer) < len(_CRLF):
            return False
        mark = bytes(self._buffer[:2])
        del self._buffer[:2]
        if mark not in {_CRLF, b"--"}:
            raise MalformedForm
        self._step = self._headers if mark == _CRLF else self._epilogue
        return True

    def _headers(self) -> bool:
        end = self._buffer.find(_CRLF + _CRLF)
        if max(end, len(self._buffer) if end < 0 else 0) > MAX_HEADERS:
            raise MalformedForm
        if end < 0:
            return False
        headers = bytes(self._buffer[:end])
        # The second line end stays: of a part without a body it begins the boundary.
        del self._buffer[: end + len(_CRLF)]
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise MalformedForm
        self._part = self._begin(headers)
        self._step = self._body
        return True

    def _body(self) -> bool:
        if len(self._buffer) < len(self._delimiter):
            return False
        if not self._buffer.startswith(self._delimiter):
            del self._buffer[: len(_CRLF)]
        self._step = self._data
        return True

    def _data(self) -> bool:
        assert self._part is not None
        end = self._buffer.find(self._delimiter)
        # What may be the beginning of a boundary waits for more.
        ready = end if end >= 0 else len(self._buffer) - len(self._delimiter) + 1
        if ready > 0:
            self._part.write(bytes(memoryview(self._buffer)[:ready]))
            del self._buffer[:ready]
        if end < 0:
            return False
        self._part.finish()
        self._part = None
        return self._next_part()

    def _next_part(self) -> bool:
        del self._buffer[: len(self._delimiter)]
        self._step = self._behind_boundary
        return True

    def _epilogue(self) -> bool:
        if len(self._buffer) > MAX_EPILOGUE or self._buffer.strip():
            raise MalformedForm
        return False

    def _begin(self, headers: bytes) -> _Text | _File:
        fields = _parsed(headers)
        options = _options(fields.get("content-disposition", ""))
        name, filename = options.get("name"), options.get("filename")
        if name is None or fields.get("content-transfer-encoding", "").lower() not in _ENCODINGS:
            raise MalformedForm
        if filename is None:
            return _Text(self, name)
        if name not in self._files:
            raise FileRefused
        return _File(self._receiver, filename)


def _parsed(headers: bytes) -> dict[str, str]:
    """The headers of one part. Raises MalformedForm."""
    try:
        lines = headers.decode().split("\r\n")
    except UnicodeDecodeError:
        raise MalformedForm from None
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or not name or name != name.strip() or name in fields:
            raise MalformedForm
        fields[name] = value.strip()
    return fields


def _options(disposition: str) -> dict[str, str]:
    """``name`` and ``filename`` of a form's part. Raises MalformedForm.

    As browsers write them (HTML, multipart form data): quotes and line ends are percent-encoded, and a backslash is one, as in
    a path of Windows. Other programs put it before a quote.
    """
    if not (whole := _DISPOSITION.fullmatch(disposition)):
        raise MalformedForm
    options: dict[str, str] = {}
    for name, value in _OPTION.findall(whole[1]):
        if name.lower() in options:
            raise MalformedForm
        options[name.lower()] = _ESCAPED.sub(lambda found: _UNESCAPED[found[0].upper()], value)
    return options


class _Text:
    def __init__(self, form: MultipartForm, name: str) -> None:
        self._form, self._name, self._data = form, name, bytearray()

    def write(self, data: bytes) -> None:
        self._form.spend(len(data))
        self._data += data

    def finish(self) -> None:
        self._form.texts.append((self._name, bytes(self._data)))


class _File:
    """A file field without a name and without a byte is how browsers say that nothing was chosen."""

    def __init__(self, receiver: Receiver | None, name: str) -> None:
        self._receiver = receiver
        self._begun = False
        self._name = name
        if name:
            self._begin()

    def _begin(self) -> None:
        self._begun = True
        if self._receiver is not None:
            self._receiver.begin(self._name)

    def write(self, data: bytes) -> None:
        if not self._begun:
            self._begin()
        if self._receiver is not None:
            self._receiver.write(data)

    def finish(self) -> None:
        if self._begun and self._receiver is not None:
            self._receiver.finish()
