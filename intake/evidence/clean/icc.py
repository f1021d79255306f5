"""Colour profiles (ICC.1:2022): a well-known one in a neutral form, or none.

A profile can name its maker, its owner and the day it was made, and one measured on a screen is that screen's fingerprint.
Kept are only the numbers of profiles whose colours are a published space's; header and texts are written anew.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_D50 = (0.9642, 1.0, 0.8249)
_D65 = (0.9505, 1.0, 1.0891)
_TOLERANCE = 0.0025
_CURVE_TOLERANCE = 0.012
_MAX_SIZE = 64 * 1024
_TAGS = (b"wtpt", b"chad", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC")
_ADAPTED = (1.0478, 0.0229, -0.0501, 0.0295, 0.9905, -0.0170, -0.0092, 0.0150, 0.7517)


@dataclass(frozen=True, slots=True)
class Space:
    """A published RGB space: its colorants as profiles state them (adapted to D50), and its curve."""

    red: tuple[float, float, float]
    green: tuple[float, float, float]
    blue: tuple[float, float, float]
    gamma: float | None
    """None: the curve of sRGB."""


SPACES = (
    Space(
        (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141), None
    ),  # sRGB, IEC 61966-2-1
    Space((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1572, 0.0666, 0.7841), None),  # Display P3
    Space(
        (0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446), 2.19921875
    ),  # Adobe RGB (1998)
    Space(
        (0.7977, 0.2880, 0.0000), (0.1352, 0.7119, 0.0000), (0.0313, 0.0001, 0.8249), 1.8
    ),  # ROMM (ProPhoto)
)
_GRAY_GAMMAS = (None, 1.8, 2.2, 1.0)


def neutral(profile: bytes) -> bytes | None:
    """The same colours in a profile that names nobody, or None when they are no published space's. Never raises."""
    try:
        return _rebuilt(profile)
    except (struct.error, ValueError, IndexError, OverflowError, ZeroDivisionError):
        return None


def is_neutral(profile: bytes) -> bool:
    """Whether these are exactly the bytes that ``neutral`` writes."""
    return neutral(profile) == profile


def components(profile: bytes) -> int:
    """1 for gray, 3 for RGB, 4 for CMYK, 0 for anything else."""
    return {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}.get(profile[16:20], 0)


def _rebuilt(profile: bytes) -> bytes | None:
    if not 132 <= len(profile) <= _MAX_SIZE or profile[36:40] != b"acsp":
        return None
    space, tags = profile[16:20], _tags(profile)
    if space == b"RGB ":
        published = _published(tags)
    elif space == b"GRAY":
        published = (
            any(_has_curve(tags[b"kTRC"], gamma) for gamma in _GRAY_GAMMAS) if b"kTRC" in tags else False
        )
    else:
        return None
    if not published:
        return None
    wanted = {name: value for name in _TAGS if (value := _numbers_only(name, tags.get(name))) is not None}
    wanted[b"desc"] = _text_tag(b"neutral", version=profile[8])
    wanted[b"cprt"] = _text_tag(b"none", version=profile[8], copyright_tag=True)
    return _write(profile[8], space, wanted)


def _tags(profile: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", profile, 128)
    if count > 100:
        raise ValueError("too many tags")
    tags = {}
    for index in range(count):
        name, at, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        if at + size > len(profile):
            raise ValueError("a tag beyond the end")
        tags[name] = profile[at : at + size]
    if any(name[:3] in {b"A2B", b"B2A", b"D2B", b"B2D"} for name in tags):
        return {}  # tables would decide the colours, and are nobody's published ones
    return tags


def _published(tags: dict[bytes, bytes]) -> bool:
    if not all(name in tags for name in _TAGS[2:8]):
        return False
    found = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    return any(
        all(
            _near(one, two, _TOLERANCE)
            for one, two in zip(found, (space.red, space.green, space.blue), strict=True)
        )
        and all(_has_curve(tags[name], space.gamma) for name in (b"rTRC", b"gTRC", b"bTRC"))
        for space in SPACES
    )


def _near(one: tuple[float, ...], two: tuple[float, ...], tolerance: float) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, two, strict=True))


def _xyz(tag: bytes) -> tuple[float, float, float]:
    if tag[:4] != b"XYZ ":
        raise ValueError("no XYZ")
    x, y, z = struct.unpack_from(">iii", tag, 8)
    return x / 65536, y / 65536, z / 65536


def _srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _has_curve(tag: bytes, gamma: float | None) -> bool:
    for step in range(33):
        value = step / 32
        wanted = _srgb(value) if gamma is None else value**gamma
        if abs(_curve(tag, value) - wanted) > _CURVE_TOLERANCE:
            return False
    return True


def _curve(tag: bytes, value: float) -> float:
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return value
        points = struct.unpack_from(f">{count}H", tag, 12)
        if count == 1:
            return float(value ** (points[0] / 256))
        place = value * (count - 1)
        low = min(int(place), count - 2)
        return float((points[low] + (points[low + 1] - points[low]) * (place - low)) / 65535)
    if tag[:4] != b"para":
        raise ValueError("no curve")
    (function,) = struct.unpack_from(">H", tag, 8)
    number = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}[function]
    g, *rest = (n / 65536 for n in struct.unpack_from(f">{number}i", tag, 12))
    if function == 0:
        return float(value**g)
    if function not in {3, 4}:
        raise ValueError("no such curve")
    a, b, c, d, e, f = [*rest, 0.0, 0.0][:6]
    return float((a * value + b) ** g + e if value >= d else c * value + f)


def _numbers_only(name: bytes, tag: bytes | None) -> bytes | None:
    """The numbers of a tag, cut to their exact length; reserved bytes are zero."""
    if tag is None:
        return None
    kind, body = tag[:4], b""
    if kind == b"XYZ " and (name != b"wtpt" or any(_near(_xyz(tag), white, 0.02) for white in (_D50, _D65))):
        body = tag[8:20]
    elif kind == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        body = tag[8 : 12 + 2 * count]
    elif kind == b"para":
        number = {0: 1, 3: 5, 4: 7}[struct.unpack_from(">H", tag, 8)[0]]
        body = tag[8:10] + bytes(2) + tag[12 : 12 + 4 * number]
    elif kind == b"sf32" and name == b"chad":
        found = tuple(n / 65536 for n in struct.unpack_from(">9i", tag, 8))
        body = tag[8:44] if _near(found, _ADAPTED, 0.01) else b""
    return kind + bytes(4) + body if body else None


def _text_tag(text: bytes, *, version: int, copyright_tag: bool = False) -> bytes:
    if version >= 4:
        wide = text.decode().encode("utf-16-be")
        return b"mluc" + bytes(4) + struct.pack(">II4sII", 1, 12, b"enUS", len(wide), 28) + wide
    if copyright_tag:
        return b"text" + bytes(4) + text + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) + text + b"\0" + bytes(4 + 4 + 2 + 1 + 67)


def _write(version: int, space: bytes, tags: dict[bytes, bytes]) -> bytes:
    body, table = b"", b""
    start = 132 + 12 * len(tags)
    for name, value in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    major = 4 if version >= 4 else 2
    header = struct.pack(
        ">I4sB3s4s4s4s", start + len(body), bytes(4), major, b"\x10\0\0", b"mntr", space, b"XYZ "
    )
    header += struct.pack(">6H4s", 2000, 1, 1, 0, 0, 0, b"acsp") + bytes(24)
    header += bytes(4) + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D) + bytes(48)
    return header + struct.pack(">I", len(tags)) + table + body
