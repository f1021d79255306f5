"""Words for the office above open in their own case, with the key that the case had, and in no other way."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import from_text, parse_object, to_text
from crypto.errors import CryptoError
from crypto.keys import KeyPair
from intake.record import REPORTER, Author, Letterbox
from intake.upward import open_words, seal_words

CASE, REPORTERS = KeyPair.generate(), KeyPair.generate()
BOX = Letterbox("case", 3, CASE.public, REPORTERS.public)
TEXT = "They asked nobody."
WORDS = seal_words(BOX, Author(REPORTER, REPORTERS), date(2026, 3, 2), 7, TEXT)


def test_words_open_with_the_cases_key_and_prove_their_author() -> None:
    opened = open_words("case", {3: CASE}, WORDS)
    assert parse_object(opened.verify(REPORTERS.public))["text"] == TEXT
    with pytest.raises(CryptoError):
        opened.verify(CASE.public)


def test_words_open_in_no_other_case_and_with_no_other_key() -> None:
    for case, pairs in (
        ("other", {3: CASE}),
        ("case", {2: CASE}),
        ("case", {3: KeyPair.generate()}),
        ("case", {}),
    ):
        with pytest.raises(CryptoError):
            open_words(case, pairs, WORDS)


def test_an_empty_text_is_as_long_as_a_short_one() -> None:
    assert len(seal_words(BOX, Author(REPORTER, REPORTERS), date(2026, 3, 2), 7, "")) == len(WORDS)


@given(st.integers(0, len(from_text(WORDS)) * 8 - 1))
def test_any_flipped_bit_of_words_is_refused(bit: int) -> None:
    raw = bytearray(from_text(WORDS))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CryptoError):
        open_words("case", {3: CASE}, to_text(bytes(raw)))


@given(st.text(max_size=60))
def test_anything_else_is_refused_as_no_words(text: str) -> None:
    with pytest.raises(CryptoError):
        open_words("case", {3: CASE}, text)
