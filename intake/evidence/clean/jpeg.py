"""JPEG (ITU-T T.81): the segments that decoding needs, in their order; the coded picture is copied, never coded again.

Dropped: comments; application segments, but for JFIF's density, Adobe's colour transform, the orientation, and a well-known
profile in a neutral form; thumbnails; whatever lies behind the end of the picture (second pictures, videos).
"""

from __future__ import annotations

import io
import re
import struct

from PIL import Image

from intake.evidence.clean import icc
from intake.evidence.clean.ifd import note_exif, orientation_only
from intake.evidence.clean.job import Job, check_pixels, damaged, still, strange
from intake.evidence.traces import Trace

_SOI, _EOI, _SOS, _DQT, _DHT, _DRI, _DNL, _DAC = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xDD, 0xDC, 0xCC
_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA, 0xCB})
_MARKER = re.compile(
    rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL
)  # what ends coded data: not a stuffed byte, not a restart
_ICC = b"ICC_PROFILE\0"


def clean(data: bytes, job: Job) -> bytes:
    """The same picture without traces. Raises NotCleanableError."""
    out, orientation = _Walk(data, job).run()
    _look(out, orientation)
    return out


def clean_stream(data: bytes, job: Job) -> bytes:
    """The same for a stream inside another file, which need not be a file of its own (tables apart, no frame)."""
    return _Walk(data, job, partial=True).run()[0]


