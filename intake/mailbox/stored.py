"""What the portal may read of one case, as it lies in the database, and what of it holds. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from crypto.commitment import NO_PREVIOUS
from crypto.encoding import from_text, pack, parse_object
from crypto.errors import CryptoError
from crypto.keys import PublicKeys
from crypto.receipt import ReceiptKeys
from crypto.symmetric import open_value
from intake.database import portal_reads
from intake.database.rows import StoredAnswer, StoredEpoch, StoredEvent, StoredMailbox
from intake.epochs import proved_newest
from intake.filing.seal import MAILBOX_BYTES
from intake.publiclog.stored import published_on
from intake.record import EMPTY, Authors, BrokenRecordError, ChainHead, EventRecord, agrees, read_record
from intake.roster import Roster, RosterError


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """A mailbox row, opened: the case, and the key that it began with."""

    case: str
    first_key: PublicKeys


@dataclass(frozen=True, slots=True, repr=False)
class Stored:
    """One case."""

    events: Sequence[StoredEvent]
    epochs: Sequence[StoredEpoch]
    answers: Sequence[StoredAnswer]
    report: bytes | None
    published: date | None

    @classmethod
    def read(cls, session: Session, case: str) -> Stored:
        """Everything. A case that does not exist costs the same questions."""
        events = portal_reads.events(session, case)
        return cls(
            events=events,
            epochs=portal_reads.epochs(session, case),
            answers=portal_reads.answers(session, case),
            report=portal_reads.report_body(session, case),
            published=published_on(session, events[0].commitment if events else NO_PREVIOUS),
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


def find_row(session: Session, keys: ReceiptKeys) -> tuple[StoredMailbox | None, Row | None]:
    """What lies behind these keys, and that opened: no row for a tombstone, nor for what somebody else wrote there."""
    found = portal_reads.mailbox_row(session, keys.locator_hash)
    if found is None or found.sealed is None:
        return found, None
    try:
        place = pack(b"mailbox", keys.locator_hash)
        value = parse_object(open_value(keys.mailbox_key, place, found.sealed, floor=MAILBOX_BYTES))
    except CryptoError:
        return found, None
    return found, Row(value["case"], PublicKeys(from_text(value["key"])))


def check(keys: ReceiptKeys, row: Row, stored: Stored, authors: Authors) -> Checked:
    """Open the record with the code's keys. The key to write to is the one that the chain of epochs and the record name."""
    reporter = keys.reporter(row.case)
    events = [(event, reporter) for event in stored.events]
    try:
        records = read_record(row.case, events, authors, first_nonce=keys.first_nonce(row.case))
    except BrokenRecordError as error:
        return Checked(error.good, None)
    return Checked(records, _newest(row, stored, authors.roster, authors.gate, records))


def _newest(
    row: Row, stored: Stored, roster: Roster, gate: PublicKeys, records: Sequence[EventRecord]
) -> tuple[int, PublicKeys] | None:
    try:
        number, public = proved_newest(row.case, stored.epochs, row.first_key, roster, gate)
    except (CryptoError, RosterError):
        return None
    return (number, public) if agrees(records, number, public) else None
