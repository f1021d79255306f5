"""Sound in frames or chunks: MP3 (ISO 11172-3), FLAC (RFC 9639), WAV (RIFF). Samples stay, everything else goes."""

from __future__ import annotations

import re
import struct

from intake.evidence.clean.job import Job, damaged, still, strange
from intake.evidence.traces import Trace

# --- MP3

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_BITS = {
    (3, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_ENCODER = re.compile(rb"(?:LAME|L3\.99)[0-9.]{1,6}[a-z0-9 ().]{0,8}|Lav[cf][0-9][0-9.]{2,12}")
_CRC16 = [0] * 256
for _byte in range(256):
    _sum = _byte
    for _ in range(8):
        _sum = (_sum >> 1) ^ 0xA001 if _sum & 1 else _sum >> 1
    _CRC16[_byte] = _sum


def clean_mp3(data: bytes, job: Job) -> bytes:
    """The same frames without tags. Raises NotCleanableError."""
    at, end = _behind_tags(data, job)
    frames: list[bytes] = []
    first: tuple[int, ...] | None = None
    while at + 4 <= end:
        size, shape = _frame(data, at)
        if not size or (first is not None and shape != first):
            following = _next_frame(data, at + 1, end, shape=first)
            if data[at:following].strip(b"\0"):
                job.removed(Trace.HIDDEN_DATA)
            at = following
            continue
        if at + size > end:
            break  # a last frame that is cut off: no player plays it
        first = shape
        # A frame that lost bytes reaches into what follows it, which is then no frame: words behind it would pass as its sound.
        if _goes_on(data, at + size, end, shape):
            frames.append(data[at : at + size])
        at += size
    if len(frames) < 2:
        damaged("mp3")
    frames[0] = _information(frames[0])
    out = b"".join(frames)
    said = _ENCODER.findall(out)
    job.removed(Trace.SOFTWARE, len(said))
    out = _ENCODER.sub(
        lambda match: match.group() if match.group() == b"LAME" else b"U" * len(match.group()), out
    )
    _look_mp3(out)
    return out


def _goes_on(data: bytes, at: int, end: int, shape: tuple[int, ...]) -> bool:
    """Whether a frame of the same shape, or nothing, follows here."""
    size, found = _frame(data, at)
    return (size > 0 and found == shape) or not data[at:end].strip(b"\0")


def _behind_tags(data: bytes, job: Job) -> tuple[int, int]:
    """Where the frames begin and end: ID3 in front, ID3v1, APE and Lyrics3 behind."""
    at, end = 0, len(data)
    while data[at : at + 3] == b"ID3" and at + 10 <= end:
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        _note_id3(data[at : at + 10 + size], job)
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    if at > end:
        damaged("mp3")
    if data[end - 128 : end - 125] == b"TAG":
        job.removed(Trace.METADATA)
        end -= 128
    if data[end - 9 : end] == b"LYRICS200" and data[end - 15 : end - 9].isdigit():
        job.removed(Trace.METADATA)
        end -= 15 + int(data[end - 15 : end - 9])
    if data[end - 32 : end - 24] == b"APETAGEX":
        job.removed(Trace.METADATA)
        size, _, flags = struct.unpack_from("<III", data, end - 20)
        end -= size + (32 if flags & 0x80000000 else 0)
    return at, max(end, at)


def _note_id3(tag: bytes, job: Job) -> None:
    for names, trace in (
        ((b"TPE1", b"TPE2", b"TCOM", b"TEXT", b"TOWN", b"TENC"), Trace.AUTHOR), ((b"APIC",), Trace.COVER_PICTURE),
        ((b"TDRC", b"TYER", b"TDEN", b"TDTG", b"TDAT"), Trace.TIME), ((b"COMM", b"TIT2", b"TALB", b"USLT"), Trace.DESCRIPTION),
        ((b"TSSE",), Trace.SOFTWARE), ((b"UFID", b"MCDI", b"TSRC"), Trace.IDENTIFIER), ((b"GEOB",), Trace.EMBEDDED_FILE),
        ((b"PRIV", b"TXXX"), Trace.CUSTOM_DATA),
    ):  # fmt: skip
        job.removed(trace, sum(name in tag for name in names))
    job.removed(Trace.METADATA)


def _frame(data: bytes, at: int) -> tuple[int, tuple[int, ...]]:
    """A frame's size (0: there is none here), and what must be alike in all frames."""
    head = int.from_bytes(data[at : at + 4], "big")
    version, layer, bits, rate = head >> 19 & 3, head >> 17 & 3, head >> 12 & 15, head >> 10 & 3
    if head >> 21 != 0x7FF or version == 1 or layer == 0 or bits in {0, 15} or rate == 3:
        return 0, ()
    table = _BITS[(3 if version == 3 else 2, layer if version == 3 or layer == 3 else 2)]
    kilobits, hertz, padding = table[bits], _RATES[version][rate], head >> 9 & 1
    if layer == 3:
        size = (12 * kilobits * 1000 // hertz + padding) * 4
    else:
        size = (144 if version == 3 or layer == 2 else 72) * kilobits * 1000 // hertz + padding
    return size, (version, layer, rate)


def _next_frame(data: bytes, at: int, end: int, shape: tuple[int, ...] | None) -> int:
    """The next place where a frame begins and another follows it, or the end."""
    while (at := data.find(b"\xff", at, end)) >= 0:
        size, found = _frame(data, at)
        if size and (shape is None or found == shape):
            after, again = _frame(data, at + size)
            if (after and again == found) or at + size == end:
                return at
        at += 1
    return end


def _information(frame: bytes) -> bytes:
    """The first frame may hold a table of the file (Xing, LAME): lengths and delays stay, the encoder's words go."""
    at = next(
        (place for place in (36, 21, 13, 38, 23, 15) if frame[place : place + 4] in {b"Xing", b"Info"}), 0
    )
    if not at:
        if b"VBRI" in frame[:44]:
            strange("mp3 table")
        return frame
    flags = int.from_bytes(frame[at + 4 : at + 8], "big")
    lame = at + 8 + 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
    kept = frame[:lame]
    if lame + 36 > len(frame):
        return kept + bytes(len(frame) - len(kept))
    tag = (
        b"LAME" + bytes(5 + 12) + frame[lame + 21 : lame + 24] + bytes(10)
        if any(frame[lame : lame + 4])
        else bytes(34)
    )
    total = 0
    for byte in kept + tag:
        total = (total >> 8) ^ _CRC16[(total ^ byte) & 0xFF]
    checked = tag + (total.to_bytes(2, "big") if any(tag) else bytes(2))
    return kept + checked + bytes(len(frame) - len(kept) - len(checked))


def _look_mp3(out: bytes) -> None:
    at = 0
    while at < len(out):
        size, _ = _frame(out, at)
        if not size or at + size > len(out):
            still("mp3")
        at += size


# --- FLAC


def clean_flac(data: bytes, job: Job) -> bytes:
    """The same frames, with the two blocks that playing needs. Raises NotCleanableError."""
    at, last = 4, False
    kept: list[tuple[int, bytes]] = []
    while not last:
        if at + 4 > len(data):
            damaged("flac")
        head, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        last, kind, body = bool(head & 0x80), head & 0x7F, data[at + 4 : at + 4 + size]
        if len(body) != size or kind == 127:
            damaged("flac")
        if (kind == 0 and size == 34 and not kept) or (kind == 3 and size % 18 == 0):
            kept.append((kind, body))
        elif kind != 1 or body.strip(b"\0"):
            job.removed(
                {
                    4: Trace.DESCRIPTION,
                    6: Trace.COVER_PICTURE,
                    2: Trace.CUSTOM_DATA,
                    1: Trace.HIDDEN_DATA,
                }.get(kind, Trace.METADATA)
            )
        at += 4 + size
    if not kept or kept[0][0] != 0:
        damaged("flac")
    frames = data[at:]
    if frames[-128:-125] == b"TAG":
        job.removed(Trace.METADATA)
        frames = frames[:-128]
    _check_frames(frames)
    blocks = [bytes([kind | (0x80 if one == len(kept) - 1 else 0)]) + len(body).to_bytes(3, "big") + body
              for one, (kind, body) in enumerate(kept)]  # fmt: skip
    return b"".join([b"fLaC", *blocks, frames])


def _check_frames(frames: bytes) -> None:
    """Every frame ends in a sum that takes the running one back to 0, so it is 0 behind the last frame as well: unless other
    bytes lie in front of one, between two, or behind the last.
    """
    if frames[:1] != b"\xff" or frames[1:2] not in {b"\xf8", b"\xf9"}:
        damaged("flac")
    if _crc16_flac(frames):
        strange("flac frames")


_FLAC16 = [0] * 256
for _byte in range(256):
    _sum = _byte << 8
    for _ in range(8):
        _sum = (_sum << 1 ^ 0x8005 if _sum & 0x8000 else _sum << 1) & 0xFFFF
    _FLAC16[_byte] = _sum


def _crc16_flac(frame: bytes) -> int:
    total = 0
    for byte in frame:
        total = (total << 8 & 0xFFFF) ^ _FLAC16[total >> 8 ^ byte]
    return total


# --- WAV

_WAV_TELLS = {b"bext": Trace.AUTHOR, b"iXML": Trace.METADATA, b"LIST": Trace.DESCRIPTION, b"id3 ": Trace.METADATA,
              b"ID3 ": Trace.METADATA, b"_PMX": Trace.METADATA}  # fmt: skip


def clean_wav(data: bytes, job: Job) -> bytes:
    """The format and the samples. Raises NotCleanableError."""
    at, kept, seen = 12, [], set()
    (total,) = struct.unpack_from("<I", data, 4)
    end = min(len(data), 8 + total)
    if data[end:].strip(b"\0"):
        job.removed(Trace.HIDDEN_DATA)
    while at + 8 <= end:
        name, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + size]
        if len(body) != size:
            damaged("wav")
        if name in {b"fmt ", b"data", b"fact"}:
            if name in seen:
                strange("wav")
            seen.add(name)
            kept.append(
                (name, _wav_format(body) if name == b"fmt " else body[:4] if name == b"fact" else body)
            )
        else:
            job.removed(_WAV_TELLS.get(name, Trace.METADATA))
        at += 8 + size + size % 2
    if not {b"fmt ", b"data"} <= seen:
        damaged("wav")
    body = b"".join(name + struct.pack("<I", len(part)) + part + bytes(len(part) % 2) for name, part in kept)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def _wav_format(body: bytes) -> bytes:
    """The format, cut to what its code needs."""
    code = int.from_bytes(body[:2], "little")
    if code in {1, 3, 6, 7} and len(body) >= 16:
        return body[:16] + (b"\0\0" if len(body) >= 18 else b"")
    if code == 0xFFFE and len(body) >= 40 and body[26:40] == b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71":
        return body[:16] + b"\x16\0" + body[18:40]
    return strange("wav format")
