"""The record of a case: every act is one event, chained, signed by whoever acted, sealed to case and reporter.

Knows nothing of who may act. Each event's content names its number and the previous commitment, so that a missing one shows as
soon as a later one is seen; the unique (case, number) index lets exactly one of two simultaneous acts be the next. It also
names the key it was sealed to: a former holder, whose old key could still sign another next epoch, would have to forge the
record too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import commitment
from crypto.encoding import canonical_json, from_text, parse_object, to_text
from crypto.errors import BadSignatureError, CryptoError, MalformedError
from crypto.item import ItemPlace, OpenedItem, open_item, seal_item
from crypto.keys import KeyPair, PublicKeys, new_id
from intake.database.case_tables import Event
from intake.database.rows import StoredEvent
from intake.events import BY_GATE, BY_RECOVERY, BY_REPORTER, EventKind
from intake.roster import Roster, RosterError
from intake.statements.kinds import waiting_beside

REPORTER = "reporter"
GATE = "gate"
RECOVERY = "recovery"
ITEM_KIND = "event"


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where a case's writings go: its newest epoch's key, and the reporter's key in this case."""

    case: str
    epoch: int
    public: PublicKeys
    reporter: PublicKeys


@dataclass(frozen=True, slots=True)
class Author:
    """Who acts: an officer's id, REPORTER, GATE or RECOVERY, and the key that says so."""

    name: str
    pair: KeyPair


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The newest event's number and commitment; ``EMPTY`` before the first."""

    number: int
    commitment: bytes


EMPTY = ChainHead(-1, commitment.NO_PREVIOUS)


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event that was opened and whose author, commitment and place in the chain were checked."""

    id: str
    number: int
    kind: EventKind
    date: date
    actor: str
    data: dict[str, Any]
    commitment: bytes
    content: bytes
    """The canonical bytes that the commitment is to."""
    epoch: int
    key: str
    """Which epoch's key the act was sealed to, and that key's hash."""
    nonce: bytes = field(default=b"", repr=False)
    """What the commitment is under, and what the event's statement follows from."""


def head_of(session: Session, case: str) -> ChainHead:
    """The newest event of a case."""
    row = session.execute(
        select(Event.number, Event.commitment)
        .where(Event.case_id == case)
        .order_by(Event.number.desc())
        .limit(1)
    ).one_or_none()
    return EMPTY if row is None else ChainHead(row.number, row.commitment)


def make_event(
    box: Letterbox,
    author: Author,
    kind: EventKind,
    today: date,
    data: dict[str, Any],
    head: ChainHead,
    *,
    nonce: bytes | None = None,
    event_id: str | None = None,
) -> Event:
    """The next event after ``head``, ready to be stored; ``nonce``: its commitment's, where something else follows from it;
    ``event_id``: one of the caller's that looks random, by which whoever has the right key finds the event again.
    """
    nonce = nonce or commitment.new_nonce()
    content = canonical_json(
        {
            "case": box.case,
            "number": head.number + 1,
            "previous": to_text(head.commitment),
            "kind": kind.value,
            "date": today.isoformat(),
            "actor": author.name,
            "epoch": box.epoch,
            "key": key_hash(box.public),
            "data": data,
        }
    )
    place = ItemPlace(ITEM_KIND, box.case, event_id or new_id())
    sealed = seal_item(
        place,
        canonical_json({"nonce": to_text(nonce), "event": to_text(content)}),
        author.pair,
        (box.public, box.reporter),
    )
    return Event(
        id=place.item,
        case_id=box.case,
        number=head.number + 1,
        kind=kind,
        date=today,
        commitment=commitment.commit(nonce, content),
        body=sealed.body,
        case_key=sealed.keys[0],
        case_epoch=box.epoch,
        reporter_key=sealed.keys[1],
    )


def append_event(
    session: Session, box: Letterbox, author: Author, kind: EventKind, today: date, data: dict[str, Any]
) -> Event:
    """As ``add_event``, after the newest event that is stored."""
    return add_event(session, box, author, kind, today, data, head_of(session, box.case))


def add_event(
    session: Session,
    box: Letterbox,
    author: Author,
    kind: EventKind,
    today: date,
    data: dict[str, Any],
    head: ChainHead,
) -> Event:
    """Add the event after ``head`` with what it states, and flush. Raises sqlalchemy's IntegrityError when somebody else's act
    came first: the caller's transaction rolls back, and the person is told what changed.
    """
    nonce = commitment.new_nonce()
    event = make_event(box, author, kind, today, data, head, nonce=nonce)
    session.add_all([event, *waiting_beside(nonce, kind, today, data, box.reporter)])
    session.flush()
    return event


