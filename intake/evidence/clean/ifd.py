"""The directory of tags that TIFF files and Exif blocks share (TIFF 6.0, Exif 2.32): read within bounds, and what it tells.

It also writes the one Exif block that a clean picture may have: its orientation.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from intake.evidence.clean.job import Job, damaged
from intake.evidence.traces import Trace

SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
ORIENTATION, EXIF_IFD, GPS_IFD, INTEROP_IFD = 0x0112, 0x8769, 0x8825, 0xA005
MAX_IFDS = 2_000
MAX_TAGS = 1_000

TELLS: Mapping[int, Trace] = {
    0x010F: Trace.CAMERA, 0x0110: Trace.CAMERA, 0xA433: Trace.CAMERA, 0xA434: Trace.CAMERA, 0xC614: Trace.CAMERA,
    0xA431: Trace.SERIAL, 0xA435: Trace.SERIAL, 0xC62F: Trace.SERIAL, 0xA420: Trace.IDENTIFIER,
    0x0132: Trace.TIME, 0x9003: Trace.TIME, 0x9004: Trace.TIME, 0x9010: Trace.TIME, 0x9011: Trace.TIME, 0x9012: Trace.TIME,
    0x013B: Trace.AUTHOR, 0x8298: Trace.AUTHOR, 0x9C9D: Trace.AUTHOR, 0xA430: Trace.AUTHOR, 0x013C: Trace.AUTHOR,
    0x010E: Trace.DESCRIPTION, 0x9286: Trace.DESCRIPTION, 0x9C9B: Trace.DESCRIPTION, 0x9C9C: Trace.DESCRIPTION,
    0x9C9E: Trace.DESCRIPTION, 0x9C9F: Trace.DESCRIPTION, 0x010D: Trace.DESCRIPTION, 0x0131: Trace.SOFTWARE,
    0x000B: Trace.SOFTWARE, 0x0201: Trace.THUMBNAIL, 0x927C: Trace.METADATA, 0x02BC: Trace.METADATA, 0x83BB: Trace.METADATA,
    0x8649: Trace.METADATA, 0x8773: Trace.COLOUR_PROFILE,
}  # fmt: skip
"""What a tag gives away; any other counts as metadata."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag: its type, its count, and its value's bytes in the file's order."""

    tag: int
    type: int
    count: int
    raw: bytes

    def numbers(self, order: str) -> tuple[int, ...]:
        """The value as whole numbers. Raises NotCleanableError when it has none."""
        code = {1: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 13: "I"}.get(self.type)
        if code is None:
            damaged("tag")
        return struct.unpack(f"{order}{self.count}{code}", self.raw)


def order_of(data: bytes) -> str:
    """The byte order, as ``struct`` writes it."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        damaged("tiff")
    return order


def read_ifd(data: bytes, order: str, at: int) -> tuple[list[Entry], int]:
    """The tags of the directory at ``at``, and where the next one is. Raises NotCleanableError beyond the file's bounds."""
    if at < 8 or at + 2 > len(data):
        damaged("ifd")
    (count,) = struct.unpack_from(f"{order}H", data, at)
    end = at + 2 + 12 * count
    if count > MAX_TAGS or end + 4 > len(data):
        damaged("ifd")
    entries = []
    for place in range(at + 2, end, 12):
        tag, kind, number = struct.unpack_from(f"{order}HHI", data, place)
        size = SIZES.get(kind, 0) * number
        start = place + 8 if size <= 4 else struct.unpack_from(f"{order}I", data, place + 8)[0]
        if not size or start + size > len(data):
            continue  # a tag that cannot be read says nothing, and is not copied
        entries.append(Entry(tag, kind, number, data[start : start + size]))
    return entries, struct.unpack_from(f"{order}I", data, end)[0]


def chain(data: bytes, order: str) -> Iterator[list[Entry]]:
    """Every directory of the main chain. Raises NotCleanableError for a loop."""
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    seen: set[int] = set()
    while at:
        if at in seen or len(seen) >= MAX_IFDS:
            damaged("ifd")
        seen.add(at)
        entries, at = read_ifd(data, order, at)
        yield entries


def note_exif(block: bytes, job: Job) -> int:
    """Say what an Exif block tells; its orientation (1 to 8; 1 when it has none). A block that cannot be read counts once."""
    orientation = 1
    try:
        order = order_of(block)
        for number, entries in enumerate(chain(block, order)):
            for entry in entries:
                if entry.tag == ORIENTATION and number == 0:
                    value = entry.numbers(order)[0] if entry.count else 1
                    orientation = value if 1 <= value <= 8 else 1
            note_entries(block, order, entries, job)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is dropped whole
        job.removed(Trace.METADATA)
    return orientation


def note_entries(block: bytes, order: str, entries: list[Entry], job: Job) -> None:
    """Count what these tags give away, those of the Exif and GPS directories included."""
    for entry in entries:
        if entry.tag == GPS_IFD:
            job.removed(Trace.PLACE)
        elif entry.tag == EXIF_IFD and entry.type in {4, 13} and entry.count == 1:
            inner, _ = read_ifd(block, order, entry.numbers(order)[0])
            note_entries(block, order, [one for one in inner if one.tag != EXIF_IFD], job)
        elif entry.tag in TELLS:
            job.removed(TELLS[entry.tag])


def orientation_only(orientation: int) -> bytes:
    """An Exif block (without its six bytes of name) with this orientation and nothing else."""
    return b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", ORIENTATION, 3, 1, orientation, 0) + b"\0\0\0\0"
