"""The receipt code as people type it: in a hurry, in capitals, from bad handwriting, in another language."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from pathlib import Path

import mnemonic
import pytest
from mnemonic import Mnemonic

from crypto.errors import MalformedError
from crypto.kdf import UNSAFE_TEST_COST
from crypto.receipt import (
    DIGITS,
    LIST_SIZE,
    MAX_TYPED,
    WORDS,
    CodeSlipError,
    ReceiptCode,
    ReceiptKeys,
    Wordlist,
    fold,
    parse_code,
)
from intake.wordlists import LISTS, all_wordlists, wordlist
from tests.vectors.load import HERE, Vector, vectors

CODE = ReceiptCode(bytes(range(10)))
USABLE = sorted(set(Mnemonic.list_languages()) - {"russian"})
SALT = bytes(16)


def words_of(language: str) -> tuple[str, ...]:
    return tuple(Mnemonic(language).wordlist)


def listed(language: str) -> Wordlist:
    return Wordlist(language, words_of(language))


ENGLISH = listed("english")


def typed_forms() -> dict[str, str]:
    shown = CODE.as_words(ENGLISH)
    words = shown.split()
    return {
        "as shown": shown,
        "capitals": shown.upper(),
        "title case": shown.title(),
        "double spaces and line ends": "  " + "  \r\n\t ".join(words) + " \n",
        "non-breaking spaces": shown.replace(" ", "\u00a0"),
        "commas": ", ".join(words) + ".",
        "numbered by dashes": "-".join(words),
        "first four letters": " ".join(word[:4] for word in words),
        "first five letters in capitals": " ".join(word[:5] for word in words).upper(),
        "full-width letters": " ".join("".join(chr(ord(c) + 0xFEE0) for c in word) for word in words),
        "underscores": "_".join(words),
        "digits": CODE.as_digits(),
        "digits without groups": CODE.as_digits().replace(" ", ""),
        "digits in dashes": CODE.as_digits().replace(" ", "-"),
        "arabic digits": CODE.as_digits().translate(dict(enumerate("٠١٢٣٤٥٦٧٨٩", start=ord("0")))),
        "persian digits": CODE.as_digits().translate(dict(enumerate("۰۱۲۳۴۵۶۷۸۹", start=ord("0")))),
        "marked right to left": "\u200f" + CODE.as_digits() + "\u200e",
    }


@pytest.mark.parametrize("form", typed_forms())
def test_a_code_is_found_however_it_is_typed(form: str) -> None:
    assert parse_code(typed_forms()[form], [ENGLISH]) == CODE


def test_a_code_shows_as_eight_words_or_twenty_seven_digits() -> None:
    words = CODE.as_words(ENGLISH)
    assert len(words.split(" ")) == WORDS
    assert words == " ".join(words.split())
    groups = CODE.as_digits().split(" ")
    assert [len(group) for group in groups] == [3] * 9


SLIPS = {
    "nothing": "",
    "spaces": " \u00a0\n",
    "seven words": " ".join(CODE.as_words(ENGLISH).split()[:7]),
    "nine words": CODE.as_words(ENGLISH) + " abandon",
    "a word of no list": " ".join([*CODE.as_words(ENGLISH).split()[:7], "underseal"]),
    "three letters": " ".join(word[:3] for word in CODE.as_words(ENGLISH).split()),
    "a word and a wrong ending": " ".join([word + "zz" for word in CODE.as_words(ENGLISH).split()]),
    "26 digits": "0" * (DIGITS - 1),
    "28 digits": "0" * (DIGITS + 1),
    "a number above every code": "9" * DIGITS,
    "2**88": f"{2**88:027d}",
    "NUL": "\0" * 8,
    "half a surrogate pair": "\ud800 " * 8,
    "a flood": "abandon " * 10_000,
    "superscript digits beyond the limit": "²" * (MAX_TYPED + 1),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_what_is_no_code_is_a_slip_with_a_reason_and_costs_no_derivation(slip: str) -> None:
    with pytest.raises(
        CodeSlipError, match=r"^(a receipt code|one of the words|this number|the words do not)"
    ):
        parse_code(SLIPS[slip], all_wordlists("en"))


def test_a_wrong_checksum_says_that_a_word_is_probably_mistyped() -> None:
    words = CODE.as_words(ENGLISH).split()
    others = (word for word in ENGLISH.words if word != words[0])
    refused = 0
    for other in others:
        try:
            parse_code(" ".join([other, *words[1:]]), [ENGLISH])
        except CodeSlipError:
            refused += 1
    # Eight bits: of 2,047 other words about one in 256 passes. Four standard deviations around the mean.
    assert 2047 - 8 - 12 <= refused <= 2047 - 8 + 12


@pytest.mark.parametrize("place", range(WORDS))
def test_one_wrong_word_is_caught_255_times_in_256_wherever_it_stands(place: int) -> None:
    passed = tried = 0
    for number in range(4):
        words = ReceiptCode(hashlib.sha256(bytes([number])).digest()[:10]).as_words(ENGLISH).split()
        for other in ENGLISH.words:
            if other != words[place]:
                tried += 1
                try:
                    parse_code(" ".join([*words[:place], other, *words[place + 1 :]]), [ENGLISH])
                    passed += 1
                except CodeSlipError:
                    pass
    expected = tried / 256
    assert abs(passed - expected) < 5 * expected**0.5


@pytest.mark.parametrize("vector", vectors("bip39.json"), ids=lambda v: v["language"])
def test_the_word_list_is_the_published_one(vector: Vector) -> None:
    path = Path(mnemonic.__file__).parent / "wordlist" / f"{vector['language']}.txt"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == vector["sha256"]
    assert tuple(path.read_text("utf-8").split()) == words_of(vector["language"])


@pytest.mark.parametrize("language", USABLE)
def test_every_language_shows_and_reads_its_own_codes(language: str) -> None:
    words = listed(language)
    for number in range(50):
        code = ReceiptCode(hashlib.sha256(bytes([number])).digest()[:10])
        shown = code.as_words(words)
        assert shown == unicodedata.normalize("NFC", shown)
        for typed in (
            shown,
            shown.upper(),
            unicodedata.normalize("NFD", shown),
            shown.replace(" ", "\u3000"),
        ):
            assert parse_code(typed, [words]) == code


@pytest.mark.parametrize("language", USABLE)
def test_every_word_is_found_in_capitals_decomposed_and_without_its_accents(language: str) -> None:
    words = listed(language)
    for number, word in enumerate(words.words):
        decomposed = unicodedata.normalize("NFD", word)
        bare = "".join(char for char in decomposed if not unicodedata.combining(char))
        for typed in (word, word.upper(), word.lower(), decomposed, bare, bare.upper()):
            assert words.find(fold(typed)) == number, f"{typed} is not found as {word}"


SHORT_EXCEPTIONS = {"turkish": {"artist", "omurga", "pasaport", "semavi", "turkuaz"}}
"""Their first four letters are another word of the list in plain letters; the whole word wins."""


@pytest.mark.parametrize("language", USABLE)
def test_the_first_four_letters_name_a_word_where_the_list_allows_it(language: str) -> None:
    words = listed(language)
    missed = {
        word
        for number, word in enumerate(words.words)
        if words.find(fold(unicodedata.normalize("NFC", word))[:4]) != number
    }
    assert missed == SHORT_EXCEPTIONS.get(language, set())


def test_an_eight_character_code_of_single_characters_needs_no_spaces() -> None:
    chinese = listed("chinese_simplified")
    shown = CODE.as_words(chinese)
    assert parse_code(shown.replace(" ", ""), [ENGLISH, chinese]) == CODE


def test_the_checksum_settles_words_that_two_languages_share() -> None:
    french = listed("french")
    shared = {fold(word) for word in ENGLISH.words} & {fold(word) for word in french.words}
    assert len(shared) == 100
    for number in range(200):
        code = ReceiptCode(hashlib.sha256(b"overlap" + bytes([number])).digest()[:10])
        assert parse_code(code.as_words(french), [ENGLISH, french]) == code
        assert parse_code(code.as_words(ENGLISH), [french, ENGLISH]) == code


def test_a_code_of_shared_words_alone_is_read_in_the_language_whose_checksum_fits() -> None:
    french = listed("french")
    shared = sorted({fold(word) for word in ENGLISH.words} & {fold(word) for word in french.words})
    candidates = (
        " ".join(shared[(start + step * place) % len(shared)] for place in range(WORDS))
        for start in range(len(shared))
        for step in (1, 3, 7, 9, 11)
    )
    typed = next(words for words in candidates if _reads(words, french, ENGLISH))
    assert parse_code(typed, [ENGLISH, french]) == parse_code(typed, [french])


def _reads(typed: str, yes: Wordlist, no: Wordlist) -> bool:
    try:
        parse_code(typed, [yes])
    except CodeSlipError:
        return False
    try:
        parse_code(typed, [no])
    except CodeSlipError:
        return True
    return False


def test_the_two_chinese_lists_share_1275_words_at_the_same_places_and_read_each_other() -> None:
    simple, traditional = listed("chinese_simplified"), listed("chinese_traditional")
    same = [place for place in range(LIST_SIZE) if simple.words[place] == traditional.words[place]]
    assert len(same) == 1275
    typed = " ".join(simple.words[place] for place in same[:WORDS])
    for lists in ([simple, traditional], [traditional, simple]):
        try:
            read = parse_code(typed, lists)
        except CodeSlipError:
            continue
        assert read == parse_code(typed, [simple]) == parse_code(typed, [traditional])


def test_no_list_is_written_from_right_to_left_so_those_languages_use_digits() -> None:
    for language in Mnemonic.list_languages():
        directions = {unicodedata.bidirectional(char) for word in words_of(language) for char in word}
        assert not directions & {"R", "AL", "RLE", "RLO", "RLI", "AN"}, language
    assert set(LISTS) & {"ar", "fa", "he", "ur"} == set()


def broken_lists() -> dict[str, tuple[tuple[str, ...], str]]:
    good = ENGLISH.words
    return {
        "one word short": (good[:-1], "2048 words"),
        "one word too many": ((*good, "underseal"), "2048 words"),
        "a word twice": ((*good[:-1], good[0]), "differ after folding"),
        "a word twice but for its capitals": ((*good[:-1], good[0].upper()), "differ after folding"),
        "an empty word": ((*good[:-1], ""), "not made of letters"),
        "a word with a space": ((*good[:-1], "two words"), "not made of letters"),
        "a word with a hyphen": ((*good[:-1], "co-op"), "not made of letters"),
        "a number": ((*good[:-1], "1234"), "not made of letters"),
        "a replacement character": ((*good[:-1], "zo\ufffd"), "number 2048"),
    }


@pytest.mark.parametrize("fault", broken_lists())
def test_a_list_that_would_break_reading_cannot_start_a_service(fault: str) -> None:
    words, reason = broken_lists()[fault]
    with pytest.raises(ValueError, match=reason):
        Wordlist("broken", words)


def test_the_russian_list_of_the_package_has_a_damaged_word_and_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="russian has a word that is not made of letters: number 1573"):
        listed("russian")


def test_every_language_of_the_interface_has_a_list_that_passes() -> None:
    assert all_wordlists("en")[0] == wordlist("en")
    assert all(wordlist(language) is not None for language in LISTS)
    assert wordlist("ar") is None


FROZEN = {
    "en": "187db04a869dd9bc7be80d21a86497d692c0db6abd3aa8cb6be5d618ff757fae",
    "es": "9853830bbcfccfaa4f9185af63bbdfdff9c8f57aa61e14b60e19abd93cdb9166",
    "fr": "a987d13c85916835e44001998f43aa71e1be667bd16fa868823ed7adbaf630ef",
    "ru": "2439333f64847a2c60c7d0cdcdcad20ca3cb546ac108f0fe8b0b8bcaa0947443",
    "zh": "106cc8387ac3fc7d44ca1072e30a0b27ed017b1d377501bb909c2833ef60c186",
}
"""SHA-256 of each list, one word a line, in NFC."""


@pytest.mark.parametrize("language", LISTS)
def test_the_words_of_codes_that_people_wrote_down_never_change(language: str) -> None:
    """A release of the package that changes one word would lock out whoever has it on paper."""
    found = wordlist(language)
    assert found is not None
    text = unicodedata.normalize("NFC", "\n".join(found.words))
    assert hashlib.sha256(text.encode()).hexdigest() == FROZEN[language]
    for place in range(0, LIST_SIZE, 64):
        code = ReceiptCode(hashlib.sha256(bytes([place % 251])).digest()[:10])
        assert parse_code(code.as_words(found), all_wordlists("ar")) == code


def test_a_code_has_ten_bytes_and_is_never_the_same_twice() -> None:
    with pytest.raises(MalformedError):
        ReceiptCode(bytes(9))
    assert len({ReceiptCode.generate().secret for _ in range(1000)}) == 1000


def test_two_cases_of_one_code_share_no_key_and_two_instances_share_nothing() -> None:
    keys = ReceiptKeys.from_code(CODE, SALT, UNSAFE_TEST_COST)
    elsewhere = ReceiptKeys.from_code(CODE, bytes(15) + b"\1", UNSAFE_TEST_COST)
    assert keys.reporter("a").public != keys.reporter("b").public
    assert keys.first_nonce("a") != keys.first_nonce("b")
    outcomes = {
        keys.master,
        keys.locator_hash,
        keys.mailbox_key,
        keys.first_nonce("a"),
        keys.reporter("a").unsafe_seed,
    }
    others = {elsewhere.master, elsewhere.locator_hash, elsewhere.mailbox_key, elsewhere.first_nonce("a")}
    assert len(outcomes) == 5
    assert not outcomes & others


@pytest.mark.parametrize("vector", json.loads((HERE / "following-v1.json").read_text()))
def test_the_keys_of_a_further_case_are_always_the_same(vector: dict[str, str]) -> None:
    keys = ReceiptKeys(bytes.fromhex(vector["master"])).following(int(vector["number"]))
    assert keys.master.hex() == vector["following"]
    assert keys.locator_hash.hex() == vector["locator_hash"]
    assert keys.mailbox_key.hex() == vector["mailbox_key"]
