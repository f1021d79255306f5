"""Ogg (RFC 3533) with one stream of Vorbis, Opus, FLAC or Speex: the sound's packets, with an empty list of comments."""

from __future__ import annotations

import struct
import zlib

from intake.evidence.clean.job import Job, damaged, still, strange
from intake.evidence.traces import Trace

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_SERIAL = 1


def clean(data: bytes, job: Job) -> bytes:
    """The same sound without comments. Raises NotCleanableError."""
    pages, end = _pages(data)
    if data[end:].strip(b"\0"):
        job.removed(Trace.HIDDEN_DATA)
    if len({page.serial for page in pages}) != 1:
        strange("ogg streams")
    headers, rest = _headers(pages)
    fresh = [headers[0], _comments(headers, job), *headers[2:]]
    out, number = [], 0
    for index, group in enumerate([[fresh[0]], fresh[1:]]):
        for flags, lacing, body in _laid_out(group):
            out.append(_page(flags | (2 if index == 0 else 0), 0, number, lacing, body))
            number += 1
    for page in rest:
        out.append(_page(page.flags, page.position, number, page.lacing, page.body))
        number += 1
    written = b"".join(out)
    if len(_pages(written)[0]) != number:
        still("ogg")
    return written


class _Page:
    """A page as it is read."""

    def __init__(self, flags: int, position: int, serial: int, lacing: bytes, body: bytes) -> None:
        self.flags, self.position, self.serial, self.lacing, self.body = flags, position, serial, lacing, body

    def packets(self) -> list[tuple[bytes, bool]]:
        """The pieces of packets, and whether each ends here."""
        found, at, start = [], 0, 0
        for index, size in enumerate(self.lacing):
            at += size
            if size < 255 or index == len(self.lacing) - 1:
                found.append((self.body[start:at], size < 255))
                start = at
        return found


def _pages(data: bytes) -> tuple[list[_Page], int]:
    at, found = 0, []
    while data[at : at + 4] == b"OggS" and at + 27 <= len(data):
        version, flags, position, serial, _, sum_, count = struct.unpack_from("<BBqIIIB", data, at + 4)
        lacing = data[at + 27 : at + 27 + count]
        start = at + 27 + count
        size = sum(lacing)
        if version or start + size > len(data):
            damaged("ogg")
        if _crc(data[at : at + 22] + bytes(4) + data[at + 26 : start + size]) != sum_:
            damaged("ogg")
        found.append(_Page(flags, position, serial, lacing, data[start : start + size]))
        at = start + size
    if not found:
        damaged("ogg")
    return found, at


def _headers(pages: list[_Page]) -> tuple[list[bytes], list[_Page]]:
    """The packets before the sound, and the pages of the sound."""
    first = pages[0].body
    wanted = {b"\x01vorbis": 3, b"OpusHead": 2, b"Speex   ": 2}.get(
        first[:7] if first[:1] == b"\x01" else first[:8]
    )
    if wanted is None:
        wanted = 1 + int.from_bytes(first[7:9], "big") if first[:5] == b"\x7fFLAC" else 0
    if not 2 <= wanted <= 100:
        strange("ogg stream")
    packets: list[bytes] = []
    piece = b""
    for index, page in enumerate(pages):
        for part, ends in page.packets():
            piece += part
            if ends:
                packets.append(piece)
                piece = b""
        if len(packets) >= wanted:
            if len(packets) > wanted or piece:
                strange("ogg headers")
            return packets, pages[index + 1 :]
    return damaged("ogg")


def _comments(headers: list[bytes], job: Job) -> bytes:
    """The second packet: an empty one of its kind."""
    old = headers[1]
    if old[:7] == b"\x03vorbis":
        new = b"\x03vorbis" + bytes(8) + b"\x01"
    elif old[:8] == b"OpusTags":
        new = b"OpusTags" + bytes(8)
    elif headers[0][:5] == b"\x7fFLAC":
        if headers[2:]:
            job.removed(Trace.METADATA, len(headers) - 2)
            del headers[2:]
        headers[0] = headers[0][:7] + b"\0\x01" + headers[0][9:]
        new = b"\x84\0\0\x08" + bytes(8)
    else:
        new = bytes(8)
    job.removed(Trace.DESCRIPTION, int(old != new))
    return new


def _laid_out(packets: list[bytes]) -> list[tuple[int, bytes, bytes]]:
    """Packets in pages: flags, lacing, body."""
    sizes: list[int] = []
    for packet in packets:
        sizes += [255] * (len(packet) // 255) + [len(packet) % 255]
    body, out, at = b"".join(packets), [], 0
    continued = False
    for start in range(0, len(sizes), 255):
        lacing = sizes[start : start + 255]
        out.append((1 if continued else 0, bytes(lacing), body[at : at + sum(lacing)]))
        at += sum(lacing)
        continued = lacing[-1] == 255
    return out


def _page(flags: int, position: int, number: int, lacing: bytes, body: bytes) -> bytes:
    head = b"OggS" + struct.pack("<BBqIIIB", 0, flags & 7, position, _SERIAL, number, 0, len(lacing))
    page = head + lacing + body
    return page[:22] + struct.pack("<I", _crc(page)) + page[26:]


def _crc(data: bytes) -> int:
    """Ogg's sum runs the other way round than zlib's, begins with zero, and is not inverted."""
    total = zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{total:032b}"[::-1], 2)
