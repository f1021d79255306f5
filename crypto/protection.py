"""The protection compartment's keys: a pair that follows from each epoch's, so that case holders derive it and a protection
contact can be given it alone.

The public half is signed by the epoch's case key, whose chain the reporter can prove (`crypto.epoch`): what is said about one's
safety is sealed to the right compartment, whoever can write to the database. Knows no domain and stores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto.encoding import canonical_json, from_text, pack, to_text, unpack
from crypto.envelope import Place, Purpose, open_, seal
from crypto.epoch import protection_pair
from crypto.errors import BrokenSealError
from crypto.kdf import derive
from crypto.keys import SIGNATURE_BYTES, KeyPair, PublicKeys
from crypto.secret import Secret

_LABEL = "protection"
_ACT = "protection act"
ID_BYTES = 16


def publish(case: str, number: int, pair: KeyPair) -> tuple[PublicKeys, bytes]:
    """The compartment's public half for one epoch, and the signature of that epoch's case key ``pair`` over it."""
    public = protection_pair(pair).public
    return public, pair.sign(_LABEL, _statement(case, number, public))


def verify(case: str, number: int, public: PublicKeys, signature: bytes, case_key: PublicKeys) -> None:
    """Return if the epoch's case key vouches for this compartment. Raises BadSignatureError."""
    case_key.verify(_LABEL, _statement(case, number, public), signature)


@dataclass(frozen=True, slots=True, repr=False)
class Granted(Secret):
    """What a contact gets: the compartment's pair, and the two keys that what the contact does is told with."""

    pair: KeyPair
    first: PublicKeys
    """The case's first key, from which the newest is proved."""
    reporter: PublicKeys


def grant(case: str, number: int, officer: PublicKeys, given: Granted) -> bytes:
    """Seal one epoch's compartment to one contact. Every grant has one length."""
    content = pack(given.pair.unsafe_seed, given.first.raw, given.reporter.raw)
    return seal(officer, Place(Purpose.PROTECTION, case, str(number)), content)


def open_grant(case: str, number: int, officer: KeyPair, envelope: bytes, public: PublicKeys) -> Granted:
    """Undo ``grant``, checked against the recorded public half.

    Raises MalformedError, WrongRecipientError, BrokenSealError.
    """
    content = open_(officer, Place(Purpose.PROTECTION, case, str(number)), envelope)
    seed, first, reporter = unpack(content, 3)
    pair = KeyPair(seed)
    if pair.public != public:
        raise BrokenSealError("a protection grant holds another key than the case's record names")
    return Granted(pair, PublicKeys(first), PublicKeys(reporter))


def vouch(pair: KeyPair, case: str, item: str, officer: str) -> str:
    """What an officer's event and item say to prove that the officer had the compartment open: its own signature, base64url."""
    return to_text(pair.sign(_ACT, _act(case, item, officer)))


def verify_vouched(public: PublicKeys, case: str, item: str, officer: str, held: str) -> None:
    """Undo ``vouch``: whoever is certified and can write to the database, but is no contact, forges no plan.

    Raises MalformedError, BadSignatureError.
    """
    public.verify(_ACT, _act(case, item, officer), from_text(held, length=SIGNATURE_BYTES))


def look_id(pair: KeyPair, officer: str, number: int) -> str:
    """The id of the event that says that an officer looked: random to everybody without the compartment, so that the officer
    finds their own looks and nothing of them stands in clear.
    """
    return to_text(
        derive(pair.unsafe_seed, "protection/look", officer.encode(), str(number).encode(), length=ID_BYTES)
    )


def _act(case: str, item: str, officer: str) -> bytes:
    return canonical_json({"case": case, "item": item, "officer": officer})


def _statement(case: str, number: int, public: PublicKeys) -> bytes:
    return canonical_json({"case": case, "epoch": number, "key": public.as_text()})
