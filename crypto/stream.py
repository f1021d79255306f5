"""Bulk data under a fresh key: Cobblestone-256, in one piece or as a stream. Knows no files and no names.

Source: C2SP chunked-encryption. Truncation, reordering and a wrong context are detected, but only ``finalize`` proves
that the end was reached: nothing that a reader yields may be shown, unpacked or delivered as whole before that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from crypto.errors import BrokenSealError

KEY_BYTES = 32


def new_key() -> bytes:
    """A fresh 32-byte key. One key seals one stream, never two."""
    return Cobblestone256Encryptor.generate_key()


def seal_stream(key: bytes, context: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Seal chunks of any size as they come; memory stays flat."""
    encryptor = Cobblestone256Encryptor(key, context)
    for chunk in chunks:
        yield encryptor.update(chunk)
    yield encryptor.finalize()


def unsafe_open_stream(key: bytes, context: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield plaintext before its end is proved. Keep it apart until the iterator ends without BrokenSealError."""
    try:
        decryptor = Cobblestone256Decryptor(key, context)
        for chunk in chunks:
            yield decryptor.update(chunk)
        yield decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError("a sealed stream is altered, cut short, or from another place") from error


def seal_bytes(key: bytes, context: bytes, data: bytes) -> bytes:
    """Seal ``data`` in one piece."""
    return b"".join(seal_stream(key, context, (data,)))


def open_bytes(key: bytes, context: bytes, sealed: bytes) -> bytes:
    """Open a whole sealed stream; returns only after its end is proved. Raises BrokenSealError."""
    return b"".join(unsafe_open_stream(key, context, (sealed,)))
