"""What the portal may read of a report's cases, as they lie in the database, and what of them holds. Nothing here writes.

A code opens the mailbox row of its report, and those of up to MAX_FOLLOWING retaliation cases, which lie under locators of
their own: all are looked for in one question, whichever there are. Where a panel split one of them, that case's own record
names the next one, sealed to the reporter: there is no other way to it, and no list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from crypto.commitment import NO_PREVIOUS
from crypto.encoding import from_text, pack, parse_object
from crypto.errors import CryptoError
from crypto.keys import KeyPair, PublicKeys
from crypto.receipt import ReceiptKeys
from crypto.symmetric import open_value
from intake.database import portal_reads
from intake.database.rows import StoredAnswer, StoredDeletion, StoredEpoch, StoredEvent, StoredMailbox
from intake.drafts import MAX_FOLLOWING
from intake.epochs import proved_newest
from intake.evidence.attachments import Custody
from intake.filing.seal import MAILBOX_BYTES
from intake.publiclog.proof import UnsafeUnknownOfficers
from intake.publiclog.stored import published_on
from intake.record import EMPTY, Authors, BrokenRecordError, ChainHead, EventRecord, agrees, read_record
from intake.retention.ledger import Deleted, case_hash, read_deletion
from intake.roster import Roster, RosterError
from intake.split import Part, fits, parts_in

STEP = 100
"""The first part of the n-th retaliation case has the number n times this: what panels split off later moves no other
number, and no message goes astray.
"""


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """A case, and the key that it began with: as the mailbox row says, or the record of the case that it was split from."""

    case: str
    first_key: PublicKeys
    custody: Custody | None = None
    """The report's custody key; in a part the one of the case that was filed."""
    name_key: PublicKeys | None = None
    """The key of the compartment for a name that the case began with; None in a part, and in a case of an earlier release."""
    out: frozenset[str] | None = None
    """Who was shut out at the filing; None where the row does not say. For a retaliation case, and never shown."""
    unit: str | None = None
    """The office where the reporter works, likewise."""


@dataclass(frozen=True, slots=True, repr=False)
class Stored:
    """One case."""

    events: Sequence[StoredEvent]
    epochs: Sequence[StoredEpoch]
    answers: Sequence[StoredAnswer]
    protection: Sequence[tuple[int, bytes, bytes]]
    """Epoch, public half and signature of the protection compartment."""
    report: bytes | None
    published: date | None
    deletion: StoredDeletion | None = None
    deletion_published: date | None = None
    roll: bytes | None = None
    """Who may be custodian now, sealed to the reporter."""

    @classmethod
    def read(cls, session: Session, case: str) -> Stored:
        """Everything. A case that does not exist costs the same questions."""
        events = portal_reads.events(session, case)
        deletion = portal_reads.deletion(session, case_hash(case))
        return cls(
            events=events,
            epochs=portal_reads.epochs(session, case),
            answers=portal_reads.answers(session, case),
            protection=portal_reads.protection_keys(session, case),
            report=portal_reads.report_body(session, case),
            published=published_on(session, events[0].commitment if events else NO_PREVIOUS),
            deletion=deletion,
            deletion_published=published_on(session, deletion.commitment if deletion else NO_PREVIOUS),
            roll=portal_reads.roll(session, case),
        )

    def head(self) -> ChainHead:
        """The newest event."""
        newest = max(self.events, key=lambda event: event.number, default=None)
        return EMPTY if newest is None else ChainHead(newest.number, newest.commitment)


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """What of a case holds: the record as far as it fits, and the newest key where the record vouches for it."""

    records: Sequence[EventRecord]
    newest: tuple[int, PublicKeys] | None


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """A mailbox row of a code: 0 for the report, n for its n-th retaliation case. No ``row`` where somebody emptied it, or
    wrote into it.
    """

    number: int
    keys: ReceiptKeys
    row: Row | None


def find_rows(session: Session, keys: ReceiptKeys) -> list[Found]:
    """Every mailbox row behind a code, opened."""
    each = keys_of(keys)
    rows = portal_reads.mailbox_rows(session, [one.locator_hash for one in each])
    return [
        Found(number, one, _opened(one, row))
        for number, (one, row) in enumerate(zip(each, rows, strict=True))
        if row is not None
    ]


def keys_of(keys: ReceiptKeys) -> list[ReceiptKeys]:
    """The keys of a code's report, then those of every retaliation case that it can have."""
    return [keys, *(keys.following(number) for number in range(1, MAX_FOLLOWING + 1))]


