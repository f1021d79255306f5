"""GIF (89a): the frames, their timing and the loop; comments, texts, application blocks and what is behind the end go."""

from __future__ import annotations

import io
import struct

from PIL import Image

from intake.evidence.clean.job import Job, check_pixels, damaged, still
from intake.evidence.traces import Trace

_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
_MAX_FRAMES = 10_000


def clean(data: bytes, job: Job) -> bytes:
    """The same frames without traces. Raises NotCleanableError."""
    walk = _Walk(data, job)
    try:
        out = walk.run()
    except (IndexError, struct.error):
        damaged("gif")
    _look(out)
    return out


class _Walk:
    """One pass over the blocks."""

    def __init__(self, data: bytes, job: Job) -> None:
        self.data, self.job, self.at = data, job, 13
        self.out: list[bytes] = []
        self.frames = 0
        self.control = b""

    def run(self) -> bytes:
        """The clean file."""
        width, height, packed, background, aspect = struct.unpack_from("<HHBBB", self.data, 6)
        check_pixels(width, height)
        table = self._table(packed)
        self.out.append(b"GIF89a" + struct.pack("<HHBBB", width, height, packed, background, aspect) + table)
        while self.at < len(self.data) and (kind := self._byte()) != 0x3B:
            if kind == 0x2C:
                self._frame(width, height)
            elif kind == 0x21:
                self._extension(self._byte())
            else:
                damaged("gif")
        if not self.frames:
            damaged("gif")
        if self.data[self.at :]:
            self.job.removed(Trace.HIDDEN_DATA)
        return b"".join(self.out) + b"\x3b"

    def _byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def _take(self, size: int) -> bytes:
        piece = self.data[self.at : self.at + size]
        if len(piece) != size:
            damaged("gif")
        self.at += size
        return piece

    def _table(self, packed: int) -> bytes:
        return self._take(3 << ((packed & 7) + 1)) if packed & 0x80 else b""

    def _blocks(self) -> bytes:
        pieces = []
        while size := self._byte():
            pieces.append(self._take(size))
        return b"".join(pieces)

    def _frame(self, screen_width: int, screen_height: int) -> None:
        self.frames += 1
        descriptor = self._take(9)
        left, top, width, height, packed = struct.unpack("<HHHHB", descriptor)
        check_pixels(max(screen_width, left + width), max(screen_height, top + height), self.frames)
        if self.frames > _MAX_FRAMES:
            damaged("gif frames")
        table = self._table(packed)
        smallest = self._byte()
        if not 1 <= smallest <= 11:
            damaged("gif")
        coded = self._blocks()
        end = _end_of_codes(coded, smallest)
        if end < len(coded):
            self.job.removed(Trace.HIDDEN_DATA)
            coded = coded[:end]
        blocks = b"".join(
            bytes([len(coded[i : i + 255])]) + coded[i : i + 255] for i in range(0, len(coded), 255)
        )
        self.out.append(self.control + b"\x2c" + descriptor + table + bytes([smallest]) + blocks + b"\0")
        self.control = b""

    def _extension(self, label: int) -> None:
        if label == 0xF9:
            body = self._blocks()
            if len(body) != 4:
                damaged("gif")
            self.control = b"\x21\xf9\x04" + bytes([body[0] & 0x1F]) + body[1:] + b"\0"
            return
        first = self._take(self._byte()) if label in {0xFF, 0x01} else b""
        body = self._blocks()
        if label == 0xFF and first in _LOOPS and len(body) >= 3 and body[0] & 7 == 1:
            self.out.append(b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + body[1:3] + b"\0")
            if len(body) > 3:
                self.job.removed(Trace.HIDDEN_DATA)
        else:
            self.job.removed(Trace.DESCRIPTION if label == 0xFE else Trace.METADATA)


def _end_of_codes(coded: bytes, smallest: int) -> int:
    """Where the coded pixels end: behind the byte with their end code. Only the widths of the codes are followed."""
    clear, end = 1 << smallest, (1 << smallest) + 1
    width, table, first = smallest + 1, end, True
    bits = held = 0
    for place, byte in enumerate(coded):
        held |= byte << bits
        bits += 8
        while bits >= width:
            code = held & ((1 << width) - 1)
            held >>= width
            bits -= width
            if code == end:
                return place + 1
            if code == clear:
                width, table, first = smallest + 1, end, True
                continue
            if first:
                first = False
            elif table < 4095:
                table += 1
                if table == (1 << width) - 1 and width < 12:
                    width += 1
    return len(coded)


def _look(out: bytes) -> None:
    """A second parser finds no comment and no application's block."""
    with Image.open(io.BytesIO(out), formats=["GIF"]) as picture:
        if set(picture.info) - {"version", "background", "duration", "transparency", "loop", "extension"}:
            still("gif")
        if picture.info.get("extension", (b"NETSCAPE2.0", 0))[0] != b"NETSCAPE2.0":
            still("gif")
