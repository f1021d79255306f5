"""A compartment: a key of its own, its pair envelopes, and a name or nothing, sealed to it. Pure; knows no database.

The reporter signs the name inside the seal, together with the case and the case's first key. So nobody can put another name
into a case, move one into another case, or have custodians believe that a case is somebody else's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from crypto import custody
from crypto.encoding import canonical_json, pack, parse_object, to_text, unpack
from crypto.errors import BadSignatureError, BrokenSealError, MalformedError
from crypto.keys import KeyPair, PublicKeys, new_id
from crypto.secret import Secret
from intake.drafts import MAX_CONTACT, MAX_NAME
from intake.record import key_hash
from intake.roster import Roster

LABEL = "name"


@dataclass(frozen=True, slots=True, repr=False)
class Name(Secret):
    """What a reporter leaves. ``contact``: how to reach them, if they said so."""

    name: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Lock:
    """The public half of a compartment: whoever knows it can put a name in, and nobody take one out."""

    id: str
    key: PublicKeys


@dataclass(frozen=True, slots=True, repr=False)
class Compartment:
    """One compartment as it is stored. ``pairs`` is empty where a name was put under the lock that the case began with."""

    lock: Lock
    sealed: bytes
    pairs: tuple[bytes, ...] = ()

    def to_bytes(self) -> bytes:
        """One value, of one size for every compartment with pairs."""
        return pack(self.lock.id.encode(), self.lock.key.raw, self.sealed, pack(*self.pairs))

    @classmethod
    def from_bytes(cls, data: bytes) -> Compartment:
        """Undo ``to_bytes``. Raises MalformedError."""
        lock, key, sealed, pairs = unpack(data, 4)
        try:
            identifier = lock.decode("ascii")
        except UnicodeDecodeError as error:
            raise MalformedError("a compartment has no id") from error
        count = custody.PAIRS if pairs else 0
        return cls(Lock(identifier, PublicKeys(key)), sealed, unpack(pairs, count))

    @property
    def fingerprint(self) -> str:
        """What the record says of it."""
        return to_text(hashlib.sha256(self.to_bytes()).digest())


def make_compartment(
    case: str,
    first_key: PublicKeys,
    custodians: Sequence[PublicKeys],
    name: Name | None,
    reporter: KeyPair | None,
) -> Compartment:
    """A fresh key, its pairs, and ``name`` signed by ``reporter`` inside; nothing where there is none. The key is forgotten."""
    pair, identifier = KeyPair.generate(), new_id()
    lock = Lock(identifier, pair.public)
    pairs = custody.pair_envelopes(case, custodians, pair.unsafe_seed, compartment=identifier)
    return Compartment(lock, put_in(case, first_key, lock, name, reporter), tuple(pairs))


def put_in(
    case: str, first_key: PublicKeys, lock: Lock, name: Name | None, reporter: KeyPair | None
) -> bytes:
    """``name``, sealed to the lock. One size with a name and without."""
    content = b""
    if name is not None and reporter is not None:
        statement = canonical_json(
            {"case": case, "key": key_hash(first_key), "name": name.name, "contact": name.contact}
        )
        content = pack(reporter.sign(LABEL, statement), statement)
    return custody.seal_identity(case, lock.key, content, compartment=lock.id)


def name_in(
    case: str, first_key: PublicKeys, lock: Lock, pair: KeyPair, sealed: bytes, reporter: PublicKeys
) -> Name:
    """The name in a compartment whose key two custodians opened.

    Raises CryptoError: another key, another case's name, signed by somebody else, or nothing in it.
    """
    if pair.public != lock.key:
        raise BrokenSealError("the pair envelopes hold another key than the compartment's")
    content = custody.open_identity(case, pair, sealed, compartment=lock.id)
    if not content:
        raise BrokenSealError("there is no name in this compartment")
    signature, statement = unpack(content, 2)
    reporter.verify(LABEL, statement, signature)
    value = parse_object(statement)
    if (value.get("case"), value.get("key")) != (case, key_hash(first_key)):
        raise BadSignatureError("this name was left in another case")
    name, contact = value.get("name"), value.get("contact")
    if not isinstance(name, str) or not isinstance(contact, str):
        raise MalformedError("a name is no text")
    if not name or len(name) > MAX_NAME or len(contact) > MAX_CONTACT:
        raise MalformedError("a name of an impossible length")
    return Name(name, contact)


def listed(roster: Roster, custodians: Sequence[str]) -> list[list[str]]:
    """The custodians of a compartment as the record tells of them: each with the key that the pairs were sealed to."""
    return [[who, roster.keys_of(who).fingerprint.hex()] for who in custodians]
