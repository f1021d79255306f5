"""A detriment told in the mailbox: it opens a retaliation case of its own under the same code, or goes into one that is open.

The new case is filed by the code that files reports, under keys that follow from the code's. Nothing that is stored links it
to the first one: only whoever has the code finds both. What it needs of the first case comes from the reporter's own record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from crypto.encoding import to_text
from crypto.receipt import ReceiptKeys
from intake.drafts import MAX_FOLLOWING, Draft
from intake.events import EventKind
from intake.evidence.attachments import filed_and_left
from intake.evidence.staging import GoneError
from intake.filing.about import Before, Entry, Retaliation, report_of
from intake.filing.entry_check import entry_faults
from intake.filing.office import FilingOffice, Preview
from intake.mailbox.asking import NotPossible
from intake.mailbox.confiding import NotPossibleError
from intake.mailbox.office import MailboxOffice, NoSuchMailboxError, sent_in
from intake.mailbox.stored import STEP, Box, deleted, find_rows
from intake.mailbox.writing import LetterboxError, Writing
from intake.progress import progress_of
from intake.protection.noted import MOST_ENTRIES, noted_in
from intake.protection.presumption import Finding, finding
from intake.roster import Roster
from intake.routing import Decision
from intake.states import OVER

_TRIES = (
    MAX_FOLLOWING + 1
)  # another tab may open a case in the same moment; each try takes the next free place
_ID_BYTES = 16
FORM = "detriment"
"""What an item of the first case's protection compartment is called that tells of one."""


