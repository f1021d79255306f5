"""Key pairs: what a public key must be before anything is sealed to it, and what a signature says."""

from __future__ import annotations

import pytest

from crypto.errors import BadSignatureError, MalformedError
from crypto.keys import PUBLIC_BYTES, SEAL_KEY_BYTES, KeyPair, PublicKeys, is_id, new_id

PAIR = KeyPair(bytes(32))

# The points of small order on Curve25519 and its twist, below 2**255 (RFC 7748 section 7; Bernstein, "Curve25519").
SMALL_ORDER = [
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    2**255 - 20,
    2**255 - 19,
    2**255 - 18,
]


def test_a_key_survives_its_text_and_has_one_text() -> None:
    assert PublicKeys.from_text(PAIR.public.as_text()) == PAIR.public
    text = PAIR.public.as_text()
    for other in (
        text + "=",
        text[:-1],
        text + "A",
        " " + text,
        text.replace("-", "+").replace("_", "/") + "!",
    ):
        with pytest.raises(MalformedError):
            PublicKeys.from_text(other)


@pytest.mark.parametrize("length", [0, 31, 33, PUBLIC_BYTES])
def test_a_seed_of_another_length_makes_no_pair(length: int) -> None:
    with pytest.raises(MalformedError):
        KeyPair(bytes(length))


@pytest.mark.parametrize(
    "raw", [b"", bytes(PUBLIC_BYTES - 1), bytes(PUBLIC_BYTES + 1), b"\xff" * PUBLIC_BYTES]
)
def test_what_is_no_x_wing_key_is_refused_when_it_is_read(raw: bytes) -> None:
    with pytest.raises(MalformedError):
        PublicKeys(raw)


@pytest.mark.parametrize("point", SMALL_ORDER)
@pytest.mark.parametrize("high_bit", [0, 1 << 255])
def test_a_curve_point_of_small_order_is_refused_when_it_is_read_and_not_at_the_first_seal(
    point: int, high_bit: int
) -> None:
    raw = PAIR.public.raw
    with pytest.raises(MalformedError):
        PublicKeys(raw[:1184] + (point | high_bit).to_bytes(32, "little") + raw[SEAL_KEY_BYTES:])


def test_the_two_halves_of_a_seed_are_different_secrets() -> None:
    other = KeyPair(b"\1" * 32)
    assert PAIR.public.raw[:1184] != other.public.raw[:1184]
    assert PAIR.public.raw[1184:1216] != other.public.raw[1184:1216]
    assert PAIR.public.raw[1216:] != other.public.raw[1216:]
    assert PAIR.public.fingerprint != other.public.fingerprint


def test_a_signature_made_as_one_thing_is_never_another() -> None:
    signature = PAIR.sign("item", b"statement")
    PAIR.public.verify("item", b"statement", signature)
    for label, statement, forged in (
        ("epoch", b"statement", signature),
        ("item", b"statement.", signature),
        ("item", b"", signature),
        ("item", b"statement", bytes(64)),
        ("item", b"statement", signature[:-1]),
        ("item", b"statement", b""),
        ("ite", b"mstatement", signature),
    ):
        with pytest.raises(BadSignatureError):
            PAIR.public.verify(label, statement, forged)
    with pytest.raises(BadSignatureError):
        KeyPair(b"\1" * 32).public.verify("item", b"statement", signature)


def test_ids_are_random_and_have_one_form() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000
    assert is_id(new_id())
    for text in ("", "A" * 21, "A" * 23, "A" * 21 + "B", "A" * 21 + "/", "case", "é" * 22):
        assert not is_id(text), text
