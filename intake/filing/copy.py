"""The second copy: every accepted bundle of sealed rows, flushed to another place before the receipt is shown (P8).

A bundle holds ciphertext and what lies in clear in the database, nothing more. Files are named by a hash of the case's id, so
that a deletion finds its bundle, and file times are neutral: the directory is no calendar. ``read`` gives the rows back, for a
restore into an empty database. The report's files lie beside their bundle, sealed as they were, in a folder that is laid out
as a store is: they are copied into an empty one under the names they have.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from crypto.encoding import canonical_json, from_text, parse_canonical, to_text
from crypto.errors import MalformedError
from intake.database import case_tables
from intake.database.base import State
from intake.database.evidence_tables import Evidence
from intake.database.log_tables import WaitingStatement
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.store.protocol import Store, StoreError
from intake.retention.ledger import case_hash

SUFFIX = ".underseal"
FILES_SUFFIX = ".evidence"
"""Of the folder with a bundle's files. Each attempt to file has its own case and its own folder: none takes another's away."""
_NEUTRAL_TIME = (0, 0)
_LEFT_OUT = (WaitingStatement,)
"""What a bundle brings that is in no copy: a statement beside its case would lead whoever is shown it to the case."""


@dataclass(frozen=True, slots=True)
class SecondCopy:
    """One written bundle."""

    path: Path

    @classmethod
    def write(
        cls, directory: Path, groups: Sequence[Sequence[State]], store: Store | None = None
    ) -> SecondCopy:
        """Write and flush to the device: the files (out of ``store``), the bundle, then the directory's entries.

        Raises OSError when the place is full or gone, StoreError when a file cannot be copied. Nothing is left then.
        """
        path = _place(
            directory, case_hash(next(row.id for row in groups[0] if isinstance(row, case_tables.Case)))
        )
        partial = path.with_suffix(".partial")
        files = [row for group in groups for row in group if isinstance(row, Evidence)]
        try:
            with _copied(files, store, path.with_suffix(FILES_SUFFIX)):
                _write_bundle(partial, path, groups)
        except BaseException:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
                cls(path).remove()
            raise
        return cls(path)

    @classmethod
    def has(cls, directory: Path, case_hash: bytes) -> bool:
        """Whether the bundle of this case is there, or files of it."""
        path = _place(directory, case_hash)
        return path.exists() or path.with_suffix(FILES_SUFFIX).exists()

    @classmethod
    def forget(cls, directory: Path, case_hash: bytes) -> None:
        """Take away the bundle of a case that was deleted, and its files. Raises OSError."""
        cls(_place(directory, case_hash)).remove()
        _flush_directory(directory)

    @classmethod
    def sweep(cls, directory: Path) -> int:
        """Remove files without a bundle: whoever copied them was killed. A living writer holds its folder's lock.

        Returns of how many reports. Raises OSError.
        """
        swept = 0
        for folder in directory.glob(f"*{FILES_SUFFIX}"):
            with suppress(BlockingIOError), _locked(folder):
                if not folder.with_suffix(SUFFIX).exists():
                    shutil.rmtree(folder)
                    swept += 1
        return swept

    def read(self) -> list[list[State]]:
        """The rows, in the groups they were stored in. Raises MalformedError when the file is not one of ours."""
        groups = parse_canonical(self.path.read_bytes(), limit=1 << 30)
        return [[_row(document) for document in group] for group in groups]

    def remove(self) -> None:
        """Take the bundle and its files away: it was not the one that was accepted, or its time is over. Raises OSError."""
        self.path.unlink(missing_ok=True)
        files = self.path.with_suffix(FILES_SUFFIX)
        if files.exists():
            shutil.rmtree(files)


def _write_bundle(partial: Path, path: Path, groups: Sequence[Sequence[State]]) -> None:
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        kept = [[row for row in group if not isinstance(row, _LEFT_OUT)] for group in groups]
        file.write(canonical_json([[_row_document(row) for row in group] for group in kept]))
        file.flush()
        os.fsync(file.fileno())
    os.utime(partial, _NEUTRAL_TIME)
    partial.rename(path)
    _flush_directory(path.parent)


@contextmanager
def _copied(files: Sequence[Evidence], store: Store | None, folder: Path) -> Iterator[None]:
    """The files are on the device inside; the folder is locked until its bundle is there, or a sweep would take it away."""
    if not files or store is None:
        yield
        return
    folder.mkdir(mode=0o700)
    with _locked(folder):
        copies = DirectoryStore(folder)
        for file in files:
            _copy_file(store, file, copies)
        yield


def _copy_file(store: Store, file: Evidence, copies: DirectoryStore) -> None:
    """Piece by piece, whatever its size."""
    incoming, size = copies.create(file.id), 0
    try:
        for piece in store.read(file.id):
            incoming.write(piece)
            size += len(piece)
    except BaseException:
        incoming.abort()
        raise
    if size != file.size:
        incoming.abort()
        raise StoreError("a sealed file has not the length that it had when it was received")
    incoming.commit()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Raises BlockingIOError when somebody has it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _place(directory: Path, case: bytes) -> Path:
    return directory / (to_text(case) + SUFFIX)


def _row_document(row: State) -> dict[str, Any]:
    return {
        "table": type(row).__name__,
        "row": {column.key: _plain(getattr(row, column.key)) for column in inspect(type(row)).column_attrs},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": to_text(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return value.value if isinstance(value, Enum) else value


def _row(document: dict[str, Any]) -> State:
    table = _TABLES.get(document["table"])
    if table is None:
        raise MalformedError("a second copy names a table that is not filed into")
    values = {key: _typed(value) for key, value in document["row"].items()}
    for column in inspect(table).columns:
        kind = getattr(column.type, "enum_class", None)
        if kind is not None:
            values[column.key] = kind(values[column.key])
    return table(**values)


_TABLES: dict[str, type[State]] = {mapper.class_.__name__: mapper.class_ for mapper in State.registry.mappers}


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return from_text(value["bytes"]) if "bytes" in value else date.fromisoformat(value["date"])
    return value


def _flush_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
