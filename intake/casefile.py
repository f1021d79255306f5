"""A case opened by somebody who holds a grant: keys, record, items, all checked. Knows no page, no login, no permission.

It takes an officer's unlocked key pair and gives back what that pair opens; without a grant of the newest epoch it gives
nothing, the same nothing as for a case that does not exist (P2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.encoding import parse_object
from crypto.epoch import open_all, open_grant, protection_pair
from crypto.errors import BrokenSealError, CryptoError
from crypto.item import OpenedItem
from crypto.keys import KeyPair, PublicKeys
from intake.barred import barred_in
from intake.database.case_tables import Case, Epoch, Event, Grant, ItemKind
from intake.database.rows import StoredEpoch, StoredEvent
from intake.epochs import proved_newest
from intake.events import EventKind
from intake.intake_types import IntakeType, after_turns, type_of
from intake.items import StoredItem, stored_items
from intake.lawful import is_lawful, lowered_alone
from intake.lawful_tables import TOLD_BY
from intake.original import original_in, report_in
from intake.progress import Progress, progress_of
from intake.protection.bands import bands_fit
from intake.protection.vouched import all_vouched, is_vouched
from intake.record import (
    REPORTER,
    Authors,
    BrokenRecordError,
    EventRecord,
    Letterbox,
    agrees,
    read_record,
    report_fingerprint,
)
from intake.roster import Roster, RosterError
from intake.split_places import parts_fit
from intake.upward import WORDS, open_words

MOVED_BY_GATE = frozenset({EventKind.RELEASED, EventKind.PROMISE_KEPT})
"""The worker's acts that may bring sealed words of the reporter's along."""
_FORMS: Mapping[EventKind, frozenset[str]] = MappingProxyType(
    {kind: frozenset(form for form, kinds in TOLD_BY.items() if kind in kinds) for kind in EventKind}
)
"""Act → the forms of the papers that it leaves."""


@dataclass(frozen=True, slots=True, repr=False)
class Holder:
    """Somebody with a grant: the officer's id and unlocked pair."""

    officer: str
    pair: KeyPair


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """A message, answer or note. ``verified`` is False when the signature does not fit: shown with a warning, never hidden."""

    id: str
    kind: ItemKind
    author: str
    date: date
    text: str
    number: int
    verified: bool
    content: Mapping[str, Any]
    """Everything that was sealed; a paper says its ``form``."""


@dataclass(frozen=True, slots=True, repr=False)
class CaseFile:
    """Everything a holder sees."""

    id: str
    office: str
    epoch: int
    pairs: Mapping[int, KeyPair]
    report: dict[str, Any]
    """The report item's content: answers, subjects, facts, decision, both sums. In a case that was split off: the original's,
    with what the rules say of it by then, and ``allegations``: those that the case is for (intake.original).
    """
    original: OpenedItem
    """What the reporter filed and signed, and where."""
    reporter: PublicKeys
    records: Sequence[EventRecord]
    progress: Progress
    written: Sequence[Written]
    whole: bool
    """False when the record, the report or a writing is missing, altered or forged, or tells of what no gate lets happen."""
    barred: frozenset[str] = frozenset()
    """Whom the worker shut out (intake.barred)."""
    beside: Sequence[CaseFile] = ()
    """The cases that this one is joined with, as far as the same holder opens them: whoever did one thing there does not do the
    other here.
    """
    _papers: Mapping[str, Sequence[Written]] = field(init=False)
    """Form → its proved papers: asked for dozens of times by one page."""

    def __post_init__(self) -> None:
        papers: dict[str, list[Written]] = {}
        for entry, _ in told_papers(self.records, self.written):
            papers.setdefault(entry.content["form"], []).append(entry)
        object.__setattr__(self, "_papers", papers)

    @property
    def brought(self) -> IntakeType:
        """What it is by now: what its reporter called it, or what officers made of it since."""
        turns = (record.data["to"] for record in self.records if record.kind is EventKind.TURNED)
        return after_turns(
            type_of(self.report.get("brought") or self.report["answers"].get("intake", "")), turns
        )

    @property
    def newest(self) -> KeyPair:
        """The pair that new writings are sealed to."""
        return self.pairs[self.epoch]

    @property
    def box(self) -> Letterbox:
        """Where to write."""
        return Letterbox(self.id, self.epoch, self.newest.public, self.reporter)

    def papers(self, form: str) -> list[Written]:
        """The proved papers of one form, oldest first: each under an act that leaves such a paper, by the same person."""
        return list(self._papers.get(form, ()))


