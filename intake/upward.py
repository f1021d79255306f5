"""Words for the office above: what a reporter says against the office that has the case. That office must not read them (A1).

Sealed twice. Inside to the key that the case had when they were written, which the office above gets with its rung; outside to
the gate, as a part of the request (intake.requests). The worker moves them, unread, from the request into the release's event,
under the new key. The old circle lacks the outer layer, and the gate the inner one. Knows no page and no table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from crypto.encoding import canonical_json, from_text, pack, to_text, unpack
from crypto.errors import MalformedError
from crypto.item import ItemPlace, OpenedItem, open_item, seal_item
from crypto.keys import KeyPair, new_id
from intake.record import Author, Letterbox

WORDS = "words"
"""Where they lie, in a request's details and in a release's data; an item's kind as well."""


def seal_words(box: Letterbox, author: Author, today: date, number: int, text: str) -> str:
    """The inner layer, as text for a request's details. ``number`` is that of the event they were written with.

    Sealed when there is no word as well, so that a request's size does not tell.
    """
    place = ItemPlace(WORDS, box.case, new_id())
    content = {"text": text, "date": today.isoformat(), "author": author.name, "number": number}
    sealed = seal_item(place, canonical_json(content), author.pair, (box.public,))
    return to_text(pack(place.item.encode(), str(box.epoch).encode(), sealed.keys[0], sealed.body))


def open_words(case: str, pairs: Mapping[int, KeyPair], words: str) -> OpenedItem:
    """What a release's event brought, for whoever holds the case's earlier keys. The author is still to be verified.

    Raises CryptoError.
    """
    item, epoch, key, body = unpack(from_text(words), 4)
    pair = {str(number).encode(): each for number, each in pairs.items()}.get(epoch)
    if pair is None or not item.isascii():
        raise MalformedError("words for the office above do not say where they belong")
    return open_item(pair, ItemPlace(WORDS, case, item.decode("ascii")), body, key)


def forwarded(details: Mapping[str, object]) -> dict[str, str]:
    """What the worker puts into the release's event of a request's details: the words as they are. Raises MalformedError."""
    words = details.get(WORDS)
    if words is None:
        return {}
    if not isinstance(words, str):
        raise MalformedError("words for the office above are no text")
    return {WORDS: words}
