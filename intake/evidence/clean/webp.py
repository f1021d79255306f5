"""WebP (RFC 9649): the chunks of picture, frames and transparency stay; Exif (but the orientation), XMP and the unknown go."""

from __future__ import annotations

import io
import struct

from PIL import Image

from intake.evidence.clean import icc
from intake.evidence.clean.ifd import note_exif, orientation_only
from intake.evidence.clean.job import Job, check_pixels, damaged, still
from intake.evidence.traces import Trace

_PICTURE = {b"VP8 ", b"VP8L", b"ALPH"}
_EXIF_FLAG, _XMP_FLAG, _ICC_FLAG = 0x08, 0x04, 0x20


def clean(data: bytes, job: Job) -> bytes:
    """The same picture without traces. Raises NotCleanableError."""
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data) or size < 12:
        damaged("webp")
    if data[8 + size :]:
        job.removed(Trace.HIDDEN_DATA)
    chunks = _chunks(data[12 : 8 + size])
    kept: list[tuple[bytes, bytes]] = []
    for name, body in chunks:
        kept += _kept(name, body, job, inside=False)
    kept = _ordered(kept)
    body = b"".join(_chunk(*one) for one in kept)
    out = b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    _look(out)
    return out


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    at, found = 0, []
    while at < len(data):
        if at + 8 > len(data):
            damaged("webp")
        name, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > len(data):
            damaged("webp")
        found.append((name, data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return found


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _kept(name: bytes, body: bytes, job: Job, *, inside: bool) -> list[tuple[bytes, bytes]]:
    kept: bytes | None = None
    if name in _PICTURE or (name == b"ANIM" and len(body) == 6 and not inside):
        kept = body
    elif inside:
        pass  # a frame holds a picture and nothing else
    elif name == b"VP8X" and len(body) == 10:
        check_pixels(*(int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7)))
        kept = body
    elif name == b"ANMF" and len(body) > 16:
        inner = [one for part in _chunks(body[16:]) for one in _kept(*part, job, inside=True)]
        kept = body[:16] + b"".join(_chunk(*one) for one in inner)
    elif name == b"ICCP":
        kept = icc.neutral(body)
        if kept == body:
            return [(name, kept)]
        job.removed(Trace.COLOUR_PROFILE)
        return [(name, kept)] if kept else []
    elif name == b"EXIF":
        turned = note_exif(body.removeprefix(b"Exif\0\0"), job)
        return [(name, orientation_only(turned))] if turned != 1 else []
    if kept is None:
        job.removed(Trace.METADATA)
        return []
    return [(name, kept)]


def _ordered(kept: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """One header that says what is there, and each other chunk where the format wants it."""
    names = [name for name, _ in kept]
    if not {b"VP8 ", b"VP8L", b"ANMF"} & set(names) or names.count(b"VP8X") > 1:
        damaged("webp")
    out = []
    for name, body in kept:
        if name == b"VP8X":
            flags = body[0] & ~(_EXIF_FLAG | _XMP_FLAG | _ICC_FLAG | 0xC1)
            flags |= (_EXIF_FLAG if b"EXIF" in names else 0) | (_ICC_FLAG if b"ICCP" in names else 0)
            out.append((name, bytes([flags, 0, 0, 0]) + body[4:]))
        elif name in {b"EXIF", b"ICCP"} and b"VP8X" not in names:
            continue  # without that header no reader looks for them
        else:
            out.append((name, body))
    return out


def _look(out: bytes) -> None:
    """A second parser finds nothing but what may be there."""
    with Image.open(io.BytesIO(out), formats=["WEBP"]) as picture:
        allowed = {"loop", "background", "timestamp", "duration", "icc_profile", "exif"}
        if set(picture.info) - allowed:
            still("webp")
        exif = picture.info.get("exif", b"")
        if exif and exif.removeprefix(b"Exif\0\0") not in {orientation_only(turn) for turn in range(2, 9)}:
            still("webp exif")
        if "icc_profile" in picture.info and not icc.is_neutral(picture.info["icc_profile"]):
            still("webp profile")
