"""HEIC, HEIF and AVIF (ISO 23008-12): the shown picture and its pieces; Exif, XMP, previews, depth and others go."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from intake.evidence.clean import icc
from intake.evidence.clean.boxes import box, boxes, need, only
from intake.evidence.clean.codecs import harmless_units, hevc_settings
from intake.evidence.clean.ifd import note_exif
from intake.evidence.clean.job import Job, check_pixels, damaged, still, strange
from intake.evidence.traces import Trace

_CODED = {b"hvc1", b"av01"}
_DERIVED = {b"grid", b"iden", b"iovl"}
_PROPERTIES = {
    b"ispe": 12,
    b"pixi": 16,
    b"irot": 1,
    b"imir": 1,
    b"clap": 32,
    b"pasp": 8,
    b"clli": 4,
    b"mdcv": 24,
    b"colr": 64,
    b"auxC": 80,
}
_ALPHA = (b"urn:mpeg:hevc:2015:auxid:1\0", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")
_MAX_ITEMS = 5_000


@dataclass(slots=True)
class _Item:
    """A picture or a piece of one."""

    kind: bytes
    body: bytes
    properties: list[tuple[bool, bytes, bytes]]
    """Of each: whether a reader must know it, its name, what is inside."""


def clean(data: bytes, job: Job) -> bytes:
    """The same picture without traces. Raises NotCleanableError."""
    outer = list(boxes(data))
    if any(name in {b"moov", b"moof"} for name, _ in outer):
        strange("heif film")
    start = next((body for name, body in outer if name == b"ftyp"), b"")
    meta = [body for name, body in outer if name == b"meta"]
    if len(meta) != 1:
        damaged("heif")
    inside = meta[0][4:]
    primary = _number(need(inside, b"pitm"), 4, 2 if need(inside, b"pitm")[0] == 0 else 4)
    kinds = _kinds(need(inside, b"iinf"))
    references = _references(only(inside, b"iref"))
    kept = _reached(primary, kinds, references, inside)
    for number, kind in kinds.items():
        if number not in kept:
            _note(number, kind, data, inside, job)
    items = {number: _item(number, kinds[number], data, inside, job) for number in kept}
    out = _written(
        start[:4], primary, items, [one for one in references if one[1] in kept and set(one[2]) <= set(kept)]
    )
    _look(out)
    return out


def _number(body: bytes, at: int, size: int) -> int:
    if at + size > len(body):
        damaged("heif")
    return int.from_bytes(body[at : at + size], "big")


def _kinds(table: bytes) -> dict[int, bytes]:
    wide = table[0] != 0
    found: dict[int, bytes] = {}
    for name, body in boxes(table[8 if wide else 6 :]):
        if name != b"infe" or body[0] not in {2, 3} or len(found) >= _MAX_ITEMS:
            strange("heif items")
        size = 2 if body[0] == 2 else 4
        if _number(body, 4 + size, 2):
            strange("heif protection")
        found[_number(body, 4, size)] = body[6 + size : 10 + size]
    return found


def _references(table: bytes | None) -> list[tuple[bytes, int, list[int]]]:
    if table is None:
        return []
    size = 2 if table[0] == 0 else 4
    return [
        (
            name,
            _number(body, 0, size),
            [_number(body, size + 2 + size * n, size) for n in range(_number(body, size, 2))],
        )
        for name, body in boxes(table[4:])
    ]


def _reached(
    primary: int, kinds: dict[int, bytes], references: list[tuple[bytes, int, list[int]]], inside: bytes
) -> list[int]:
    """The shown picture, its pieces, and its transparency with its pieces."""
    waiting, found = [primary], []
    while waiting:
        number = waiting.pop(0)
        if number in found:
            continue
        if kinds.get(number) not in _CODED | _DERIVED:
            strange("heif picture")
        found.append(number)
        for name, start, targets in references:
            if name == b"dimg" and start == number:
                waiting += targets
            elif name == b"auxl" and number in targets and _is_alpha(start, inside):
                waiting.append(start)
    return found


def _is_alpha(number: int, inside: bytes) -> bool:
    return any(
        name == b"auxC" and body[4:].startswith(_ALPHA) for _, name, body in _properties(number, inside)
    )


def _properties(number: int, inside: bytes) -> list[tuple[bool, bytes, bytes]]:
    container = need(inside, b"iprp")
    listed = list(boxes(need(container, b"ipco")))
    table = need(container, b"ipma")
    size, wide = (2 if table[0] == 0 else 4), table[3] & 1
    at = 8
    for _ in range(_number(table, 4, 4)):
        item, count = _number(table, at, size), _number(table, at + size, 1)
        at += size + 1
        found = []
        for _ in range(count):
            value = _number(table, at, 2 if wide else 1)
            at += 2 if wide else 1
            essential, index = bool(value >> (15 if wide else 7)), value & (0x7FFF if wide else 0x7F)
            if index > len(listed):
                damaged("heif")
            if index:
                found.append((essential, *listed[index - 1]))
        if item == number:
            return found
    return []


def _body(number: int, data: bytes, inside: bytes) -> bytes:
    """An item's bytes, from wherever its places are."""
    table = need(inside, b"iloc")
    version = table[0]
    offset_size, length_size, base_size = table[4] >> 4, table[4] & 15, table[5] >> 4
    index_size = table[5] & 15 if version else 0
    wide = 4 if version == 2 else 2
    at = 6 + wide
    for _ in range(_number(table, 6, wide)):
        item = _number(table, at, wide)
        at += wide
        method = _number(table, at, 2) & 15 if version else 0
        at += 2 if version else 0
        if _number(table, at, 2):
            strange("heif place")
        base = _number(table, at + 2, base_size)
        count = _number(table, at + 2 + base_size, 2)
        at += 4 + base_size
        pieces = []
        for _ in range(count):
            at += index_size
            offset, length = _number(table, at, offset_size), _number(table, at + offset_size, length_size)
            at += offset_size + length_size
            pieces.append((base + offset, length))
        if item == number:
            source = data if method == 0 else need(inside, b"idat") if method == 1 else strange("heif place")
            if any(length == 0 or start + length > len(source) for start, length in pieces):
                damaged("heif")
            return b"".join(source[start : start + length] for start, length in pieces)
    return damaged("heif")


