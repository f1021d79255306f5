"""One value has one encoding, for every value and every byte string that hypothesis thinks of."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import canonical_json, from_text, pack, parse_canonical, to_text, unpack
from crypto.errors import MalformedError
from crypto.padding import pad, padded_length, padme, unpad

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers() | texts
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=30)
floors = st.sampled_from([64, 4096, 8192])


@given(values)
def test_a_value_survives_its_encoding_and_has_one(value: Any) -> None:
    encoded = canonical_json(value)
    assert parse_canonical(encoded) == value
    assert canonical_json(parse_canonical(encoded)) == encoded
    assert json.loads(encoded) == value


@given(values, values)
def test_two_values_never_share_an_encoding(one: Any, other: Any) -> None:
    if canonical_json(one) == canonical_json(other):
        assert json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@given(values, st.data())
def test_any_other_bytes_are_refused_or_are_another_value(value: Any, data: st.DataObject) -> None:
    encoded = bytearray(canonical_json(value))
    position = data.draw(st.integers(0, 8 * len(encoded) - 1))
    encoded[position // 8] ^= 1 << position % 8
    try:
        parsed = parse_canonical(bytes(encoded))
    except MalformedError:
        return
    assert canonical_json(parsed) == bytes(encoded)


@given(values, st.integers(0, 4), st.booleans())
def test_indented_or_escaped_forms_are_refused_unless_they_are_the_same_bytes(
    value: Any, indent: int, ascii_only: bool
) -> None:
    loose = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    if loose != canonical_json(value):
        try:
            parse_canonical(loose)
        except MalformedError:
            return
        raise AssertionError("a second encoding of one value was accepted")


@given(st.binary())
def test_any_bytes_have_one_text(data: bytes) -> None:
    assert from_text(to_text(data)) == data


@given(st.text("ABYZabyz0189-_=+/ \n", max_size=12))
def test_any_text_that_decodes_is_the_text_of_what_it_decodes_to(text: str) -> None:
    try:
        data = from_text(text)
    except MalformedError:
        return
    assert to_text(data) == text


@given(st.lists(st.binary(max_size=50), max_size=6))
def test_packed_parts_come_apart_as_they_were(parts: list[bytes]) -> None:
    assert unpack(pack(*parts), len(parts)) == tuple(parts)


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_two_lists_of_parts_never_pack_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (pack(*one) == pack(*other)) == (one == other)


@given(st.binary(max_size=60), st.integers(0, 4))
def test_whatever_unpacks_packs_to_the_same_bytes(data: bytes, count: int) -> None:
    try:
        parts = unpack(data, count)
    except MalformedError:
        return
    assert pack(*parts) == data


@given(st.binary(max_size=20_000), floors)
def test_padding_comes_off_and_its_length_is_a_padme_class(data: bytes, floor: int) -> None:
    padded = pad(data, floor=floor)
    assert unpad(padded, floor=floor) == data
    assert len(padded) == padded_length(len(data), floor=floor) >= floor
    assert padme(len(padded)) == len(padded)


@given(st.integers(0, 2**50), floors)
def test_every_padded_length_is_a_padme_class_and_never_falls(length: int, floor: int) -> None:
    padded = padded_length(length, floor=floor)
    assert padme(padded) == padded
    assert padded >= length + 8
    assert padded_length(length + 1, floor=floor) >= padded


@given(st.binary(max_size=300), floors)
def test_whatever_unpads_pads_to_the_same_bytes(data: bytes, floor: int) -> None:
    for candidate in (
        data,
        data.ljust(floor, b"\0"),
        len(data).to_bytes(8, "big") + data.ljust(floor - 8, b"\0"),
    ):
        try:
            content = unpad(candidate, floor=floor)
        except MalformedError:
            continue
        assert pad(content, floor=floor) == candidate
