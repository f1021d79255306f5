"""One value, one encoding: everything else is refused, whatever it would mean."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crypto.commitment import NO_PREVIOUS, commit, new_nonce, verify
from crypto.encoding import MAX_DEPTH, canonical_json, from_text, pack, parse_canonical, parse_object, unpack
from crypto.errors import BadSignatureError, MalformedError

OTHER_ENCODINGS = {
    "a space": b'{"a": 1}',
    "keys out of order": b'{"b":1,"a":1}',
    "a key twice": b'{"a":1,"a":1}',
    "an escaped letter": b'{"\\u0061":1}',
    "a solidus escaped": b'"\\/"',
    "a line end": b"{}\n",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "a float": b"1.0",
    "an exponent": b"1e2",
    "minus zero": b"-0",
    "a leading zero": b"01",
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "half a surrogate pair": b'"\\ud800"',
    "a surrogate pair escaped": b'"\\ud83d\\ude00"',
    "invalid UTF-8": b'"\xff"',
    "overlong UTF-8": b'"\xc0\x80"',
    "nothing": b"",
    "two values": b"1 2",
    "a comment": b"1//",
    "a number of 5000 digits": b"9" * 5000,
}


@pytest.mark.parametrize("name", OTHER_ENCODINGS)
def test_another_encoding_of_a_value_is_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        parse_canonical(OTHER_ENCODINGS[name])


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), b"bytes", {1: "key"}, {"a": Decimal(1)}, {"a": {2}}, "\ud800"]
)
def test_a_value_without_one_encoding_is_refused(value: object) -> None:
    with pytest.raises(MalformedError):
        canonical_json(value)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 500, 900, 990, 1000, 100_000])
def test_a_deep_document_is_refused_and_exhausts_nobodys_stack(depth: int) -> None:
    for opening, closing in ((b"[", b"]"), (b'{"a":', b"}")):
        with pytest.raises(MalformedError):
            parse_canonical(opening * depth + b"1" + closing * depth)
    nested: list[object] = []
    for _ in range(min(depth, 5_000)):
        nested = [nested]
    with pytest.raises(MalformedError):
        canonical_json(nested)


def test_the_limit_is_checked_before_anything_is_parsed() -> None:
    assert parse_canonical(b"[1]", limit=3) == [1]
    with pytest.raises(MalformedError):
        parse_canonical(b"[1]", limit=2)


def test_an_object_is_asked_for_by_name() -> None:
    assert parse_object(b'{"a":1}') == {"a": 1}
    for other in (b"[]", b"null", b'"a"'):
        with pytest.raises(MalformedError):
            parse_object(other)


@pytest.mark.parametrize(
    "text", ["QQ==", "QQ=", "Q", "QR", "Q Q", "QQ\n", "+w", "/w", "é", "\ud800", "QQ\0", "=", "A" * 5]
)
def test_another_spelling_of_base64url_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        from_text(text)


def test_a_fixed_length_is_checked() -> None:
    assert from_text("QQ", length=1) == b"A"
    with pytest.raises(MalformedError):
        from_text("QQ", length=2)


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b"", 1),
        (b"\0\0\0", 1),
        (pack(b"a", b"b"), 1),
        (pack(b"a"), 2),
        (pack(b"a")[:-1], 1),
        (pack(b"a") + b"\0", 1),
        (b"\xff\xff\xff\xff", 1),
        (b"\0", 0),
    ],
)
def test_packed_parts_cut_left_over_or_miscounted_are_refused(data: bytes, count: int) -> None:
    with pytest.raises(MalformedError):
        unpack(data, count)


def test_a_commitment_binds_its_nonce_and_its_content() -> None:
    nonce = new_nonce()
    commitment = commit(nonce, b"content")
    verify(commitment, nonce, b"content")
    for value, other, content in (
        (commitment, new_nonce(), b"content"),
        (commitment, nonce, b"other"),
        (NO_PREVIOUS, nonce, b"content"),
        (commitment, nonce[:-1], nonce[-1:] + b"content"),
        (b"", nonce, b"content"),
    ):
        with pytest.raises(BadSignatureError):
            verify(value, other, content)
