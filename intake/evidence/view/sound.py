"""Sound and film: nothing is played here; length and rate where the first bytes say them."""

from __future__ import annotations

import struct

from intake.evidence.clean.boxes import only, places
from intake.evidence.clean.job import damaged
from intake.evidence.view.work import Work
from intake.evidence.views import Fact, Shows

_MAX_CHUNKS = 10_000


def show_nothing(_work: Work) -> Shows:
    """What does not say at its beginning how long it is."""
    return Shows.NONE


def show_wav(work: Work) -> Shows:
    """RIFF WAVE: ``fmt `` and the length of ``data``."""
    at, rate_of_bytes = 12, 0
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(work.data):
            break
        name, size = struct.unpack_from("<4sI", work.data, at)
        if name == b"fmt " and size >= 16 and at + 24 <= len(work.data):
            _, channels, rate, rate_of_bytes = struct.unpack_from("<HHII", work.data, at + 8)
            work.facts |= {Fact.CHANNELS: channels, Fact.SAMPLE_RATE: rate}
        elif name == b"data" and rate_of_bytes:
            work.facts[Fact.SECONDS] = min(size, len(work.data) - at - 8) // rate_of_bytes
            break
        at += 8 + size + size % 2
    return Shows.NONE


def show_flac(work: Work) -> Shows:
    """FLAC: the stream information, which is the first block (RFC 9639, 8.2)."""
    if len(work.data) < 42:
        damaged("flac")
    (packed,) = struct.unpack_from(">Q", work.data, 18)
    rate, channels, samples = packed >> 44, (packed >> 41 & 7) + 1, packed & (1 << 36) - 1
    work.facts |= {Fact.CHANNELS: channels, Fact.SAMPLE_RATE: rate}
    if rate and samples:
        work.facts[Fact.SECONDS] = samples // rate
    return Shows.NONE


def show_film(work: Work) -> Shows:
    """MP4 and QuickTime: the movie header (ISO 14496-12, 8.2.2)."""
    movie = next(((start, end) for name, start, end in places(work.data) if name == b"moov"), None)
    head = only(work.data[slice(*movie)], b"mvhd") if movie else None
    if head is None or len(head) < 32:
        return Shows.NONE
    scale, length = (
        struct.unpack_from(">IQ", head, 20) if head[0] == 1 else struct.unpack_from(">II", head, 12)
    )
    if scale and length < 2**53:
        work.facts[Fact.SECONDS] = length // scale
    return Shows.NONE
