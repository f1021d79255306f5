"""The transaction of one act of a reporter's in an opened mailbox: what it can write, and nothing that it decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from crypto.encoding import canonical_json
from crypto.item import ItemPlace, seal_item
from crypto.keys import PublicKeys
from intake.database.case_tables import Item, ItemKey, ItemKind, Recipient
from intake.events import EventKind
from intake.evidence.attachments import Attachment, Custody, entries_of
from intake.evidence.staging import accept
from intake.mailbox.asking import Asks
from intake.mailbox.confiding import Confiding
from intake.protection.compartment import Compartment, Entering, seal_protected
from intake.record import (
    REPORTER,
    Author,
    ChainHead,
    EventRecord,
    Letterbox,
    add_event,
    report_fingerprint,
)
from intake.requests import Ask, Request, request_job
from intake.upward import WORDS, seal_words


class LetterboxError(Exception):
    """The key that messages would be sealed to cannot be proved: nothing was sent."""


@dataclass(slots=True, repr=False)
class Writing:
    """The transaction of one act of the reporter's, on a letterbox that was proved."""

    session: Session
    box: Letterbox
    author: Author
    head: ChainHead
    gate: PublicKeys
    today: date
    asks: Asks
    custody: Custody | None
    sent: frozenset[object]
    """The messages that the record tells of already."""
    compartment: Compartment | None
    """Where what is said about the reporter's safety goes; None in a case of an earlier release, until an officer acts."""
    name: Confiding
    """Where a name is kept, or would be."""
    records: Sequence[EventRecord]
    """The record, as far as it holds."""

    def tell(self, kind: EventKind, data: dict[str, Any]) -> int:
        """Add the next event; returns its number."""
        event = add_event(self.session, self.box, self.author, kind, self.today, data, self.head)
        self.head = ChainHead(event.number, event.commitment)
        return event.number

    def message(
        self,
        item: str,
        text: str,
        files: Sequence[Attachment],
        sizes: dict[str, int],
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> dict[str, str]:
        """Seal a message and its files to the circle, with what else it says. What its event says of it."""
        place = ItemPlace(ItemKind.MESSAGE.value, self.box.case, item)
        number = self.head.number + 1
        content: dict[str, Any] = {
            **more,
            "text": text,
            "date": self.today.isoformat(),
            "author": REPORTER,
            "number": number,
        }
        if files:
            if self.custody is None:
                raise LetterboxError
            content["evidence"] = entries_of(files, self.custody)
            accept(self.session, self.box.case, sizes)
        return self.seal(place, content)

    def seal(self, place: ItemPlace, content: dict[str, Any]) -> dict[str, str]:
        """Seal an item to the circle. What its event says of it."""
        sealed = seal_item(place, canonical_json(content), self.author.pair, (self.box.public,))
        self.session.add(Item(id=place.item, case_id=self.box.case, kind=ItemKind.MESSAGE, body=sealed.body))
        self.session.flush()
        key = ItemKey(
            item_id=place.item, recipient=Recipient.CASE, epoch=self.box.epoch, sealed=sealed.keys[0]
        )
        self.session.add(key)
        return {"item": place.item, "body": report_fingerprint(sealed.body)}

    def protect(self, form: str, content: Mapping[str, Any], *, item_id: str = "") -> dict[str, str]:
        """Seal something to the protection compartment. What its event says of it. ``item_id``: where it must come once.

        Raises LetterboxError.
        """
        if self.compartment is None:
            raise LetterboxError
        entry = Entering(form, self.head.number + 1, item_id)
        item, key, told = seal_protected(self.box, self.compartment, self.author, entry, self.today, content)
        self.session.add(item)
        self.session.flush()
        self.session.add(key)
        return told

    def ask(self, ask: Ask, event: int, *, text: str | None = None, officers: Iterable[str] = ()) -> None:
        """Leave a request for the worker. ``text`` is for whoever has the case then, and for nobody before."""
        details: dict[str, Any] = {"event": event}
        if text is not None:
            details[WORDS] = seal_words(self.box, self.author, self.today, event, text)
        request = Request(self.box.case, ask, REPORTER, self.today, tuple(officers), details)
        self.session.add(request_job(request, self.author, self.gate))
        self.session.flush()

    def ask_for_review(self, text: str) -> None:
        """The event of a review, and its request; of one that was lost on its way the request alone."""
        lost = self.asks.lost_review
        self.ask(Ask.REVIEW, self.tell(EventKind.REVIEW_ASKED, {}) if lost is None else lost, text=text)
