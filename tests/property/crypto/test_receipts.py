"""Any receipt code, typed in any careless way that keeps its letters, is read back."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from crypto.receipt import CodeSlipError, ReceiptCode, Wordlist, parse_code

codes = st.binary(min_size=10, max_size=10).map(ReceiptCode)
languages = st.sampled_from(
    sorted(set(Mnemonic.list_languages()) - {"russian"})
)  # its file is damaged: see unit tests
spaces = st.text(" \t\n\r\u00a0\u3000\u2009,.;-_", min_size=1, max_size=5)
ends = st.text(" \t\n\u00a0", max_size=5)


@cache
def listed(language: str) -> Wordlist:
    return Wordlist(language, tuple(Mnemonic(language).wordlist))


@st.composite
def careless(draw: st.DrawFn, shown: str, *, shorten: bool) -> str:
    """The words of a shown code with random capitals, spacing and, where allowed, endings left out."""
    typed = draw(ends)
    for word in shown.split(" "):
        kept = word[: draw(st.integers(4, max(4, len(word))))] if shorten else word
        typed += draw(st.sampled_from([kept, kept.upper(), kept.title(), kept.swapcase()])) + draw(spaces)
    return typed


@given(codes, st.data())
def test_an_english_code_is_read_in_any_case_spacing_and_abbreviation(
    code: ReceiptCode, data: st.DataObject
) -> None:
    typed = data.draw(careless(code.as_words(listed("english")), shorten=True))
    assert parse_code(typed, [listed("english")]) == code


@given(codes, languages, st.data())
def test_a_code_in_any_language_is_read_in_any_case_and_spacing(
    code: ReceiptCode, language: str, data: st.DataObject
) -> None:
    typed = data.draw(careless(code.as_words(listed(language)), shorten=False))
    assert parse_code(typed, [listed(language)]) == code


@given(codes, ends, spaces)
def test_digits_are_read_in_any_grouping(code: ReceiptCode, around: str, between: str) -> None:
    assert parse_code(around + code.as_digits().replace(" ", between) + around, []) == code
    assert parse_code(code.as_digits().replace(" ", ""), [listed("english")]) == code


@given(codes, codes, languages)
def test_two_codes_never_look_alike(one: ReceiptCode, other: ReceiptCode, language: str) -> None:
    assert (one == other) == (one.as_words(listed(language)) == other.as_words(listed(language)))
    assert (one == other) == (one.as_digits() == other.as_digits())


@given(codes, languages, st.permutations(["english", "french", "spanish", "korean", "chinese_simplified"]))
def test_a_code_is_read_as_itself_or_asked_for_again_whatever_other_lists_are_tried_first(
    code: ReceiptCode, language: str, order: list[str]
) -> None:
    lists = [listed(name) for name in order if name != language]
    shown = code.as_words(listed(language))
    read = parse_code(shown, [listed(language), *lists])
    assert read == code
    others = parse_code(shown, [*lists, listed(language)])
    # Only a code made of words that another list has too can be taken for that list's, once in 256 times.
    if others != code:
        assert any(all(word in name.words for word in shown.split()) for name in lists)


@given(st.text(max_size=500))
def test_any_text_is_a_code_or_a_slip_and_never_another_error(typed: str) -> None:
    try:
        code = parse_code(typed, [listed("english"), listed("turkish")])
    except CodeSlipError:
        return
    assert len(code.secret) == 10
