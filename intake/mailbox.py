"""The mailbox: what a receipt code opens. Never the report itself: the code shows answers, state and clocks (A5).

An unknown code finds an empty mailbox of the same shape, after the same reads (P7). What cannot be proved is not shown as
true: a broken record is said, and nothing is sealed to a letterbox that the mailbox row and the signed chain do not vouch for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.commitment import NO_PREVIOUS
from crypto.encoding import canonical_json, from_text, pack, parse_object
from crypto.errors import CryptoError
from crypto.item import ItemPlace, open_item, seal_item
from crypto.kdf import RECEIPT_COST, Cost
from crypto.keys import KeyPair, PublicKeys, new_id
from crypto.receipt import ReceiptCode, ReceiptKeys
from crypto.symmetric import open_value
from intake.database import portal_reads
from intake.database.case_tables import Item, ItemKey, ItemKind, Recipient
from intake.database.engines import Databases, one_moment
from intake.database.rows import StoredAnswer, StoredEpoch, StoredEvent
from intake.epochs import proved_newest
from intake.events import ANSWERS, EventKind
from intake.filing.seal import MAILBOX_BYTES
from intake.progress import Progress, progress_of
from intake.publiclog.proof import ReceiptProof
from intake.publiclog.stored import published_on
from intake.record import (
    EMPTY,
    REPORTER,
    Author,
    Authors,
    BrokenRecordError,
    ChainHead,
    EventRecord,
    Letterbox,
    agrees,
    make_event,
    read_record,
    report_fingerprint,
)
from intake.roster import Roster, RosterError, RosterReader
from intake.time import Clock

MAX_MESSAGE = 20_000  # characters
_TRIES = 8  # an officer may act in the same moment; each try takes the next number


class LetterboxError(Exception):
    """The key that messages would be sealed to cannot be proved: nothing was sent."""


class NoSuchMailboxError(Exception):
    """There is no mailbox behind this code. Said after it was opened, never before."""


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """One answer, whose author's signature was checked."""

    date: date
    text: str
    role: str
    office: str


@dataclass(frozen=True, slots=True, repr=False)
class MailboxView:
    """What the mailbox page shows. ``known`` is False for a code that no report has."""

    known: bool = False
    deleted: bool = False
    progress: Progress = field(default_factory=Progress)
    office_name: str = ""
    answers: Sequence[Answer] = ()
    messages_sent: int = 0
    events: Sequence[EventRecord] = ()
    proved: bool = False
    """The record is whole, it names the newest key, and the report is still the one that was filed."""
    published: date | None = None
    """The day on which the filing was published in the log; None: it waits for the next batch."""
    can_write: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class _Row:
    case: str
    first_key: PublicKeys


@dataclass(frozen=True, slots=True)
class MailboxOffice:
    """What the portal opens mailboxes with."""

    databases: Databases
    rosters: RosterReader
    gate: PublicKeys
    salt: bytes
    clock: Clock
    cost: Cost = RECEIPT_COST

    def open(self, code: ReceiptCode) -> bytes:
        """The master that a sealed session may keep. One derivation, whether or not a mailbox exists."""
        return ReceiptKeys.from_code(code, self.salt, self.cost).master

    def view(self, master: bytes) -> MailboxView:
        """Everything the page shows. Raises RosterError; database errors pass through."""
        keys = ReceiptKeys(master)
        roster = self.rosters.current(self.clock.today())
        with self.databases.reading() as session:
            found = portal_reads.mailbox_row(session, keys.locator_hash)
            row = _open_row(keys, found.sealed) if found is not None and found.sealed is not None else None
            # An unknown code asks for a case that cannot exist, so that it costs the same questions.
            stored = _Stored.read(session, row.case if row is not None else new_id())
        if row is None:
            return MailboxView(known=found is not None, deleted=found is not None and found.sealed is None)
        return self._view(keys, row, stored, roster)

    def proof(self, master: bytes) -> ReceiptProof:
        """What the reporter's own program checks. For an unknown master: an empty proof, after the same questions."""
        keys = ReceiptKeys(master)
        with self.databases.reading() as session:
            found = portal_reads.mailbox_row(session, keys.locator_hash)
            row = _open_row(keys, found.sealed) if found is not None and found.sealed is not None else None
            stored = _Stored.read(session, row.case if row is not None else new_id())
        if row is None:
            return ReceiptProof(self.salt)
        return ReceiptProof(self.salt, row.case, stored.report or b"", stored.events)

    def write(self, master: bytes, text: str) -> None:
        """Seal a message to the case's newest circle. Raises NoSuchMailboxError, LetterboxError, RosterError."""
        keys = ReceiptKeys(master)
        roster = self.rosters.current(self.clock.today())
        today = self.clock.today(roster.organisation.calendar.timezone)
        for attempt in range(_TRIES):
            try:
                with self.databases.state.begin() as session:
                    self._write(session, keys, roster, today, text)
            except IntegrityError:
                if attempt == _TRIES - 1:
                    raise
            else:
                return

    def _view(self, keys: ReceiptKeys, row: _Row, stored: _Stored, roster: Roster) -> MailboxView:
        reporter = keys.reporter(row.case)
        authors = Authors(reporter.public, roster, self.gate)
        records, whole = _read(keys, row, stored, authors)
        newest = self._newest_key(row, stored, roster, records) if whole else None
        progress = progress_of(records)
        office = progress.circle.get("office", "")
        return MailboxView(
            known=True,
            progress=progress,
            office_name=roster.organisation.name_of(office) if office else "",
            answers=_answers(reporter, row.case, stored, authors),
            messages_sent=sum(record.kind is EventKind.WRITTEN for record in records),
            events=records,
            proved=newest is not None and _is_proved(records, stored),
            published=stored.published,
            can_write=newest is not None,
        )

    def _newest_key(
        self, row: _Row, stored: _Stored, roster: Roster, records: Sequence[EventRecord]
    ) -> tuple[int, PublicKeys] | None:
        """The key to write to: the chain of epochs and the record of events must name the same one."""
        try:
            number, public = proved_newest(row.case, stored.epochs, row.first_key, roster, self.gate)
        except (CryptoError, RosterError):
            return None
        return (number, public) if agrees(records, number, public) else None

    def _write(self, session: Session, keys: ReceiptKeys, roster: Roster, today: date, text: str) -> None:
        one_moment(session)
        found = portal_reads.mailbox_row(session, keys.locator_hash)
        row = _open_row(keys, found.sealed) if found is not None and found.sealed is not None else None
        if row is None:
            raise NoSuchMailboxError
        stored = _Stored.read(session, row.case)
        author = Author(REPORTER, keys.reporter(row.case))
        authors = Authors(author.pair.public, roster, self.gate)
        records, whole = _read(keys, row, stored, authors)
        newest = self._newest_key(row, stored, roster, records) if whole else None
        if newest is None:
            raise LetterboxError
        box = Letterbox(row.case, newest[0], newest[1], author.pair.public)
        head = stored.head()
        place = ItemPlace(ItemKind.MESSAGE.value, row.case, new_id())
        content = {"text": text, "date": today.isoformat(), "author": REPORTER, "number": head.number + 1}
        sealed = seal_item(place, canonical_json(content), author.pair, (box.public,))
        item = Item(id=place.item, case_id=row.case, kind=ItemKind.MESSAGE, body=sealed.body)
        session.add(item)
        session.flush()
        session.add(
            ItemKey(item_id=place.item, recipient=Recipient.CASE, epoch=box.epoch, sealed=sealed.keys[0])
        )
        data = {"item": place.item, "body": report_fingerprint(sealed.body)}
        session.add(make_event(box, author, EventKind.WRITTEN, today, data, head))
        session.flush()


