"""MP4, M4A and MOV (ISO 14496-12, -14, -15, QuickTime): picture and sound tracks, built anew from their samples alone.

Kept are the boxes that playing needs; times and names in them are zero. Everything between the samples, other tracks (places,
time codes, chapters), user data and unknown boxes stay behind. A film in fragments is not cleanable.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from intake.evidence.clean import codecs
from intake.evidence.clean.boxes import box, boxes, need, only, places
from intake.evidence.clean.job import Job, damaged, still, strange
from intake.evidence.traces import NotCleanableError, Trace

_BRANDS = {b"qt  ": b"qt  ", b"M4A ": b"M4A ", b"M4B ": b"M4A "}
_PASSED = {b"moov", b"mdat", b"ftyp", b"free", b"skip", b"wide"}
_MOVIE_TELLS = {
    b"udta": Trace.METADATA,
    b"meta": Trace.METADATA,
    b"uuid": Trace.CUSTOM_DATA,
    b"iods": Trace.EXTENSION,
}
_MEDIA_HEADERS = {b"vide": b"vmhd", b"soun": b"smhd"}
_MAX_SAMPLES = 20_000_000


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Samples that lie together: where, the first one's number, how many."""

    at: int
    first: int
    count: int


@dataclass(slots=True)
class _Track:
    """A track that is kept: its boxes, and where its samples lie in the old file."""

    kind: bytes
    handler: bytes
    """QuickTime's word for a media handler, or zeros."""
    head: bytes
    media: bytes
    edits: bytes | None
    entry: bytes
    tables: dict[bytes, bytes]
    places: list[tuple[int, int]]
    """Of each sample: where it begins, and its size."""
    chunks: list[_Chunk]
    rewrite: codecs.Rewrite | None


def clean(data: bytes, job: Job) -> bytes:
    """The same film or sound without traces. Raises NotCleanableError."""
    names = [(name, start, end) for name, start, end in places(data)]
    if any(name in {b"moof", b"sidx", b"styp"} for name, _, _ in names):
        strange("fragments")
    movies = [(start, end) for name, start, end in names if name == b"moov"]
    if len(movies) != 1:
        damaged("film")
    for name, start, end in names:
        if name not in _PASSED:
            job.removed(_MOVIE_TELLS.get(name, Trace.METADATA))
        elif name in {b"free", b"skip", b"wide"} and data[start:end].strip(b"\0"):
            job.removed(Trace.HIDDEN_DATA)
    movie = data[slice(*movies[0])]
    tracks = _tracks(movie, data, job)
    if not tracks:
        damaged("film")
    if b"soun" not in {track.kind for track in tracks} and b"soun" in _kinds(movie):
        strange("sound code")
    _note_gaps(data, names, tracks, job)
    out = _written(data, movie, tracks, job)
    _look(out)
    return out


def _tracks(movie: bytes, data: bytes, job: Job) -> list[_Track]:
    found = []
    for name, body in boxes(movie, lenient=True):
        if name == b"trak":
            found += _kept_track(body, data, job)
        elif name == b"mvex":
            strange("fragments")
        elif name != b"mvhd":
            job.removed(_MOVIE_TELLS.get(name, Trace.METADATA))
    return found


def _kept_track(body: bytes, data: bytes, job: Job) -> list[_Track]:
    """The track, or nothing when it is neither picture nor sound, or sound in one maker's own code beside other sound."""
    try:
        track = _track(body, data, job)
    except NotCleanableError as error:
        if error.detail != "sound code":
            raise
        job.removed(Trace.EXTRA_TRACK)
        return []
    return [track] if track is not None else []


def _track(body: bytes, data: bytes, job: Job) -> _Track | None:
    media = need(body, b"mdia")
    kind = need(media, b"hdlr")[8:12]
    if kind not in _MEDIA_HEADERS:
        job.removed(Trace.EXTRA_TRACK)
        return None
    for name, _ in boxes(body, lenient=True):
        if name not in {b"tkhd", b"mdia", b"edts"}:
            job.removed(_MOVIE_TELLS.get(name, Trace.METADATA))
    information = need(media, b"minf")
    _check_reference(information)
    table = need(information, b"stbl")
    entry, rewrite = codecs.description(need(table, b"stsd"), kind, job)
    tables = dict(boxes(table, lenient=True))
    sizes = _sizes(tables)
    spots, chunks = _places(tables, sizes)
    if any(start < 0 or start + size > len(data) for start, size in spots):
        damaged("samples")
    edits = only(body, b"edts")
    handler = b"mhlr" if need(media, b"hdlr")[4:8] == b"mhlr" else bytes(4)
    return _Track(
        kind, handler, need(body, b"tkhd"), media, need(edits, b"elst") if edits else None, entry,
        {name: tables[name] for name in (b"stts", b"ctts", b"stss", b"cslg") if name in tables}, spots, chunks, rewrite,
    )  # fmt: skip