def _item(number: int, kind: bytes, data: bytes, inside: bytes, job: Job) -> _Item:
    kept: list[tuple[bool, bytes, bytes]] = []
    width = 4
    for essential, name, body in _properties(number, inside):
        if name == b"hvcC":
            width = (body[21] & 3) + 1
        clean_body = _property(name, body, job)
        if clean_body is not None:
            kept.append((essential, name, clean_body))
        elif essential and name != b"colr":
            strange("heif property")
    body = _body(number, data, inside)
    if kind == b"hvc1":
        body = harmless_units(body, width, job)
    elif kind == b"av01":
        body = _av1(body, job)
    return _Item(kind, body, kept)


def _property(name: bytes, body: bytes, job: Job) -> bytes | None:
    """What a reader needs to show a picture, or None."""
    if name == b"hvcC":
        return hevc_settings(body)
    if name == b"av1C":
        return body[:4]
    if name == b"colr" and body[:4] in {b"prof", b"rICC"}:
        neutral = icc.neutral(body[4:])
        job.removed(Trace.COLOUR_PROFILE, int(neutral != body[4:]))
        return b"prof" + neutral if neutral else None
    if name == b"ispe":
        check_pixels(*struct.unpack_from(">II", body, 4))
    if name in _PROPERTIES and len(body) <= _PROPERTIES[name] and (name != b"auxC" or body[4:] in _ALPHA):
        return body
    job.removed(Trace.METADATA)
    return None