@dataclass(frozen=True, slots=True, repr=False)
class _Stored:
    """What the portal may read of one case, as it lies in the database."""

    events: Sequence[StoredEvent]
    epochs: Sequence[StoredEpoch]
    answers: Sequence[StoredAnswer]
    report: bytes | None
    published: date | None

    @classmethod
    def read(cls, session: Session, case: str) -> _Stored:
        events = portal_reads.events(session, case)
        return cls(
            events=events,
            epochs=portal_reads.epochs(session, case),
            answers=portal_reads.answers(session, case),
            report=portal_reads.report_body(session, case),
            published=published_on(session, events[0].commitment if events else NO_PREVIOUS),
        )

    def head(self) -> ChainHead:
        newest = max(self.events, key=lambda event: event.number, default=None)
        return EMPTY if newest is None else ChainHead(newest.number, newest.commitment)


def _read(
    keys: ReceiptKeys, row: _Row, stored: _Stored, authors: Authors
) -> tuple[Sequence[EventRecord], bool]:
    """The record as far as it holds, and whether it holds to its end."""
    reporter = keys.reporter(row.case)
    events = [(event, reporter) for event in stored.events]
    try:
        return read_record(row.case, events, authors, first_nonce=keys.first_nonce(row.case)), True
    except BrokenRecordError as error:
        return error.good, False


def _answers(reporter: KeyPair, case: str, stored: _Stored, authors: Authors) -> list[Answer]:
    answers: list[tuple[int, Answer]] = []
    for item in stored.answers:
        place = ItemPlace(ItemKind.ANSWER.value, case, item.id)
        try:
            opened = open_item(reporter, place, item.body, item.key)
            content: dict[str, Any] = parse_object(opened.content)
            authors.verify(opened, content["author"])
        except (CryptoError, RosterError, KeyError):
            continue  # forged or altered: `proved` says that something is wrong, and nothing forged is shown
        answer = Answer(
            date.fromisoformat(content["date"]), content["text"], content["role"], content["office"]
        )
        answers.append((content["number"], answer))
    return [answer for _, answer in sorted(answers, key=lambda entry: entry[0])]


def _is_proved(records: Sequence[EventRecord], stored: _Stored) -> bool:
    return (
        bool(records)
        and stored.report is not None
        and records[0].data.get("report") == report_fingerprint(stored.report)
        and _answers_are_whole(records, stored)
    )


def _answers_are_whole(records: Sequence[EventRecord], stored: _Stored) -> bool:
    """Every answer that the record tells of is there, unchanged, and no other: an answer is an act, and every act is told."""
    bodies = {answer.id: report_fingerprint(answer.body) for answer in stored.answers}
    told = {
        record.data["item"]: record.data["body"]
        for record in records
        if record.kind in ANSWERS and "item" in record.data
    }
    return told == bodies


def _open_row(keys: ReceiptKeys, sealed: bytes) -> _Row | None:
    try:
        place = pack(b"mailbox", keys.locator_hash)
        value = parse_object(open_value(keys.mailbox_key, place, sealed, floor=MAILBOX_BYTES))
    except CryptoError:
        return None
    return _Row(value["case"], PublicKeys(from_text(value["key"])))
