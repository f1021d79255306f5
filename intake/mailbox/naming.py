"""What a reporter does about a name left in confidence: leave it, take it back, object to its opening.

Leaving and taking back are told as a message is: one event of the same kind, one sealed item, one key. Whoever sees what is
stored sees a message. That no date changes by it needs no rule here: the record and its clocks say when what is due.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from sqlalchemy.orm import Session

from crypto.encoding import to_text
from crypto.item import ItemPlace
from crypto.keys import new_id
from intake.database.case_tables import ItemKind
from intake.events import EventKind
from intake.identity.compartment import Name
from intake.identity.confidence import COMPARTMENT, CONFIDED, NAME, REQUEST, Asked, Left
from intake.identity.letters import LetterKind, write_letter
from intake.mailbox.asking import NotPossible
from intake.mailbox.confiding import Confiding, NotPossibleError
from intake.record import REPORTER, Author, ChainHead, Letterbox


class Writing(Protocol):
    """The transaction of one act of the reporter's."""

    session: Session
    box: Letterbox
    author: Author
    head: ChainHead
    today: date
    name: Confiding

    def tell(self, kind: EventKind, data: dict[str, Any]) -> int:
        """Add the next event."""

    def seal(self, place: ItemPlace, content: dict[str, Any]) -> dict[str, str]:
        """Seal an item to the circle."""


def leave(writing: Writing, name: Name) -> None:
    """Put a name where custodians keep it; an earlier one counts no more. Raises NotPossibleError."""
    made, told = writing.name.kept(name, writing.author.pair)
    _tell(writing, Left.LEFT, {COMPARTMENT: to_text(made.to_bytes())}, told)


def withdraw(writing: Writing) -> None:
    """Nobody may open it any more. Raises NotPossibleError: there is none, or it was opened."""
    confidence = writing.name.confidence
    if not confidence.has_name:
        raise NotPossibleError(NotPossible.NO_NAME)
    if confidence.is_opened:
        raise NotPossibleError(NotPossible.OPENED)
    _tell(writing, Left.WITHDRAWN, {}, {})


def object_(writing: Writing, text: str) -> None:
    """Say why it must not be opened, to those who decide and those above. Raises NotPossibleError: nobody asks."""
    asked = writing.name.waiting
    if asked is None:
        raise NotPossibleError(NotPossible.NOT_SOUGHT)
    writing.tell(EventKind.OBJECTED, {REQUEST: asked.id})
    _write(writing, LetterKind.OBJECTION, asked, asked.readers, text)


def _tell(writing: Writing, what: Left, inside: dict[str, Any], told: dict[str, Any]) -> None:
    place = ItemPlace(ItemKind.MESSAGE.value, writing.box.case, new_id())
    content = {
        "text": "",
        "date": writing.today.isoformat(),
        "author": REPORTER,
        "number": writing.head.number + 1,
        CONFIDED: what.value,
        **inside,
    }
    writing.tell(EventKind.WRITTEN, {**writing.seal(place, content), CONFIDED: what.value, **told})
    asked = writing.name.waiting
    if asked is not None and asked.about == NAME:
        # What custodians have before them is the name of before: there is nothing to be opened any more.
        _write(writing, LetterKind.WITHDRAWN, asked, asked.custodians, "")


def _write(writing: Writing, kind: LetterKind, asked: Asked, officers: Iterable[str], text: str) -> None:
    roster = writing.name.roster
    content = {REQUEST: asked.id, "text": text, "date": writing.today.isoformat(), "office": asked.office}
    for officer in sorted(set(officers) & roster.certified):
        to = (officer, roster.keys_of(officer))
        writing.session.add(write_letter(writing.box.case, to, kind, writing.author, content))
    writing.session.flush()
