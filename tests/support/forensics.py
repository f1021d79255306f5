"""Looking for a secret the way a thief of the disk would: in every file, in every usual disguise."""

from __future__ import annotations

import base64
import bz2
import gzip
import lzma
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_MINIMUM = 12  # bytes; shorter needles are found in noise


def disguises(secret: str) -> set[bytes]:
    """The secret raw, in UTF-16, in hexadecimal, in base64 at each of three alignments, and percent-encoded."""
    raw = secret.encode()
    plain = {raw, secret.encode("utf-16-le"), secret.encode("utf-16-be"), secret.replace(" ", "+").encode()}
    needles = set(plain)
    for form in plain:
        needles |= {form.hex().encode(), form.hex().upper().encode(), *_base64(form)}
    return {needle for needle in needles if len(needle) >= _MINIMUM}


def _base64(form: bytes) -> Iterator[bytes]:
    for shift in range(3):
        # Only the characters that do not depend on the neighbours.
        coded = base64.b64encode(bytes(shift) + form)
        start, end = (4 if shift else 0), len(coded) - 4
        for alphabet in (coded, coded.replace(b"+", b"-").replace(b"/", b"_")):
            yield alphabet[start:end]


def traces(secrets: Iterable[str], places: Iterable[Path], blobs: Iterable[bytes] = ()) -> list[str]:
    """Every file below ``places`` and every blob in which one of the secrets is found, in any disguise."""
    needles = {needle: secret for secret in secrets for needle in disguises(secret)}
    found = []
    for path in sorted(entry for place in places for entry in place.rglob("*") if entry.is_file()):
        found += [f"{path}: {hit!r}" for hit in _hits(path.read_bytes(), needles)]
    for number, blob in enumerate(blobs):
        found += [f"blob {number}: {hit!r}" for hit in _hits(blob, needles)]
    return found


def _hits(data: bytes, needles: dict[bytes, str]) -> set[str]:
    return {
        secret for layer in (data, *_unpacked(data)) for needle, secret in needles.items() if needle in layer
    }


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Every compressed stream that begins anywhere in ``data``, as far as it unpacks."""
    for magic, unpack in (
        (b"\x1f\x8b\x08", _gunzip), (b"x\x9c", _inflate), (b"x\x01", _inflate), (b"x\xda", _inflate),
        (b"BZh", _bunzip), (b"\xfd7zXZ\x00", _unxz),
    ):  # fmt: skip
        start = data.find(magic)
        while start >= 0:
            if unpacked := unpack(data[start:]):
                yield unpacked
            start = data.find(magic, start + 1)


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, 1 << 24)
    except zlib.error:
        return b""


def _gunzip(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        try:
            return zlib.decompressobj(31).decompress(data, 1 << 24)
        except zlib.error:
            return b""


def _bunzip(data: bytes) -> bytes:
    try:
        return bz2.BZ2Decompressor().decompress(data, 1 << 24)
    except OSError:
        return b""


def _unxz(data: bytes) -> bytes:
    try:
        return lzma.LZMADecompressor().decompress(data, 1 << 24)
    except lzma.LZMAError:
        return b""
