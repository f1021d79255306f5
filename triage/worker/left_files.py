"""The worker's notes about sealed files that no row knows: each with the day on which it goes. Removes none.

They lie in a file beside the worker's others, and hold ids that mean nothing elsewhere. Whoever loses them loses a week.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from io import BufferedRandom
from pathlib import Path

from crypto.encoding import canonical_json, parse_object
from crypto.errors import CryptoError

LEFT_FILE = "files.left"
_MAX_BYTES = 1 << 28  # about seven million ids


@dataclass(frozen=True, slots=True)
class LeftFiles:
    """The notes: a file's id, and the day on which it goes if no row knows it by then."""

    path: Path

    def read(self) -> dict[str, date]:
        """What is noted; nothing, where the notes are lost or a crash cut them off."""
        try:
            with self.path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
                return _parsed(file.read(_MAX_BYTES))
        except FileNotFoundError:
            return {}

    def note(self, blobs: Collection[str], day: date) -> None:
        """Flushed to the device when this returns; an earlier day stays. Raises OSError."""
        if blobs:
            with self._changing() as noted:
                noted.update({blob: min(day, noted.get(blob, day)) for blob in blobs})

    def strike_out(self, blobs: Collection[str]) -> None:
        """They are gone, or a row knows them. Raises OSError."""
        if blobs:
            with self._changing() as noted:
                for blob in blobs:
                    noted.pop(blob, None)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, date]]:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = _parsed(file.read(_MAX_BYTES))
            noted = dict(before)
            yield noted
            if noted != before:
                _write(file, noted)


def _parsed(content: bytes) -> dict[str, date]:
    try:
        noted = parse_object(content, limit=_MAX_BYTES) if content else {}
        return {blob: date.fromisoformat(day) for blob, day in noted.items()}
    except (CryptoError, TypeError, ValueError):
        return {}


def _write(file: BufferedRandom, noted: dict[str, date]) -> None:
    file.seek(0)
    file.truncate()
    file.write(canonical_json({blob: day.isoformat() for blob, day in noted.items()}))
    file.flush()
    os.fsync(file.fileno())
