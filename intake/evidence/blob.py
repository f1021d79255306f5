"""A blob: one file, sealed piece by piece under a key of its own as it comes in, memory flat. Knows no case and no name.

``b"USb1"``, then a Cobblestone stream over the content and zero bytes up to the Padmé class of its length: a stored size does
not identify a known document. Length and SHA-256 stand in the ``BlobRef``, which lies only inside other seals.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from cryptography.cobblestone import Cobblestone256Encryptor

from crypto import stream
from crypto.encoding import from_text, pack, to_text
from crypto.errors import BrokenSealError, MalformedError
from crypto.keys import is_id
from crypto.padding import FLOOR, padme
from crypto.secret import Secret

MAGIC = b"USb1"
MAX_LENGTH = 1 << 40  # bytes; no limit of an instance is above it
_ZEROS = bytes(64 * 1024)
_HASH = hashlib.sha256


class Sink(Protocol):
    """Where sealed bytes go: a store's incoming object."""

    def write(self, piece: bytes, /) -> None: ...
    def commit(self) -> None: ...
    def abort(self) -> None: ...


@dataclass(frozen=True, slots=True, repr=False)
class BlobRef(Secret):
    """One blob and what opens it: 32 bytes of key, the content's length in bytes, its SHA-256."""

    id: str
    key: bytes
    length: int
    sha256: bytes

    @property
    def context(self) -> bytes:
        """What the stream is bound to."""
        return context_of(self.id)

    def as_json(self) -> dict[str, Any]:
        """For the inside of a seal."""
        return {
            "id": self.id,
            "key": to_text(self.key),
            "length": self.length,
            "sha256": to_text(self.sha256),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> BlobRef:
        """Undo ``as_json``. Raises MalformedError."""
        try:
            return cls(
                blob_id(value["id"]),
                from_text(value["key"], length=stream.KEY_BYTES),
                length_of(value["length"]),
                from_text(value["sha256"], length=_HASH().digest_size),
            )
        except (KeyError, TypeError) as error:
            raise MalformedError("this is no reference to a sealed file") from error


def blob_id(value: object) -> str:
    """``value`` as a blob's id. Raises MalformedError."""
    if not isinstance(value, str) or not is_id(value):
        raise MalformedError("this is no id of a sealed file")
    return value


def length_of(value: object) -> int:
    """``value`` as a content's length in bytes. Raises MalformedError."""
    if type(value) is not int or not 0 <= value <= MAX_LENGTH:
        raise MalformedError("this is no length of a file")
    return value


def context_of(blob: str) -> bytes:
    """The stream's context: a blob under another id does not open."""
    return pack(b"underseal/v1/evidence", blob.encode())


def padded(length: int) -> int:
    """How long the padded content of ``length`` bytes is: a Padmé class, at least the floor that texts have as well."""
    return max(FLOOR, padme(length))


class BlobWriter:
    """Seals what is written into ``sink``. Ends with ``finish`` or ``abort``; nothing is visible before ``finish``."""

    def __init__(self, blob: str, sink: Sink) -> None:
        self.id = blob
        self.length = 0
        """Bytes of content so far."""
        self.size = len(MAGIC)
        """Bytes of the sealed object so far."""
        self._key = stream.new_key()
        self._sink = sink
        self._encryptor = Cobblestone256Encryptor(self._key, context_of(blob))
        self._hash = _HASH()
        sink.write(MAGIC)

    def write(self, data: bytes) -> int:
        """Seal more content. Raises what the sink raises."""
        self._hash.update(data)
        self.length += len(data)
        self._pass_on(self._encryptor.update(data))
        return len(data)

    def finish(self) -> BlobRef:
        """Pad, end the stream, make it durable."""
        missing = padded(self.length) - self.length
        while missing:
            piece = _ZEROS[:missing]
            self._pass_on(self._encryptor.update(piece))
            missing -= len(piece)
        self._pass_on(self._encryptor.finalize())
        self._sink.commit()
        return BlobRef(self.id, self._key, self.length, self._hash.digest())

    def abort(self) -> None:
        """Leave nothing."""
        self._sink.abort()

    def _pass_on(self, sealed: bytes) -> None:
        if sealed:
            self._sink.write(sealed)
            self.size += len(sealed)


def read_blob(ref: BlobRef, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a stored object, piece by piece. Only the iterator's normal end proves that it was whole.

    Raises BrokenSealError: altered, cut short, longer, badly padded, or not the content that the reference names.
    """
    digest, left = _HASH(), ref.length
    zeros = padded(ref.length) - ref.length
    for piece in stream.unsafe_open_stream(ref.key, ref.context, _without_magic(pieces)):
        content, padding = piece[:left], piece[left:]
        left -= len(content)
        zeros -= len(padding)
        if zeros < 0 or padding.count(0) != len(padding):
            raise BrokenSealError("a sealed file is not padded as it must be")
        if content:
            digest.update(content)
            yield content
    if left or zeros or not hmac.compare_digest(digest.digest(), ref.sha256):
        raise BrokenSealError("a sealed file is not the one that was filed")


def _without_magic(pieces: Iterable[bytes]) -> Iterator[bytes]:
    head = b""
    for piece in pieces:
        if len(head) < len(MAGIC):
            head += piece
            if len(head) < len(MAGIC):
                continue
            if head[: len(MAGIC)] != MAGIC:
                raise BrokenSealError("a sealed file has another version")
            yield head[len(MAGIC) :]
        else:
            yield piece
    if len(head) < len(MAGIC):
        raise BrokenSealError("a sealed file is cut short")
