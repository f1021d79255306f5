"""multipart/form-data read as a stream: text into memory, files piece by piece to a receiver. Nothing goes to a disk (P1).

Werkzeug's decoder finds the parts (RFC 7578); werkzeug's own reader, which spools files to a disk, is never reached. Every
limit holds while bytes arrive: a body may announce ten gibibytes and send ten bytes, or the other way round.
"""

from __future__ import annotations

from typing import IO, Protocol

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData, Preamble

from templates.web.refusals import FileRefused, MalformedForm, Refused

PIECE = 128 * 1024  # bytes asked for at once; all that is held of a file
MAX_PARTS = 500
MAX_HEADERS = 32 * 1024  # bytes of one part's headers; a file's name may have 4,000 characters of any script
MAX_BOUNDARY = 70  # characters, RFC 2046 section 5.1.1
_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})


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
        self._decoder = MultipartDecoder(
            boundary.encode(), max_form_memory_size=PIECE + MAX_HEADERS, max_parts=MAX_PARTS
        )
        self._part: _Text | _File | None = None

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
            self._take(piece)
        if length is not None and came != length:
            raise MalformedForm
        self._take(None)

    def _too_large(self) -> Refused | RequestEntityTooLarge:
        return RequestEntityTooLarge() if self._receiver is None else self._receiver.too_large()

    def _take(self, piece: bytes | None) -> None:
        event: Event
        try:
            self._decoder.receive_data(piece)
            event = self._decoder.next_event()
        except (ValueError, RequestEntityTooLarge):
            raise MalformedForm from None
        while not isinstance(event, NeedData | Epilogue):
            self._see(event)
            try:
                event = self._decoder.next_event()
            except (ValueError, RequestEntityTooLarge):
                raise MalformedForm from None
        if isinstance(event, Epilogue) and event.data.strip():
            raise MalformedForm

    def _see(self, event: Event) -> None:
        if isinstance(event, Preamble):
            if event.data.strip():
                raise MalformedForm
        elif isinstance(event, Field | File):
            self._part = self._begin(event)
        elif isinstance(event, Data) and self._part is not None:
            if event.data:
                self._part.write(event.data)
            if not event.more_data:
                self._part.finish()
                self._part = None

    def _begin(self, event: Field | File) -> _Text | _File:
        # The decoder says str where a part that names nothing has None.
        name: str | None = event.name
        if name is None or event.headers.get("Content-Transfer-Encoding", "").lower() not in _ENCODINGS:
            raise MalformedForm
        if isinstance(event, Field):
            return _Text(self, name)
        if name not in self._files:
            raise FileRefused
        return _File(self._receiver, event.filename)

    def spend(self, size: int) -> None:
        """Count bytes of text. Raises RequestEntityTooLarge."""
        self._room -= size
        if self._room < 0:
            raise RequestEntityTooLarge


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
