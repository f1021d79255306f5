"""What an officer writes who has the protection compartment open: a contact, or whoever holds the case. Inside the caller's
transaction.

Everything is sealed to the compartment, a letter to the reporter and the case as well; every one of these acts is an event that
carries the proof that its author had the compartment open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from crypto.encoding import canonical_json
from crypto.item import ItemPlace, seal_item
from crypto.keys import new_id
from crypto.protection import look_id, vouch
from intake.audience import HELD
from intake.database.case_tables import Item, ItemKey, ItemKind, Recipient
from intake.events import EventKind
from intake.protection.compartment import Entering, seal_protected
from intake.protection.opening import Keys
from intake.record import Author, head_of, make_event, report_fingerprint

PLAN, LETTER, CALL = "plan", "letter", "call"
"""The forms of what officers write, beside `intake.protection.said.REVIEW`."""
CONTACT_ROLE = "protection_contact"
"""In what role a contact writes to the reporter."""
REPORTERS_KEY = 0
"""The epoch of an envelope for the reporter, whose key never changes."""


def keep(
    session: Session,
    keys: Keys,
    author: Author,
    kind: EventKind,
    form: str,
    today: date,
    content: Mapping[str, Any],
) -> int:
    """Store something in the compartment and tell of it; the number of its event.

    Raises sqlalchemy's IntegrityError when somebody else acted in the same moment.
    """
    head = head_of(session, keys.box.case)
    told = seal_and_store(session, keys, author, form, today, head.number + 1, content)
    event = make_event(keys.box, author, kind, today, told, head)
    session.add(event)
    session.flush()
    return event.number


def record_look(session: Session, keys: Keys, author: Author, today: date) -> int:
    """Tell that an officer looked. Raises as ``keep``."""
    head = head_of(session, keys.box.case)
    number = look_id(keys.pair, author.name, head.number + 1)
    held = vouch(keys.pair, keys.box.case, number, author.name)
    event = make_event(keys.box, author, EventKind.LOOKED, today, {HELD: held}, head, event_id=number)
    session.add(event)
    session.flush()
    return event.number


def seal_and_store(
    session: Session,
    keys: Keys,
    author: Author,
    form: str,
    today: date,
    number: int,
    content: Mapping[str, Any],
) -> dict[str, str]:
    """Store something in the compartment; what its event says of it."""
    entry = Entering(form, number)
    item, key, told = seal_protected(
        keys.box, keys.compartment, author, entry, today, content, opened=keys.pair
    )
    session.add(item)
    session.flush()
    session.add(key)
    return told


def write_letter(
    session: Session, keys: Keys, author: Author, role: str, office: str, today: date, text: str
) -> int:
    """An answer about the reporter's safety: the mailbox shows it among the others. Raises as ``keep``."""
    box = keys.box
    head = head_of(session, box.case)
    place = ItemPlace(ItemKind.ANSWER.value, box.case, new_id())
    held = vouch(keys.pair, box.case, place.item, author.name)
    content = {
        "text": text,
        "role": role,
        "office": office,
        "form": LETTER,
        "author": author.name,
        "date": today.isoformat(),
        "number": head.number + 1,
        HELD: held,
    }
    to = (box.public, box.reporter, keys.compartment.public)
    sealed = seal_item(place, canonical_json(content), author.pair, to)
    session.add(Item(id=place.item, case_id=box.case, kind=ItemKind.ANSWER, body=sealed.body))
    session.flush()
    epochs = (
        (Recipient.CASE, box.epoch),
        (Recipient.REPORTER, REPORTERS_KEY),
        (Recipient.PROTECTION, keys.compartment.epoch),
    )
    for (recipient, epoch), envelope in zip(epochs, sealed.keys, strict=True):
        session.add(ItemKey(item_id=place.item, recipient=recipient, epoch=epoch, sealed=envelope))
    told = {"item": place.item, "body": report_fingerprint(sealed.body), HELD: held}
    event = make_event(box, author, EventKind.CONTACTED, today, told, head)
    session.add(event)
    session.flush()
    return event.number
