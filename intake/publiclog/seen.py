"""The newest checkpoint that this machine ever saw, in a file: a database that was put back to an earlier state is noticed.

A log that signs two histories is worse than one that stops: whoever kept the later checkpoint would find the earlier entries
gone and others in their place (A8).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from crypto.checkpoint import Checkpoint, LogKey
from crypto.merkle import ReadNode, consistency_proof, verify_consistency


@dataclass(frozen=True, slots=True)
class SeenLog:
    """The file, and the key under which its content is believed."""

    path: Path
    key: LogKey

    def last(self) -> Checkpoint | None:
        """The newest checkpoint, or None before the first. Raises CryptoError when the file holds something else."""
        try:
            return self.key.open(self.path.read_bytes())
        except FileNotFoundError:
            return None

    def remember(self, note: bytes) -> None:
        """Keep a checkpoint that was checked, whole or not at all."""
        # A name of its own: several workers may write on one machine.
        partial = self.path.with_name(f"{self.path.name}.{secrets.token_hex(8)}.partial")
        partial.write_bytes(note)
        partial.replace(self.path)


def prove_growth(old: Checkpoint, new: Checkpoint, read: ReadNode) -> None:
    """Return if the tree of ``new``, which ``read`` gives, begins with the one of ``old``. Raises ProofError."""
    if old.size == 0:
        return
    proof = consistency_proof(read, old.size, new.size) if old.size <= new.size else []
    verify_consistency(old.size, new.size, proof, old.head, new.head)
