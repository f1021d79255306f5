"""Sample descriptions of films: how samples are coded, without the encoder's name; and messages in the samples.

H.264 and HEVC carry messages beside the picture (SEI): an encoder's settings, and cameras put place and time there.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from intake.evidence.clean import jpeg
from intake.evidence.clean.boxes import box, boxes
from intake.evidence.clean.job import Job, check_pixels, damaged, strange
from intake.evidence.traces import Trace

Rewrite = Callable[[bytes, int, Job], bytes]
"""A sample, its number, the job: the sample without what beside the picture or sound is in it."""

_VIDEO = {b"avc1": b"avcC", b"avc3": b"avcC", b"hvc1": b"hvcC", b"hev1": b"hvcC", b"mp4v": b"esds", b"vp09": b"vpcC",
          b"vp08": b"vpcC", b"s263": b"d263",
          b"jpeg": b"", b"mjpa": b""}  # fmt: skip
_AUDIO = {b"mp4a": b"esds", b"alac": b"alac", b"samr": b"damr", b"Opus": b"dOps", b"fLaC": b"dfLa", b"ac-3": b"dac3",
          b"ec-3": b"dec3",
          b"sowt": b"",
          b"twos": b"", b"in24": b"", b"in32": b"", b"fl32": b"", b"ulaw": b"", b"alaw": b"", b"raw ": b""}  # fmt: skip
_EXACT = {
    b"pasp": (8,),
    b"clap": (32,),
    b"btrt": (12,),
    b"colr": (10, 11),
    b"fiel": (2,),
    b"gama": (4,),
    b"chrm": (2,),
}
_HARMLESS_SEI = frozenset({0, 1, 6, 45, 47, 128, 129, 130, 132, 136, 137, 144, 147, 149, 151, 154, 156})


def description(table: bytes, kind: bytes, job: Job) -> tuple[bytes, Rewrite | None]:
    """The one sample entry, clean, and how its samples are rewritten. Raises NotCleanableError for a code it does not know."""
    entries = list(boxes(table[8:], lenient=True))
    if len(entries) != 1:
        strange("film descriptions")
    code, body = entries[0]
    return _video(code, body, job) if kind == b"vide" else _audio(code, body, job)


def _video(code: bytes, body: bytes, job: Job) -> tuple[bytes, Rewrite | None]:
    if code not in _VIDEO or len(body) < 78:
        strange("film code")
    width, height = struct.unpack_from(">HH", body, 24)
    check_pixels(width, height)
    if body[42:74].strip(b"\0") or body[12:16].strip(b"\0"):
        job.removed(Trace.SOFTWARE)
    head = body[:8] + bytes(16) + body[24:40] + body[40:42] + bytes(32) + body[74:78]
    inner, settings = _inner(body[78:], _VIDEO[code], job)
    return box(code, head + inner), _rewriter(code, settings)


def _rewriter(code: bytes, settings: bytes) -> Rewrite | None:
    if code in {b"avc1", b"avc3"}:
        return _NalUnits((settings[4] & 3) + 1, hevc=False)
    if code in {b"hvc1", b"hev1"}:
        return _NalUnits((settings[21] & 3) + 1, hevc=True)
    if code in {b"jpeg", b"mjpa"}:
        return lambda sample, _, job: jpeg.clean_stream(sample, job)
    if code == b"mp4v":
        return _part2
    return None


def _inner(data: bytes, wanted: bytes, job: Job) -> tuple[bytes, bytes]:
    """The boxes within a description: the settings of the code, shape and colours."""
    out, settings = [], b""
    for name, body in boxes(data, lenient=True):
        if name == wanted:
            settings = _settings(name, body)
            out.append(box(name, settings))
        elif (
            name in _EXACT
            and len(body) in _EXACT[name]
            and not (name == b"colr" and body[:4] not in {b"nclx", b"nclc"})
        ):
            out.append(box(name, body))
        elif name == b"wave":
            inside, settings = _inner(body, wanted, job)
            out.append(box(b"wave", inside + struct.pack(">II", 8, 0)))
        elif name in {b"frma", b"mp4a", b"enda"} and len(body) <= 4:
            out.append(box(name, body))
        else:
            job.removed(Trace.COLOUR_PROFILE if name == b"colr" else Trace.METADATA)
    if wanted and not settings:
        damaged("film code")
    return b"".join(out), settings


def _settings(name: bytes, body: bytes) -> bytes:
    """The settings of a code, without messages and without what lies behind them."""
    if name == b"hvcC":
        return hevc_settings(body)
    if name == b"esds":
        return _elementary(body)
    if name == b"avcC":
        return _avc_settings(body)
    if name in {b"damr", b"d263"}:
        return bytes(4) + body[4 : 9 if name == b"damr" else 7]
    if name == b"dfLa":
        return body[:4] + b"\x80" + body[5:42]
    limit = {b"alac": 28, b"dOps": 64, b"vpcC": 12, b"dac3": 3, b"dec3": 64}[name]
    if len(body) > limit + (20 if name == b"alac" else 0):
        strange("film settings")
    return body


def _avc_settings(body: bytes) -> bytes:
    at = 5
    for mask in (0x1F, 0xFF):
        count = body[at] & mask
        at += 1
        for _ in range(count):
            at += 2 + int.from_bytes(body[at : at + 2], "big")
    rest = body[at : at + 4] if body[1] in {100, 110, 122, 144} and len(body) >= at + 4 else b""
    if at > len(body):
        damaged("avc")
    if rest:
        rest = rest[:3] + b"\0"  # no extension sets follow
        if body[at + 3]:
            strange("avc")
    return body[:at] + rest


def hevc_settings(body: bytes) -> bytes:
    """The parameter sets of HEVC, without messages beside them."""
    out, at, kept = [], 23, 0
    for _ in range(body[22]):
        kind, count = body[at] & 0x3F, int.from_bytes(body[at + 1 : at + 3], "big")
        start = at
        at += 3
        for _ in range(count):
            at += 2 + int.from_bytes(body[at : at + 2], "big")
        if kind in {32, 33, 34}:
            out.append(body[start:at])
            kept += 1
    if at > len(body):
        damaged("hevc")
    return body[:22] + bytes([kept]) + b"".join(out)


def _elementary(body: bytes) -> bytes:
    """An MPEG-4 descriptor: its decoder's settings; what else could stand there is not written."""
    at = 4
    tag, size, at = _descriptor(body, at)
    if tag != 3 or body[at + 2]:
        strange("esds")
    at += 3
    tag, size, at = _descriptor(body, at)
    if tag != 4 or size < 13:
        strange("esds")
    decoder, end = body[at : at + 13], at + size
    at += 13
    specific = b""
    if at < end:
        tag, size, at = _descriptor(body, at)
        if tag != 5 or size > 512:
            strange("esds")
        info = body[at : at + size]
        if decoder[0] == 0x20:
            info = info.split(b"\0\0\1\xb2")[0]  # MPEG-4 part 2: user data of the encoder
        specific = b"\5" + bytes([0x80, 0x80, 0x80 | len(info) >> 7, len(info) & 0x7F]) + info
    config = b"\4" + bytes([0x80, 0x80, 0x80, 13 + len(specific)]) + decoder + specific
    if 13 + len(specific) > 127:
        strange("esds")
    rest = b"\6\x80\x80\x80\1\2"
    return (
        bytes(4)
        + b"\3"
        + bytes([0x80, 0x80, 0x80 | (3 + len(config) + 6) >> 7, (3 + len(config) + 6) & 0x7F])
        + bytes(3)
        + config
        + rest
    )


