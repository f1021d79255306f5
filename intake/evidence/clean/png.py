"""PNG and APNG (W3C PNG, third edition): the chunks that show the picture; its compressed rows are copied as they are.

Dropped: text, times, Exif but for the orientation, unknown chunks, and data behind the rows or behind the end.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from intake.evidence.clean import icc
from intake.evidence.clean.ifd import note_exif, orientation_only
from intake.evidence.clean.job import Job, check_pixels, damaged, still, strange
from intake.evidence.traces import NotCleanableError, Reason, Trace

_MAGIC = b"\x89PNG\r\n\x1a\n"
_EXACT = {b"gAMA": (4,), b"cHRM": (32,), b"sRGB": (1,), b"sBIT": (1, 2, 3, 4), b"bKGD": (1, 2, 6), b"pHYs": (9,), b"cICP": (4,),
          b"acTL": (8,), b"fcTL": (26,), b"mDCV": (24,), b"cLLI": (8,)}  # fmt: skip
_TELLS = {b"tIME": Trace.TIME, b"tEXt": Trace.DESCRIPTION, b"zTXt": Trace.DESCRIPTION, b"iTXt": Trace.DESCRIPTION,
          b"iCCP": Trace.COLOUR_PROFILE}  # fmt: skip
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def clean(data: bytes, job: Job) -> bytes:
    """The same picture without traces. Raises NotCleanableError."""
    chunks, end = _chunks(data)
    if data[end:]:
        job.removed(Trace.HIDDEN_DATA)
    header = chunks[0][1]
    if chunks[0][0] != b"IHDR" or len(header) != 13:
        damaged("png")
    width, height = struct.unpack_from(">II", header)
    check_pixels(width, height)
    out: list[tuple[bytes, bytes]] = []
    for name, body in chunks:
        out += _kept(name, body, job)
    out = _rows(out, header, job)
    written = _MAGIC + b"".join(_chunk(name, body) for name, body in out)
    _look(written)
    return written


def _chunks(data: bytes) -> tuple[list[tuple[bytes, bytes]], int]:
    at = 8
    found: list[tuple[bytes, bytes]] = []
    while True:
        if at + 12 > len(data) and found and found[-1][0] == b"IDAT":
            return [*found, (b"IEND", b"")], len(
                data
            )  # some programs forget the end; the rows are counted all the same
        if at + 12 > len(data):
            damaged("png")
        length, name = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            damaged("png")
        found.append((name, data[at + 8 : at + 8 + length]))
        at += 12 + length
        if name == b"IEND":
            return found, at


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _kept(name: bytes, body: bytes, job: Job) -> list[tuple[bytes, bytes]]:
    if name == b"IEND":
        return [(name, b"")]
    if name in {b"IHDR", b"IDAT", b"fdAT"} or (name in _EXACT and len(body) in _EXACT[name]):
        return [(name, body)]
    if (name == b"PLTE" and len(body) % 3 == 0 and len(body) <= 768) or (
        name == b"tRNS" and len(body) <= 256
    ):
        return [(name, body)]
    if name == b"iCCP":
        return _profile(body, job)
    if name == b"eXIf":
        turned = note_exif(body, job)
        return [(name, orientation_only(turned))] if turned != 1 else []
    if not name[0] & 0x20:
        strange("png chunk")  # it says itself that the picture cannot be shown without it
    job.removed(_TELLS.get(name, Trace.METADATA))
    return []


def _profile(body: bytes, job: Job) -> list[tuple[bytes, bytes]]:
    end = body.find(b"\0")
    whole, neutral = b"", None
    if 0 < end < 80 and body[end + 1 : end + 2] == b"\0":
        try:
            whole, _ = job.inflate(body[end + 2 :], 4 * 1024 * 1024)
            neutral = icc.neutral(whole)
        except NotCleanableError as error:
            if error.reason is Reason.TOO_COMPLEX:
                raise
    job.removed(Trace.COLOUR_PROFILE, int(neutral is None or neutral != whole))
    return [(b"iCCP", b"icc\0\0" + zlib.compress(neutral, 9))] if neutral else []


def _rows(chunks: list[tuple[bytes, bytes]], header: bytes, job: Job) -> list[tuple[bytes, bytes]]:
    """The rows of the picture and of each frame, cut where their last row ends."""
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", header)
    out: list[tuple[bytes, bytes]] = []
    size, sequence = (width, height), 0
    pieces: list[bytes] = []
    current = b""

    def flush() -> None:
        nonlocal pieces, sequence
        if pieces:
            stream = _stream(b"".join(pieces), _bytes_of(*size, depth, colour, interlace), job)
            for start in range(0, len(stream), 1 << 30):
                prefix = struct.pack(">I", sequence) if current == b"fdAT" else b""
                sequence += current == b"fdAT"
                out.append((current, prefix + stream[start : start + (1 << 30)]))
        pieces = []

    for name, body in chunks:
        if name in {b"IDAT", b"fdAT"}:
            if current != name:
                flush()
            current = name
            pieces.append(body if name == b"IDAT" else body[4:])
            continue
        flush()
        if name == b"fcTL":
            size = struct.unpack_from(">II", body, 4)
            check_pixels(*size)
            out.append((name, struct.pack(">I", sequence) + body[4:]))
            sequence += 1
        else:
            out.append((name, body))
    return out


def _bytes_of(width: int, height: int, depth: int, colour: int, interlace: int) -> int:
    """How many bytes the rows are, each with its filter byte."""
    bits = depth * _CHANNELS.get(colour, 0)
    if not bits or interlace > 1:
        damaged("png")
    if not interlace:
        return height * (1 + (width * bits + 7) // 8)
    total = 0
    for left, top, across, down in _PASSES:
        columns, rows = (
            max(0, (width - left + across - 1) // across),
            max(0, (height - top + down - 1) // down),
        )
        total += rows * (1 + (columns * bits + 7) // 8) if columns else 0
    return total


def _stream(data: bytes, wanted: int, job: Job) -> bytes:
    """The compressed rows without what lies behind them; packed again only when too many bytes are inside."""
    job.budget.spend(wanted)
    unpacker, produced = zlib.decompressobj(), 0
    for piece in _unpacked(unpacker, data):
        produced += len(piece)
        if produced > wanted:
            return _packed_again(data, wanted, job)
    if produced < wanted or not unpacker.eof:
        damaged("png rows")
    if unpacker.unused_data:
        job.removed(Trace.HIDDEN_DATA)
        return data[: len(data) - len(unpacker.unused_data)]
    return data


def _packed_again(data: bytes, wanted: int, job: Job) -> bytes:
    job.removed(Trace.HIDDEN_DATA)
    packer, left, out = zlib.compressobj(), wanted, []
    for piece in _unpacked(zlib.decompressobj(), data):
        out.append(packer.compress(piece[:left]))
        left -= len(piece[:left])
        if not left:
            break
    return b"".join([*out, packer.flush()])


def _unpacked(unpacker: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    rest = data
    while rest and not unpacker.eof:
        try:
            yield unpacker.decompress(rest, 1 << 20)
        except zlib.error:
            damaged("png rows")
        rest = unpacker.unconsumed_tail
    if not unpacker.eof:
        yield unpacker.flush()


def _look(out: bytes) -> None:
    """A second parser finds no text, and no Exif but an orientation."""
    with Image.open(io.BytesIO(out), formats=["PNG"]) as picture:
        allowed = {"gamma", "chromaticity", "srgb", "dpi", "aspect", "transparency", "icc_profile", "exif", "interlace",
                   "loop", "default_image", "bbox", "duration", "disposal", "blend", "background", "sequence"}  # fmt: skip
        if set(picture.info) - allowed or getattr(picture, "text", {}):
            still("png")
        exif = picture.info.get("exif", b"")
        if exif and exif.removeprefix(b"Exif\0\0") not in {orientation_only(turn) for turn in range(2, 9)}:
            still("png exif")
        if "icc_profile" in picture.info and not icc.is_neutral(picture.info["icc_profile"]):
            still("png profile")
