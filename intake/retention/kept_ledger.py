"""The ledger of deletions in a file beside the database: a restore of an older backup brings no deleted case back.

Every worker keeps its own. What the database has and the file lacks is added to it; what the file has and the database lacks,
because an older state was restored or somebody took it out, is put back, and the case is deleted again (`retention.replay`).
Only rows that the gate signed count, on either side.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.encoding import canonical_json, parse_object
from crypto.errors import CryptoError
from crypto.keys import PublicKeys
from intake.database.retention_tables import DeletionRow
from intake.database.rows import StoredDeletion
from intake.retention.ledger import as_document, as_row, from_document, is_signed, stored

LEDGER_FILE = "deletions.ledger"
_MAX_LINE = 1 << 20  # bytes; an entry takes about eight thousand


@dataclass(frozen=True, slots=True)
class KeptLedger:
    """The file: an entry a line."""

    path: Path

    def entries(self, gates: Collection[PublicKeys]) -> Iterator[StoredDeletion]:
        """Every entry that the gate signed. A line that a crash cut off, or that somebody wrote, is passed over."""
        try:
            with self.path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
                for line in file:
                    entry = _entry(line)
                    if entry is not None and is_signed(entry, gates):
                        yield entry
        except FileNotFoundError:
            return

    def add(self, entries: Iterable[StoredDeletion]) -> None:
        """Append these, flushed to the device. Raises OSError."""
        # Each on a line of its own, whatever a crash left at the end of the file.
        lines = b"".join(b"\n" + canonical_json(as_document(entry)) + b"\n" for entry in entries)
        if not lines:
            return
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())

    def balance(self, session: Session, gates: Collection[PublicKeys]) -> None:
        """Bring file and table to the same entries. Part of the caller's transaction. Raises OSError, IntegrityError."""
        there = set(session.scalars(select(DeletionRow.case_hash)))
        kept: set[bytes] = set()
        missing: dict[bytes, StoredDeletion] = {}
        for entry in self.entries(gates):
            kept.add(entry.case_hash)
            if entry.case_hash not in there:
                missing[entry.case_hash] = entry
        new = (session.get_one(DeletionRow, case) for case in sorted(there - kept))
        # A forged entry stays where somebody put it: the worker may take none out of the table, and says so every day.
        self.add(entry for entry in map(stored, new) if is_signed(entry, gates))
        session.add_all(as_row(entry) for entry in missing.values())


def _entry(line: bytes) -> StoredDeletion | None:
    try:
        return from_document(parse_object(line.strip(), limit=_MAX_LINE)) if line.strip() else None
    except CryptoError:
        return None
