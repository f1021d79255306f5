"""The stored epochs of a case: which key is the newest, proved from the first. Knows no officer's private key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crypto.epoch import EpochRecord, verify_record
from crypto.errors import BadSignatureError
from crypto.keys import PublicKeys
from intake.database.rows import StoredEpoch
from intake.record import GATE, RECOVERY
from intake.roster import Roster

FILING = "filing"


def proved_newest(
    case: str, epochs: Sequence[StoredEpoch], first: PublicKeys, roster: Roster, gate: PublicKeys
) -> tuple[int, PublicKeys]:
    """Follow the chain from ``first``, which the reader knows from elsewhere, to the newest epoch's key.

    Every link must be signed by the epoch before and by a certified officer or the recovery key, or by the gate for a release.
    Raises BadSignatureError when a number is missing, a key was swapped, or a signature is not good.
    """
    current = first
    number = -1
    for number, epoch in enumerate(sorted(epochs, key=lambda entry: entry.number)):
        if epoch.number != number:
            raise BadSignatureError("an epoch of this case is missing")
        public = PublicKeys(epoch.public)
        if number == 0:
            if public != first or epoch.signer != FILING:
                raise BadSignatureError("this case's first key was exchanged")
            continue
        record = EpochRecord(case, number, public, epoch.signer)
        if epoch.signer == GATE:
            _verify(record, epoch.signatures, ((key, key) for key in (gate, *roster.former_gates)))
        else:
            keys = roster.recoveries if epoch.signer == RECOVERY else roster.all_keys_of(epoch.signer)
            _verify(record, epoch.signatures, ((current, key) for key in keys))
        current = public
    if number < 0:
        raise BadSignatureError("this case has no key")
    return number, current


def _verify(record: EpochRecord, signatures: bytes, pairs: Iterable[tuple[PublicKeys, PublicKeys]]) -> None:
    """Return if one of the pairs (previous epoch's key, signer's key) signed. Raises BadSignatureError."""
    failure = BadSignatureError("nobody's key fits this signature")
    for chain, signer in pairs:
        try:
            verify_record(record, signatures, chain=chain, signer=signer)
        except BadSignatureError as error:
            failure = error
        else:
            return
    raise failure
