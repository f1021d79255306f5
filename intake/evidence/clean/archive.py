"""Plain zip archives: every file in it cleaned by its content, under a safe name, without times, owners and an order.

One file that cannot be cleaned makes the archive not cleanable: a copy that lacks a file would be another archive.
"""

from __future__ import annotations

import posixpath

from intake.evidence.clean import package
from intake.evidence.clean.job import Job, still
from intake.evidence.names import safe_name
from intake.evidence.traces import Trace
from intake.evidence.types import MEDIA, Kind

_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini", "ehthumbs.db", ".directory")
_MAX_FOLDERS = 8


def clean(data: bytes, job: Job) -> bytes:
    """The same files, each without traces. Raises NotCleanableError."""
    kept: dict[str, bytes] = {}
    for name, body in package.read(data, job).items():
        if (
            name.startswith(_LITTER)
            or name.rpartition("/")[2] in _LITTER
            or name.rpartition("/")[2].startswith("._")
        ):
            job.removed(Trace.METADATA)
            continue
        if not body:
            kept[_path(name, "txt", kept)] = b""
            continue
        kind, clean_body = job.nested(body)
        new = _path(name, MEDIA[Kind(kind)][1], kept)
        job.removed(Trace.LOCAL_PATH, int(_is_absolute(name)))
        kept[new] = clean_body
    job.left(Trace.FILE_NAME, len(kept))
    out = package.write(sorted(kept.items()))
    if package.look(out) != kept:
        still("zip")
    return out


def _is_absolute(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or ".." in name


def _path(name: str, extension: str, taken: dict[str, bytes]) -> str:
    """A relative path of safe names. Of an absolute one only the last name stays: the others are a place on a machine."""
    folders, _, last = name.replace("\\", "/").rpartition("/")
    safe = (
        []
        if _is_absolute(name)
        else [safe_name(one, "x")[:-2] for one in folders.split("/") if one not in {"", "."}]
    )
    folder = "/".join(safe[:_MAX_FOLDERS])
    wanted = posixpath.join(folder, safe_name(last, extension))
    number = 1
    while wanted in taken:
        number += 1
        wanted = posixpath.join(folder, safe_name(f"{last.rpartition('.')[0] or last} {number}.x", extension))
    return wanted
