"""Zip containers (APPNOTE 6.3): read within limits, and written without times, owners, comments and extra fields.

It knows no document; what is written is the same bytes for the same parts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from intake.evidence.clean.job import Job, damaged, still, strange
from intake.evidence.traces import NotCleanableError, Reason, Trace
from intake.evidence.types import BROKEN_ZIP

_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o600 << 16
"""What Python writes for no owner."""
_MAX_NAME = 1_000
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_RATIO = 1_100
"""Deflate packs no tighter than 1 to 1,032: an entry that says more lies."""


def read(data: bytes, job: Job) -> dict[str, bytes]:
    """Every entry that is a file, by its name. Raises NotCleanableError: encrypted, damaged, a bomb, two of one name."""
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            job.budget.enter(len(infos))
            _note(archive, infos, job)
            for info in infos:
                if info.filename in parts or len(info.filename) > _MAX_NAME:
                    strange("zip names")  # which of the two is shown hangs on the reader
                if not info.is_dir():
                    parts[info.filename] = _entry(archive, info, job)
    except BROKEN_ZIP:
        damaged("zip")
    return parts


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, job: Job) -> bytes:
    if info.flag_bits & 1:
        raise NotCleanableError(Reason.ENCRYPTED, "zip")
    if info.compress_type not in _METHODS:
        strange("zip method")
    if info.file_size > _RATIO * max(info.compress_size, 1) or info.file_size > max(job.budget.unpacked, 0):
        raise NotCleanableError(Reason.TOO_COMPLEX, "zip")
    with archive.open(info) as stream:
        read = stream.read(info.file_size + 1)
    if len(read) != info.file_size:
        damaged("zip")
    job.budget.spend(len(read))
    return read


def _note(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], job: Job) -> None:
    job.removed(Trace.TIME, sum(info.date_time != _TIME for info in infos))
    job.removed(
        Trace.METADATA,
        sum(bool(info.extra or info.external_attr not in {0, _MODE} or info.create_system) for info in infos),
    )
    job.removed(Trace.DESCRIPTION, sum(bool(info.comment) for info in infos) + bool(archive.comment))


def write(parts: Iterable[tuple[str, bytes]], stored: frozenset[str] = frozenset()) -> bytes:
    """A container of these parts in this order; ``stored`` ones are not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in parts:
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system, info.external_attr = 0, 0
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return out.getvalue()


def look(out: bytes) -> dict[str, bytes]:
    """What a fresh reader finds. Raises NotCleanableError when the container says more than its parts."""
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        infos = archive.infolist()
        if archive.comment or any(info.extra or info.comment or info.date_time != _TIME for info in infos):
            still("zip")
        return {info.filename: archive.read(info) for info in infos}