class UncheckedEntryError(ValueError):
    """The entry has faults that its pages point out: nothing was sent."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A retaliation case that an entry can go into. ``part``: its number in the mailbox."""

    number: int
    part: int
    filed: date | None
    over: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the pages say before an entry is sent."""

    cases: Sequence[OpenCase]
    room: bool
    """Whether another case can be opened."""
    finding: Finding | None
    """Whether it will be presumed to be because of the report; None without a report."""
    preview: Preview | None
    """Who would read it, where it opens a case."""


@dataclass(frozen=True, slots=True, repr=False)
class _Known:
    """What the mailbox holds, read and checked."""

    roster: Roster
    today: date
    taken: frozenset[int]
    """Places that hold a row already, whatever is in it."""
    boxes: Sequence[Box]

    def filings(self) -> list[Box]:
        return [box for box in self.boxes if box.number == box.following * STEP]


@dataclass(frozen=True, slots=True)
class DetrimentOffice:
    """What the portal takes detriments with."""

    mailbox: MailboxOffice
    filing: FilingOffice

    def outlook(self, master: bytes, draft: Draft, *, whole: bool = False) -> Outlook:
        """What is known before sending; ``whole``: the entry has no faults, and everything of it counts.

        Raises RosterError, NobodyCanReceiveError, FilingError.
        """
        keys = ReceiptKeys(master)
        with self.mailbox.databases.reading() as session:
            known = self._known(session, keys)
        cases = [
            OpenCase(
                box.following,
                box.number,
                box.checked.records[0].date if box.checked.records else None,
                _is_over(box),
            )
            for box in known.filings()
            if box.following and deleted(box, known.roster, self.mailbox.gate) is None
        ]
        room = _free(known.taken) is not None
        if not whole or not known.boxes:
            return Outlook(cases, room, None, None)
        about = _about(known, draft)
        presumed = finding(about.entry.when, about.before.window)
        opens = not draft.answer("goes_on")
        preview = self.filing.preview(report_of(draft, about.entry), about) if opens and room else None
        return Outlook(cases, room, presumed, preview)

    def send(self, master: bytes, draft: Draft) -> int:
        """Send the entry, once however often it is asked for. Returns the part of the mailbox where it is.

        Raises NoSuchMailboxError, LetterboxError, NotPossibleError, UncheckedEntryError, GoneError, and as
        ``FilingOffice.file``; database errors pass through.
        """
        if entry_faults(draft):
            raise UncheckedEntryError
        keys, entry = ReceiptKeys(master), entry_id(draft)
        for _ in range(_TRIES):
            with self.mailbox.databases.reading() as session:
                known = self._known(session, keys)
            there = _sent_to(known.boxes, entry)
            if there is not None:
                return there
            self._check_first(known)
            about = _about(known, draft)
            if draft.answer("goes_on"):
                return self._add(master, int(draft.answer("goes_on")), draft, about, known)
            place = _free(known.taken)
            if place is None:
                raise NotPossibleError(NotPossible.TOO_MANY)
            try:
                decision = self.filing.file_about(report_of(draft, about.entry), keys.following(place), about)
            except GoneError:
                if self.where(master, entry) is None:
                    raise
                continue
            if (part := self.where(master, entry)) is not None:
                self._tell_first(master, about, decision, known.roster)
                return part
        raise NotPossibleError(NotPossible.TOO_MANY)

    def where(self, master: bytes, entry: str) -> int | None:
        """The part of the mailbox where an entry is that was sent, or None."""
        with self.mailbox.databases.reading() as session:
            return _sent_to(self._known(session, ReceiptKeys(master)).boxes, entry)

    def _add(self, master: bytes, number: int, draft: Draft, about: Retaliation, known: _Known) -> int:
        """What goes on, done by the same people, goes to those who know it."""
        box = next((each for each in known.filings() if each.following == number), None)
        if box is None:
            raise NotPossibleError(NotPossible.NO_SUCH_CASE)
        if len(noted_in(box.checked.records)) >= MOST_ENTRIES:
            raise NotPossibleError(NotPossible.TOO_MANY)
        staging = self.mailbox.staging
        taken, left = filed_and_left(draft.files)
        sizes = staging.renew(taken) if staging is not None and taken else {}
        entry, own = about.entry, list[int]()

        def act(writing: Writing) -> None:
            if entry.id in writing.sent:
                return
            more = about.as_content()
            data = writing.message(entry.id, draft.answer("words"), draft.files, sizes, more)
            own.append(writing.tell(EventKind.DETRIMENT, {**entry.as_event(), **data}))

        self.mailbox.act(master, box.number, act)
        if staging is not None and own:
            staging.settle(taken, left)
        return box.number

    def _tell_first(self, master: bytes, about: Retaliation, decision: Decision, roster: Roster) -> None:
        """Let those know who look after the reporter in the first case, where they may: in an act like any check-in. It is no
        part of the filing: where it cannot be sealed, the new case is there all the same.
        """
        if not about.before.may_be_told(decision, roster.organisation):
            return

        def act(writing: Writing) -> None:
            writing.tell(EventKind.CHECKED_IN, writing.protect(FORM, about.entry.as_protected()))

        with suppress(LetterboxError, NotPossibleError, NoSuchMailboxError):
            self.mailbox.act(master, 0, act)

    def _known(self, session: Session, keys: ReceiptKeys) -> _Known:
        roster = self.mailbox.rosters.current(self.mailbox.clock.today())
        found = find_rows(session, keys)
        boxes = self.mailbox.boxes_of(session, found, roster)
        return _Known(roster, self.mailbox.today(roster), frozenset(each.number for each in found), boxes)

    def _check_first(self, known: _Known) -> None:
        first = next(iter(known.filings()), None)
        if first is None or first.following:
            raise NoSuchMailboxError
        if deleted(first, known.roster, self.mailbox.gate) is not None:
            raise NotPossibleError(NotPossible.DELETED)


def entry_id(draft: Draft) -> str:
    """The entry's own id. Its draft carries a code that nobody is shown, and that opens nothing: 80 random bits of its own."""
    return to_text(hashlib.sha256(b"underseal/v1/detriment" + draft.code.secret).digest()[:_ID_BYTES])


def _about(known: _Known, draft: Draft) -> Retaliation:
    report = [box for box in known.boxes if not box.following]
    before = Before.read(
        [box.checked.records for box in report],
        known.roster.organisation,
        known.today,
        proved=all(box.checked.newest is not None for box in report),
        out=report[0].row.out if report else None,
        unit=report[0].row.unit if report else None,
    )
    return Retaliation(Entry.of(draft, entry_id(draft), known.today), before)


def _free(taken: frozenset[int]) -> int | None:
    return next((place for place in range(1, MAX_FOLLOWING + 1) if place not in taken), None)


def _is_over(box: Box) -> bool:
    return progress_of(box.checked.records).state in OVER


def _sent_to(boxes: Sequence[Box], entry: str) -> int | None:
    return next(
        (box.number for box in boxes if box.following and entry in sent_in(box.checked.records)), None
    )
