"""Key pairs: one 32-byte seed gives a hybrid sealing key and a signing key. Where a seed comes from is others' business.

Sealing: X-Wing (draft-connolly-cfrg-xwing-kem: ML-KEM-768 and X25519; one breaks, the other holds). Signing: Ed25519
(RFC 8032). The two halves come from the seed under different labels, so that neither use endangers the other.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from crypto.encoding import from_text, pack, to_text
from crypto.errors import BadSignatureError, MalformedError
from crypto.kdf import derive
from crypto.secret import Secret

SEED_BYTES = 32
SEAL_KEY_BYTES = 1184 + 32  # ML-KEM-768 encapsulation key (FIPS 203), then X25519 (RFC 7748)
VERIFY_KEY_BYTES = 32
PUBLIC_BYTES = SEAL_KEY_BYTES + VERIFY_KEY_BYTES
FINGERPRINT_BYTES = 8
SIGNATURE_BYTES = 64

# Clamping makes any scalar a multiple of the curve's cofactor, which is all that the check below needs of it.
_ANY_SCALAR = X25519PrivateKey.from_private_bytes(bytes(32))


def new_seed() -> bytes:
    """32 random bytes from the operating system."""
    return secrets.token_bytes(SEED_BYTES)


def new_id() -> str:
    """A random identifier: 128 bits as 22 characters of base64url. Random, so that no number counts or dates cases."""
    return to_text(secrets.token_bytes(16))


def is_id(text: str) -> bool:
    """Whether ``text`` is the one encoding of a 128-bit identifier."""
    try:
        from_text(text, length=16)
    except MalformedError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The public half of a key pair: what a roster, an epoch record or a sealed report names."""

    raw: bytes
    _mlkem: MLKEM768PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.raw) != PUBLIC_BYTES:
            raise MalformedError(f"a public key has {PUBLIC_BYTES} bytes")
        try:
            # FIPS 203 section 7.2: the modulus check happens here, once, and never again after.
            mlkem = MLKEM768PublicKey.from_public_bytes(self.raw[:1184])
            # RFC 7748 section 6.1: a point of small order gives every exchange the same secret, and sealing would fail.
            _ANY_SCALAR.exchange(X25519PublicKey.from_public_bytes(self.raw[1184:SEAL_KEY_BYTES]))
        except ValueError as error:
            raise MalformedError("a public key is not an X-Wing key") from error
        object.__setattr__(self, "_mlkem", mlkem)

    @classmethod
    def from_text(cls, text: str) -> PublicKeys:
        """Decode ``as_text``. Raises MalformedError."""
        return cls(from_text(text, length=PUBLIC_BYTES))

    def as_text(self) -> str:
        """Base64url, for JSON documents."""
        return to_text(self.raw)

    @property
    def fingerprint(self) -> bytes:
        """8 bytes that say which key an envelope is addressed to. A label, not a security check."""
        return hashlib.sha256(b"underseal/v1/fingerprint" + self.raw).digest()[:FINGERPRINT_BYTES]

    def sealing_key(self) -> MLKEM768X25519PublicKey:
        """The key object that HPKE takes."""
        return MLKEM768X25519PublicKey(
            self._mlkem, X25519PublicKey.from_public_bytes(self.raw[1184:SEAL_KEY_BYTES])
        )

    def verify(self, label: str, statement: bytes, signature: bytes) -> None:
        """Return if ``signature`` is this key's over ``statement`` under ``label``. Raises BadSignatureError."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw[SEAL_KEY_BYTES:]).verify(
                signature, _statement(label, statement)
            )
        except (InvalidSignature, ValueError) as error:
            raise BadSignatureError(f"the signature on this {label} is not valid") from error


class KeyPair(Secret):
    """A private key in memory. Made from a seed, never exported; ``repr`` shows the fingerprint alone."""

    __slots__ = ("_sealing", "_seed", "_signing", "public")

    def __init__(self, seed: bytes) -> None:
        """Expand ``seed`` (32 bytes). Raises MalformedError for any other length."""
        if len(seed) != SEED_BYTES:
            raise MalformedError(f"a seed has {SEED_BYTES} bytes")
        self._seed = seed
        mlkem, x25519 = expand_xwing(derive(seed, "key/seal"))
        self._sealing = MLKEM768X25519PrivateKey(mlkem, x25519)
        self._signing = Ed25519PrivateKey.from_private_bytes(derive(seed, "key/sign"))
        self.public = PublicKeys(
            mlkem.public_key().public_bytes_raw()
            + x25519.public_key().public_bytes_raw()
            + self._signing.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls) -> KeyPair:
        """A pair from a fresh random seed."""
        return cls(new_seed())

    def __repr__(self) -> str:
        return f"KeyPair({self.public.fingerprint.hex()})"

    @property
    def sealing_key(self) -> MLKEM768X25519PrivateKey:
        """The key object that HPKE takes."""
        return self._sealing

    @property
    def unsafe_seed(self) -> bytes:
        """The whole secret. Only to seal it to somebody: a grant, an epoch link, a session row."""
        return self._seed

    def sign(self, label: str, statement: bytes) -> bytes:
        """64 bytes that say: the holder of this key made ``statement`` in the sense of ``label``."""
        return self._signing.sign(_statement(label, statement))


def expand_xwing(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """The two component keys of an X-Wing seed (draft-connolly-cfrg-xwing-kem, expandDecapsulationKey)."""
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


def _statement(label: str, statement: bytes) -> bytes:
    # The label is inside, length-prefixed: a signature made as a vote can never be shown as an answer.
    return pack(b"underseal/v1/sign", label.encode("ascii"), statement)