def _av1(data: bytes, job: Job) -> bytes:
    """AV1 (its specification, 5.3): the units of the picture; metadata, padding and reserved ones go."""
    at, out = 0, []
    while at < len(data):
        start, head = at, data[at]
        kind, extended, sized = head >> 3 & 15, head >> 2 & 1, head >> 1 & 1
        at += 1 + extended
        if not sized:
            size = len(data) - at
        else:
            size = 0
            for shift in range(0, 56, 7):
                byte = data[at]
                at += 1
                size |= (byte & 127) << shift
                if not byte & 128:
                    break
        at += size
        if at > len(data):
            damaged("av1")
        if kind in {1, 2, 3, 4, 6, 7}:
            out.append(data[start:at])
        else:
            job.removed(Trace.METADATA)
    return b"".join(out)


def _note(number: int, kind: bytes, data: bytes, inside: bytes, job: Job) -> None:
    if kind == b"Exif":
        block = _body(number, data, inside)
        note_exif(block[4 + int.from_bytes(block[:4], "big") :], job)
    else:
        job.removed(Trace.THUMBNAIL if kind in _CODED | _DERIVED else Trace.METADATA)


def _written(
    brand: bytes, primary: int, items: dict[int, _Item], references: list[tuple[bytes, int, list[int]]]
) -> bytes:
    numbers = {old: new for new, old in enumerate(items, 1)}
    listed: list[bytes] = []
    table = b""
    for old, item in items.items():
        indexes = b""
        for essential, name, body in item.properties:
            whole = box(name, body)
            if whole not in listed:
                listed.append(whole)
            indexes += struct.pack(">H", (0x8000 if essential else 0) | (listed.index(whole) + 1))
        table += struct.pack(">HB", numbers[old], len(item.properties)) + indexes
    information = b"".join(
        box(b"infe", b"\2\0\0\0" + struct.pack(">HH4s", numbers[old], 0, item.kind) + b"\0")
        for old, item in items.items()
    )
    linked = b"".join(
        box(
            name,
            struct.pack(
                f">HH{len(targets)}H", numbers[start], len(targets), *(numbers[one] for one in targets)
            ),
        )
        for name, start, targets in references
        if name in {b"dimg", b"auxl"}
    )
    start = box(
        b"ftyp",
        (b"avif" if brand == b"avif" else b"heic")
        + bytes(4)
        + (b"avifmif1miaf" if brand == b"avif" else b"mif1heic"),
    )
    base = 0
    built = b""
    for _ in range(2):  # the length of the places does not hang on their values
        at, places = base, b""
        for old, item in items.items():
            places += struct.pack(">HHHII", numbers[old], 0, 1, at, len(item.body))
            at += len(item.body)
        built = box(b"meta", bytes(4) + box(b"hdlr", bytes(8) + b"pict" + bytes(13)) + box(b"pitm", struct.pack(">IH", 0,
                    numbers[primary]))
            + box(b"iloc", bytes(4) + b"\x44\0" + struct.pack(">H", len(items)) + places)
            + box(b"iinf", struct.pack(">IH", 0, len(items)) + information) + (box(b"iref",
            bytes(4) + linked) if linked else b"")
            + box(b"iprp", box(b"ipco", b"".join(listed)) + box(b"ipma", b"\0\0\0\1" + struct.pack(">I",
            len(items)) + table)))  # fmt: skip
        base = len(start) + len(built) + 8
    return start + built + box(b"mdat", b"".join(item.body for item in items.values()))


def _look(out: bytes) -> None:
    """The written file again: three boxes, and no item but pictures."""
    outer = list(boxes(out))
    if [name for name, _ in outer] != [b"ftyp", b"meta", b"mdat"]:
        still("heif")
    if set(_kinds(need(outer[1][1][4:], b"iinf")).values()) - _CODED - _DERIVED:
        still("heif items")
