"""What `underseal doctor` says of sealed files: which are missing, damaged or known to no row, how much there is, and whether
the place can be used.

Files are named by their ids, which say nothing of a case. Whether a file is the one that was sealed, only its case's key can
tell: here its length is held against its row, and ``deep`` reads it to its end. It repairs and removes nothing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from crypto.keys import new_id
from intake.database.engines import Databases
from intake.database.evidence_tables import Evidence, Staged
from intake.evidence.blob import MAGIC
from intake.evidence.settings import DirectoryPlace, EvidenceSettings, size_text
from intake.evidence.staging import in_batches, unclaimed
from intake.evidence.store import open_store
from intake.evidence.store.directory import INCOMING
from intake.evidence.store.protocol import Store, StoreError
from triage.instances.finding import Finding, Grade
from triage.worker.files import WAITS

NAMED = 20
"""Ids that one line names."""
NEARLY_FULL = 0.8
"""From which part of its limit on a store is nearly full."""


_UNCLAIMED = (
    f"files are known to no case and no draft; the worker removes what stays so for {WAITS.days} days. "
    "If an older database was put back, stop the worker until it is the right one"
)


@dataclass(slots=True)
class StoredFiles:
    """Ids, each list in order; sizes in bytes of sealed objects."""

    whole: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    unclaimed: list[str] = field(default_factory=list)
    waiting: int = 0
    """Files of drafts."""
    waiting_size: int = 0


def about_files(
    databases: Databases, settings: EvidenceSettings, writer: EvidenceSettings | None, *, deep: bool
) -> Iterator[Finding]:
    """Every finding. ``settings``: of who may list the store; ``writer``: the portal's, where it runs on this machine.

    Raises StoreError when the place cannot be used; database errors pass through.
    """
    place = settings.place
    if isinstance(place, DirectoryPlace):
        yield from _about_directory(place.path)
    if writer is not None and (not isinstance(place, DirectoryPlace) or _is_ours(place.path)):
        _try_out(open_store(writer))
    found = count_files(databases, open_store(settings), deep=deep)
    yield from _about_counts(found)
    yield _about_room(found.size + found.waiting_size, settings.limits.per_instance)


def count_files(databases: Databases, store: Store, *, deep: bool = False) -> StoredFiles:
    """Hold the rows against the store. It keeps the ids of all files in memory, some hundred bytes each."""
    found = StoredFiles()
    # The store first: what is accepted meanwhile has a row and is asked for again; what is deleted meanwhile has none.
    listed = dict(store.list())
    for batch in in_batches(listed):
        found.unclaimed += sorted(unclaimed(databases, batch))
    with databases.reading() as session:
        for row in session.execute(select(Evidence.id, Evidence.size).order_by(Evidence.id)).yield_per(1000):
            size = listed.get(row.id, -1)
            found.size += row.size
            if size < 0:
                found.missing.append(row.id)
            elif size != row.size:
                found.damaged.append(row.id)
            elif deep and not _reads(store, row.id, row.size):
                found.unreadable.append(row.id)
            else:
                found.whole += 1
    found.missing = [blob for blob in found.missing if _is_missing(databases, store, blob)]
    with databases.volatile() as session:
        waiting = select(func.count(), func.coalesce(func.sum(Staged.size), 0)).select_from(Staged)
        found.waiting, found.waiting_size = (int(number) for number in session.execute(waiting).one())
    return found


def _about_directory(place: Path) -> Iterator[Finding]:
    try:
        mode = stat.S_IMODE(place.stat().st_mode)
    except OSError as error:
        raise StoreError(f"{place} cannot be looked at ({error.strerror})") from None
    if mode & 0o077:
        yield Finding(Grade.FAIL, f"others can look into {place}; run: chmod 700 {place}")
    if not _is_ours(place):
        yield Finding(
            Grade.WARN,
            f"{place} belongs to somebody else: whether files can be written there was not tried; run doctor as its owner",
        )
    try:
        incoming = len(list((place / INCOMING).iterdir()))
    except FileNotFoundError:
        incoming = 0
    if incoming:
        yield Finding(
            Grade.OK,
            f"{incoming} files are being written, or were left by a broken write: then the worker removes them",
        )


def _is_ours(place: Path) -> bool:
    """A folder that another user makes in there would shut the processes out of it."""
    return place.stat().st_uid == os.geteuid()


def _try_out(store: Store) -> None:
    """Write, flush and remove one file. Raises StoreError."""
    blob = new_id()
    incoming = store.create(blob)
    incoming.write(MAGIC)
    incoming.commit()
    store.delete(blob)


def _reads(store: Store, blob: str, size: int) -> bool:
    begins, length = b"", 0
    try:
        for piece in store.read(blob):
            begins += piece[: max(0, len(MAGIC) - len(begins))]
            length += len(piece)
    except StoreError:
        return False
    return begins == MAGIC and length == size


def _is_missing(databases: Databases, store: Store, blob: str) -> bool:
    if store.size(blob) is not None:
        return False
    with databases.reading() as session:
        return session.scalar(select(Evidence.id).where(Evidence.id == blob)) is not None


def _about_counts(found: StoredFiles) -> Iterator[Finding]:
    for grade, blobs, what in (
        (Grade.FAIL, found.missing, "files of cases are missing; restore them from a backup of the store"),
        (Grade.FAIL, found.damaged, "files of cases have not their length; restore them from a backup"),
        (
            Grade.FAIL,
            found.unreadable,
            "files of cases cannot be read to their end; restore them from a backup",
        ),
        (Grade.WARN, found.unclaimed, _UNCLAIMED),
    ):
        if blobs:
            yield Finding(grade, f"{len(blobs)} {what}: {_named(blobs)}")
    yield Finding(
        Grade.OK,
        f"{found.whole} files of cases are there, each with its length (what is in them, their cases' keys alone can tell), "
        f"and {found.waiting} of drafts",
    )


def _about_room(stored: int, limit: int) -> Finding:
    text = f"files take {_rounded(stored)} of the {size_text(limit)} that this instance may store"
    if stored >= limit:
        return Finding(Grade.FAIL, f"{text}: no file is accepted any more; set per_instance")
    return Finding(Grade.WARN if stored >= NEARLY_FULL * limit else Grade.OK, text)


def _rounded(size: int) -> str:
    return f"{size / (1 << 20):.1f} MiB"


def _named(blobs: Collection[str]) -> str:
    more = len(blobs) - NAMED
    return ", ".join(sorted(blobs)[:NAMED]) + (f" and {more} more" if more > 0 else "")
