"""The second copy: every accepted bundle of sealed rows, flushed to another place before the receipt is shown (P8).

A bundle holds ciphertext and what lies in clear in the database, nothing more. Files are named by a hash of the case's id, so
that a deletion finds its bundle, and file times are neutral: the directory is no calendar. ``read`` gives the rows back, for a
restore into an empty database.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import inspect

from crypto.encoding import canonical_json, from_text, parse_canonical, to_text
from intake.database import case_tables
from intake.database.base import State
from intake.retention.ledger import case_hash

SUFFIX = ".underseal"
_NEUTRAL_TIME = (0, 0)


@dataclass(frozen=True, slots=True)
class SecondCopy:
    """One written bundle."""

    path: Path

    @classmethod
    def write(cls, directory: Path, groups: Sequence[Sequence[State]]) -> SecondCopy:
        """Write and flush to the device: file, then directory entry. Raises OSError when the place is full or gone."""
        path = _place(
            directory, case_hash(next(row.id for row in groups[0] if isinstance(row, case_tables.Case)))
        )
        partial = path.with_suffix(".partial")
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(canonical_json([[_row_document(row) for row in group] for group in groups]))
                file.flush()
                os.fsync(file.fileno())
            os.utime(partial, _NEUTRAL_TIME)
            partial.rename(path)
            _flush_directory(directory)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        return cls(path)

    @classmethod
    def has(cls, directory: Path, case_hash: bytes) -> bool:
        """Whether the bundle of this case is there."""
        return _place(directory, case_hash).exists()

    @classmethod
    def forget(cls, directory: Path, case_hash: bytes) -> None:
        """Take away the bundle of a case that was deleted. Raises OSError."""
        _place(directory, case_hash).unlink(missing_ok=True)
        _flush_directory(directory)

    def read(self) -> list[list[State]]:
        """The rows, in the groups they were stored in. Raises MalformedError when the file is not one of ours."""
        groups = parse_canonical(self.path.read_bytes(), limit=1 << 30)
        return [[_row(document) for document in group] for group in groups]

    def remove_unless(self, *, filed: bool) -> None:
        """Take the bundle away when it was not the one that was accepted."""
        if not filed:
            self.path.unlink(missing_ok=True)


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
    table: type[State] = getattr(case_tables, document["table"])
    values = {key: _typed(value) for key, value in document["row"].items()}
    for column in inspect(table).columns:
        kind = getattr(column.type, "enum_class", None)
        if kind is not None:
            values[column.key] = kind(values[column.key])
    return table(**values)


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
