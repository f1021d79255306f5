"""Sounds and films made here byte by byte, with canaries in every hiding place."""

from __future__ import annotations

import io
import struct
import wave

from tests.support import evidence_pictures as pictures
from tests.support.canaries import CANARY

_RAW = CANARY.encode()


def _id3() -> bytes:
    frames = b""
    for name in (b"TIT2", b"TPE1", b"TDRC", b"TSSE", b"PRIV", b"TXXX"):
        body = b"\3" + _RAW
        frames += name + struct.pack(">I", len(body)) + b"\0\0" + body
    size = len(frames)
    return b"ID3\4\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + frames


def _ape() -> bytes:
    item = struct.pack("<II", len(_RAW), 0) + b"Artist\0" + _RAW
    foot = struct.pack("<8sIIII8s", b"APETAGEX", 2000, len(item) + 32, 1, 0x80000000, bytes(8))
    head = struct.pack("<8sIIII8s", b"APETAGEX", 2000, len(item) + 32, 1, 0xA0000000, bytes(8))
    return head + item + foot


def mp3() -> bytes:
    """Silent frames behind a Xing table, with ID3 in front, junk between, APE and ID3v1 behind."""
    first = bytearray(b"\xff\xfb\x90\xc0" + bytes(413))
    first[36:48] = b"Xing" + struct.pack(">II", 1, 20)
    first[48:57] = b"LAME3.100"
    silent = b"\xff\xfb\x90\xc0" + bytes(409) + b"LAME3.100"[:4]
    padded = b"\xff\xfb\x90\xc0" + bytes(400) + b"LAME3.100UUUU"
    tag = b"TAG" + _RAW.ljust(125, b"\0")
    return _id3() + bytes(first) + silent * 10 + _RAW * 9 + padded * 10 + _ape() + tag


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    """A plain, slow sum: not the cleaner's own."""
    total = 0
    for byte in data:
        total ^= byte << (bits - 8)
        for _ in range(8):
            total = (total << 1 ^ polynomial if total >> (bits - 1) & 1 else total << 1) & ((1 << bits) - 1)
    return total


def flac() -> bytes:
    """Constant frames behind every kind of block."""
    information = (
        struct.pack(">HH", 192, 192)
        + bytes(6)
        + struct.pack(">Q", 44100 << 44 | 15 << 36 | 192 * 4)
        + bytes(16)
    )
    comment = (
        struct.pack("<I", len(_RAW))
        + _RAW
        + struct.pack("<I", 1)
        + struct.pack("<I", len(_RAW) + 7)
        + b"ARTIST="
        + _RAW
    )
    blocks = [
        (0, information),
        (4, comment),
        (2, b"QKAN" + _RAW),
        (6, bytes(32) + _RAW),
        (1, bytes(8) + _RAW),
    ]
    out = b"fLaC"
    for number, (kind, body) in enumerate(blocks):
        out += (
            bytes([kind | (0x80 if number == len(blocks) - 1 else 0)]) + len(body).to_bytes(3, "big") + body
        )
    for number in range(4):
        head = b"\xff\xf8\x19\x08" + bytes([number])
        head += bytes([_crc(head, 0x07, 8)]) + b"\0" + struct.pack(">h", 100 * number)
        out += head + _crc(head, 0x8005, 16).to_bytes(2, "big")
    return out + b"TAG" + _RAW.ljust(125, b"\0")