def _kinds(movie: bytes) -> set[bytes]:
    return {
        need(need(body, b"mdia"), b"hdlr")[8:12]
        for name, body in boxes(movie, lenient=True)
        if name == b"trak"
    }


def _check_reference(information: bytes) -> None:
    """The samples are in this very file: a reference to another would be a place on a machine, and would be missing."""
    reference = need(need(information, b"dinf"), b"dref")
    entries = list(boxes(reference[8:], lenient=True))
    if len(entries) != 1 or not int.from_bytes(entries[0][1][:4], "big") & 1:
        strange("film reference")


def _numbers(table: bytes, code: str, at: int = 4) -> list[tuple[int, ...]]:
    (count,) = struct.unpack_from(">I", table, at)
    size = struct.calcsize(">" + code)
    if count > _MAX_SAMPLES or at + 4 + count * size > len(table):
        damaged("table")
    return list(struct.iter_unpack(">" + code, table[at + 4 : at + 4 + count * size]))


def _sizes(tables: dict[bytes, bytes]) -> list[int]:
    if b"stsz" not in tables:
        return strange("film sizes")
    fixed, count = struct.unpack_from(">II", tables[b"stsz"], 4)
    if count > _MAX_SAMPLES:
        damaged("table")
    return [fixed] * count if fixed else [one for (one,) in _numbers(tables[b"stsz"], "I", 8)]


def _places(tables: dict[bytes, bytes], sizes: list[int]) -> tuple[list[tuple[int, int]], list[_Chunk]]:
    name, code = (b"co64", "Q") if b"co64" in tables else (b"stco", "I")
    offsets = [one for (one,) in _numbers(tables[name], code)]
    runs = _numbers(tables[b"stsc"], "III")
    if any(description != 1 for _, _, description in runs):
        strange("film descriptions")
    spots: list[tuple[int, int]] = []
    chunks = []
    for index, (first, count, _) in enumerate(runs):
        last = runs[index + 1][0] - 1 if index + 1 < len(runs) else len(offsets)
        for chunk in range(first - 1, min(last, len(offsets))):
            at = offsets[chunk]
            taken = sizes[len(spots) : len(spots) + count]
            chunks.append(_Chunk(at, len(spots), len(taken)))
            for size in taken:
                spots.append((at, size))
                at += size
    if len(spots) != len(sizes):
        damaged("table")
    return spots, chunks


def _note_gaps(data: bytes, names: list[tuple[bytes, int, int]], tracks: list[_Track], job: Job) -> None:
    """Say when there were bytes beside the samples."""
    held = sum(end - start for name, start, end in names if name == b"mdat")
    used = sum(size for track in tracks for _, size in track.places)
    if held > used + 64:
        job.removed(Trace.HIDDEN_DATA)


def _written(data: bytes, movie: bytes, tracks: list[_Track], job: Job) -> bytes:
    """The new file: the samples chunk by chunk in their old order, and tables that fit them."""
    pieces: list[bytes] = []
    at = 0
    offsets = [[0] * len(track.chunks) for track in tracks]
    sizes = [[0] * len(track.places) for track in tracks]
    order = sorted(
        (chunk.at, index, number)
        for index, track in enumerate(tracks)
        for number, chunk in enumerate(track.chunks)
    )
    for _, index, number in order:
        track, chunk = tracks[index], tracks[index].chunks[number]
        offsets[index][number] = at
        for sample in range(chunk.first, chunk.first + chunk.count):
            start, size = track.places[sample]
            body = data[start : start + size]
            if track.rewrite is not None:
                body = track.rewrite(body, sample, job)
            sizes[index][sample] = len(body)
            pieces.append(body)
            at += len(body)
    return _assembled(data, movie, tracks, offsets, sizes, b"".join(pieces))


