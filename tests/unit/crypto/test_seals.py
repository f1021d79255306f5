"""Envelopes, items and small values: who opens what, and what happens to whoever moves, edits or swaps one."""

from __future__ import annotations

import pytest

from crypto import padding, stream
from crypto.encoding import pack
from crypto.envelope import (
    HEADER_BYTES,
    MAX_ENVELOPE,
    OVERHEAD_BYTES,
    Place,
    Purpose,
    open_,
    open_padded,
    seal,
    seal_padded,
)
from crypto.errors import BadSignatureError, BrokenSealError, CryptoError, MalformedError, WrongRecipientError
from crypto.item import MAX_CONTENT, ItemPlace, open_item, open_with_key, rewrap, seal_item
from crypto.keys import KeyPair
from crypto.symmetric import open_value, seal_value

OFFICER, OTHER, CASE = KeyPair(bytes(32)), KeyPair(b"o" * 32), KeyPair(b"c" * 32)
PLACE = Place(Purpose.GRANT, "case", "0")
NOTE = ItemPlace("note", "case", "item")


def test_an_envelope_opens_for_its_recipient_alone() -> None:
    envelope = seal(OFFICER.public, PLACE, b"seed")
    assert open_(OFFICER, PLACE, envelope) == b"seed"
    with pytest.raises(WrongRecipientError):
        open_(OTHER, PLACE, envelope)
    readdressed = envelope[:6] + OTHER.public.fingerprint + envelope[HEADER_BYTES:]
    with pytest.raises(BrokenSealError):
        open_(OTHER, PLACE, readdressed)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place(Purpose.GRANT, "case", "1"),
        Place(Purpose.GRANT, "other", "0"),
    ],
)
def test_an_envelope_moved_to_another_case_or_item_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(BrokenSealError):
        open_(OFFICER, elsewhere, seal(OFFICER.public, PLACE, b"seed"))


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.GRANT])
def test_an_envelope_relabelled_for_another_purpose_does_not_open(purpose: Purpose) -> None:
    envelope = seal(OFFICER.public, PLACE, b"seed")
    elsewhere = Place(purpose, "case", "0")
    with pytest.raises(MalformedError):
        open_(OFFICER, elsewhere, envelope)
    relabelled = envelope[:5] + bytes([purpose.number]) + envelope[6:]
    with pytest.raises(BrokenSealError):
        open_(OFFICER, elsewhere, relabelled)


@pytest.mark.parametrize(
    "envelope",
    [
        b"",
        b"USv1",
        bytes(OVERHEAD_BYTES),
        b"USv2" + seal(OFFICER.public, PLACE, b"")[4:],
        b"USv1\2" + seal(OFFICER.public, PLACE, b"")[5:],
        bytes(MAX_ENVELOPE + 1),
    ],
    ids=["empty", "magic alone", "zeros", "version 2", "suite 2", "too large"],
)
def test_what_is_no_envelope_of_ours_is_refused_before_any_key_is_touched(envelope: bytes) -> None:
    with pytest.raises(MalformedError):
        open_(OFFICER, PLACE, envelope)


def test_a_key_envelope_has_one_length_and_sealing_twice_gives_two_envelopes() -> None:
    envelopes = {seal(OFFICER.public, PLACE, bytes(32)) for _ in range(20)}
    assert len(envelopes) == 20
    assert {len(envelope) for envelope in envelopes} == {OVERHEAD_BYTES + 32}


@pytest.mark.parametrize(("case", "item"), [("", "0"), ("case", ""), ("a/b", "0"), ("a", "b/0")])
def test_a_place_without_ids_or_with_slashes_does_not_exist(case: str, item: str) -> None:
    with pytest.raises(MalformedError):
        Place(Purpose.GRANT, case, item)


def test_padding_under_another_floor_is_refused_though_the_seal_is_whole() -> None:
    envelope = seal_padded(OFFICER.public, PLACE, b"name", floor=8192)
    assert open_padded(OFFICER, PLACE, envelope, floor=8192) == b"name"
    with pytest.raises(MalformedError):
        open_padded(OFFICER, PLACE, envelope)


def test_the_high_bit_that_x25519_ignores_is_not_ignored_by_the_seal() -> None:
    envelope = bytearray(seal(OFFICER.public, PLACE, b"seed"))
    envelope[HEADER_BYTES + 1120 - 1] ^= 0x80  # the last byte of the curve point; RFC 7748 masks its top bit
    with pytest.raises(BrokenSealError):
        open_(OFFICER, PLACE, bytes(envelope))