class _Walk:
    """One pass over the segments."""

    def __init__(self, data: bytes, job: Job, *, partial: bool = False) -> None:
        self.data, self.job, self.partial = data, job, partial
        self.at = 2
        self.head: list[bytes] = []
        self.kept: list[bytes] = []
        self.profile: dict[int, bytes] = {}
        self.orientation = 1
        self.frames = self.scans = 0

    def run(self) -> tuple[bytes, int]:
        """The clean stream and its orientation."""
        if self.data[:2] != b"\xff\xd8":
            damaged("jpeg")
        while (marker := self._marker()) != _EOI:
            self._segment(marker, self._payload())
        if not self.partial and (self.frames != 1 or not self.scans):
            damaged("jpeg")
        if self.data[self.at :].strip(b"\0"):
            self.job.removed(Trace.HIDDEN_DATA)
        return b"".join(
            [b"\xff\xd8", *self.head, *self._exif(), *self._colour(), *self.kept, b"\xff\xd9"]
        ), self.orientation

    def _marker(self) -> int:
        if self.at >= len(self.data) or self.data[self.at] != 0xFF:
            damaged("jpeg")
        while self.at < len(self.data) and self.data[self.at] == 0xFF:
            self.at += 1
        if self.at >= len(self.data):
            damaged("jpeg")
        self.at += 1
        return self.data[self.at - 1]

    def _payload(self) -> bytes:
        if self.at + 2 > len(self.data):
            damaged("jpeg")
        (length,) = struct.unpack_from(">H", self.data, self.at)
        if length < 2 or self.at + length > len(self.data):
            damaged("jpeg")
        payload = self.data[self.at + 2 : self.at + length]
        self.at += length
        return payload

    def _segment(self, marker: int, payload: bytes) -> None:
        if marker == 0xE0:
            self._jfif(payload)
        elif 0xE1 <= marker <= 0xEF or marker == 0xFE:
            self._application(marker, payload)
        elif marker == _SOS:
            self._scan(payload)
        elif marker in _FRAMES:
            self.frames += 1
            if len(payload) < 6 or len(payload) != 6 + 3 * payload[5]:
                damaged("frame")
            height, width = struct.unpack_from(">HH", payload, 1)
            if height or not self.partial:
                check_pixels(width, max(height, 1))
            self._keep(marker, payload)
        elif marker in {_DQT, _DHT, _DRI, _DNL, _DAC}:
            _check_table(marker, payload)
            self._keep(marker, payload)
        else:
            strange("jpeg marker")

    def _keep(self, marker: int, payload: bytes) -> None:
        self.kept.append(struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload)

    def _jfif(self, payload: bytes) -> None:
        if payload[:5] == b"JFIF\0" and len(payload) >= 14:
            if payload[12] or payload[13] or len(payload) > 14:
                self.job.removed(Trace.THUMBNAIL)
            if not self.head:
                self.head.append(b"\xff\xe0\0\x10" + payload[:12] + b"\0\0")
        else:
            self.job.removed(Trace.THUMBNAIL if payload[:5] == b"JFXX\0" else Trace.METADATA)

    def _application(self, marker: int, payload: bytes) -> None:
        if marker == 0xE1 and payload[:4] == b"Exif":
            turned = note_exif(payload[6:], self.job)
            self.orientation = turned if self.orientation == 1 else self.orientation
        elif marker == 0xE2 and payload[:12] == _ICC and len(payload) > 14:
            self.profile[payload[12]] = payload[14:]
        elif marker == 0xEE and payload[:5] == b"Adobe" and len(payload) >= 12:
            self.kept.append(b"\xff\xee\0\x0eAdobe\0\x64" + bytes(4) + payload[11:12])
            if len(payload) > 12:
                self.job.removed(Trace.HIDDEN_DATA)
        elif marker == 0xFE:
            self.job.removed(Trace.DESCRIPTION)
        elif marker == 0xE2 and payload[:4] == b"MPF\0":
            self.job.removed(Trace.THUMBNAIL)
        else:
            self.job.removed(Trace.METADATA)

    def _scan(self, payload: bytes) -> None:
        if not payload or len(payload) != 4 + 2 * payload[0]:
            damaged("scan")
        self.scans += 1
        self._keep(_SOS, payload)
        end = _MARKER.search(self.data, self.at)
        if end is None:
            damaged(
                "jpeg"
            )  # a picture that ends in the middle: what is behind the break cannot be told from it
        self.kept.append(self.data[self.at : end.start()])
        self.at = end.start()

    def _exif(self) -> list[bytes]:
        if self.orientation == 1 or self.partial:
            return []
        block = b"Exif\0\0" + orientation_only(self.orientation)
        return [struct.pack(">BBH", 0xFF, 0xE1, len(block) + 2) + block]

    def _colour(self) -> list[bytes]:
        if not self.profile:
            return []
        whole = b"".join(self.profile[number] for number in sorted(self.profile))
        neutral = icc.neutral(whole)
        if neutral != whole:
            self.job.removed(Trace.COLOUR_PROFILE)
        if neutral is None or self.partial:
            return []
        block = _ICC + b"\x01\x01" + neutral
        return [struct.pack(">BBH", 0xFF, 0xE2, len(block) + 2) + block]


def _check_table(marker: int, payload: bytes) -> None:
    """Every byte of a table segment belongs to a table: nothing can be put behind one."""
    at = 0
    if marker == _DQT:
        while at < len(payload):
            at += 129 if payload[at] >> 4 else 65
    elif marker == _DHT:
        while at < len(payload):
            at += 17 + sum(payload[at + 1 : at + 17])
    else:
        at = len(payload) if marker == _DAC and len(payload) % 2 == 0 and len(payload) <= 64 else 2
    if at != len(payload):
        damaged("table")


def _look(out: bytes, orientation: int) -> None:
    """A second parser finds nothing but what may be there."""
    with Image.open(io.BytesIO(out), formats=["JPEG"]) as picture:
        allowed = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "adobe", "adobe_transform", "exif",
                   "icc_profile", "progressive", "progression"}  # fmt: skip
        if set(picture.info) - allowed or set(getattr(picture, "app", {})) - {
            "APP0",
            "APP1",
            "APP2",
            "APP14",
        }:
            still("jpeg")
        exif = picture.info.get("exif")
        if exif not in {None, b"Exif\0\0" + orientation_only(orientation)}:
            still("jpeg exif")
        if "icc_profile" in picture.info and not icc.is_neutral(picture.info["icc_profile"]):
            still("jpeg profile")
