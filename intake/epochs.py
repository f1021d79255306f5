"""The stored epochs of a case: which key is the newest, proved from the first. Knows no officer's private key."""

from __future__ import annotations

from collections.abc import Sequence

from crypto.epoch import EpochRecord, verify_record
from crypto.errors import BadSignatureError
from crypto.keys import PublicKeys
from intake.database.rows import StoredEpoch
from intake.record import GATE
from intake.roster import Roster

FILING = "filing"


def proved_newest(
    case: str, epochs: Sequence[StoredEpoch], first: PublicKeys, roster: Roster, gate: PublicKeys
) -> tuple[int, PublicKeys]:
    """Follow the chain from ``first``, which the reader knows from elsewhere, to the newest epoch's key.

    Every link must be signed by the epoch before and by a certified officer, or by the gate for a release. Raises
    BadSignatureError when a number is missing, a key was swapped, or a signature is not good.
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
            verify_record(record, epoch.signatures, chain=gate, signer=gate)
        else:
            _verify_by_officer(record, epoch.signatures, current, roster.all_keys_of(epoch.signer))
        current = public
    if number < 0:
        raise BadSignatureError("this case has no key")
    return number, current


def _verify_by_officer(
    record: EpochRecord, signatures: bytes, chain: PublicKeys, keys: Sequence[PublicKeys]
) -> None:
    for position, key in enumerate(keys, start=1):
        try:
            verify_record(record, signatures, chain=chain, signer=key)
        except BadSignatureError:
            if position == len(keys):
                raise
        else:
            return
