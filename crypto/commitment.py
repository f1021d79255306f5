"""Event commitments: what the public log will hold, and what a reporter can open with a nonce. Knows no event kinds.

A commitment hides the event (a random nonce) and binds it (SHA-256). Each event's content names its number and the previous
commitment, so that leaving one out breaks the chain as soon as a later one is seen. Leaf hashes over commitments follow
RFC 9162 section 2.1.1 when the log sequences them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from crypto.encoding import pack
from crypto.errors import BadSignatureError

COMMITMENT_BYTES = 32
NONCE_BYTES = 32
NO_PREVIOUS = bytes(COMMITMENT_BYTES)


def new_nonce() -> bytes:
    """32 random bytes; they travel sealed with the event's content, to reporter and case."""
    return secrets.token_bytes(NONCE_BYTES)


def commit(nonce: bytes, content: bytes) -> bytes:
    """The 32-byte commitment to ``content``."""
    return hashlib.sha256(pack(b"underseal/v1/event", nonce, content)).digest()


def verify(commitment: bytes, nonce: bytes, content: bytes) -> None:
    """Return if ``commitment`` is to ``content`` under ``nonce``. Raises BadSignatureError."""
    if not hmac.compare_digest(commitment, commit(nonce, content)):
        raise BadSignatureError("an event is not the one that was committed")
