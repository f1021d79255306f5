"""Where a case's name lies, proved against the record: the compartment that a holder of the case hands to the custodians."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.encoding import from_text, to_text
from crypto.errors import BrokenSealError
from intake.casefile import CaseFile
from intake.database.case_tables import Identity
from intake.identity.compartment import Compartment
from intake.identity.confidence import COMPARTMENT, confidence_of
from intake.record import EventRecord


def is_as_it_began(session: Session, file: CaseFile) -> bool:
    """Whether the compartment that the case began with is there, unchanged. A case of an earlier release began with none."""
    told = file.records[0].data.get(COMPARTMENT) if file.records else None
    if told is None:
        return True
    sealed = session.scalar(select(Identity.sealed).where(Identity.case_id == file.id))
    return sealed is not None and to_text(hashlib.sha256(sealed).digest()) == told["sealed"]


def compartment_of(session: Session, file: CaseFile) -> Compartment:
    """The compartment that holds the name now, with the pair envelopes of its lock.

    Raises CryptoError: there is no name, or what is stored is not what the record says was left.
    """
    left = confidence_of(file.records).left
    if left is None:
        raise BrokenSealError("no name was left in this case")
    record = next(each for each in file.records if each.number == left)
    found = _stored(session, file, record)
    if found.pairs:
        return found
    for each in file.records:
        if COMPARTMENT in each.data and each.data[COMPARTMENT]["id"] == found.lock.id:
            first = _stored(session, file, each)
            if first.lock == found.lock:
                return replace(found, pairs=first.pairs)
    raise BrokenSealError("the lock of this name is nowhere in the record")


def _stored(session: Session, file: CaseFile, record: EventRecord) -> Compartment:
    if (
        "item" in record.data
    ):  # a message: the record names its hash, and the whole case was checked against it
        message = next((each for each in file.written if each.id == record.data["item"]), None)
        if message is None or not message.verified:
            raise BrokenSealError("the message that left this name is not the reporter's")
        return Compartment.from_bytes(from_text(message.content[COMPARTMENT]))
    row = session.get_one(Identity, file.id)
    found = Compartment.from_bytes(row.sealed)
    if found.fingerprint != record.data[COMPARTMENT]["sealed"]:
        raise BrokenSealError("this compartment is not the one that the case began with")
    return found
