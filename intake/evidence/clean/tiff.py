"""TIFF (6.0): pages, from the tags that decoding needs and the strips or tiles they point at; all else goes."""

from __future__ import annotations

import io
import struct

from PIL import Image

from intake.evidence.clean import icc, jpeg
from intake.evidence.clean.ifd import Entry, chain, note_entries, order_of
from intake.evidence.clean.job import Job, check_pixels, damaged, still, strange
from intake.evidence.traces import Trace

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _SAMPLES = 256, 257, 258, 259, 262, 277
_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES, _TABLES, _PROFILE = 273, 279, 324, 325, 347, 34675
_KEPT = frozenset({254, 256, 257, 258, 259, 262, 263, 266, 274, 277, 278, 280, 281, 282, 283, 284, 292, 293, 296, 297, 317,
                  318, 319,
                   320, 322, 323, 332, 334, 338, 339, 340, 341, 529, 530, 531, 532})  # fmt: skip
_COMPRESSIONS = frozenset({1, 2, 3, 4, 5, 7, 8, 32773, 32946})
_NUMBERS = frozenset({1, 3, 4, 5, 8, 9, 11})
_MOST = {320: 3 << 16}
"""Values of a tag: numbers, and few. Words could stand in any."""
_RAW = frozenset({0xC612, 0x828D, 0x828E})
"""DNG and colour filter arrays: a camera's raw picture holds more than this format says."""


def clean(data: bytes, job: Job) -> bytes:
    """The same pages without traces. Raises NotCleanableError."""
    order = order_of(data)
    pages = [_page(data, order, entries, job) for entries in chain(data, order)]
    if not pages:
        damaged("tiff")
    out = _written(order, pages)
    used = sum(len(piece) for _, pieces in pages for piece in pieces)
    if len(data) > used + 65_536:
        job.removed(Trace.HIDDEN_DATA)
    _look(out)
    return out


def _page(data: bytes, order: str, entries: list[Entry], job: Job) -> tuple[list[Entry], list[bytes]]:
    """The tags that are kept, and the strips or tiles."""
    tags = {entry.tag: entry for entry in entries}
    if _RAW & set(tags) or _WIDTH not in tags or _HEIGHT not in tags:
        strange("tiff")
    check_pixels(tags[_WIDTH].numbers(order)[0], tags[_HEIGHT].numbers(order)[0])
    compression = tags[_COMPRESSION].numbers(order)[0] if _COMPRESSION in tags else 1
    if compression not in _COMPRESSIONS:
        strange("tiff compression")
    note_entries(data, order, [entry for entry in entries if entry.tag not in _KEPT], job)
    kept = [
        entry
        for entry in entries
        if entry.tag in _KEPT and entry.type in _NUMBERS and entry.count <= _MOST.get(entry.tag, 8)
    ]
    if _TABLES in tags:
        body = jpeg.clean_stream(tags[_TABLES].raw, job)
        kept.append(Entry(_TABLES, 7, len(body), body))
    if _PROFILE in tags:
        neutral = icc.neutral(tags[_PROFILE].raw)
        if neutral:
            kept.append(Entry(_PROFILE, 7, len(neutral), neutral))
    tiled = _TILES in tags
    where, sizes = (tags.get(_TILES if tiled else _STRIPS), tags.get(_TILE_BYTES if tiled else _STRIP_BYTES))
    if where is None or sizes is None or where.count != sizes.count:
        damaged("tiff")
    pieces = []
    for start, size in zip(where.numbers(order), sizes.numbers(order), strict=True):
        piece = data[start : start + size]
        if len(piece) != size:
            damaged("tiff")
        pieces.append(_piece(piece, compression, tags, order, job))
    placed = [
        Entry(_TILES if tiled else _STRIPS, 4, len(pieces), b""),
        Entry(_TILE_BYTES if tiled else _STRIP_BYTES, 4, len(pieces), b""),
    ]
    return sorted([*kept, *placed], key=lambda entry: entry.tag), pieces


def _piece(piece: bytes, compression: int, tags: dict[int, Entry], order: str, job: Job) -> bytes:
    """A strip or tile, cut where its picture ends as far as its coding says."""
    if compression == 7:
        return jpeg.clean_stream(piece, job)
    if compression in {8, 32946}:
        _, behind = job.inflate(piece, 1 << 30)
        if behind:
            job.removed(Trace.HIDDEN_DATA)
        return piece[: len(piece) - len(behind)]
    if compression == 1:
        size = _rows(tags, order)
        if len(piece) > size:
            job.removed(Trace.HIDDEN_DATA)
        return piece[:size]
    return piece


def _rows(tags: dict[int, Entry], order: str) -> int:
    """The bytes of one strip or tile without compression, at most."""

    def number(tag: int, otherwise: int) -> int:
        return tags[tag].numbers(order)[0] if tag in tags else otherwise

    bits = sum(tags[_BITS].numbers(order)) if _BITS in tags else 1
    samples = number(_SAMPLES, 1)
    bits = bits if _BITS in tags and tags[_BITS].count == samples else bits * samples
    width, height = (
        number(322, number(_WIDTH, 0)),
        number(323, min(number(278, number(_HEIGHT, 0)), number(_HEIGHT, 0))),
    )
    return (width * bits + 7) // 8 * height


def _written(order: str, pages: list[tuple[list[Entry], list[bytes]]]) -> bytes:
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    link = 4
    for entries, pieces in pages:
        places = []
        for piece in pieces:
            out += bytes(len(out) % 2)
            places.append(len(out))
            out += piece
        values = {
            _STRIPS: places,
            _TILES: places,
            _STRIP_BYTES: [len(piece) for piece in pieces],
            _TILE_BYTES: [len(piece) for piece in pieces],
        }
        fields = []
        for entry in entries:
            raw = (
                struct.pack(f"{order}{len(pieces)}I", *values[entry.tag])
                if entry.tag in values
                else entry.raw
            )
            if len(raw) > 4:
                out += bytes(len(out) % 2)
                at = len(out)
                out += raw
                raw = struct.pack(f"{order}I", at)
            fields.append(
                struct.pack(f"{order}HHI", entry.tag, entry.type, entry.count) + raw.ljust(4, b"\0")
            )
        out += bytes(len(out) % 2)
        struct.pack_into(f"{order}I", out, link, len(out))
        out += struct.pack(f"{order}H", len(fields)) + b"".join(fields)
        link = len(out)
        out += bytes(4)
    return bytes(out)


def _look(out: bytes) -> None:
    """A second parser finds no tag but those that are kept."""
    allowed = _KEPT | {_STRIPS, _STRIP_BYTES, _TILES, _TILE_BYTES, _TABLES, _PROFILE}
    with Image.open(io.BytesIO(out), formats=["TIFF"]) as picture:
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            if set(picture.tag_v2) - allowed:  # type: ignore[attr-defined]
                still("tiff")
