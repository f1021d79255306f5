"""What a reporter does with an opened mailbox: read, write, ask. Every act of the reporter's is one transaction here.

The portal adds rows and reads none back. It decides nothing: review, complaint and exclusion are requests that the worker
carries out (intake.requests), committed together with the event that tells of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.checkpoint import LogKey
from crypto.kdf import RECEIPT_COST, Cost
from crypto.keys import PublicKeys, new_id
from crypto.receipt import ReceiptCode, ReceiptKeys
from intake.database.engines import Databases, one_moment
from intake.events import EventKind
from intake.evidence.attachments import Attachment, filed_and_left
from intake.evidence.staging import GoneError, Staging
from intake.identity.compartment import Name
from intake.mailbox import naming
from intake.mailbox.asking import NotPossible, Solved, asks_of
from intake.mailbox.confiding import NotPossibleError, confiding_of
from intake.mailbox.filing_of import filing_of
from intake.mailbox.stored import STEP, Box, Found, Stored, deleted, find_rows, open_boxes, read_unchecked
from intake.mailbox.view import MailboxView, rules_of, view_of
from intake.mailbox.writing import LetterboxError, Writing
from intake.progress import progress_of
from intake.protection.checkins import Slot
from intake.protection.compartment import proved_compartment
from intake.protection.reminders import slots_of_record
from intake.publiclog.proof import Following, PartProof, ReceiptProof
from intake.record import (
    REPORTER,
    Author,
    EventRecord,
    Letterbox,
)
from intake.requests import Ask
from intake.roster import Roster, RosterReader
from intake.statements.document import Form
from intake.statements.gather import Maker, Missing, NoDocumentError, Report
from intake.time import Clock

MAX_MESSAGE = 20_000  # characters
_TRIES = 8  # an officer may act in the same moment; each try takes the next number


class NoSuchMailboxError(Exception):
    """There is no mailbox behind this code. Said after it was opened, never before."""


@dataclass(frozen=True, slots=True)
class MailboxOffice:
    """What the portal opens mailboxes with."""

    databases: Databases
    rosters: RosterReader
    gate: PublicKeys
    salt: bytes
    clock: Clock
    cost: Cost = RECEIPT_COST
    staging: Staging | None = None
    """Where a message's files are. None: nobody adds any here."""

    def open(self, code: ReceiptCode) -> bytes:
        """The master that a sealed session may keep. One derivation, whether or not a mailbox exists."""
        return ReceiptKeys.from_code(code, self.salt, self.cost).master

    def view(self, master: bytes, part: int = 0) -> MailboxView:
        """Everything the page shows of one case of the code; the report's, where there is no such part.

        Raises RosterError; database errors pass through.
        """
        keys = ReceiptKeys(master)
        roster = self.rosters.current(self.clock.today())
        with self.databases.reading() as session:
            found = find_rows(session, keys)
            boxes = self.boxes_of(session, found, roster)
        views = [view_of(box, roster, self.gate, self.today(roster)) for box in boxes]
        if not views:
            return MailboxView(known=bool(found))
        if views[0].following:  # somebody took the report's row away, and left others
            views.insert(0, MailboxView(known=True))
        shown = next((view for view in views if view.part == part), views[0])
        return replace(shown, parts=views, safety=views[0].safety)

    def boxes_in(self, session: Session, keys: ReceiptKeys, roster: Roster) -> list[Box]:
        """Every case of a code, read and checked. An unknown code costs the same questions as one that has a report."""
        return self.boxes_of(session, find_rows(session, keys), roster)

    def boxes_of(self, session: Session, found: Sequence[Found], roster: Roster) -> list[Box]:
        """The same of rows that were found."""
        return open_boxes(session, found, roster, self.gate) or _nothing(session)

    def proof(self, master: bytes) -> ReceiptProof:
        """What the reporter's own program checks. For an unknown master: an empty proof, after the same questions."""
        with self.databases.reading() as session:
            found = find_rows(session, ReceiptKeys(master))
            filings = {
                each.number: read_unchecked(session, each.keys, each.row) for each in found if each.row
            } or {0: _nothing(session)}
        proofs = {
            number: [
                PartProof(case, stored.report or b"", stored.events, stored.deletion)
                for case, stored in cases
            ]
            for number, cases in filings.items()
        }
        first, *parts = proofs.pop(0, []) or [PartProof("", b"", ())]
        following = tuple(Following(number, each[0], tuple(each[1:])) for number, each in proofs.items())
        return ReceiptProof(
            self.salt,
            first.case,
            first.report,
            first.events,
            tuple(parts),
            first.deletion,
            self.gate,
            following,
        )

    def coming(self, master: bytes) -> list[Slot]:
        """The check-ins of a report; of a code without one, those of a report of today. Raises RosterError."""
        roster = self.rosters.current(self.clock.today())
        with self.databases.reading() as session:
            boxes = self.boxes_in(session, ReceiptKeys(master), roster)
        filed = next((box for box in boxes if not box.number), None)
        case, records = ("", ()) if filed is None else (filed.row.case, filed.checked.records)
        return slots_of_record(case, records, self.today(roster))

    def document(self, master: bytes, form: Form, log: LogKey, language: str, part: int = 0) -> bytes:
        """A file that shows what was filed to others without its content: a certificate of the report, or of the retaliation
        case that ``part`` is of; a timeline of everything that was filed with the code.

        Raises NoDocumentError, RosterError.
        """
        roster = self.rosters.current(self.clock.today())
        with self.databases.reading() as session:
            found = find_rows(session, ReceiptKeys(master))
            boxes = self.boxes_of(session, found, roster)
            filings = {each.number: [box for box in boxes if box.following == each.number] for each in found}
            wanted = [number for number, of in filings.items() if of]
            if form is Form.CERTIFICATE:
                wanted = [number for number in wanted if number == part // STEP]
            if not wanted:
                raise NoDocumentError(Missing.NO_REPORT)
            keys = {each.number: each.keys for each in found}
            reports = [self._report(keys[number], filings[number], roster) for number in wanted]
            maker = Maker(log, self.today(roster), language)
            if form is Form.CERTIFICATE:
                return maker.certificate(session, reports[0])
            return maker.timeline(session, reports)

    def _report(self, keys: ReceiptKeys, boxes: Sequence[Box], roster: Roster) -> Report:
        filed, left = boxes[0], deleted(boxes[0], roster, self.gate)
        records = [box.checked.records for box in boxes]
        return Report(keys.statements(filed.row.case), filed.reporter.public, filing_of(boxes, left), records)

    def write(
        self,
        master: bytes,
        text: str,
        part: int = 0,
        files: Sequence[Attachment] = (),
        *,
        item: str | None = None,
    ) -> None:
        """Seal a message to the newest circle of one case of the report, and what it brings along.

        ``item`` is the message's own random id, where it may be sent twice (two tabs, a lost answer): it comes once.

        Raises NoSuchMailboxError, LetterboxError (also for a part that there is not), RosterError, GoneError (a file's time was
        over, or it came with another message).
        """
        if files and self._is_sent(master, part, item):
            return
        taken, left = filed_and_left(files)
        try:
            sizes = self.staging.renew(taken) if self.staging is not None and taken else {}
        except GoneError:
            if self._is_sent(master, part, item):
                return  # in the meantime, by another tab
            raise
        own: list[int] = []

        def act(writing: Writing) -> None:
            if item not in writing.sent:
                data = writing.message(item or new_id(), text, files, sizes)
                own.append(writing.tell(EventKind.WRITTEN, data))

        self.act(master, part, act)
        if self.staging is not None and own:
            self.staging.settle(taken, left)

    def _is_sent(self, master: bytes, part: int, item: str | None) -> bool:
        """Whether the record tells of this message. Raises as ``write``: before its files are taken for sent."""
        with self.databases.reading() as session:
            roster = self.rosters.current(self.clock.today())
            return item in self._begin(session, ReceiptKeys(master), roster, part).sent

    def ask_for_review(self, master: bytes, text: str, part: int = 0) -> None:
        """Ask the office above to decide anew; ``text`` (may be empty) is for that office alone.

        Raises as ``write``, NotPossibleError.
        """

        def act(writing: Writing) -> None:
            _demand(writing.asks.review)
            writing.ask_for_review(text)

        self.act(master, part, act)

    def complain(self, master: bytes, text: str, part: int = 0) -> None:
        """Complain to the office above, which takes the case; ``text`` is for that office alone.

        Raises as ``write``, NotPossibleError.
        """

        def act(writing: Writing) -> None:
            _demand(writing.asks.complaint)
            lost = writing.asks.lost_complaint
            event = writing.tell(EventKind.COMPLAINED, {}) if lost is None else lost
            writing.ask(Ask.COMPLAINT, event, text=text)

        self.act(master, part, act)

    def name_involved(self, master: bytes, officers: Iterable[str], part: int = 0) -> None:
        """Shut officers out of what comes later, in every part of the report (or of the retaliation case) that ``part`` is of.

        Who they are, only the worker learns until it is done: an event is read by everybody who holds the case, and they may.
        Raises as ``write``.
        """
        named = tuple(officers)
        self.act(
            master,
            part,
            lambda writing: writing.ask(Ask.EXCLUSION, writing.tell(EventKind.NAMED, {}), officers=named),
        )

    def reply(self, master: bytes, solved: Solved, part: int = 0) -> None:
        """Answer whether the matter was solved; "no" asks for a review where there is one to be had.

        Raises as ``write``, NotPossibleError.
        """

        def act(writing: Writing) -> None:
            asks = writing.asks
            if asks.question is None:
                raise NotPossibleError(NotPossible.NOT_ASKED)
            met = dict.fromkeys(asks.due, writing.today.isoformat())
            data = {"solved": solved.value, "question": asks.question, "met": met}
            writing.tell(EventKind.REPLIED, data)
            if solved is Solved.NO and asks.again is None:
                writing.ask_for_review("")

        self.act(master, part, act)

    def leave_name(self, master: bytes, name: Name, part: int = 0) -> None:
        """Leave a name in confidence, in place of an earlier one. Raises as ``write``, NotPossibleError."""
        self.act(master, part, lambda writing: naming.leave(writing, name))

    def withdraw_name(self, master: bytes, part: int = 0) -> None:
        """Take the name back, as long as nobody opened it. Raises as ``write``, NotPossibleError."""
        self.act(master, part, naming.withdraw)

    def object_to_opening(self, master: bytes, text: str, part: int = 0) -> None:
        """Say to both custodians and the level above why it must not be opened. Raises as ``write``, NotPossibleError."""
        self.act(master, part, lambda writing: naming.object_(writing, text))

    def object_to_deletion(self, master: bytes, part: int = 0) -> None:
        """Say that the report must not be deleted early: then it is not. Raises as ``write``, NotPossibleError."""

        def act(writing: Writing) -> None:
            if writing.asks.early is None:
                raise NotPossibleError(NotPossible.NO_DELETION)
            writing.tell(EventKind.OBJECTED, {})

        self.act(master, part, act)

    def act(self, master: bytes, part: int, act: Callable[[Writing], object]) -> None:
        """One transaction of the reporter's in one case of the code. Raises NoSuchMailboxError, LetterboxError,
        NotPossibleError (it was deleted), RosterError.
        """
        keys = ReceiptKeys(master)
        roster = self.rosters.current(self.clock.today())
        for attempt in range(_TRIES):
            try:
                with self.databases.state.begin() as session:
                    act(self._begin(session, keys, roster, part))
            except IntegrityError:
                if attempt == _TRIES - 1:
                    raise
            else:
                return

    def _begin(self, session: Session, keys: ReceiptKeys, roster: Roster, part: int) -> Writing:
        one_moment(session)
        boxes = self.boxes_in(session, keys, roster)
        if not boxes:
            raise NoSuchMailboxError
        box = next((each for each in boxes if each.number == part), None)
        filed = next((each for each in boxes if each.number == part // STEP * STEP), None)
        if any(deleted(each, roster, self.gate) is not None for each in (filed, box) if each is not None):
            raise NotPossibleError(NotPossible.DELETED)
        if box is None or box.checked.newest is None:
            raise LetterboxError
        author = Author(REPORTER, box.reporter)
        number, public = box.checked.newest
        today = self.today(roster)
        records = box.checked.records
        asks = asks_of(records, progress_of(records), rules_of(records, roster.organisation), today)
        letterbox = Letterbox(box.row.case, number, public, author.pair.public)
        head, custody = box.stored.head(), box.row.custody
        compartment = proved_compartment(box.row.case, box.checked.newest, box.stored.protection)
        name = confiding_of(box, roster, today)
        sent = sent_in(records)
        return Writing(
            session,
            letterbox,
            author,
            head,
            self.gate,
            today,
            asks,
            custody,
            sent,
            compartment,
            name,
            records,
        )

    def today(self, roster: Roster) -> date:
        """Where the organisation is."""
        return self.clock.today(roster.organisation.calendar.timezone)


def sent_in(records: Iterable[EventRecord]) -> frozenset[object]:
    """What the reporter sent already, by the id under which each was sent."""
    ids = {EventKind.WRITTEN: "item", EventKind.DETRIMENT: "entry"}
    return frozenset(record.data.get(ids[record.kind]) for record in records if record.kind in ids)


def _nothing(session: Session) -> list[Any]:
    # An unknown code asks for a case that cannot exist, so that it costs the same questions.
    Stored.read(session, new_id())
    return []


def _demand(refusal: NotPossible | None) -> None:
    if refusal is not None:
        raise NotPossibleError(refusal)
