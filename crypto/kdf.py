"""From secrets to keys: HKDF with a label per use, Argon2id with a named cost. Stores nothing.

Sources: RFC 5869 (HKDF), RFC 9106 (Argon2id).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.encoding import pack

KEY_BYTES = 32
SALT_BYTES = 16
_PREFIX = b"underseal/v1/"

# A derivation holds tens of MiB and a core; a flood of codes must not take all of either (A6).
_AT_ONCE = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Cost:
    """The price of one Argon2id derivation: memory in KiB, passes, lanes (RFC 9106 section 3.1)."""

    memory_kib: int
    passes: int
    lanes: int


PASSWORD_COST = Cost(memory_kib=64 * 1024, passes=3, lanes=4)
"""Officers' passwords: chosen by people, so expensive to guess."""

RECEIPT_COST = Cost(memory_kib=19 * 1024, passes=2, lanes=1)
"""Receipt codes: 80 random bits need little stretching; the cost slows a flood, not a guess."""

UNSAFE_TEST_COST = Cost(memory_kib=8, passes=1, lanes=1)
"""For tests only. No setting, file or environment variable leads here: a caller must pass it in code."""


def derive(secret: bytes, label: str, *context: bytes, length: int = KEY_BYTES) -> bytes:
    """A key of ``length`` bytes from ``secret`` for one use, named by ``label`` and ``context`` (HKDF-SHA256)."""
    info = _PREFIX + label.encode("ascii") + (b"/" + pack(*context) if context else b"")
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=None, info=info).derive(secret)


def stretch(secret: bytes, salt: bytes, cost: Cost, *, pepper: bytes | None = None) -> bytes:
    """32 bytes from a password or code (Argon2id). ``pepper`` is Argon2's secret value K (RFC 9106 section 3.1).

    At most two derivations of a process run at once; the others wait.
    """
    with _AT_ONCE:
        return Argon2id(
            salt=salt,
            length=KEY_BYTES,
            iterations=cost.passes,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
            secret=pepper,
        ).derive(secret)
