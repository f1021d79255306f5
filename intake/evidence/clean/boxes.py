"""Boxes of the ISO base media format (ISO 14496-12) and QuickTime: read and written, within bounds. It knows no track."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from intake.evidence.clean.job import damaged

Box = tuple[bytes, bytes]
"""A name of four letters and what is inside."""


def boxes(data: bytes, start: int = 0, *, lenient: bool = False) -> Iterator[Box]:
    """Every box. Raises NotCleanableError beyond the bounds; ``lenient`` ends at a zero size, as QuickTime's lists do."""
    for name, begin, end in places(data, start, lenient=lenient):
        yield name, data[begin:end]


def places(data: bytes, start: int = 0, *, lenient: bool = False) -> Iterator[tuple[bytes, int, int]]:
    """The outermost boxes by name, start and end of what is inside, without copying it. Bounds as for ``boxes``."""
    at = start
    while at < len(data):
        if at + 8 > len(data):
            if lenient:
                return
            damaged("boxes")
        size, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            if at + 16 > len(data):
                damaged("boxes")
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        elif size == 0:
            if lenient:
                return
            size = len(data) - at
        if size < head or at + size > len(data):
            damaged("boxes")
        yield name, at + head, at + size
        at += size


def box(name: bytes, body: bytes) -> bytes:
    """One box."""
    return struct.pack(">I4s", 8 + len(body), name) + body


def only(data: bytes, name: bytes) -> bytes | None:
    """What is inside the one box of this name, or None. Raises NotCleanableError when there are two."""
    found = [body for one, body in boxes(data) if one == name]
    if len(found) > 1:
        damaged("boxes")
    return found[0] if found else None


def need(data: bytes, name: bytes) -> bytes:
    """The same for a box that must be there."""
    found = only(data, name)
    if found is None:
        damaged("boxes")
    return found
