"""What a protection contact opens: the compartment of a case, and nothing else of it. Knows no page and no permission.

It takes an officer's unlocked pair and gives back what that pair opens; without a protection grant nothing, the same nothing as
for a case that does not exist (P2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from crypto import protection
from crypto.encoding import parse_object
from crypto.errors import BrokenSealError, CryptoError
from crypto.item import ItemPlace, open_item
from crypto.keys import KeyPair, PublicKeys
from crypto.protection import Granted
from intake.audience import HELD
from intake.database.case_tables import Epoch, Event, Item, ItemKey, Recipient
from intake.database.protection_tables import ProtectionCardRow, ProtectionGrant, ProtectionKey
from intake.database.rows import StoredEpoch
from intake.epochs import proved_newest
from intake.events import IN_COMPARTMENT, EventKind
from intake.protection.card import ProtectionCard, open_card
from intake.protection.compartment import Compartment, proved_compartment
from intake.record import REPORTER, Authors, Letterbox
from intake.roster import Roster, RosterError


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """One thing in the compartment. ``verified`` is False where the signature does not fit: shown with a warning."""

    id: str
    form: str
    author: str
    date: date
    number: int
    verified: bool
    content: Mapping[str, Any]

    @property
    def by_reporter(self) -> bool:
        """Whether the reporter said it."""
        return self.author == REPORTER


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """An event in clear."""

    id: str
    number: int
    kind: EventKind
    date: date


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What an officer who has the compartment open writes with."""

    box: Letterbox
    compartment: Compartment
    pair: KeyPair
    """The compartment's, of the newest epoch."""


@dataclass(frozen=True, slots=True, repr=False)
class ProtectionFile:
    """Everything that a protection contact sees of a case."""

    case: str
    card: ProtectionCard | None
    """None where the card was sealed before this contact came, and nobody acted since."""
    said: Sequence[Said]
    """What can be opened, oldest first."""
    keys: Keys | None
    """Where and with what to write; None where the newest key cannot be proved: then nothing is written."""
    unread: int
    """How many things lie in it that cannot be opened: what came before this contact, or was altered."""
    told: Sequence[ToldEvent] = ()
    """The events of the case in clear, oldest first."""
    pairs: Sequence[KeyPair] = ()
    """The compartment's, of every epoch at hand."""

    @property
    def missing(self) -> bool:
        """Whether the events in clear tell of more than is there: a contact opens no event, and compares numbers."""
        there = {each.number for each in self.said}
        gone = [each for each in self.told if each.kind in IN_COMPARTMENT and each.number not in there]
        return len(gone) > self.unread

    def newest(self, form: str) -> Said | None:
        """The newest proved entry of a form."""
        found = [said for said in self.said if said.form == form and said.verified]
        return found[-1] if found else None


def open_compartment(
    session: Session, case: str, officer: str, pair: KeyPair, roster: Roster, gate: PublicKeys
) -> ProtectionFile | None:
    """What this officer opens as a contact of the case; None without a grant, or without such a case.

    Raises CryptoError when a grant, or a key that it opens, was tampered with.
    """
    known = _granted(session, officer, pair, case).get(case)
    if known is None:
        return None
    if known.broken:
        raise BrokenSealError("a protection grant of this case was altered, or the key that it opens")
    newest = known.grants[max(known.grants)]
    said, unread = said_in(session, {case: known}, roster, gate)[case]
    cards = _card(session, [case])
    return ProtectionFile(
        case=case,
        card=cards[case](known) if case in cards else None,
        said=said,
        keys=_where_to_write(session, case, known, newest, roster, gate),
        unread=unread,
        told=told_in(session, [case])[case],
        pairs=tuple(known.pairs.values()),
    )


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """What an officer holds of one case as its contact: the compartment of each epoch. ``broken``: one of them does not open,
    or opens another key than the case published.
    """

    grants: Mapping[int, Granted]
    broken: bool = False

    @property
    def pairs(self) -> dict[int, KeyPair]:
        """Epoch → the compartment's pair."""
        return {number: each.pair for number, each in self.grants.items()}


def looked_after(
    session: Session, officer: str, pair: KeyPair
) -> dict[str, tuple[Known, ProtectionCard | None]]:
    """Every case that this officer is a contact of, with its card; None where that does not open. Two questions."""
    known = _granted(session, officer, pair)
    mine = select(ProtectionGrant.case_id).where(ProtectionGrant.officer_id == officer)
    cards = _card(session, mine)
    return {case: (each, cards[case](each) if case in cards else None) for case, each in known.items()}