def _descriptor(body: bytes, at: int) -> tuple[int, int, int]:
    tag, size = body[at], 0
    at += 1
    for _ in range(4):
        byte = body[at]
        at += 1
        size = size << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return tag, size, at


def _audio(code: bytes, body: bytes, job: Job) -> tuple[bytes, Rewrite | None]:
    if code not in _AUDIO or len(body) < 28:
        strange("sound code")
    version = int.from_bytes(body[8:10], "big")
    size = {0: 28, 1: 44, 2: 64}.get(version)
    if size is None or len(body) < size:
        strange("sound code")
    if body[12:16].strip(b"\0"):
        job.removed(Trace.SOFTWARE)
    head = body[:10] + bytes(6) + body[16:size]
    inner, _ = _inner(body[size:], _AUDIO[code], job)
    return box(code, head + inner), _fill if code == b"mp4a" else None


def _fill(sample: bytes, number: int, job: Job) -> bytes:
    """AAC: an encoder writes its name into filling at the start of the first frame. The filling stays, as zeros."""
    if number or len(sample) < 3 or sample[0] >> 5 != 6:
        return sample
    bits = int.from_bytes(sample, "big")
    total = len(sample) * 8
    count, at = sample[0] >> 1 & 15, 7
    if count == 15:
        count += (bits >> (total - at - 8) & 0xFF) - 1
        at += 8
    length = 8 * count
    if at + length > total or (bits >> (total - at - 4) & 15):
        return sample  # not plain filling: spectral data of the sound itself
    mask = ((1 << length) - 1) << (total - at - length)
    if bits & mask:
        job.removed(Trace.SOFTWARE)
    return (bits & ~mask).to_bytes(len(sample), "big")