def _page(flags: int, position: int, number: int, packets: list[bytes]) -> bytes:
    lacing = b"".join(bytes([255]) * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    head = b"OggS" + struct.pack("<BBqIIIB", 0, flags, position, 0x514B414E, number, 0, len(lacing)) + lacing
    page = head + b"".join(packets)
    return page[:22] + struct.pack("<I", _crc(page, 0x04C11DB7, 32)) + page[26:]


def opus() -> bytes:
    """Three packets of silence behind a long list of comments."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    comment = b"ARTIST=" + _RAW + b"x" * 600
    tags = (
        b"OpusTags"
        + struct.pack("<I", len(_RAW))
        + _RAW
        + struct.pack("<II", 1, len(comment))
        + comment
        + _RAW
    )
    sound = [b"\xfc\xff\xfe" + bytes([number]) for number in range(3)]
    return _page(2, 0, 0, [head]) + _page(0, 0, 1, [tags]) + _page(4, 2880, 2, sound) + _RAW


def wav() -> bytes:
    """A ramp of samples between chunks of every kind."""
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setparams((1, 2, 8000, 0, "NONE", ""))
        made.writeframes(struct.pack("<400h", *range(400)))
    data = out.getvalue()
    extra = b"".join(
        name + struct.pack("<I", len(body)) + body
        for name, body in (
            (b"bext", _RAW.ljust(602, b"\0")), (b"iXML", _RAW), (b"LIST", b"INFOIART" + struct.pack("<I", 8) + _RAW), (b"id3 ", _id3()),
            (b"qkan", _RAW),
        )
    )  # fmt: skip
    whole = data[12:] + extra
    return b"RIFF" + struct.pack("<I", len(whole) + 4) + b"WAVE" + whole + _RAW


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


FRAMES = 3


def film(brand: bytes = b"isom") -> bytes:
    """Three pictures and three pieces of sound, a track of places, and bytes between the samples."""
    frame = _small_jpeg()
    sound = bytes(range(200))
    samples = {b"vide": [frame] * FRAMES, b"soun": [sound] * FRAMES, b"meta": [_RAW * 2] * FRAMES}
    start = _box(b"ftyp", brand + bytes(4) + brand)
    hidden = _box(b"free", _RAW) + _box(b"uuid", bytes(16) + _RAW)
    base = len(start) + len(hidden) + 8
    body = b""
    places: dict[bytes, list[int]] = {kind: [] for kind in samples}
    for number in range(FRAMES):
        for kind, pieces in samples.items():
            places[kind].append(base + len(body))
            body += pieces[number] + _RAW * 4
    tracks = [
        _track(kind, index + 1, [len(one) for one in pieces], places[kind])
        for index, (kind, pieces) in enumerate(samples.items())
    ]
    head = (
        bytes(4)
        + struct.pack(">IIII", 3_900_000_000, 3_900_000_000, 600, 1800)
        + struct.pack(">IH", 0x10000, 0x100)
        + bytes(10)
        + _MATRIX
        + _RAW[:8] * 3
        + b"\0\0\0\4"
    )
    told = _box(b"udta", _box(b"\xa9xyz", _RAW), _box(b"meta", bytes(4) + _RAW))
    return (
        start
        + hidden
        + _box(b"mdat", body)
        + _box(b"moov", _box(b"mvhd", head), *tracks, told)
        + _box(b"free", _RAW)
    )


_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def _small_jpeg() -> bytes:
    out = io.BytesIO()
    pictures.picture((16, 16)).save(out, "JPEG", comment=_RAW)
    return out.getvalue()


def _track(kind: bytes, number: int, sizes: list[int], places: list[int]) -> bytes:
    if kind == b"vide":
        entry = _box(b"jpeg", bytes(6) + b"\0\1" + bytes(4) + b"QKAN" + bytes(8) + struct.pack(">HHIIIH", 16, 16, 0x480000, 0x480000, 0, 1)
                     + (b"\x08" + _RAW).ljust(32, b"\0") + b"\0\x18\xff\xff", _box(b"qkan", _RAW))  # fmt: skip
    elif kind == b"soun":
        entry = _box(
            b"sowt", bytes(6) + b"\0\1" + bytes(4) + b"QKAN" + struct.pack(">HHHHI", 1, 16, 0, 0, 8000 << 16)
        )
    else:
        entry = _box(b"mett", bytes(6) + b"\0\1" + _RAW)
    table = _box(
        b"stbl", _box(b"stsd", bytes(7) + b"\1", entry), _box(b"stts", struct.pack(">IIII", 0, 1, len(sizes), 600) + _RAW),
        _box(b"stsz", struct.pack(">III", 0, 0, len(sizes)), struct.pack(f">{len(sizes)}I", *sizes)),
        _box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1)), _box(b"stco", struct.pack(">II", 0, len(places)), struct.pack(f">{len(places)}I", *places)),
    )  # fmt: skip
    media = _box(b"vmhd", b"\0\0\0\1" + bytes(8)) if kind == b"vide" else _box(b"smhd", bytes(8))
    reference = _box(b"dinf", _box(b"dref", bytes(7) + b"\1", _box(b"url ", b"\0\0\0\1")))
    return _box(
        b"trak", _box(b"tkhd", b"\0\0\0\7" + struct.pack(">IIIII", 3_900_000_000, 3_900_000_000, number, 0, 1800) + bytes(16) + _MATRIX + bytes(8)),
        _box(b"udta", _RAW), _box(b"meta", _RAW),
        _box(b"mdia", _box(b"mdhd", bytes(4) + struct.pack(">IIII", 3_900_000_000, 3_900_000_000, 600, 1800) + bytes(4)),
             _box(b"hdlr", bytes(4) + b"mhlr" + kind + b"QKAN" + bytes(8) + _RAW + b"\0"), _box(b"minf", media, reference, table)),
    )  # fmt: skip


def samples_of(data: bytes) -> list[list[bytes]]:
    """Each track's samples, found by its tables with a reader of its own."""
    found = []
    at = 0
    while (at := data.find(b"stsz", at)) >= 0:
        _, fixed, count = struct.unpack_from(">III", data, at + 4)
        sizes = [fixed] * count if fixed else list(struct.unpack_from(f">{count}I", data, at + 16))
        wide, narrow = data.find(b"co64", at), data.find(b"stco", at)
        code, place = ("Q", wide) if wide >= 0 and (narrow < 0 or wide < narrow) else ("I", narrow)
        offsets = struct.unpack_from(f">{count}{code}", data, place + 12)
        found.append([data[one : one + size] for one, size in zip(offsets, sizes, strict=True)])
        at += 4
    return found