def _granted(session: Session, officer: str, pair: KeyPair, case: str | None = None) -> dict[str, Known]:
    query = (
        select(ProtectionGrant.case_id, ProtectionGrant.epoch, ProtectionGrant.sealed, ProtectionKey.public)
        .outerjoin(
            ProtectionKey,
            (ProtectionKey.case_id == ProtectionGrant.case_id)
            & (ProtectionKey.epoch == ProtectionGrant.epoch),
        )
        .where(ProtectionGrant.officer_id == officer)
    )
    found: dict[str, dict[int, Granted]] = {}
    broken: set[str] = set()
    for row in session.execute(query if case is None else query.where(ProtectionGrant.case_id == case)):
        grants = found.setdefault(row.case_id, {})
        try:
            public = PublicKeys(row.public or b"")
            grants[row.epoch] = protection.open_grant(row.case_id, row.epoch, pair, row.sealed, public)
        except CryptoError:
            broken.add(row.case_id)
    return {number: Known(grants, number in broken or not grants) for number, grants in found.items()}


def _card(
    session: Session, cases: Sequence[str] | Select[str]
) -> dict[str, Callable[[Known], ProtectionCard | None]]:
    query = select(ProtectionCardRow.case_id, ProtectionCardRow.sealed).where(
        ProtectionCardRow.case_id.in_(cases)
    )
    return {row.case_id: _opener(row.case_id, row.sealed) for row in session.execute(query)}


def _opener(case: str, sealed: bytes) -> Callable[[Known], ProtectionCard | None]:
    def opened(known: Known) -> ProtectionCard | None:
        try:
            return open_card(sealed, case, known.pairs)
        except CryptoError:
            return None  # shown as a line that does not open: never left out

    return opened


def told_in(session: Session, cases: Sequence[str]) -> dict[str, list[ToldEvent]]:
    """The events of these cases in clear: one question."""
    found: dict[str, list[ToldEvent]] = {case: [] for case in cases}
    query = select(Event.case_id, Event.id, Event.number, Event.kind, Event.date).where(
        Event.case_id.in_(cases)
    )
    for case, event, number, kind, day in session.execute(query.order_by(Event.case_id, Event.number)):
        found[case].append(ToldEvent(event, number, kind, day))
    return found


def looks_of(told: Iterable[ToldEvent], officer: str, pairs: Iterable[KeyPair]) -> list[ToldEvent]:
    """When this officer looked, oldest first; ``pairs``: the compartment's, of every epoch at hand."""
    at_hand = list(pairs)
    return [
        each
        for each in told
        if each.kind is EventKind.LOOKED
        and any(each.id == protection.look_id(pair, officer, each.number) for pair in at_hand)
    ]


def said_in(
    session: Session, cases: Mapping[str, Known], roster: Roster, gate: PublicKeys
) -> dict[str, tuple[list[Said], int]]:
    """What was said in these cases, oldest first, and how much of it does not open: one question."""
    rows = session.execute(
        select(Item.case_id, Item.id, Item.kind, Item.body, ItemKey.epoch, ItemKey.sealed)
        .join(ItemKey, ItemKey.item_id == Item.id)
        .where(Item.case_id.in_(list(cases)), ItemKey.recipient == Recipient.PROTECTION)
    )
    found: dict[str, tuple[list[Said], int]] = {case: ([], 0) for case in cases}
    for case, number, kind, body, epoch, sealed in rows:
        known = cases[case]
        said = None
        if epoch in known.grants:
            granted = known.grants[epoch]
            authors = Authors(granted.reporter, roster, gate)
            said = _said(ItemPlace(kind.value, case, number), body, sealed, granted.pair, authors)
        said_here, unread = found[case]
        found[case] = (said_here, unread + 1) if said is None else ([*said_here, said], unread)
    return {
        case: (sorted(said, key=lambda each: (each.number, each.id)), unread)
        for case, (said, unread) in found.items()
    }


def _said(place: ItemPlace, body: bytes, sealed: bytes, pair: KeyPair, authors: Authors) -> Said | None:
    try:
        opened = open_item(pair, place, body, sealed)
        content = parse_object(opened.content)
        author, day = str(content["author"]), date.fromisoformat(content["date"])
        form, number = str(content["form"]), int(content["number"])
    except (CryptoError, KeyError, TypeError, ValueError):
        return None
    try:
        authors.verify(opened, author)
        if author != REPORTER:
            protection.verify_vouched(pair.public, place.case, place.item, author, str(content.get(HELD)))
        verified = True
    except (CryptoError, RosterError):
        verified = False
    return Said(place.item, form, author, day, number, verified, content)


def _where_to_write(
    session: Session, case: str, known: Known, newest: Granted, roster: Roster, gate: PublicKeys
) -> Keys | None:
    stored = [
        StoredEpoch(row.number, row.public, row.signer, row.signatures)
        for row in session.scalars(select(Epoch).where(Epoch.case_id == case))
    ]
    rows = session.scalars(select(ProtectionKey).where(ProtectionKey.case_id == case))
    try:
        proved = proved_newest(case, stored, newest.first, roster, gate)
    except (CryptoError, RosterError):
        return None
    found = proved_compartment(case, proved, ((row.epoch, row.public, row.signature) for row in rows))
    granted = known.grants.get(proved[0])
    if found is None or granted is None:
        return None
    return Keys(Letterbox(case, proved[0], proved[1], granted.reporter), found, granted.pair)
