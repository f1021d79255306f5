"""The only module that locks, unlocks or splits an officer's private key. The portal may never import it (P3).

An officer's seed lies under Argon2id(password) with the instance's pepper as Argon2's secret value, and AES-256-GCM: a stolen
database without the pepper is useless for guessing, and a stolen pepper without the password opens nothing.
"""

from __future__ import annotations

import secrets
import unicodedata

from crypto.encoding import pack
from crypto.errors import BrokenSealError, MalformedError
from crypto.kdf import PASSWORD_COST, SALT_BYTES, Cost, derive, stretch
from crypto.keys import SEED_BYTES, KeyPair
from crypto.symmetric import open_value, seal_value

MAGIC = b"USk1"
_FLOOR = 64  # bytes; every locked seed has one length


def lock(pair: KeyPair, officer: str, password: str, pepper: bytes, cost: Cost = PASSWORD_COST) -> bytes:
    """Seal an officer's seed under a password. The officer's id is bound in: rows cannot be exchanged."""
    salt = secrets.token_bytes(SALT_BYTES)
    return (
        MAGIC
        + salt
        + seal_value(
            _password_key(password, salt, pepper, cost), _place(officer), pair.unsafe_seed, floor=_FLOOR
        )
    )


def unlock(locked: bytes, officer: str, password: str, pepper: bytes, cost: Cost = PASSWORD_COST) -> KeyPair:
    """Open what ``lock`` made. One derivation whether the password is right or wrong.

    Raises MalformedError, BrokenSealError (which says nothing about which part was wrong).
    """
    start = len(MAGIC)
    if locked[:start] != MAGIC or len(locked) < start + SALT_BYTES:
        raise MalformedError("a locked key has another version")
    salt, sealed = locked[start : start + SALT_BYTES], locked[start + SALT_BYTES :]
    seed = open_value(_password_key(password, salt, pepper, cost), _place(officer), sealed, floor=_FLOOR)
    if len(seed) != SEED_BYTES:
        raise BrokenSealError("a locked key holds something else")
    return KeyPair(seed)


def unlock_nobody(password: str, pepper: bytes, cost: Cost = PASSWORD_COST) -> None:
    """The same work for an account that does not exist: names cannot be told apart by time (A2)."""
    _password_key(password, bytes(SALT_BYTES), pepper, cost)


def seal_second_factor(secret: bytes, officer: str, pepper: bytes) -> bytes:
    """A TOTP secret under the pepper: it guards the login, not the ciphertext, and must be readable without a password."""
    return seal_value(derive(pepper, "vault/second-factor"), _place(officer), secret, floor=_FLOOR)


def open_second_factor(sealed: bytes, officer: str, pepper: bytes) -> bytes:
    """Undo ``seal_second_factor``. Raises BrokenSealError."""
    return open_value(derive(pepper, "vault/second-factor"), _place(officer), sealed, floor=_FLOOR)


def _password_key(password: str, salt: bytes, pepper: bytes, cost: Cost) -> bytes:
    # One password, one byte string, whatever keyboard composed it (RFC 8265 section 4.2: NFC). Half of a surrogate pair is
    # a wrong password like any other: an encoding error would carry the password out, and answer sooner.
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return derive(stretch(typed, salt, cost, pepper=pepper), "vault/password")


def _place(officer: str) -> bytes:
    return pack(b"officer", officer.encode("utf-8"))
