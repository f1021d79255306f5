"""An officer's locked key, as the officer, a database thief and a colleague with write access meet it."""

from __future__ import annotations

import unicodedata

import pytest

from crypto import vault
from crypto.errors import BrokenSealError, CryptoError, MalformedError
from crypto.kdf import PASSWORD_COST, RECEIPT_COST, UNSAFE_TEST_COST, Cost
from crypto.keys import KeyPair

PAIR = KeyPair(b"k" * 32)
PEPPER = b"p" * 32
PASSWORD = "correct horse battery staple"


def locked(password: str = PASSWORD) -> bytes:
    return vault.lock(PAIR, "officer", password, PEPPER, UNSAFE_TEST_COST)


def unlock(
    blob: bytes, *, officer: str = "officer", password: str = PASSWORD, pepper: bytes = PEPPER
) -> KeyPair:
    return vault.unlock(blob, officer, password, pepper, UNSAFE_TEST_COST)


def test_the_password_and_the_pepper_unlock() -> None:
    assert unlock(locked()).public == PAIR.public


def test_the_same_password_from_another_keyboard_unlocks() -> None:
    composed = unicodedata.normalize("NFC", "contraseña muy segura é")
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert unlock(locked(composed), password=decomposed).public == PAIR.public


def test_a_thief_without_the_pepper_or_with_a_wrong_password_gets_nothing() -> None:
    blob = locked()
    for password, pepper in (
        ("wrong", PEPPER),
        (PASSWORD.upper(), PEPPER),
        (PASSWORD, b"q" * 32),
        ("", PEPPER),
    ):
        with pytest.raises(BrokenSealError):
            unlock(blob, password=password, pepper=pepper)


def test_a_row_copied_to_another_officer_does_not_unlock_even_with_its_password() -> None:
    with pytest.raises(BrokenSealError):
        unlock(locked(), officer="colleague")


def test_a_row_of_another_version_or_cut_short_is_refused() -> None:
    blob = locked()
    for forged in (b"", b"USk1", b"USk2" + blob[4:], blob[:10]):
        with pytest.raises(MalformedError):
            unlock(forged)
    for forged in (blob[:20], blob[:-1], blob + b"\0", blob[:-1] + bytes([blob[-1] ^ 1])):
        with pytest.raises(BrokenSealError):
            unlock(forged)


def test_the_same_password_twice_gives_two_rows_of_one_length() -> None:
    rows = {locked() for _ in range(5)} | {locked("another password, and a longer one" * 9)}
    assert len(rows) == 6
    assert len({len(row) for row in rows}) == 1


def test_a_second_factor_opens_for_its_officer_under_the_pepper() -> None:
    sealed = vault.seal_second_factor(b"secret", "officer", PEPPER)
    assert vault.open_second_factor(sealed, "officer", PEPPER) == b"secret"
    for officer, pepper in (("colleague", PEPPER), ("officer", b"q" * 32)):
        with pytest.raises(CryptoError):
            vault.open_second_factor(sealed, officer, pepper)


def test_an_unknown_account_costs_one_derivation_and_answers_nothing() -> None:
    vault.unlock_nobody(PASSWORD, PEPPER, UNSAFE_TEST_COST)
    vault.unlock_nobody("half a pair \ud800", PEPPER, UNSAFE_TEST_COST)


def test_the_costs_are_those_of_the_design() -> None:
    assert Cost(memory_kib=65_536, passes=3, lanes=4) == PASSWORD_COST
    assert Cost(memory_kib=19_456, passes=2, lanes=1) == RECEIPT_COST
