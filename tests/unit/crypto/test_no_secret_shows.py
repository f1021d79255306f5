"""Misuse: whatever prints, formats, pickles or dumps a secret's holder learns nothing (P1)."""

from __future__ import annotations

import copy
import pickle
import traceback
from collections.abc import Callable

import pytest

from crypto import encoding, item, vault
from crypto.errors import CryptoError
from crypto.kdf import UNSAFE_TEST_COST
from crypto.keys import KeyPair
from crypto.receipt import CodeSlipError, ReceiptCode, ReceiptKeys, parse_code
from intake.wordlists import all_wordlists, wordlist

SEED = b"planted-seed-of-thirty-two-bytes"
CODE = b"plantcode!"
MASTER = b"planted-master-of-the-receipt-32"
SENTENCE = b"the planted sentence"
PLACE = item.ItemPlace("note", "case", "item")

HOLDERS = {
    "KeyPair": (KeyPair(SEED), SEED),
    "ReceiptCode": (ReceiptCode(CODE), CODE),
    "ReceiptKeys": (ReceiptKeys(MASTER), MASTER),
    "OpenedItem": (item.OpenedItem(PLACE, SENTENCE, bytes(64)), SENTENCE),
}
WAYS: dict[str, Callable[[object], str]] = {
    "repr": repr,
    "str": str,
    "format": lambda holder: f"{holder} {holder!r} {holder!s} {holder:>40}",
    "percent": lambda holder: "%s %r" % (holder, holder),  # noqa: UP031 - the very way in which a log line might
    "list": lambda holder: repr([holder, {"key": holder}]),
}


def shapes(secret: bytes) -> list[str]:
    """The forms in which a secret turns up in text."""
    return [
        secret.decode("latin-1"),
        secret.hex(),
        encoding.to_text(secret),
        repr(secret),
        str(list(secret))[1:-1],
    ]


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("way", WAYS)
def test_no_way_of_printing_a_holder_shows_its_secret(holder: str, way: str) -> None:
    held, secret = HOLDERS[holder]
    try:
        shown = WAYS[way](held)
    except TypeError as error:  # an object that cannot be formatted shows nothing either
        shown = str(error)
    assert not [shape for shape in shapes(secret) if shape in shown]


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_holder_is_ever_pickled_or_deeply_copied(holder: str, protocol: int) -> None:
    held, _ = HOLDERS[holder]
    with pytest.raises(TypeError):
        pickle.dumps(held, protocol)
    with pytest.raises(TypeError):
        copy.deepcopy(held)


def wrong_password() -> None:
    locked = vault.lock(KeyPair(SEED), "officer", "planted right password", bytes(32), UNSAFE_TEST_COST)
    vault.unlock(locked, "officer", "planted wrong password", bytes(32), UNSAFE_TEST_COST)


def strange_password() -> None:
    locked = vault.lock(KeyPair(SEED), "officer", "planted right password", bytes(32), UNSAFE_TEST_COST)
    vault.unlock(locked, "officer", "planted \ud800 password", bytes(32), UNSAFE_TEST_COST)


def mistyped_code() -> None:
    english = wordlist("en")
    assert english is not None
    words = ReceiptCode(CODE).as_words(english).split()
    parse_code(" ".join([*words[:7], "planted"]), all_wordlists("en"))


def lone_surrogate() -> None:
    encoding.canonical_json({"text": "the planted sentence \ud800"})


def broken_document() -> None:
    encoding.parse_canonical(b'{"text":"the planted sentence"')


def not_utf8() -> None:
    encoding.parse_canonical(b'{"text":"the planted sentence \xff"}')


def float_inside() -> None:
    encoding.canonical_json({"the planted sentence": 1.5})


def wrong_item_key() -> None:
    sealed = item.seal_item(PLACE, SENTENCE, KeyPair(SEED), [KeyPair(SEED).public])
    item.open_item(KeyPair(SEED), item.ItemPlace("note", "other", "item"), sealed.body, sealed.keys[0])


FAILURES = (
    wrong_password,
    strange_password,
    mistyped_code,
    lone_surrogate,
    broken_document,
    not_utf8,
    float_inside,
    wrong_item_key,
)


@pytest.mark.parametrize("fail", FAILURES, ids=lambda f: f.__name__)
def test_a_failure_is_ours_and_its_whole_traceback_shows_no_secret(fail: Callable[[], None]) -> None:
    with pytest.raises(CryptoError) as caught:
        fail()
    shown = "".join(
        line for line in traceback.format_exception(caught.value) if not line.lstrip().startswith("File")
    )
    messages = []
    link: BaseException | None = caught.value
    while link is not None:
        messages += [str(link), repr(link.args), repr(vars(link))]
        for name in ("doc", "object"):  # json's and unicode's errors carry the whole input with them
            messages.append(repr(getattr(link, name, "")))
        link = link.__cause__ or link.__context__
    said = shown + "".join(messages)
    for secret in (SEED, SENTENCE, b"planted right password", b"planted wrong password", CODE):
        leaked = [shape for shape in shapes(secret) if shape in "".join(messages)]
        assert not leaked, said
    english = wordlist("en")
    assert english is not None
    assert not [
        word for word in ReceiptCode(CODE).as_words(english).split() if f"{word} " in "".join(messages)
    ]


def test_a_code_slip_says_what_is_wrong_without_what_was_typed() -> None:
    for typed in ("planted", "planted " * 8, "1234", "9" * 27, "planted" * 100):
        with pytest.raises(CodeSlipError) as caught:
            parse_code(typed, all_wordlists("en"))
        assert "planted" not in str(caught.value)
        assert not any(
            character.isdecimal() for character in str(caught.value).replace("27", "").replace("8", "")
        )
