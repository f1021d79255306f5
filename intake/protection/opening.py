"""What a protection contact opens: the compartment of a case, and nothing else of it. Knows no page and no permission.

It takes an officer's unlocked pair and gives back what that pair opens; without a protection grant nothing, the same nothing as
for a case that does not exist (P2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import protection
from crypto.encoding import parse_object
from crypto.errors import BrokenSealError, CryptoError
from crypto.item import ItemPlace, open_item
from crypto.keys import KeyPair, PublicKeys
from crypto.protection import Granted
from intake.database.case_tables import Epoch, Item, ItemKey, ItemKind, Recipient
from intake.database.protection_tables import ProtectionCardRow, ProtectionGrant, ProtectionKey
from intake.database.rows import StoredEpoch
from intake.epochs import proved_newest
from intake.protection.card import ProtectionCard, card_epoch, open_card
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


@dataclass(frozen=True, slots=True, repr=False)
class ProtectionFile:
    """Everything that a protection contact sees of a case."""

    case: str
    card: ProtectionCard | None
    """None where the card was sealed before this contact came, and nobody acted since."""
    said: Sequence[Said]
    """What can be opened, oldest first."""
    box: Letterbox | None
    """Where the contact's events go; None where the newest key cannot be proved: then nothing is written."""
    compartment: Compartment | None
    unread: int
    """How many things lie in it that this contact cannot open or prove."""

    def newest(self, form: str) -> Said | None:
        """The newest proved entry of a form."""
        found = [said for said in self.said if said.form == form and said.verified]
        return found[-1] if found else None


def open_compartment(
    session: Session, case: str, officer: str, pair: KeyPair, roster: Roster, gate: PublicKeys
) -> ProtectionFile | None:
    """What this officer opens as a contact of the case; None without a grant, or without such a case.

    Raises CryptoError when a grant was tampered with.
    """
    grants = {
        row.epoch: row.sealed
        for row in session.scalars(
            select(ProtectionGrant).where(
                ProtectionGrant.officer_id == officer, ProtectionGrant.case_id == case
            )
        )
    }
    if not grants:
        return None
    keys = {
        row.epoch: row for row in session.scalars(select(ProtectionKey).where(ProtectionKey.case_id == case))
    }
    if not grants.keys() <= keys.keys():
        raise BrokenSealError("a protection key of this case is gone")
    granted = {
        number: protection.open_grant(case, number, pair, sealed, PublicKeys(keys[number].public))
        for number, sealed in grants.items()
    }
    newest = granted[max(granted)]
    pairs = {number: each.pair for number, each in granted.items()}
    said, unread = _read(session, case, pairs, Authors(newest.reporter, roster, gate))
    box, compartment = _where_to_write(session, case, newest, keys, roster, gate)
    return ProtectionFile(case, _card(session, case, pairs), said, box, compartment, unread)


def opened_cards(session: Session, officer: str, pair: KeyPair) -> dict[str, ProtectionCard | None]:
    """The card of every case that this officer looks after; None where it does not open. For the list: two questions."""
    rows = session.execute(
        select(ProtectionGrant.case_id, ProtectionGrant.epoch, ProtectionGrant.sealed, ProtectionKey.public)
        .join(
            ProtectionKey,
            (ProtectionKey.case_id == ProtectionGrant.case_id)
            & (ProtectionKey.epoch == ProtectionGrant.epoch),
        )
        .where(ProtectionGrant.officer_id == officer)
    ).all()
    sealed_cards: dict[str, bytes] = {}
    query = select(ProtectionCardRow.case_id, ProtectionCardRow.sealed).where(
        ProtectionCardRow.case_id.in_(
            select(ProtectionGrant.case_id).where(ProtectionGrant.officer_id == officer)
        )
    )
    for case, sealed in session.execute(query):
        sealed_cards[case] = sealed
    found: dict[str, ProtectionCard | None] = {row.case_id: None for row in rows}
    for row in rows:
        card = sealed_cards.get(row.case_id)
        if card is None or found[row.case_id] is not None or card_epoch(card) != row.epoch:
            continue
        try:
            granted = protection.open_grant(row.case_id, row.epoch, pair, row.sealed, PublicKeys(row.public))
            found[row.case_id] = open_card(card, row.case_id, {row.epoch: granted.pair})
        except CryptoError:
            continue  # shown as a line that does not open: never left out
    return found


def _read(
    session: Session, case: str, pairs: Mapping[int, KeyPair], authors: Authors
) -> tuple[list[Said], int]:
    rows = session.execute(
        select(Item.id, Item.body, ItemKey.epoch, ItemKey.sealed)
        .join(ItemKey, ItemKey.item_id == Item.id)
        .where(
            Item.case_id == case,
            Item.kind == ItemKind.PROTECTION,
            ItemKey.recipient == Recipient.PROTECTION,
        )
    )
    found, unread = [], 0
    for number, body, epoch, sealed in rows:
        said = _said(case, number, body, sealed, pairs.get(epoch), authors)
        if said is None:
            unread += 1
        else:
            found.append(said)
    return sorted(found, key=lambda said: (said.number, said.id)), unread


def _said(
    case: str, number: str, body: bytes, sealed: bytes, pair: KeyPair | None, authors: Authors
) -> Said | None:
    if pair is None:
        return None
    try:
        opened = open_item(pair, ItemPlace(ItemKind.PROTECTION.value, case, number), body, sealed)
        content = parse_object(opened.content)
        author, day = str(content["author"]), date.fromisoformat(content["date"])
        form, place = str(content["form"]), int(content["number"])
    except (CryptoError, KeyError, TypeError, ValueError):
        return None
    try:
        authors.verify(opened, author)
        verified = True
    except (CryptoError, RosterError):
        verified = False
    return Said(number, form, author, day, place, verified, content)


def _where_to_write(
    session: Session,
    case: str,
    granted: Granted,
    keys: Mapping[int, ProtectionKey],
    roster: Roster,
    gate: PublicKeys,
) -> tuple[Letterbox | None, Compartment | None]:
    stored = [
        StoredEpoch(row.number, row.public, row.signer, row.signatures)
        for row in session.scalars(select(Epoch).where(Epoch.case_id == case))
    ]
    try:
        newest = proved_newest(case, stored, granted.first, roster, gate)
    except (CryptoError, RosterError):
        return None, None
    found = proved_compartment(
        case, newest, ((row.epoch, row.public, row.signature) for row in keys.values())
    )
    return Letterbox(case, newest[0], newest[1], granted.reporter), found


def _card(session: Session, case: str, pairs: Mapping[int, KeyPair]) -> ProtectionCard | None:
    sealed = session.scalar(select(ProtectionCardRow.sealed).where(ProtectionCardRow.case_id == case))
    if sealed is None:
        return None
    try:
        return open_card(sealed, case, pairs)
    except CryptoError:
        return None
