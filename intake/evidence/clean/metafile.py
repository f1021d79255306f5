"""Windows metafiles inside documents (MS-WMF, MS-EMF): drawing records stay; descriptions, comments and escapes go."""

from __future__ import annotations

import struct

from intake.evidence.clean.job import Job, damaged, still, strange
from intake.evidence.traces import Trace

_PLACEABLE = b"\xd7\xcd\xc6\x9a"
_WMF_ESCAPE = 0x0626
_WMF = frozenset(
    {0x0000, 0x001E, 0x0035, 0x0037, 0x00F7, 0x0102, 0x0103, 0x0104, 0x0105, 0x0106, 0x0107, 0x0108, 0x0127, 0x012A,
    0x012B, 0x012C,
     0x012D, 0x012E, 0x0139, 0x0142, 0x0149, 0x01F0, 0x01F9, 0x0201, 0x0209, 0x020A, 0x020B, 0x020C, 0x020D, 0x020E,
     0x020F, 0x0211,
     0x0213, 0x0214, 0x0220, 0x0228, 0x0229, 0x0231, 0x0234, 0x02FA, 0x02FB, 0x02FC, 0x0324, 0x0325, 0x0410, 0x0412,
     0x0415, 0x0416,
     0x0418, 0x0419, 0x041B, 0x041F, 0x0429, 0x0436, 0x0521, 0x0538, 0x0548, 0x061C, 0x061D, 0x06FF, 0x0817, 0x081A,
     0x0830, 0x0922,
     0x0940, 0x0A32, 0x0B23, 0x0B41, 0x0D33, 0x0F43}
)  # fmt: skip
_EMF_COMMENT, _EMF_END = 70, 14
_EMF_ESCAPES = frozenset({_EMF_COMMENT, 102, 103, 105, 106, 110, 119})
_EMF_LAST = 122
_EMF_HEAD = 108


def clean_wmf(data: bytes, job: Job) -> bytes:
    """The same drawing. Raises NotCleanableError for a record that it does not know."""
    start = 22 if data[:4] == _PLACEABLE else 0
    if len(data) < start + 18:
        damaged("wmf")
    at = start + 2 * struct.unpack_from("<H", data, start + 2)[0]
    kept: list[bytes] = []
    while True:
        if at + 6 > len(data):
            damaged("wmf")
        words, function = struct.unpack_from("<IH", data, at)
        if words < 3 or at + 2 * words > len(data):
            damaged("wmf")
        record = data[at : at + 2 * words]
        at += 2 * words
        if function == 0:
            kept.append(record[:6])
            break
        if function == _WMF_ESCAPE:
            job.removed(Trace.CUSTOM_DATA)
        elif function in _WMF:
            kept.append(record)
        else:
            strange("wmf record")
    if data[at:].strip(b"\0"):
        job.removed(Trace.HIDDEN_DATA)
    body = b"".join(kept)
    head = bytearray(data[start : start + 18])
    struct.pack_into("<H", head, 2, 9)
    struct.pack_into("<I", head, 6, (18 + len(body)) // 2)
    struct.pack_into("<I", head, 12, max(len(record) for record in kept) // 2)
    return data[:start] + bytes(head) + body


def clean_emf(data: bytes, job: Job) -> bytes:
    """The same drawing. Raises NotCleanableError for a record that it does not know, and for one drawn in comments alone."""
    records = _emf_records(data)
    kept, drawn_in_comments = [], False
    for kind, record in records[1:]:
        if kind in _EMF_ESCAPES:
            drawn_in_comments |= record[12:16] == b"EMF+" and _only_plus(record)
            job.removed(Trace.CUSTOM_DATA)
        elif 1 < kind <= _EMF_LAST:
            kept.append(record)
        else:
            strange("emf record")
    if drawn_in_comments:
        strange("emf+")
    head = bytearray(data[:_EMF_HEAD] if struct.unpack_from("<I", data, 4)[0] >= _EMF_HEAD else data[:88])
    if struct.unpack_from("<II", head, 60) != (0, 0):
        job.removed(Trace.DESCRIPTION)
    struct.pack_into("<I", head, 4, len(head))
    struct.pack_into("<II", head, 48, len(head) + sum(map(len, kept)), len(kept) + 1)
    struct.pack_into("<II", head, 60, 0, 0)
    if len(head) >= 100:
        struct.pack_into("<III", head, 88, 0, 0, 0)
    out = bytes(head) + b"".join(kept)
    if any(kind in _EMF_ESCAPES for kind, _ in _emf_records(out)):
        still("emf")
    return out


def _emf_records(data: bytes) -> list[tuple[int, bytes]]:
    at = 0
    found: list[tuple[int, bytes]] = []
    while True:
        if at + 8 > len(data):
            damaged("emf")
        kind, size = struct.unpack_from("<II", data, at)
        if size < 8 or size % 4 or at + size > len(data) or (not found and (kind != 1 or size < 88)):
            damaged("emf")
        found.append((kind, data[at : at + size]))
        at += size
        if kind == _EMF_END:
            return found


def _only_plus(record: bytes) -> bool:
    """Whether an EMF+ header says that the plain records draw nothing."""
    kind, flags = struct.unpack_from("<HH", record, 16) if len(record) >= 20 else (0, 0)
    return kind == 0x4001 and not flags & 1