def told_papers(
    records: Sequence[EventRecord], written: Iterable[Written]
) -> list[tuple[Written, EventKind]]:
    """The proved papers, each with the act that left it, in the order of ``written``."""
    told = {
        (record.data.get("item"), record.actor, form): record.kind
        for record in records
        for form in _FORMS.get(record.kind, ())
    }
    proved = [entry for entry in written if entry.kind is ItemKind.PAPER and entry.verified]
    return [
        (entry, told[place])
        for entry in proved
        if (place := (entry.id, entry.author, str(entry.content.get("form")))) in told
    ]


def open_keys(
    session: Session, case: str, holder: Holder, roster: Roster, gate: PublicKeys
) -> dict[int, KeyPair] | None:
    """Every epoch's pair, or None without a grant of the newest epoch.

    Raises CryptoError when a grant or the chain of epochs was tampered with.
    """
    epochs = {row.number: row for row in session.scalars(select(Epoch).where(Epoch.case_id == case))}
    grants = {
        row.epoch: row.sealed
        for row in session.scalars(
            select(Grant).where(Grant.officer_id == holder.officer, Grant.case_id == case)
        )
    }
    if not epochs or max(epochs) not in grants:
        return None
    links = {number: row.link for number, row in epochs.items() if row.link is not None}
    pairs: dict[int, KeyPair] = {}
    # Newest first; an epoch that a ladder release left without a link has a grant of its own.
    for number in sorted(epochs, reverse=True):
        if number not in pairs and number in grants:
            public = PublicKeys(epochs[number].public)
            pairs |= open_all(
                case, number, open_grant(case, number, holder.pair, grants[number], public), links
            )
    if 0 not in pairs:
        raise BrokenSealError("the first key of this case is out of reach")
    check_epochs(case, epochs, pairs, roster, gate)
    return pairs


def open_case(
    session: Session, case: str, holder: Holder, roster: Roster, gate: PublicKeys
) -> CaseFile | None:
    """Open a case whole, or None without a grant (or without such a case).

    Raises CryptoError when not even the report can be trusted; smaller damage is told in ``whole`` and ``verified``.
    """
    pairs = open_keys(session, case, holder, roster, gate)
    return None if pairs is None else read_file(session, case, pairs, roster, gate)


def read_file(
    session: Session, case: str, pairs: Mapping[int, KeyPair], roster: Roster, gate: PublicKeys
) -> CaseFile | None:
    """A case whose keys are at hand, as it is stored now. None and raises as ``open_case``."""
    row = session.get(Case, case)
    if row is None:
        return None
    items = stored_items(session, case)
    reports = [item for item in items if item.kind is ItemKind.REPORT]
    if len(reports) != 1:
        raise BrokenSealError("the report of this case is missing, or there is more than one")
    report, original = _open_report(reports[0], pairs, roster, gate)
    reporter = PublicKeys.from_text(report["reporter"])
    items.remove(reports[0])
    authors = Authors(reporter, roster, gate)
    records, whole = _read_events(session, case, pairs, authors)
    opened = [_read_item(item, pairs, authors) for item in items]
    written = [entry for entry in opened if entry is not None]
    written += _read_words(case, records, pairs, authors)
    written.sort(key=lambda entry: entry.number)
    barred, readable = barred_in(case, records, pairs)
    newest = max(pairs)
    whole = whole and readable and agrees(records, newest, pairs[newest].public)
    whole = whole and _is_whole(records, written, reports[0], items)
    whole = whole and parts_fit(session, records)
    whole = whole and is_lawful(records) and not _is_lowered_alone(report, records, written)
    whole = whole and _bands_fit(report, records, written)
    whole = whole and all_vouched(case, records, lambda number: protection_pair(pairs[number]).public)
    return CaseFile(
        id=case,
        office=row.office,
        epoch=newest,
        pairs=pairs,
        report=report,
        original=original,
        reporter=reporter,
        records=records,
        progress=progress_of(records),
        written=written,
        whole=whole,
        barred=barred,
    )


def _is_lowered_alone(
    report: Mapping[str, Any], records: Sequence[EventRecord], written: Sequence[Written]
) -> bool:
    papers = told_papers(records, written)
    assessments = [(kind, each.content) for each, kind in papers if each.content["form"] == "assessment"]
    return lowered_alone(report, assessments)


def _bands_fit(report: Mapping[str, Any], records: Sequence[EventRecord], written: Sequence[Written]) -> bool:
    papers = {each.id: each.content for each, _ in told_papers(records, written) if "risk" in each.content}
    return bands_fit(report, records, papers)


def check_epochs(
    case: str, epochs: Mapping[int, Epoch], pairs: Mapping[int, KeyPair], roster: Roster, gate: PublicKeys
) -> None:
    """Return if the recorded keys are those that the seeds give, and every change of key was signed. Raises CryptoError."""
    if any(PublicKeys(epochs[number].public) != pair.public for number, pair in pairs.items()):
        raise BrokenSealError("a recorded key of this case was exchanged")
    stored = [StoredEpoch(row.number, row.public, row.signer, row.signatures) for row in epochs.values()]
    proved_newest(case, stored, pairs[0].public, roster, gate)


