"""What a place for sealed files can do. It knows ids and sealed bytes: no case, no file name, no key, nobody's name.

An object is whole or not there: nothing is visible before ``commit``, and what is committed outlives a power cut. Ids are
random and used once (``crypto.keys.new_id``); every store refuses other texts, so that no id can be made into a path.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from crypto.keys import is_id

PIECE = 1024 * 1024  # bytes; the largest piece that ``read`` gives, so that memory stays flat


class StoreError(Exception):
    """The place cannot be used now; the text is one line for the operator that says what to do. It holds no secret."""


class MissingError(StoreError):
    """There is no whole object of this id."""


class Incoming(Protocol):
    """One object that is being written. One thread at a time; whoever began it ends it by ``commit`` or ``abort``."""

    def write(self, piece: bytes) -> None:
        """Add bytes. Raises StoreError, and has aborted then."""

    def commit(self) -> None:
        """Make it visible: durable when this returns. Raises StoreError, and has aborted then as far as the place allows."""

    def abort(self) -> None:
        """Leave nothing. Never raises; nothing happens after a commit, or when called again."""


class Store(Protocol):
    """A place for sealed objects. Safe to use from several threads and processes."""

    def create(self, blob_id: str, /) -> Incoming:
        """Begin an object. Raises StoreError, also for an id that is there already: a file that counts is never replaced."""

    def read(self, blob_id: str, /) -> Iterator[bytes]:
        """The bytes in pieces of at most PIECE. Raises MissingError at once, StoreError at once or on the way."""

    def size(self, blob_id: str, /) -> int | None:
        """Bytes of a whole object, None when there is none. Raises StoreError."""

    def delete(self, blob_id: str, /) -> None:
        """Take it away; what is not there is no error. Durable when this returns. Raises StoreError."""

    def list(self) -> Iterator[tuple[str, int]]:
        """Id and size of every whole object, in no order. What comes or goes meanwhile may be left out. Raises StoreError."""

    def sweep(self) -> int:
        """Remove what broken writes left, never what is being written; returns how many. Raises StoreError."""


def checked(blob_id: str) -> str:
    """``blob_id``, if it is one. Raises StoreError without repeating it."""
    if not is_id(blob_id):
        raise StoreError("this is not the id of a sealed file")
    return blob_id
