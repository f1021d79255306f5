"""Font programs inside documents: the glyphs stay; notices, licences, owners and times go.

TrueType and OpenType (ISO 14496-22) are rebuilt from their tables; CFF (Adobe 5176) and Type 1 keep their length, so
that no offset moves, and lose their texts.
"""

from __future__ import annotations

import re
import struct
from itertools import pairwise

from intake.evidence.clean.job import damaged

_TABLES = frozenset(
    {b"cmap", b"glyf", b"loca", b"head", b"hhea", b"hmtx", b"maxp", b"cvt ", b"fpgm", b"prep", b"OS/2", b"CFF ", b"VORG",
     b"vhea", b"vmtx", b"gasp", b"kern", b"GSUB", b"GPOS", b"GDEF", b"BASE", b"hdmx", b"VDMX", b"LTSH", b"COLR", b"CPAL",
     b"post"}
)  # fmt: skip
_TEXT_OPERATORS = frozenset({0, 1, 2, 3, 4, (12, 0), (12, 21)})
_STANDARD_STRINGS = 391
_TYPE1_TEXT = re.compile(
    rb"/(?:Notice|Copyright|FullName|FamilyName|version)\s*\(((?:[^()\\]|\\.)*)\)", re.DOTALL
)
_COMMENT = re.compile(rb"(?<!^)%[^\r\n]*")


def clean_sfnt(data: bytes) -> bytes:
    """The same glyphs. Raises NotCleanableError (or struct.error) for what is no font."""
    if data[:4] not in {b"\0\1\0\0", b"true", b"OTTO"}:
        damaged("font")
    (count,) = struct.unpack_from(">H", data, 4)
    tables = []
    for index in range(count):
        name, _, at, size = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        if at + size > len(data):
            damaged("font")
        if name in _TABLES:
            tables.append((name, _table(name, data[at : at + size])))
    return _sfnt(data[:4], sorted(tables))


def _table(name: bytes, body: bytes) -> bytes:
    if name == b"head" and len(body) >= 54:
        return body[:8] + bytes(4) + body[12:20] + bytes(16) + body[36:54]
    if name == b"OS/2" and len(body) >= 62:
        return body[:58] + b"none" + body[62:]
    if name == b"post" and len(body) >= 32:
        return b"\0\3\0\0" + body[4:32]
    if name == b"CFF ":
        return clean_cff(body)
    return body


def _sfnt(magic: bytes, tables: list[tuple[bytes, bytes]]) -> bytes:
    count = len(tables)
    power = 1 << (count.bit_length() - 1) if count else 0
    header = magic + struct.pack(
        ">HHHH", count, power * 16, max(count.bit_length() - 1, 0), count * 16 - power * 16
    )
    at, directory, body = 12 + 16 * count, b"", []
    for name, table in tables:
        padded = table + bytes(-len(table) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", name, total, at, len(table))
        body.append(padded)
        at += len(padded)
    return b"".join([header, directory, *body])


def clean_cff(data: bytes) -> bytes:
    """The same bytes with the texts of notice, copyright and names blanked."""
    out = bytearray(data)
    at = data[2]
    _, at = _index(data, at)
    tops, at = _index(data, at)
    strings, _ = _index(data, at)
    for start, end in tops:
        for sid in _text_ids(data[start:end]):
            if _STANDARD_STRINGS <= sid < _STANDARD_STRINGS + len(strings):
                first, last = strings[sid - _STANDARD_STRINGS]
                out[first:last] = b" " * (last - first)
    return bytes(out)


def _index(data: bytes, at: int) -> tuple[list[tuple[int, int]], int]:
    (count,) = struct.unpack_from(">H", data, at)
    if not count:
        return [], at + 2
    size = data[at + 2]
    offsets = [
        int.from_bytes(data[at + 3 + size * n : at + 3 + size * (n + 1)], "big") for n in range(count + 1)
    ]
    base = at + 2 + size * (count + 1)
    if not 1 <= size <= 4 or sorted(offsets) != offsets or base + offsets[-1] > len(data):
        damaged("font")
    return [(base + one, base + two) for one, two in pairwise(offsets)], base + offsets[-1]


def _text_ids(top: bytes) -> list[int]:
    """The string numbers of the operators that hold texts."""
    found, operands, at = [], [0], 0
    while at < len(top):
        first = top[at]
        at += 1
        if first <= 21:
            operator: int | tuple[int, int] = (12, top[at]) if first == 12 else first
            at += first == 12
            if operator in _TEXT_OPERATORS:
                found.append(operands[-1])
            operands = [0]
        else:
            value, at = _operand(top, first, at)
            operands.append(value)
    return found


def _operand(top: bytes, first: int, at: int) -> tuple[int, int]:
    if first in {28, 29}:
        size = 2 if first == 28 else 4
        return int.from_bytes(top[at : at + size], "big", signed=True), at + size
    if first == 30:  # a real number, in half bytes up to the first that is 15
        while top[at] & 0xF != 0xF and top[at] >> 4 != 0xF:
            at += 1
        return 0, at + 1
    if first >= 247:
        value = (first - 247) * 256 + top[at] + 108 if first < 251 else -(first - 251) * 256 - top[at] - 108
        return value, at + 1
    return first - 139, at


def clean_type1(data: bytes, clear: int) -> bytes:
    """The same bytes with comments and texts of the clear part (its first ``clear`` bytes) blanked."""
    if not 0 < clear <= len(data):
        damaged("font")
    head = _TYPE1_TEXT.sub(lambda match: _blanked(match.group(), match.span(1), match.start()), data[:clear])
    return _COMMENT.sub(lambda match: b" " * len(match.group()), head) + data[clear:]


def _blanked(whole: bytes, span: tuple[int, int], start: int) -> bytes:
    first, last = span[0] - start, span[1] - start
    return whole[:first] + b" " * (last - first) + whole[last:]