def _open_report(
    item: StoredItem, pairs: Mapping[int, KeyPair], roster: Roster, gate: PublicKeys
) -> tuple[dict[str, Any], OpenedItem]:
    """The report, and the original that its reporter signed: the item itself, or whole inside the item of a part."""
    opened = item.open(pairs)
    content = parse_object(opened.content)
    original = original_in(content)
    if original is None:
        opened.verify(PublicKeys.from_text(content["reporter"]))
        return content, opened
    report = parse_object(original.content)
    reporter = PublicKeys.from_text(report["reporter"])
    original.verify(reporter)
    Authors(reporter, roster, gate).verify(opened, content["author"])
    return report_in(report, content), original


def _read_events(
    session: Session, case: str, pairs: Mapping[int, KeyPair], authors: Authors
) -> tuple[list[EventRecord], bool]:
    rows = session.execute(
        select(
            Event.id,
            Event.number,
            Event.kind,
            Event.date,
            Event.commitment,
            Event.body,
            Event.case_key,
            Event.case_epoch,
        ).where(Event.case_id == case)
    )
    events = [
        (
            StoredEvent(row.id, row.number, row.kind.value, row.date, row.commitment, row.body, row.case_key),
            pairs[row.case_epoch],
        )
        for row in rows
        if row.case_epoch in pairs
    ]
    try:
        return read_record(case, events, authors), True
    except BrokenRecordError as error:
        return error.good, False


def _read_item(item: StoredItem, pairs: Mapping[int, KeyPair], authors: Authors) -> Written | None:
    try:
        opened = item.open(pairs)
        content = parse_object(opened.content)
    except CryptoError:
        return None  # does not open at all: the record names it, so ``whole`` says that it is missing
    try:
        by_reporter = content["author"] == REPORTER
        if item.kind is not ItemKind.PROTECTION and (item.kind is ItemKind.MESSAGE) != by_reporter:
            raise BrokenSealError("somebody else wrote this than may write it")
        authors.verify(opened, content["author"])
        verified = item.kind is not ItemKind.PROTECTION or by_reporter or _is_vouched(item, content, pairs)
    except (CryptoError, RosterError):
        verified = False
    return Written(
        id=item.id,
        kind=item.kind,
        author=content["author"],
        date=date.fromisoformat(content["date"]),
        text=content["text"],
        number=content["number"],
        verified=verified,
        content=content,
    )


def _is_vouched(item: StoredItem, content: Mapping[str, Any], pairs: Mapping[int, KeyPair]) -> bool:
    ((epoch, _),) = item.keys
    pair = protection_pair(pairs[epoch])
    return is_vouched(item.case, content, content["author"], epoch, lambda _: pair.public, item=item.id)


def _read_words(
    case: str, records: Sequence[EventRecord], pairs: Mapping[int, KeyPair], authors: Authors
) -> list[Written]:
    """What the reporter wrote for whoever has the case after a release, or once they did not come back, and for nobody before
    (intake.upward).
    """
    brought = [record for record in records if record.kind in MOVED_BY_GATE and WORDS in record.data]
    written = [_read_brought(case, record, pairs, authors) for record in brought]
    return [entry for entry in written if entry.text or not entry.verified]


def _read_brought(case: str, record: EventRecord, pairs: Mapping[int, KeyPair], authors: Authors) -> Written:
    content: dict[str, Any] = {}
    try:
        opened = open_words(case, pairs, record.data[WORDS])
        authors.verify(opened, REPORTER)
        content = parse_object(opened.content)
    except CryptoError:
        pass  # the gate moved something else than the reporter wrote: shown as not proved
    return Written(
        id=record.id,
        kind=ItemKind.MESSAGE,
        author=REPORTER,
        date=date.fromisoformat(content["date"]) if content else record.date,
        text=content.get("text", ""),
        number=content.get("number", record.number),
        verified=bool(content),
        content=content,
    )


def _is_whole(
    records: Sequence[EventRecord],
    written: Sequence[Written],
    report: StoredItem,
    items: Sequence[StoredItem],
) -> bool:
    """Everything that the record tells of is there, unchanged, and everything that is there is told of."""
    bodies = {item.id: report_fingerprint(item.body) for item in items}
    told = {record.data["item"]: record.data["body"] for record in records if "item" in record.data}
    return (
        bool(records)
        and records[0].data.get("report") == report_fingerprint(report.body)
        and told == bodies
        and all(entry.verified for entry in written)
    )
