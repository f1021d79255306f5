"""The envelope: bytes sealed to one public key, for one purpose, in one place. Knows no domain and stores nothing.

Layout (docs/format.md): ``"USv1" | suite (1) | purpose (1) | recipient fingerprint (8) | HPKE enc and ciphertext``.
HPKE base mode (RFC 9180) with X-Wing, HKDF-SHA256 and AES-256-GCM; the place is HPKE's ``info``, so an envelope moved to
another case, item or purpose does not open.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from crypto import padding
from crypto.errors import BrokenSealError, MalformedError, WrongRecipientError
from crypto.keys import FINGERPRINT_BYTES, KeyPair, PublicKeys

MAGIC = b"USv1"
SUITE_XWING_SHA256_AES256GCM = 1
HEADER_BYTES = len(MAGIC) + 2 + FINGERPRINT_BYTES
OVERHEAD_BYTES = HEADER_BYTES + 1120 + 16  # the KEM's encapsulation and the AEAD's tag
MAX_ENVELOPE = 32 * 1024 * 1024  # bytes; checked before any key is touched

# Suites are stateless values; the constructor only checks that the three parts fit.
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Purpose(Enum):
    """What an envelope is for: its byte on the wire and its word in ``info``. Numbers are never reused."""

    GRANT = (1, "grant")  # a case epoch's seed, to an officer
    RECOVERY = (2, "recovery")  # a case epoch's seed, to the recovery key
    EPOCH_LINK = (3, "epoch-link")  # the previous epoch's seed, to the new epoch's key
    ITEM_KEY = (4, "item-key")  # an item's key, to a case epoch or to the reporter
    RUNG = (5, "rung")  # a ladder rung, to the gate
    CUSTODY_OUTER = (6, "custody-outer")  # the first custodian's layer of a pair envelope
    CUSTODY_INNER = (7, "custody-inner")  # the second custodian's layer
    PROTECTION = (8, "protection")  # the protection seed alone, to the protection contact
    NOTICE = (9, "notice")  # a notice without content, to an officer
    SLIP = (10, "slip")  # body ids for counting independent reports, to the gate
    DISPATCH = (11, "dispatch")  # notices waiting for the worker, to the gate
    IDENTITY = (12, "identity")  # a name left in confidence, or nothing, to the custody key
    WATCH = (13, "watch")  # what a case's office owes, and until when, to the gate
    REQUEST = (14, "request")  # a signed request to release a rung, to the gate
    ORIGINAL = (15, "original")  # the key of an untouched original file, to the custody key
    CUSTODY_LETTER = (16, "custody-letter")  # what custodians are asked and tell each other, to one officer
    CUSTODY_ROLL = (17, "custody-roll")  # who may be custodian now, to the reporter

    @property
    def number(self) -> int:
        """The byte on the wire."""
        return self.value[0]

    @property
    def word(self) -> str:
        """The word in ``info``."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an envelope belongs. Ids hold no ``/``, so two places never give the same bytes."""

    purpose: Purpose
    case: str
    item: str

    def __post_init__(self) -> None:
        if not self.case or not self.item or "/" in self.case or "/" in self.item:
            raise MalformedError("a place needs a case and an item, without slashes")

    @property
    def info(self) -> bytes:
        """What HPKE binds the ciphertext to."""
        return f"underseal/v1/{self.purpose.word}/{self.case}/{self.item}".encode()


def seal(recipient: PublicKeys, place: Place, plaintext: bytes) -> bytes:
    """Seal ``plaintext`` as it is: for keys, whose length says nothing. Content goes through ``seal_padded``."""
    sealed = _SUITE.encrypt(plaintext, recipient.sealing_key(), info=place.info)
    return _header(place.purpose, recipient) + sealed


def open_(pair: KeyPair, place: Place, envelope: bytes) -> bytes:
    """Open what ``seal`` made for this key and this place.

    Raises MalformedError (not our encoding, before any key is used), WrongRecipientError, BrokenSealError.
    """
    if not OVERHEAD_BYTES <= len(envelope) <= MAX_ENVELOPE:
        raise MalformedError("an envelope has an impossible length")
    fixed = HEADER_BYTES - FINGERPRINT_BYTES
    if envelope[:fixed] != MAGIC + bytes([SUITE_XWING_SHA256_AES256GCM, place.purpose.number]):
        raise MalformedError("an envelope has another version, suite or purpose")
    if envelope[fixed:HEADER_BYTES] != pair.public.fingerprint:
        raise WrongRecipientError("an envelope is addressed to another key")
    try:
        return _SUITE.decrypt(envelope[HEADER_BYTES:], pair.sealing_key, info=place.info)
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError("an envelope does not open: altered, moved, or for another key") from error


def is_for(recipient: PublicKeys, envelope: bytes) -> bool:
    """Whether an envelope says that it is addressed to this key. Anybody can see that; only ``open_`` proves it."""
    return envelope[HEADER_BYTES - FINGERPRINT_BYTES : HEADER_BYTES] == recipient.fingerprint


def seal_padded(recipient: PublicKeys, place: Place, content: bytes, *, floor: int = padding.FLOOR) -> bytes:
    """Seal content whose length must tell little: padded to a Padmé class, at least ``floor`` bytes."""
    return seal(recipient, place, padding.pad(content, floor=floor))


def open_padded(pair: KeyPair, place: Place, envelope: bytes, *, floor: int = padding.FLOOR) -> bytes:
    """Undo ``seal_padded``. Raises as ``open_``."""
    return padding.unpad(open_(pair, place, envelope), floor=floor)


def _header(purpose: Purpose, recipient: PublicKeys) -> bytes:
    return MAGIC + bytes([SUITE_XWING_SHA256_AES256GCM, purpose.number]) + recipient.fingerprint
