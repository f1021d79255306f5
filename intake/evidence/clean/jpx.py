"""JPEG 2000 inside documents (ITU-T T.800): boxes and markers of the picture stay, comments and identifiers go. JBIG2's too."""

from __future__ import annotations

import struct

from intake.evidence.clean.job import Job, check_pixels, damaged, strange
from intake.evidence.traces import Trace

_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}
_INNER = {b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef"}
_SOT, _SOD, _EOC, _COM = 0xFF90, 0xFF93, 0xFFD9, 0xFF64


def clean(data: bytes, job: Job) -> bytes:
    """The same picture, as a file of boxes or a bare codestream as it was. Raises NotCleanableError."""
    if data[:4] == b"\xff\x4f\xff\x51":
        return _codestream(data, job)
    return b"".join(_box(name, body, job) for name, body in _boxes(data))


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    at, found = 0, []
    while at < len(data):
        if at + 8 > len(data):
            damaged("jpx")
        size, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = len(data) if size == 0 else at + size
        if not start <= end <= len(data):
            damaged("jpx")
        found.append((name, data[start:end]))
        at = end
    return found


def _box(name: bytes, body: bytes, job: Job) -> bytes:
    if name not in _BOXES:
        job.removed(Trace.METADATA)
        return b""
    if name == b"jp2h":
        kept = b""
        for inner, value in _boxes(body):
            if inner not in _INNER or (inner == b"colr" and value[:1] != b"\1"):
                job.removed(Trace.COLOUR_PROFILE if inner == b"colr" else Trace.METADATA)
                if inner == b"colr":
                    kept += struct.pack(">I4s", 15, b"colr") + b"\1\0\0" + struct.pack(">I", 16)
                continue
            kept += struct.pack(">I4s", 8 + len(value), inner) + value
        body = kept
    elif name == b"jp2c":
        body = _codestream(body, job)
    return struct.pack(">I4s", 8 + len(body), name) + body


def _codestream(data: bytes, job: Job) -> bytes:
    """Markers up to each tile part's data, which is copied; comments go from the main header, and are refused in a tile's."""
    at, out = 2, [data[:2]]
    while at + 4 <= len(data):
        marker, length = struct.unpack_from(">HH", data, at)
        if marker == _EOC:
            break
        if marker == 0xFF51:
            width, height = struct.unpack_from(">II", data, at + 6)
            check_pixels(width, height)
        if marker == _SOT:
            (size,) = struct.unpack_from(">I", data, at + 6)
            end = at + size if size else len(data) - 2
            if not at < end <= len(data):
                damaged("jpx")
            out.append(_tile(data[at:end]))
            at = end
            continue
        if marker == _COM:
            job.removed(Trace.DESCRIPTION)
        else:
            out.append(data[at : at + 2 + length])
        at += 2 + length
    if data[at : at + 2] != b"\xff\xd9":
        damaged("jpx")
    return b"".join([*out, b"\xff\xd9"])


def _tile(part: bytes) -> bytes:
    at = 12
    while at + 4 <= len(part):
        marker, length = struct.unpack_from(">HH", part, at)
        if marker == _SOD:
            return part
        if marker == _COM:
            strange("jpx")
        at += 2 + length
    return damaged("jpx")


def has_jbig2_extension(data: bytes) -> bool:
    """Whether an embedded JBIG2 stream (ITU-T T.88) has an extension segment, or cannot be followed."""
    at = 0
    while at + 11 <= len(data):
        number, flags, referred = struct.unpack_from(">IBB", data, at)
        kind, count = flags & 0x3F, referred >> 5
        if count > 4:
            return True
        at += 6 + count * (1 if number <= 256 else 2 if number <= 65536 else 4) + (4 if flags & 0x40 else 1)
        if at + 4 > len(data):
            return True
        (length,) = struct.unpack_from(">I", data, at)
        at += 4
        if kind == 62 or length == 0xFFFFFFFF:
            return True
        at += length
    return at != len(data)
