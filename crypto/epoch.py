"""Case keys in epochs: a change of circle makes a new key that opens everything earlier, and that the old circle lacks.

An epoch's record names its public key and is signed twice: by the previous epoch's key, which only holders have (or by the
gate, when the worker releases a ladder rung), and by the officer who made the change. A reporter who knows epoch 0 from the
mailbox row follows this chain, so a database writer cannot swap the letterbox later either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crypto.encoding import canonical_json
from crypto.envelope import Place, Purpose, open_, seal
from crypto.errors import BadSignatureError, BrokenSealError, MalformedError
from crypto.kdf import derive
from crypto.keys import SIGNATURE_BYTES, KeyPair, PublicKeys

MAX_EPOCHS = 10_000  # a case that changed its circle more often than this is an attack on the reader's time


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """The public statement "epoch n of this case has this key, made by this signer"."""

    case: str
    number: int
    public: PublicKeys
    signer: str  # an officer's id, or "gate" for a ladder release, or "filing" for epoch 0

    @property
    def statement(self) -> bytes:
        """The bytes that are signed."""
        return canonical_json(
            {"case": self.case, "epoch": self.number, "key": self.public.as_text(), "signer": self.signer}
        )


def first_record(case: str, pair: KeyPair) -> EpochRecord:
    """Epoch 0, made at filing. What proves it is the mailbox row and the sealed report, not a signature."""
    return EpochRecord(case, 0, pair.public, "filing")


def sign_record(record: EpochRecord, *, chain: KeyPair, signer: KeyPair) -> bytes:
    """Both signatures: by the previous epoch's key (or the gate's), then by the signer."""
    return chain.sign("epoch", record.statement) + signer.sign("epoch", record.statement)


def verify_record(record: EpochRecord, signatures: bytes, *, chain: PublicKeys, signer: PublicKeys) -> None:
    """Return if both signatures are good. Raises BadSignatureError."""
    if len(signatures) != 2 * SIGNATURE_BYTES:
        raise BadSignatureError("an epoch record needs two signatures")
    chain.verify("epoch", record.statement, signatures[:SIGNATURE_BYTES])
    signer.verify("epoch", record.statement, signatures[SIGNATURE_BYTES:])


def link(case: str, number: int, new: PublicKeys, old_seed: bytes) -> bytes:
    """The previous epoch's seed sealed to epoch ``number``: the newest seed opens everything earlier."""
    return seal(new, Place(Purpose.EPOCH_LINK, case, str(number)), old_seed)


def open_all(case: str, number: int, newest: KeyPair, links: Mapping[int, bytes]) -> dict[int, KeyPair]:
    """Every epoch's pair from ``number`` back to where the links end. Raises BrokenSealError and its kin.

    Epochs behind a ladder release have no link: their seeds come in grants of their own.
    """
    if number > MAX_EPOCHS:
        raise MalformedError("a case has more epochs than any case can have")
    pairs = {number: newest}
    while number in links:
        seed = open_(pairs[number], Place(Purpose.EPOCH_LINK, case, str(number)), links[number])
        number -= 1
        pairs[number] = KeyPair(seed)
    return pairs


def grant(case: str, number: int, officer: PublicKeys, seed: bytes) -> bytes:
    """A case epoch's seed sealed to one officer."""
    return seal(officer, Place(Purpose.GRANT, case, str(number)), seed)


def open_grant(case: str, number: int, officer: KeyPair, envelope: bytes, public: PublicKeys) -> KeyPair:
    """The epoch's pair, checked against the recorded key: a grant of another key is refused.

    Raises MalformedError, WrongRecipientError, BrokenSealError.
    """
    return _checked(open_(officer, Place(Purpose.GRANT, case, str(number)), envelope), public)


def seal_for_recovery(case: str, number: int, recovery: PublicKeys, seed: bytes) -> bytes:
    """A case epoch's seed sealed to the recovery key, whose private half lies in the trustees' shares alone."""
    return seal(recovery, Place(Purpose.RECOVERY, case, str(number)), seed)


def open_recovery(case: str, number: int, recovery: KeyPair, envelope: bytes, public: PublicKeys) -> KeyPair:
    """Undo ``seal_for_recovery``. Raises as ``open_grant``."""
    return _checked(open_(recovery, Place(Purpose.RECOVERY, case, str(number)), envelope), public)


def card_key(pair: KeyPair) -> bytes:
    """The key of the case's card (title, category, priority, band)."""
    return derive(pair.unsafe_seed, "case/card")


def protection_pair(pair: KeyPair) -> KeyPair:
    """The protection compartment's pair: case holders derive it, the protection contact gets it and nothing else."""
    return KeyPair(derive(pair.unsafe_seed, "case/protection"))


def _checked(seed: bytes, public: PublicKeys) -> KeyPair:
    pair = KeyPair(seed)
    if pair.public != public:
        raise BrokenSealError("a grant holds another key than the case's record names")
    return pair
