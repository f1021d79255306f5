"""An item: something written into a case, sealed once under a fresh key that is then sealed to each recipient.

The body is a Cobblestone stream over the padded, signed content; the context names kind, case and item, so an item that
is moved, relabelled or swapped does not open. HPKE has no sender, so the author's signature lies inside the seal, and
covers the place too: nobody can lift a signed answer into another case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crypto import padding, stream
from crypto.encoding import pack, unpack
from crypto.envelope import Place, Purpose, open_, seal
from crypto.errors import MalformedError
from crypto.keys import KeyPair, PublicKeys
from crypto.secret import Secret

MAGIC = b"USi1"
MAX_CONTENT = 4 * 1024 * 1024  # bytes; a report's text is at most 100,000 characters, files travel elsewhere


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """Where an item belongs: its kind (report, message, answer, note, event …), its case and its own id."""

    kind: str
    case: str
    item: str

    @property
    def context(self) -> bytes:
        """What body and signature are bound to."""
        return pack(b"underseal/v1/item", self.kind.encode(), self.case.encode(), self.item.encode())

    @property
    def key_place(self) -> Place:
        """Where the item's key envelopes belong."""
        return Place(Purpose.ITEM_KEY, self.case, self.item)


@dataclass(frozen=True, slots=True)
class SealedItem:
    """A body and one key envelope per recipient, in the order of the recipients."""

    body: bytes
    keys: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, repr=False)
class OpenedItem(Secret):
    """Content whose author is not proved until ``verify`` returned."""

    place: ItemPlace
    content: bytes
    signature: bytes

    def verify(self, author: PublicKeys) -> bytes:
        """The content, once ``author``'s signature over it and its place is checked. Raises BadSignatureError."""
        author.verify("item", pack(self.place.context, self.content), self.signature)
        return self.content


def seal_item(
    place: ItemPlace, content: bytes, author: KeyPair, recipients: Sequence[PublicKeys]
) -> SealedItem:
    """Sign ``content`` as ``author`` and seal it to every recipient. Raises MalformedError over MAX_CONTENT."""
    if len(content) > MAX_CONTENT:
        raise MalformedError(f"an item's content is larger than {MAX_CONTENT} bytes")
    signature = author.sign("item", pack(place.context, content))
    key = stream.new_key()
    body = MAGIC + stream.seal_bytes(key, place.context, padding.pad(pack(signature, content)))
    return SealedItem(body, tuple(seal(recipient, place.key_place, key) for recipient in recipients))


def open_item(pair: KeyPair, place: ItemPlace, body: bytes, key_envelope: bytes) -> OpenedItem:
    """Open an item with one recipient's key. The author is still to be verified.

    Raises MalformedError, WrongRecipientError, BrokenSealError.
    """
    return open_with_key(open_(pair, place.key_place, key_envelope), place, body)


def rewrap(pair: KeyPair, place: ItemPlace, key_envelope: bytes, recipient: PublicKeys) -> bytes:
    """The item's key, sealed to one more recipient by somebody who can open it. Raises as ``open_item``."""
    return seal(recipient, place.key_place, open_(pair, place.key_place, key_envelope))


def open_with_key(key: bytes, place: ItemPlace, body: bytes) -> OpenedItem:
    """Open an item whose key is at hand. Raises MalformedError, BrokenSealError."""
    if body[: len(MAGIC)] != MAGIC:
        raise MalformedError("an item has another version")
    if len(body) > 2 * MAX_CONTENT:
        raise MalformedError("an item is too large")
    signature, content = unpack(padding.unpad(stream.open_bytes(key, place.context, body[len(MAGIC) :])), 2)
    return OpenedItem(place, content, signature)
