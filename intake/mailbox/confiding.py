"""Under which lock a name is put, and who keeps it: as far as the portal knows: from record, roll and roster.

A name goes under the lock that is there as long as nobody took a layer off it and two of its custodians are left. Otherwise a
fresh lock is made, with custodians of now: those that the last act of an officer named, as far as the roster has them and the
record does not say that they had to do with the case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crypto.errors import CryptoError
from crypto.keys import KeyPair, PublicKeys
from intake.events import EventKind
from intake.identity.compartment import Compartment, Lock, Name, listed, make_compartment, put_in
from intake.identity.confidence import COMPARTMENT, Asked, Confidence, confidence_of
from intake.identity.custodians import is_lost
from intake.identity.roll import open_roll
from intake.mailbox.asking import NotPossible
from intake.mailbox.stored import Box
from intake.organisation import Duty
from intake.progress import progress_of
from intake.record import EventRecord
from intake.roster import Roster

TWO = 2
"""Custodians that it takes (P5)."""


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

    @property
    def is_lost(self) -> bool:
        """Whether there is a name that nobody can ever open: too few custodians are left."""
        generation = self.confidence.generation
        return (
            self.confidence.has_name
            and generation is not None
            and is_lost(generation, self.roster, self.barred)
        )

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
    barred = _barred(records, roster)
    generation = confidence.generation
    lock = None
    if generation is not None and not confidence.is_spent and not is_lost(generation, roster, barred):
        filed = box.row.name_key
        lock = generation.lock or (
            Lock(generation.id, filed) if filed is not None and generation.since == 0 else None
        )
    return Confiding(
        case=box.row.case,
        first_key=box.row.first_key,
        confidence=confidence,
        barred=barred,
        custodians=_custodians(box, confidence, roster, barred),
        lock=lock,
        roster=roster,
        waiting=confidence.open_request(today),
    )


def _custodians(box: Box, confidence: Confidence, roster: Roster, barred: frozenset[str]) -> tuple[str, ...]:
    office = str(progress_of(box.checked.records).circle.get("office", ""))
    fit: list[str] = []
    taken: Counter[str] = Counter()
    for who in _named(box, confidence, roster):
        officer = roster.officers.get(who)
        if (
            officer is None
            or who in barred
            or who not in roster.certified
            or Duty.CUSTODY not in officer.duties
        ):
            continue
        if officer.office == office and taken[office]:
            continue
        taken[officer.office] += 1
        fit.append(who)
    return tuple(fit)


def _named(box: Box, confidence: Confidence, roster: Roster) -> Sequence[str]:
    """Whom the last act of an officer named; before the first one, those that the case began with."""
    sealed = box.stored.roll
    if sealed is None:
        return [] if confidence.generation is None else [who for who, _ in confidence.generation.custodians]
    try:
        return open_roll(box.row.case, box.reporter, sealed, roster).custodians
    except CryptoError:
        return []  # altered: then no name is left, rather than one with somebody whom it was put there for


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
