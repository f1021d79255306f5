"""Statements: a small sentence that was committed to beside an event, and can be shown without it. Knows no kinds of them.

The statement of a filing is under a key and a nonce that the receipt code alone gives: whoever holds the case cannot recognise
it. Every other one is under a nonce that follows from its event's, so that nothing more is stored or sent, and a shown
statement says nothing of the event (HKDF, RFC 5869, is one-way). Commitments are SHA-256 under a label of their own: no event's
commitment is ever a statement's.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crypto.encoding import pack
from crypto.errors import BadSignatureError
from crypto.kdf import derive
from crypto.keys import PublicKeys
from crypto.secret import Secret

COMMITMENT_BYTES = 32
NAME_BYTES = 32
_DOCUMENT = b"underseal/v1/statement-document"


class StatementKeys(Secret):
    """What a receipt code gives for the statements of one report: the key that signs documents, and two nonces."""

    __slots__ = ("_signing", "filing", "opening", "public")

    def __init__(self, seed: bytes) -> None:
        """Expand ``seed`` (32 bytes)."""
        self._signing = Ed25519PrivateKey.from_private_bytes(derive(seed, "statement/sign"))
        self.public = self._signing.public_key().public_bytes_raw()
        self.filing = derive(seed, "statement/filing")
        """The nonce of the filing's statement."""
        self.opening = derive(seed, "statement/opening")
        """The nonce under which the filing's statement hides the report's name."""

    def sign(self, document: bytes) -> bytes:
        """64 bytes: whoever has the code made this very document."""
        return self._signing.sign(pack(_DOCUMENT, document))


def verify_document(public: bytes, document: bytes, signature: bytes) -> None:
    """Return if the holder of ``public`` signed ``document``. Raises BadSignatureError."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, pack(_DOCUMENT, document))
    except (InvalidSignature, ValueError) as error:
        raise BadSignatureError(
            "a document does not bear the signature of the code it was made with"
        ) from error


def nonce_after(event_nonce: bytes) -> bytes:
    """The nonce of the statement beside an event."""
    return derive(event_nonce, "statement/event")


def commit(nonce: bytes, statement: bytes) -> bytes:
    """The 32-byte commitment to ``statement``."""
    return hashlib.sha256(pack(b"underseal/v1/statement", nonce, statement)).digest()


def report_name(reporter: PublicKeys) -> bytes:
    """What ties the statements of one report together. Whoever holds the case can make it; nothing that is stored in clear is
    enough to: the reporter's keys in a case lie sealed, and an envelope shows eight bytes of another hash of them.
    """
    return hashlib.sha256(pack(b"underseal/v1/statement-report", reporter.raw)).digest()


def hide_name(opening: bytes, name: bytes) -> bytes:
    """How the statement of a filing names its report: to whoever is given ``opening``, and to nobody else."""
    return hashlib.sha256(pack(b"underseal/v1/statement-name", opening, name)).digest()


def names(hidden: bytes, opening: bytes, name: bytes) -> None:
    """Return if ``hidden`` is this name. Raises BadSignatureError."""
    if not hmac.compare_digest(hidden, hide_name(opening, name)):
        raise BadSignatureError("the filing is of another report than the rest")
