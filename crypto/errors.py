"""What can go wrong with a seal, in four words. Messages never hold key material, plaintext or ciphertext."""

from __future__ import annotations


class CryptoError(Exception):
    """Base of every failure of this package. Callers fail closed on it."""


class MalformedError(CryptoError):
    """The bytes are not an encoding that this version ever writes; refused before any key was touched."""


class WrongRecipientError(CryptoError):
    """The envelope is addressed to another key."""


class BrokenSealError(CryptoError):
    """The seal does not open: it was altered, moved from another place, or made for another key."""


class BadSignatureError(CryptoError):
    """The signature is not this key's signature over this statement."""
