"""The protection compartment of a case as it is stored: its keys, its contacts' grants, its card, what is written into it.

Everything here runs inside the caller's transaction. Filing makes it, every officer's act makes it right again, a release gives
the fresh epoch's key to whoever may look after the reporter then. A contact opens this and nothing else of the case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto import protection
from crypto.encoding import canonical_json
from crypto.envelope import is_for
from crypto.epoch import protection_pair
from crypto.errors import CryptoError
from crypto.item import ItemPlace, seal_item
from crypto.keys import KeyPair, PublicKeys, new_id
from crypto.protection import Granted
from intake.audience import HELD
from intake.database.base import State
from intake.database.case_tables import Epoch, Item, ItemKey, ItemKind, Recipient
from intake.database.protection_tables import ProtectionCardRow, ProtectionGrant, ProtectionKey
from intake.protection.card import ProtectionCard, seal_card
from intake.record import Author, Letterbox, report_fingerprint
from intake.roster import Roster


@dataclass(frozen=True, slots=True)
class Compartment:
    """Where to write: one epoch's public half, proved."""

    epoch: int
    public: PublicKeys


@dataclass(frozen=True, slots=True)
class Entering:
    """What is about to be written."""

    form: str
    number: int
    """That of the event that will tell of it."""
    id: str = ""
    """An id of the caller's that looks random, where the same thing must not come twice; empty: any."""


def key_row(case: str, number: int, pair: KeyPair) -> ProtectionKey:
    """What every new epoch publishes."""
    public, signature = protection.publish(case, number, pair)
    return ProtectionKey(case_id=case, epoch=number, public=public.raw, signature=signature)


def first_rows(
    case: str,
    pair: KeyPair,
    reporter: PublicKeys,
    contacts: Iterable[str],
    roster: Roster,
    card: ProtectionCard,
) -> list[State]:
    """What a new case begins with."""
    granted = Granted(protection_pair(pair), pair.public, reporter)
    return [
        key_row(case, 0, pair),
        *(_grant_row(case, 0, officer, granted, roster) for officer in contacts),
        ProtectionCardRow(case_id=case, sealed=seal_card(card, case, 0, granted.pair)),
    ]


def present_contacts(session: Session, case: str) -> list[str]:
    """Who has a grant of any epoch, in the order of ids."""
    query = select(ProtectionGrant.officer_id).where(ProtectionGrant.case_id == case).distinct()
    return sorted(session.scalars(query))


def store_compartment(
    session: Session,
    case: str,
    pairs: Mapping[int, KeyPair],
    reporter: PublicKeys,
    contacts: Collection[str],
    roster: Roster,
    card: ProtectionCard,
) -> None:
    """Make keys, grants and card right for a case whose every key is at hand: what is right already stays as it is."""
    published = set(session.scalars(select(ProtectionKey.epoch).where(ProtectionKey.case_id == case)))
    session.add_all(key_row(case, number, pairs[number]) for number in sorted(pairs.keys() - published))
    rows = session.scalars(select(ProtectionGrant).where(ProtectionGrant.case_id == case)).all()
    kept: set[tuple[str, int]] = set()
    for row in rows:
        if row.officer_id in contacts and is_for(roster.keys_of(row.officer_id), row.sealed):
            kept.add((row.officer_id, row.epoch))
        else:
            session.delete(row)
    session.flush()
    for officer in sorted(contacts):
        for number, pair in sorted(pairs.items()):
            if (officer, number) not in kept:
                granted = Granted(protection_pair(pair), pairs[0].public, reporter)
                session.add(_grant_row(case, number, officer, granted, roster))
    newest = max(pairs)
    session.execute(delete(ProtectionCardRow).where(ProtectionCardRow.case_id == case))
    sealed = seal_card(card, case, newest, protection_pair(pairs[newest]))
    session.add(ProtectionCardRow(case_id=case, sealed=sealed))
    session.flush()


def begin_compartment(
    session: Session,
    case: str,
    number: int,
    pair: KeyPair,
    reporter: PublicKeys,
    contacts: Collection[str],
    roster: Roster,
) -> None:
    """The fresh epoch of a release, made by the gate: it has no earlier key. Whoever is a contact no more keeps nothing."""
    first = session.scalars(select(Epoch.public).where(Epoch.case_id == case, Epoch.number == 0)).one()
    session.execute(
        delete(ProtectionGrant).where(
            ProtectionGrant.case_id == case, ProtectionGrant.officer_id.not_in(contacts)
        )
    )
    session.add(key_row(case, number, pair))
    granted = Granted(protection_pair(pair), PublicKeys(first), reporter)
    session.add_all(_grant_row(case, number, officer, granted, roster) for officer in sorted(contacts))


def proved_compartment(
    case: str, newest: tuple[int, PublicKeys], keys: Iterable[tuple[int, bytes, bytes]]
) -> Compartment | None:
    """The compartment of the newest epoch, vouched for by that epoch's key; None where there is none or it was exchanged.

    ``keys``: epoch, public half and signature as they are stored.
    """
    number, case_key = newest
    for epoch, public, signature in keys:
        if epoch == number:
            try:
                found = PublicKeys(public)
                protection.verify(case, number, found, signature, case_key)
            except CryptoError:
                return None
            return Compartment(number, found)
    return None


def seal_protected(
    box: Letterbox,
    compartment: Compartment,
    author: Author,
    entry: Entering,
    today: date,
    content: Mapping[str, Any],
    *,
    opened: KeyPair | None = None,
) -> tuple[Item, ItemKey, dict[str, str]]:
    """Something for the compartment: its row, the row of its key (stored after it), what its event says of it.

    ``content`` may have a ``text``. ``opened``: the compartment's pair, with which an officer proves to have it open; for
    that, a reporter signs with the case's own key.
    """
    place = ItemPlace(ItemKind.PROTECTION.value, box.case, entry.id or new_id())
    held = {} if opened is None else {HELD: protection.vouch(opened, box.case, place.item, author.name)}
    document = {
        "text": "",
        **content,
        **held,
        "form": entry.form,
        "author": author.name,
        "date": today.isoformat(),
        "number": entry.number,
    }
    sealed = seal_item(place, canonical_json(document), author.pair, (compartment.public,))
    item = Item(id=place.item, case_id=box.case, kind=ItemKind.PROTECTION, body=sealed.body)
    key = ItemKey(
        item_id=place.item, recipient=Recipient.PROTECTION, epoch=compartment.epoch, sealed=sealed.keys[0]
    )
    return item, key, {"item": place.item, "body": report_fingerprint(sealed.body), **held}


def _grant_row(case: str, number: int, officer: str, granted: Granted, roster: Roster) -> ProtectionGrant:
    sealed = protection.grant(case, number, roster.keys_of(officer), granted)
    return ProtectionGrant(officer_id=officer, case_id=case, epoch=number, sealed=sealed)
