"""Small sealed values under a key that two uses of one secret share: the card, the mailbox row, a session row.

AES-256-GCM (NIST SP 800-38D) with a random nonce and the place as associated data. Keys come from ``kdf.derive`` under a
label per use, and each encrypts a handful of values, so that random 96-bit nonces never come near a collision.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto import padding
from crypto.errors import BrokenSealError

_NONCE_BYTES = 12


def seal_value(key: bytes, place: bytes, content: bytes, *, floor: int = padding.FLOOR) -> bytes:
    """Pad and seal ``content`` (bytes) for ``place``: a label that must be given again to open it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, padding.pad(content, floor=floor), place)


def open_value(key: bytes, place: bytes, sealed: bytes, *, floor: int = padding.FLOOR) -> bytes:
    """Undo ``seal_value``. Raises BrokenSealError for another key, another place, or any change."""
    try:
        padded = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError("a sealed value is altered, moved, or under another key") from error
    return padding.unpad(padded, floor=floor)