def _opened(keys: ReceiptKeys, found: StoredMailbox) -> Row | None:
    if found.sealed is None:
        return None
    try:
        place = pack(b"mailbox", keys.locator_hash)
        value = parse_object(open_value(keys.mailbox_key, place, found.sealed, floor=MAILBOX_BYTES))
    except CryptoError:
        return None
    custody = Custody(value["case"], PublicKeys(from_text(value["custody"])))
    name = PublicKeys(from_text(value["name"])) if "name" in value else None
    out = frozenset(map(str, value["out"])) if "out" in value else None
    unit = value.get("unit") or None
    return Row(value["case"], PublicKeys(from_text(value["key"])), custody, name, out, unit)


@dataclass(frozen=True, slots=True, repr=False)
class Box:
    """One case of a code, read and checked."""

    number: int
    """Which part the mailbox calls it: from 0 for the report's, from n times STEP for those of its n-th retaliation case."""
    row: Row
    reporter: KeyPair
    """The same in every part of one filing: the code's keys for the case that was filed."""
    stored: Stored
    checked: Checked

    @property
    def following(self) -> int:
        """Which retaliation case it is, or a part of; 0: the report."""
        return self.number // STEP

    def authors(self, roster: Roster, gate: PublicKeys) -> Authors:
        """Whose signature it may carry."""
        return Authors(self.reporter.public, roster, gate)


def open_boxes(session: Session, found: Sequence[Found], roster: Roster, gate: PublicKeys) -> list[Box]:
    """Every case of a code: of each filing the case that was filed, then the parts that panels split off, in the order of their
    making.

    A part that does not fit the record that names it, or is gone, is there with nothing that holds.
    """
    boxes = list[Box]()
    for each in found:
        if each.row is not None:
            boxes += _filing(session, each, each.row, roster, gate)
    return boxes


def _filing(session: Session, found: Found, row: Row, roster: Roster, gate: PublicKeys) -> list[Box]:
    reporter, base = found.keys.reporter(row.case), found.number * STEP
    authors = Authors(reporter.public, roster, gate)
    boxes = [_open(session, base, row, reporter, authors, found.keys.first_nonce(row.case), None)]
    for box in boxes:  # grows by what is found
        known = {each.row.case for each in boxes}
        for part in parts_in(box.checked.records):
            if part.case not in known and len(boxes) < STEP:
                there, number = Row(part.case, part.key, row.custody), base + len(boxes)
                boxes.append(_open(session, number, there, reporter, authors, None, (box, part)))
    return boxes


def deleted(box: Box, roster: Roster, gate: PublicKeys) -> Deleted | None:
    """What the gate signed of the case's deletion; None when it was not deleted by the rules."""
    if box.stored.deletion is None:
        return None
    gates = (gate, *roster.former_gates)
    try:
        return read_deletion(box.stored.deletion, box.row.case, box.reporter, gates)
    except CryptoError:
        return None  # forged: then the case is gone, and the page says that something does not fit


def read_unchecked(session: Session, keys: ReceiptKeys, row: Row) -> list[tuple[str, Stored]]:
    """Every case of a report, for somebody else to check: no officer's signature is looked at, and no roster is needed."""
    reporter = keys.reporter(row.case)
    cases = [(row.case, Stored.read(session, row.case))]
    for case, stored in cases:  # grows by what is found
        events = [(event, reporter) for event in stored.events]
        try:
            records = read_record(case, events, UnsafeUnknownOfficers(reporter.public))
        except BrokenRecordError as error:
            records = error.good
        known = {each for each, _ in cases}
        cases += [
            (part.case, Stored.read(session, part.case))
            for part in parts_in(records)
            if part.case not in known
        ]
    return cases


def _open(
    session: Session,
    number: int,
    row: Row,
    reporter: KeyPair,
    authors: Authors,
    first_nonce: bytes | None,
    named_in: tuple[Box, Part] | None,
) -> Box:
    stored = Stored.read(session, row.case)
    events = [(event, reporter) for event in stored.events]
    try:
        records: Sequence[EventRecord] = read_record(row.case, events, authors, first_nonce=first_nonce)
        whole = True
    except BrokenRecordError as error:
        records, whole = error.good, False
    if named_in is not None:
        box, part = named_in
        if not records or not fits(box.row.case, box.checked.records, part, records[0]):
            records, whole = (), False
    newest = _newest(row, stored, authors.roster, authors.gate, records) if whole else None
    return Box(number, row, reporter, stored, Checked(records, newest))


def _newest(
    row: Row, stored: Stored, roster: Roster, gate: PublicKeys, records: Sequence[EventRecord]
) -> tuple[int, PublicKeys] | None:
    try:
        number, public = proved_newest(row.case, stored.epochs, row.first_key, roster, gate)
    except (CryptoError, RosterError):
        return None
    return (number, public) if agrees(records, number, public) else None