class BrokenRecordError(CryptoError):
    """The record was tampered with: an event is missing, altered, forged or out of order. ``good`` is what came before."""

    def __init__(self, message: str, good: list[EventRecord]) -> None:
        super().__init__(message)
        self.good = good


class SignatureCheck(Protocol):
    """Says whether somebody's signature on an event is believed."""

    def verify(self, opened: OpenedItem, actor: str) -> None:
        """Return if ``actor`` signed. Raises CryptoError or RosterError."""


@dataclass(frozen=True, slots=True)
class Authors:
    """Whose signature a case may carry: its reporter's, a certified officer's, the gate's, the recovery key's."""

    reporter: PublicKeys
    roster: Roster
    gate: PublicKeys

    def verify(self, opened: OpenedItem, actor: str) -> None:
        """Return if ``actor`` signed. Raises BadSignatureError, and RosterError for somebody never certified.

        An officer's earlier keys count too: what was signed before a reset stays signed.
        """
        failure = BadSignatureError("nobody's key fits this signature")
        for keys in self._keys_of(actor):
            try:
                opened.verify(keys)
            except BadSignatureError as error:
                failure = error
            else:
                return
        raise failure

    def _keys_of(self, actor: str) -> tuple[PublicKeys, ...]:
        if actor == REPORTER:
            return (self.reporter,)
        if actor == GATE:
            return (self.gate, *self.roster.former_gates)
        if actor == RECOVERY:
            return self.roster.recoveries
        return self.roster.all_keys_of(actor)


def read_record(
    case: str,
    events: Iterable[tuple[StoredEvent, KeyPair]],
    authors: SignatureCheck,
    *,
    first_nonce: bytes | None = None,
) -> list[EventRecord]:
    """Open and check a whole record, given each event with the key that opens it.

    ``first_nonce`` is what the receipt code says of leaf 0; officers, who lack it, give None. Raises BrokenRecordError with
    the events up to the first that does not fit.
    """
    records: list[EventRecord] = []
    head = EMPTY
    for event, pair in sorted(events, key=lambda entry: entry[0].number):
        try:
            record = _open_event(case, event, pair, head, authors)
            if first_nonce is not None and event.number == 0:
                commitment.verify(event.commitment, first_nonce, record.content)
        except (CryptoError, RosterError, KeyError, ValueError) as error:
            raise BrokenRecordError(
                f"event {event.number} of this case does not fit the record", records
            ) from error
        if records and record.epoch < records[-1].epoch:
            raise BrokenRecordError(f"event {event.number} of this case went back to an earlier key", records)
        records.append(record)
        head = ChainHead(record.number, record.commitment)
    return records


def report_fingerprint(body: bytes) -> str:
    """What leaf 0 says of the sealed report: "still there" means that this has not changed."""
    return to_text(hashlib.sha256(body).digest())


def key_hash(public: PublicKeys) -> str:
    """What an event says of the key that it was sealed to."""
    return to_text(hashlib.sha256(public.raw).digest())


def agrees(records: Sequence[EventRecord], epoch: int, public: PublicKeys) -> bool:
    """Whether the newest event was sealed to this epoch's key: every change of key is told in the same transaction."""
    return bool(records) and (records[-1].epoch, records[-1].key) == (epoch, key_hash(public))


def _open_event(
    case: str, event: StoredEvent, pair: KeyPair, head: ChainHead, authors: SignatureCheck
) -> EventRecord:
    opened: OpenedItem = open_item(pair, ItemPlace(ITEM_KIND, case, event.id), event.body, event.key)
    outer = parse_object(opened.content)
    content = from_text(outer["event"])
    nonce = from_text(outer["nonce"])
    commitment.verify(event.commitment, nonce, content)
    value = parse_object(content)
    authors.verify(opened, value["actor"])
    expected = (case, head.number + 1, to_text(head.commitment), event.kind, event.date.isoformat())
    stated = (value["case"], value["number"], value["previous"], value["kind"], value["date"])
    if stated != expected or event.number != value["number"]:
        raise BadSignatureError("an event is not the next one of its case")
    kind = EventKind(event.kind)
    only = {REPORTER: BY_REPORTER, GATE: BY_GATE, RECOVERY: BY_RECOVERY}
    if any((kind in kinds) != (value["actor"] == author) for author, kinds in only.items()):
        raise BadSignatureError("somebody else did this than may do it")
    if not isinstance(value["data"], dict):
        raise MalformedError("an event holds no data object")
    if not isinstance(value["epoch"], int) or not isinstance(value["key"], str):
        raise MalformedError("an event does not name the key it was sealed to")
    return EventRecord(
        id=event.id,
        number=event.number,
        kind=kind,
        date=event.date,
        actor=value["actor"],
        data=value["data"],
        commitment=event.commitment,
        content=content,
        epoch=value["epoch"],
        key=value["key"],
        nonce=nonce,
    )
