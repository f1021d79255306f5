"""Whom the worker shut out, told to the circle alone: sealed to the case's new key inside the release's event.

The reporter reads the event and not this: who is excluded, and because of whom, is not theirs to know. It is there at every
release of this kind, so that its presence says nothing. Knows no rule of who is excluded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crypto.encoding import canonical_json, from_text, pack, parse_canonical, to_text, unpack
from crypto.errors import CryptoError, MalformedError
from crypto.item import ItemPlace, open_item, seal_item
from crypto.keys import KeyPair, new_id
from intake.events import EventKind
from intake.record import Author, EventRecord, Letterbox

BARRED = "barred"
"""Where it lies in a release's data; an item's kind as well."""


def seal_barred(box: Letterbox, author: Author, officers: Iterable[str]) -> str:
    """The ids, as text for the event's data."""
    place = ItemPlace(BARRED, box.case, new_id())
    sealed = seal_item(place, canonical_json(sorted(set(officers))), author.pair, (box.public,))
    return to_text(pack(place.item.encode(), str(box.epoch).encode(), sealed.keys[0], sealed.body))


def barred_in(
    case: str, records: Iterable[EventRecord], pairs: Mapping[int, KeyPair]
) -> tuple[frozenset[str], bool]:
    """Whom the worker ever shut out of a case, and whether every release of that kind could be read."""
    barred: frozenset[str] = frozenset()
    readable = True
    for record in records:
        if record.kind is EventKind.RELEASED and BARRED in record.data:
            try:
                barred |= _open(case, pairs, record.data[BARRED])
            except CryptoError:
                readable = False
    return barred, readable


def _open(case: str, pairs: Mapping[int, KeyPair], text: str) -> frozenset[str]:
    """The ids. That the gate wrote them the event says, which it signed. Raises CryptoError."""
    item, epoch, key, body = unpack(from_text(text), 4)
    pair = {str(number).encode(): each for number, each in pairs.items()}.get(epoch)
    if pair is None or not item.isascii():
        raise MalformedError("a release does not say to which key it sealed whom it shut out")
    officers = parse_canonical(
        open_item(pair, ItemPlace(BARRED, case, item.decode("ascii")), body, key).content
    )
    if not isinstance(officers, list) or not all(isinstance(officer, str) for officer in officers):
        raise MalformedError("a release shut out what is no officer")
    return frozenset(officers)
