"""What is written in a case as it lies in the database, read at once however much it is, and opened item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from crypto.epoch import protection_pair
from crypto.errors import BrokenSealError
from crypto.item import ItemPlace, OpenedItem, open_item
from crypto.keys import KeyPair
from intake.database.case_tables import Item, ItemKey, ItemKind, Recipient


@dataclass(frozen=True, slots=True, repr=False)
class StoredItem:
    """One item. ``keys``: its envelopes for the case, or for its protection compartment, each with the epoch it belongs to."""

    id: str
    case: str
    kind: ItemKind
    body: bytes
    keys: Sequence[tuple[int, bytes]]

    def open(self, pairs: Mapping[int, KeyPair]) -> OpenedItem:
        """Open it with the case's keys; its author is still to be verified. Raises CryptoError."""
        if len(self.keys) != 1 or self.keys[0][0] not in pairs:
            raise BrokenSealError("an item of this case has no key that opens, or more than one")
        ((epoch, sealed),) = self.keys
        pair = protection_pair(pairs[epoch]) if self.kind is ItemKind.PROTECTION else pairs[epoch]
        return open_item(pair, ItemPlace(self.kind.value, self.case, self.id), self.body, sealed)


def stored_items(session: Session, case: str) -> list[StoredItem]:
    """Everything written in a case: two questions, however much it is."""
    keys: dict[str, list[tuple[int, bytes]]] = {}
    # A contact's letter is sealed to the compartment as well, so that the contact can read it again.
    envelopes = (
        select(ItemKey.item_id, ItemKey.epoch, ItemKey.sealed)
        .join(Item, Item.id == ItemKey.item_id)
        .where(
            Item.case_id == case,
            or_(
                ItemKey.recipient == Recipient.CASE,
                and_(ItemKey.recipient == Recipient.PROTECTION, Item.kind == ItemKind.PROTECTION),
            ),
        )
    )
    for number, epoch, sealed in session.execute(envelopes):
        keys.setdefault(number, []).append((epoch, sealed))
    rows = session.execute(select(Item.id, Item.kind, Item.body).where(Item.case_id == case))
    return [StoredItem(row.id, case, row.kind, row.body, keys.get(row.id, ())) for row in rows]
