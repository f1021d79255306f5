"""Under which lock a name is put, and who keeps it: as far as the portal knows: from record, roll and roster.

A name goes under the lock that is there as long as nobody took a layer off it and two of its custodians are left. Otherwise a
fresh lock is made, with custodians of now: those that the last act of an officer named, as far as the roster has them and the
record does not say that they had to do with the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crypto.errors import CryptoError
from crypto.keys import KeyPair, PublicKeys
from intake.events import EventKind
from intake.identity.compartment import Compartment, Lock, Name, listed, make_compartment, put_in
from intake.identity.confidence import COMPARTMENT, Asked, Confidence, Generation, confidence_of
from intake.identity.custodians import TWO, is_lost
from intake.identity.roll import Roll, open_roll
from intake.mailbox.asking import NotPossible
from intake.mailbox.stored import Box
from intake.organisation import Duty
from intake.progress import progress_of
from intake.record import EventRecord
from intake.roster import Roster


class NotPossibleError(Exception):
    """This cannot be asked for now; nothing was stored."""

    def __init__(self, reason: NotPossible) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Confiding:
    """One case, for a reporter who leaves a name in it, or looks after it."""

    case: str
    first_key: PublicKeys
    confidence: Confidence
    barred: frozenset[str]
    """Whom the record names: whoever had a task, belongs to the office by now, or was shut out by the reporter."""
    custodians: tuple[str, ...]
    """Who would keep a name that is left under a fresh lock."""
    lock: Lock | None
    """The lock that is there, where it still serves."""
    roster: Roster
    waiting: Asked | None
    """What custodians have before them today."""
    too_few: bool
    """Whether fewer than two are left of those who keep what is there."""

    @property
    def is_lost(self) -> bool:
        """Whether there is a name that nobody can ever open: too few custodians are left."""
        return self.confidence.has_name and self.too_few

    @property
    def can_leave(self) -> bool:
        """Whether a name can be left now."""
        return self.lock is not None or len(self.custodians) >= TWO

    def kept(self, name: Name, reporter: KeyPair) -> tuple[Compartment, dict[str, Any]]:
        """The name under its lock, and what the event says of a fresh one. Raises NotPossibleError."""
        if self.lock is not None:
            return Compartment(self.lock, put_in(self.case, self.first_key, self.lock, name, reporter)), {}
        if not self.can_leave:
            raise NotPossibleError(NotPossible.NO_CUSTODIANS)
        keys = [self.roster.keys_of(who) for who in self.custodians]
        made = make_compartment(self.case, self.first_key, keys, name, reporter)
        told = {
            "id": made.lock.id,
            "key": made.lock.key.as_text(),
            "sealed": made.fingerprint,
            "custodians": listed(self.roster, self.custodians),
        }
        return made, {COMPARTMENT: told}


def confiding_of(box: Box, roster: Roster, today: date) -> Confiding:
    """What holds for a case that was read and checked."""
    records = box.checked.records
    confidence = confidence_of(records)
    barred, roll = _barred(records, roster), _roll(box, roster)
    generation = confidence.generation
    too_few = generation is not None and _too_few(generation, roll, roster, barred)
    lock = None
    if generation is not None and not confidence.is_spent and not too_few:
        filed = box.row.name_key
        lock = generation.lock or (
            Lock(generation.id, filed) if filed is not None and generation.since == 0 else None
        )
    return Confiding(
        case=box.row.case,
        first_key=box.row.first_key,
        confidence=confidence,
        barred=barred,
        custodians=_custodians(box, roll, generation, roster, barred),
        lock=lock,
        roster=roster,
        waiting=confidence.open_request(today),
        too_few=too_few,
    )


def _roll(box: Box, roster: Roster) -> Roll | None:
    """What the last act of an officer left; None before the first one. An altered one names nobody."""
    if box.stored.roll is None:
        return None
    try:
        return open_roll(box.row.case, box.reporter, box.stored.roll, roster)
    except CryptoError:
        return Roll(
            -1, (), ()
        )  # then no name is left, rather than one with somebody whom it was put there for


def _too_few(generation: Generation, roll: Roll | None, roster: Roster, barred: frozenset[str]) -> bool:
    """The portal knows who left, and not who was shut out or let in since: of that the roll tells, where it knows the lock."""
    if roll is not None and roll.number >= generation.since:
        barred |= {who for who, _ in generation.custodians} - set(roll.left)
    return is_lost(generation, roster, barred)


def _custodians(
    box: Box, roll: Roll | None, generation: Generation | None, roster: Roster, barred: frozenset[str]
) -> tuple[str, ...]:
    """Whom the last act of an officer named; before the first one, those that the case began with."""
    office = str(progress_of(box.checked.records).circle.get("office", ""))
    first = () if generation is None else tuple(who for who, _ in generation.custodians)
    fit = [
        who
        for who in (first if roll is None else roll.custodians)
        if who in roster.certified and who not in barred and Duty.CUSTODY in roster.officers[who].duties
    ]
    here = [who for who in fit if roster.officers[who].office == office]
    return tuple(who for who in fit if who not in here[1:])


def _barred(records: Sequence[EventRecord], roster: Roster) -> frozenset[str]:
    """Whom the record itself tells of. After a move to another office nobody of that office: who holds the case there, the
    list of before does not say.
    """
    progress = progress_of(records)
    named = {who for record in records for who in record.data.get("handlers", ())}
    named |= {
        who
        for record in records
        if record.kind is EventKind.RELEASED
        for who in record.data.get("officers", ())
    }
    moved = any(record.kind is EventKind.RELEASED for record in records)
    office = str(progress.circle.get("office", ""))
    here = {who for who, officer in roster.officers.items() if officer.office == office} if moved else set()
    return frozenset(named | here)