def _assembled(
    data: bytes,
    movie: bytes,
    tracks: list[_Track],
    offsets: list[list[int]],
    sizes: list[list[int]],
    samples: bytes,
) -> bytes:
    brand = _BRANDS.get(data[8:12] if data[4:8] == b"ftyp" else b"qt  ", b"isom")
    kinds = {b"qt  ": b"qt  ", b"M4A ": b"M4A mp42isom"}.get(brand, b"isomiso2mp41")
    start = box(b"ftyp", brand + struct.pack(">I", 0x200) + kinds)
    base, built = 0, b""
    for _ in range(
        2
    ):  # the film's size does not hang on the numbers in it, so the second time they are right
        built = box(b"moov", _header(need(movie, b"mvhd")) + b"".join(
            _track_box(track, [base + one for one in offsets[index]], sizes[index]) for index, track in enumerate(tracks)
        ))  # fmt: skip
        base = len(start) + len(built) + 16
    return b"".join([start, built, struct.pack(">I4sQ", 1, b"mdat", 16 + len(samples)), samples])


def _timeless(body: bytes) -> bytes:
    """A header with its two times at zero."""
    size = 16 if body[:1] == b"\1" else 8
    return body[:4] + bytes(size) + body[4 + size :]


def _header(body: bytes) -> bytes:
    if len(body) not in {100, 112}:
        damaged("film")
    kept = _timeless(body)
    return box(b"mvhd", kept[:-28] + bytes(24) + kept[-4:])  # previews and selections of an editor


def _track_box(track: _Track, offsets: list[int], sizes: list[int]) -> bytes:
    if len(track.head) not in {84, 96}:
        damaged("track")
    head = box(b"tkhd", _timeless(track.head))
    edits = (
        box(b"edts", box(b"elst", _exact(track.edits, {0: "IiI", 1: "QqI"}[track.edits[0]])))
        if track.edits
        else b""
    )
    media = need(track.media, b"mdhd")
    if len(media) not in {24, 36}:
        damaged("track")
    handler = box(b"hdlr", bytes(4) + track.handler + track.kind + bytes(13))
    information = need(track.media, b"minf")
    first = _MEDIA_HEADERS[track.kind]
    shape = (only(information, first) or bytes(12 if first == b"vmhd" else 8))[
        : 12 if first == b"vmhd" else 8
    ]
    reference = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1) + box(b"url ", b"\0\0\0\1")))
    table = box(b"stbl", _tables(track, offsets, sizes))
    inner = (
        box(b"mdhd", _timeless(media)[:-4] + b"\x55\xc4\0\0")
        + handler
        + box(b"minf", box(first, shape) + reference + table)
    )
    return box(b"trak", head + edits + box(b"mdia", inner))


def _exact(table: bytes, code: str) -> bytes:
    """A table cut behind its last entry."""
    rows = _numbers(table, code)
    return table[: 8 + len(rows) * struct.calcsize(">" + code)]


def _tables(track: _Track, offsets: list[int], sizes: list[int]) -> bytes:
    out = [box(b"stsd", struct.pack(">II", 0, 1) + track.entry)]
    codes = {b"stts": "II", b"ctts": "II", b"stss": "I"}
    out += [box(name, _exact(body, codes[name])) for name, body in track.tables.items() if name in codes]
    fixed = sizes[0] if sizes and len(set(sizes)) == 1 else 0
    body = struct.pack(">III", 0, fixed, len(sizes)) + (
        b"" if fixed else struct.pack(f">{len(sizes)}I", *sizes)
    )
    out.append(box(b"stsz", body))
    runs: list[tuple[int, int]] = []
    for number, chunk in enumerate(track.chunks, 1):
        if not runs or runs[-1][1] != chunk.count:
            runs.append((number, chunk.count))
    out.append(
        box(
            b"stsc",
            struct.pack(">II", 0, len(runs))
            + b"".join(struct.pack(">III", one, two, 1) for one, two in runs),
        )
    )
    out.append(box(b"co64", struct.pack(">II", 0, len(offsets)) + struct.pack(f">{len(offsets)}Q", *offsets)))
    return b"".join(out)


def _look(out: bytes) -> None:
    """The written file again: three boxes, and in the film nothing but headers and tracks."""
    found = list(places(out))
    if [name for name, _, _ in found] != [b"ftyp", b"moov", b"mdat"]:
        still("film")
    movie = out[found[1][1] : found[1][2]]
    for name, body in boxes(movie):
        if name not in {b"mvhd", b"trak"}:
            still("film")
        if name == b"trak" and {one for one, _ in boxes(body)} - {b"tkhd", b"edts", b"mdia"}:
            still("track")
        if name == b"trak" and any(need(body, b"tkhd")[4:12]):
            still("track times")
