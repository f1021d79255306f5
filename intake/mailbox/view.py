"""What the mailbox page shows of a case, read off its record. What cannot be proved is left out, and that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crypto.encoding import parse_object
from crypto.errors import CryptoError, MalformedError
from crypto.item import ItemPlace, open_item
from crypto.keys import KeyPair, PublicKeys
from intake.audience import SEES, Audience
from intake.database.case_tables import ItemKind
from intake.events import ANSWERS, EventKind
from intake.identity.confidence import CONFIDED
from intake.intake_types import IntakeType
from intake.lawful import is_lawful
from intake.mailbox.asking import NO_ASKS, Asks, asks_of
from intake.mailbox.confiding import Confiding, confiding_of
from intake.mailbox.stored import Box, Stored, deleted
from intake.organisation import Organisation, Pack
from intake.progress import Progress, progress_of
from intake.protection.compartment import proved_compartment
from intake.protection.course import NOTHING_SAID, Safety, safety_of
from intake.protection.vouched import all_vouched
from intake.record import Authors, EventRecord, report_fingerprint
from intake.retention.ledger import Deleted
from intake.retention.terms import NO_END, Keeping, keeping_of
from intake.roster import Roster, RosterError
from intake.rules import as_begun
from intake.split import brought_in


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """One answer, whose author's signature was checked."""

    date: date
    text: str
    role: str
    office: str
    is_result: bool
    """Whether it is the result, with its reasons."""


@dataclass(frozen=True, slots=True, repr=False)
class MailboxView:
    """What the mailbox page shows. ``known`` is False for a code that no report has."""

    known: bool = False
    deletion: Deleted | None = None
    """The deletion that the gate signed, where the case was deleted by the rules."""
    progress: Progress = field(default_factory=Progress)
    office_name: str = ""
    brought: IntakeType = IntakeType.REPORT
    """What the mailbox calls it; a report also where somebody was harmed (`intake.filing.seal`)."""
    answers: Sequence[Answer] = ()
    messages_sent: int = 0
    events: Sequence[EventRecord] = ()
    proved: bool = False
    """The record is whole and lawful, it names the newest key, and the report is still the one that was filed."""
    published: date | None = None
    """The day on which the filing (of a deleted case the deletion) was published in the log; None: it waits for the next
    batch.
    """
    can_write: bool = False
    asks: Asks = NO_ASKS
    pack: Pack | None = None
    """The time limits that the case began with, whatever the organisation uses by now."""
    part: int = 0
    """Which case of the code this is: 0 for the one that was filed, more for those that a panel split off, and more again for
    retaliation cases (`intake.mailbox.stored.STEP`)."""
    following: int = 0
    """Which retaliation case it is, or a part of; 0: the report."""
    parts: Sequence[MailboxView] = ()
    """Every case of the code, this one included, in order. Each says nothing of the others."""
    keeping: Keeping = NO_END
    """How long the case is kept."""
    name: Confiding | None = None
    """The name left in confidence, or the place for one; None where nothing can be proved."""
    safety: Safety = NOTHING_SAID
    """The check-ins of the report: in every part those of the case that was filed."""

    @property
    def deleted(self) -> bool:
        """Whether the case was deleted by the rules."""
        return self.deletion is not None


def view_of(box: Box, roster: Roster, gate: PublicKeys, today: date) -> MailboxView:
    """The view of a case that exists."""
    stored, checked, authors = box.stored, box.checked, box.authors(roster, gate)
    here: dict[str, Any] = {"known": True, "part": box.number, "following": box.following}
    left = deleted(box, roster, gate)
    if left is not None:
        return MailboxView(**here, deletion=left, published=stored.deletion_published)
    records, rules = checked.records, rules_of(checked.records, roster.organisation)
    organisation = rules or roster.organisation
    progress = progress_of(records)
    office = progress.circle.get("office", "")
    return MailboxView(
        **here,
        progress=progress,
        office_name=organisation.name_of(office) if office else "",
        brought=brought_in(records),
        answers=_answers(box.reporter, box.row.case, stored, records, authors),
        messages_sent=sum(
            record.kind is EventKind.WRITTEN and CONFIDED not in record.data for record in records
        ),
        events=[record for record in records if record.kind in SEES[Audience.REPORTER]],
        proved=checked.newest is not None and _is_proved(box.row.case, records, stored),
        published=stored.published,
        can_write=checked.newest is not None,
        asks=NO_ASKS if checked.newest is None else asks_of(records, progress, rules, today),
        pack=None if rules is None else rules.pack,
        keeping=NO_END if rules is None else keeping_of(progress, rules),
        name=None if checked.newest is None else confiding_of(box, authors.roster, today),
        safety=_safety(box, progress, today),
    )


def _safety(box: Box, progress: Progress, today: date) -> Safety:
    """Where the newest key cannot be proved nothing is asked: what is said would go nowhere."""
    records = box.checked.records
    return NOTHING_SAID if box.checked.newest is None else safety_of(box.row.case, records, progress, today)


def rules_of(records: Sequence[EventRecord], organisation: Organisation) -> Organisation | None:
    """The organisation under the pack that the case began with; as it is, where no event opens that would say so.

    None when this release lacks that pack: its time limits are unknown then, and the mailbox still shows and takes the rest.
    """
    if not records:
        return organisation
    try:
        return as_begun(records[0].data["rules"], organisation)
    except (KeyError, TypeError, MalformedError):
        return None


def _answers(
    reporter: KeyPair, case: str, stored: Stored, records: Sequence[EventRecord], authors: Authors
) -> list[Answer]:
    results = {record.data.get("item") for record in records if record.kind is EventKind.TOLD}
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
            date.fromisoformat(content["date"]),
            content["text"],
            content["role"],
            content["office"],
            item.id in results,
        )
        answers.append((content["number"], answer))
    return [answer for _, answer in sorted(answers, key=lambda entry: entry[0])]


def _is_proved(case: str, records: Sequence[EventRecord], stored: Stored) -> bool:
    return (
        bool(records)
        and stored.report is not None
        and records[0].data.get("report") == report_fingerprint(stored.report)
        and _answers_are_whole(records, stored)
        and is_lawful(records)
        and all_vouched(case, records, lambda number: _compartment_of(case, stored, number))
    )


def _compartment_of(case: str, stored: Stored, number: int) -> PublicKeys:
    """The compartment's public half of one epoch, vouched for by that epoch's key. Raises CryptoError, LookupError."""
    publics = {epoch.number: epoch.public for epoch in stored.epochs}
    found = proved_compartment(case, (number, PublicKeys(publics[number])), stored.protection)
    if found is None:
        raise LookupError("this epoch has no compartment that its key vouches for")
    return found.public


def _answers_are_whole(records: Sequence[EventRecord], stored: Stored) -> bool:
    """Every answer that the record tells of is there, unchanged, and no other: an answer is an act, and every act is told."""
    bodies = {answer.id: report_fingerprint(answer.body) for answer in stored.answers}
    told = {
        record.data["item"]: record.data["body"]
        for record in records
        if record.kind in ANSWERS and "item" in record.data
    }
    return told == bodies
