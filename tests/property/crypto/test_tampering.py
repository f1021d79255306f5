"""An attacker with the whole database flips, cuts, extends and moves sealed bytes: everything altered is refused."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from crypto import custody, epoch, item, stream, symmetric, vault
from crypto.encoding import from_text, to_text
from crypto.envelope import Place, Purpose, open_, open_padded, seal, seal_padded
from crypto.errors import CryptoError
from crypto.kdf import UNSAFE_TEST_COST
from crypto.keys import KeyPair
from tests.vectors.load import own

READER, AUTHOR = KeyPair(b"r" * 32), KeyPair(b"a" * 32)
PLACE = Place(Purpose.GRANT, "case", "item")
PADDED_PLACE = Place(Purpose.NOTICE, "case", "item")  # a purpose is sealed padded or as it is, never both
NOTE = item.ItemPlace("note", "case", "item")
KEY, PEPPER = b"k" * 32, b"p" * 32
CONTENT = bytes(range(256)) * 80  # more than one chunk of a stream

_ITEM = item.seal_item(NOTE, CONTENT, AUTHOR, [READER.public])
_RECORD = epoch.EpochRecord("case", 1, READER.public, "author")
_PAIRS = custody.pair_envelopes("case", [READER.public, AUTHOR.public], KEY)


def _verify_record(signatures: bytes) -> None:
    epoch.verify_record(_RECORD, signatures, chain=READER.public, signer=AUTHOR.public)


FORMATS: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "envelope": (seal(READER.public, PLACE, KEY), lambda b: open_(READER, PLACE, b)),
    "padded envelope": (
        seal_padded(READER.public, PADDED_PLACE, KEY),
        lambda b: open_padded(READER, PADDED_PLACE, b),
    ),
    "item body": (_ITEM.body, lambda b: item.open_item(READER, NOTE, b, _ITEM.keys[0])),
    "item key": (_ITEM.keys[0], lambda b: item.open_item(READER, NOTE, _ITEM.body, b)),
    "value": (
        symmetric.seal_value(KEY, b"place", b"content"),
        lambda b: symmetric.open_value(KEY, b"place", b),
    ),
    "stream": (stream.seal_bytes(KEY, b"place", CONTENT), lambda b: stream.open_bytes(KEY, b"place", b)),
    "grant": (
        epoch.grant("case", 0, AUTHOR.public, READER.unsafe_seed),
        lambda b: epoch.open_grant("case", 0, AUTHOR, b, READER.public),
    ),
    "link": (
        epoch.link("case", 1, READER.public, KEY),
        lambda b: epoch.open_all("case", 1, READER, {1: b}),
    ),
    "epoch signatures": (epoch.sign_record(_RECORD, chain=READER, signer=AUTHOR), _verify_record),
    "pair envelope": (
        _PAIRS[0],
        lambda b: custody.open_inner("case", 0, AUTHOR, custody.peel("case", 0, READER, b)),
    ),
    "identity": (
        custody.seal_identity("case", READER.public, b"name"),
        lambda b: custody.open_identity("case", READER, b),
    ),
    "locked key": (
        vault.lock(AUTHOR, "officer", "password", PEPPER, UNSAFE_TEST_COST),
        lambda b: vault.unlock(b, "officer", "password", PEPPER, UNSAFE_TEST_COST),
    ),
    "second factor": (
        vault.seal_second_factor(b"secret", "officer", PEPPER),
        lambda b: vault.open_second_factor(b, "officer", PEPPER),
    ),
    "signature": (AUTHOR.sign("item", CONTENT), lambda b: AUTHOR.public.verify("item", CONTENT, b)),
}
names = st.sampled_from(sorted(FORMATS))


def refused(opens: Callable[[bytes], object], altered: bytes) -> bool:
    try:
        opens(altered)
    except CryptoError:
        return True
    return False


def test_every_format_opens_before_it_is_altered() -> None:
    for sealed, opens in FORMATS.values():
        opens(sealed)


@given(names, st.data())
def test_any_flipped_bit_is_refused(name: str, data: st.DataObject) -> None:
    sealed, opens = FORMATS[name]
    position = data.draw(st.integers(0, 8 * len(sealed) - 1))
    altered = bytearray(sealed)
    altered[position // 8] ^= 1 << position % 8
    assert refused(opens, bytes(altered))


def test_every_single_bit_of_an_envelope_and_of_its_lengths_matters() -> None:
    """Not a sample: each of the nine and a half thousand bits of a key envelope, one after the other."""
    sealed, opens = FORMATS["envelope"]
    for position in range(8 * len(sealed)):
        altered = bytearray(sealed)
        altered[position // 8] ^= 1 << position % 8
        assert refused(opens, bytes(altered)), position


@given(names, st.data())
def test_any_truncation_is_refused(name: str, data: st.DataObject) -> None:
    sealed, opens = FORMATS[name]
    kept = data.draw(st.integers(0, len(sealed) - 1))
    assert refused(opens, sealed[:kept])
    assert refused(opens, sealed[len(sealed) - kept :])


@given(names, st.binary(min_size=1, max_size=40))
def test_any_extension_is_refused(name: str, more: bytes) -> None:
    sealed, opens = FORMATS[name]
    assert refused(opens, sealed + more)
    assert refused(opens, more + sealed)


@given(names, st.data())
def test_any_exchange_of_two_pieces_is_refused(name: str, data: st.DataObject) -> None:
    sealed, opens = FORMATS[name]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sealed)), min_size=3, max_size=3)))
    first, second = sealed[cuts[0] : cuts[1]], sealed[cuts[1] : cuts[2]]
    altered = sealed[: cuts[0]] + second + first + sealed[cuts[2] :]
    assert altered == sealed or refused(opens, altered)


def test_one_format_is_never_taken_for_another() -> None:
    for name, other in itertools.permutations(FORMATS, 2):
        assert refused(FORMATS[name][1], FORMATS[other][0]), f"{other} opened as {name}"


words = st.text("abc019-_", min_size=1, max_size=4)
places = st.builds(Place, st.sampled_from(Purpose), words, words)
item_places = st.builds(item.ItemPlace, words, words, words)


@given(places, places)
def test_an_envelope_opens_in_its_own_place_and_in_no_other(here: Place, there: Place) -> None:
    sealed = seal(READER.public, here, KEY)
    assert open_(READER, here, sealed) == KEY
    assert here == there or refused(lambda b: open_(READER, there, b), sealed)
    assert (here == there) == (here.info == there.info)


@given(item_places, item_places)
def test_an_item_opens_in_its_own_place_and_in_no_other(here: item.ItemPlace, there: item.ItemPlace) -> None:
    sealed = item.seal_item(here, b"content", AUTHOR, [READER.public])
    assert item.open_item(READER, here, sealed.body, sealed.keys[0]).verify(AUTHOR.public) == b"content"
    if here != there:
        assert refused(lambda b: item.open_item(READER, there, b, sealed.keys[0]), sealed.body)
        assert here.context != there.context


def test_the_published_envelopes_of_two_purposes_never_open_for_each_other() -> None:
    """Any two of the stored vectors: same recipient, same case, same item, another purpose."""
    reader = KeyPair(bytes.fromhex(own()[0]["exact"]["keys"][0]["seed"]))
    stored = own()[0]["opens"]["envelope"]
    purposes = {purpose.word: purpose for purpose in Purpose}
    for one, other in itertools.permutations(stored, 2):
        place = Place(purposes[other["purpose"]], other["case"], other["item"])
        assert refused(lambda b, at=place: open_(reader, at, b), from_text(one["envelope"]))  # type: ignore[misc]  # the default binds the loop's place


@given(st.binary(max_size=2_000))
def test_random_bytes_open_as_nothing(data: bytes) -> None:
    for sealed, opens in FORMATS.values():
        assert data == sealed or refused(opens, data)
    assert from_text(to_text(data)) == data