def _part2(sample: bytes, _: int, job: Job) -> bytes:
    """MPEG-4 part 2: user data between the pictures' codes."""
    while (at := sample.find(b"\0\0\1\xb2")) >= 0:
        end = sample.find(b"\0\0\1", at + 4)
        sample = sample[:at] + (sample[end:] if end >= 0 else b"")
        job.removed(Trace.SOFTWARE)
    return sample


class _NalUnits:
    """H.264 and HEVC: the units of a sample, each with its length in front, without messages that can name anything."""

    def __init__(self, width: int, *, hevc: bool) -> None:
        self.width, self.hevc = width, hevc

    def __call__(self, sample: bytes, _: int, job: Job) -> bytes:
        """The sample again. Raises NotCleanableError when its units do not fill it."""
        at, out, changed = 0, [], False
        while at < len(sample):
            size = int.from_bytes(sample[at : at + self.width], "big")
            unit = sample[at + self.width : at + self.width + size]
            if len(unit) != size or not size:
                damaged("film sample")
            if self._stays(unit):
                out.append(sample[at : at + self.width + size])
            else:
                changed = True
            at += self.width + size
        if not changed:
            return sample
        job.removed(Trace.SOFTWARE)
        return b"".join(out)

    def _stays(self, unit: bytes) -> bool:
        kind = unit[0] >> 1 & 0x3F if self.hevc else unit[0] & 0x1F
        if self.hevc:
            return (kind < 38 and kind not in {38}) or (kind in {39, 40} and self._harmless(unit[2:]))
        return kind in {1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 19, 20} or (
            kind == 6 and self._harmless(unit[1:])
        )

    @staticmethod
    def _harmless(message: bytes) -> bool:
        """Whether every message in the unit is about timing or light."""
        at = 0
        while at < len(message) and message[at:] not in {b"\x80", b"\x80\0"}:
            kind = size = 0
            for which in (0, 1):
                value = 0
                while at < len(message) and message[at] == 0xFF:
                    value += 255
                    at += 1
                value += message[at] if at < len(message) else 0
                at += 1
                kind, size = (value, size) if which == 0 else (kind, value)
            if kind not in _HARMLESS_SEI:
                return False
            at += size
        return True


def harmless_units(sample: bytes, width: int, job: Job) -> bytes:
    """A still picture in HEVC, its units' lengths ``width`` bytes wide, without messages that can name anything."""
    return _NalUnits(width, hevc=True)(sample, 0, job)