def test_an_item_opens_for_each_recipient_and_proves_its_author() -> None:
    sealed = seal_item(NOTE, b"content", OFFICER, [CASE.public, OTHER.public])
    for pair, key in ((CASE, sealed.keys[0]), (OTHER, sealed.keys[1])):
        assert open_item(pair, NOTE, sealed.body, key).verify(OFFICER.public) == b"content"
    opened = open_item(CASE, NOTE, sealed.body, sealed.keys[0])
    with pytest.raises(BadSignatureError):
        opened.verify(OTHER.public)


@pytest.mark.parametrize(
    "elsewhere",
    [
        ItemPlace("answer", "case", "item"),
        ItemPlace("note", "other", "item"),
        ItemPlace("note", "case", "other"),
    ],
)
def test_an_item_moved_or_relabelled_does_not_open(elsewhere: ItemPlace) -> None:
    sealed = seal_item(NOTE, b"content", OFFICER, [CASE.public])
    with pytest.raises(BrokenSealError):
        open_item(CASE, elsewhere, sealed.body, sealed.keys[0])


def test_a_signed_answer_lifted_into_another_case_by_a_key_holder_does_not_verify() -> None:
    """A holder of both cases re-seals an officer's signed content elsewhere: the signature covers the place."""
    sealed = seal_item(NOTE, b"content", OFFICER, [CASE.public])
    opened = open_item(CASE, NOTE, sealed.body, sealed.keys[0])
    elsewhere = ItemPlace("note", "other", "item")
    key = stream.new_key()
    packed = padding.pad(pack(opened.signature, opened.content))
    forged = open_with_key(key, elsewhere, b"USi1" + stream.seal_bytes(key, elsewhere.context, packed))
    assert forged.content == b"content"
    with pytest.raises(BadSignatureError):
        forged.verify(OFFICER.public)


def test_two_items_bodies_exchanged_in_the_database_do_not_open() -> None:
    first = seal_item(NOTE, b"first", OFFICER, [CASE.public])
    second = seal_item(ItemPlace("note", "case", "second"), b"second", OFFICER, [CASE.public])
    with pytest.raises(BrokenSealError):
        open_item(CASE, NOTE, second.body, first.keys[0])


def test_a_key_rewrapped_for_one_more_reader_opens_the_same_item() -> None:
    sealed = seal_item(NOTE, b"content", OFFICER, [CASE.public])
    wrapped = rewrap(CASE, NOTE, sealed.keys[0], OTHER.public)
    assert open_item(OTHER, NOTE, sealed.body, wrapped).verify(OFFICER.public) == b"content"
    with pytest.raises(CryptoError):
        rewrap(OTHER, NOTE, sealed.keys[0], OFFICER.public)


def test_a_short_note_and_an_empty_one_have_one_length() -> None:
    lengths = {len(seal_item(NOTE, bytes(n), OFFICER, [CASE.public]).body) for n in (0, 1, 1000, 4000)}
    assert len(lengths) == 1


def test_an_item_of_another_version_or_size_is_refused() -> None:
    sealed = seal_item(NOTE, b"content", OFFICER, [CASE.public])
    for body in (b"", b"USi2" + sealed.body[4:], b"USi1" + bytes(2 * MAX_CONTENT)):
        with pytest.raises(MalformedError):
            open_item(CASE, NOTE, body, sealed.keys[0])
    with pytest.raises(MalformedError):
        seal_item(NOTE, bytes(MAX_CONTENT + 1), OFFICER, [CASE.public])


def test_a_small_value_opens_under_its_key_and_place_alone() -> None:
    key = bytes(32)
    sealed = seal_value(key, b"card", b"title")
    assert open_value(key, b"card", sealed) == b"title"
    assert sealed != seal_value(key, b"card", b"title")
    for other_key, place, value in (
        (b"x" * 32, b"card", sealed),
        (key, b"mailbox", sealed),
        (key, b"card", sealed[:-1]),
        (key, b"card", b""),
        (key, b"card", sealed[:12]),
        (key, b"card", sealed + b"\0"),
    ):
        with pytest.raises(BrokenSealError):
            open_value(other_key, place, value)
