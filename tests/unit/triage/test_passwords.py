"""Which passwords an officer may choose, and that what is refused says what to do."""

from __future__ import annotations

import contextlib
import time

import pytest

from crypto.kdf import PASSWORD_COST, SALT_BYTES, stretch
from triage.accounts.passwords import MAX_BYTES, WeakPasswordError, check_password, normalise

NAMES = ("HO-north", "Maria Hofer-Lindqvist")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "ohne Fleiß kein Preis",
        "xk29vmq83hzl",
        "летобабушкиокно",
        "我喜欢在下雨天散步看书喝茶",
        "walnut drizzle orbit mantle",
        "a password with Maria in a long sentence",
        "🌲🌊🔥 mountain paper clip",
    ],
)
def test_a_long_password_that_nobody_would_try_first_is_taken(password: str) -> None:
    check_password(password, NAMES)


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P@ssw0rd12345",
        "Welcome2Underseal",
        "underseal-underseal",
        "dragonmonkey1987",
        "Summer2024!!!!",
        "qwertyuiop[]asd",
        "1q2w3e4r5t6y7u8i",
        "zyxwvutsrqponmlkj",
        "987654321098765",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "maria.hofer.2024",
        "LindqvistMaria1!",
        "iloveyouiloveyou",
        "letmein letmein letmein",
        "ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ",  # full-width letters are the same letters after NFKC
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPasswordError, match="easy to guess") as refused:
        check_password(password, NAMES)
    assert password not in str(refused.value)


def test_length_comes_first() -> None:
    with pytest.raises(WeakPasswordError, match="12 characters or more"):
        check_password("xk29vmq83hz")
    check_password("xk29vmq83hzl")


def test_a_password_has_an_upper_limit_in_bytes() -> None:
    check_password("xk29vmq83hzl " + "é" * ((MAX_BYTES - 13) // 2))
    with pytest.raises(WeakPasswordError, match="too long"):
        check_password("xk29vmq83hzl" + "é" * 600)


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ud800"])
def test_characters_that_no_keyboard_types_again_are_refused(character: str) -> None:
    with pytest.raises(WeakPasswordError, match="typed again"):
        check_password(f"walnut drizzle {character} orbit mantle")


def test_every_keyboard_gives_the_same_password() -> None:
    assert normalise("Fußgänger café") == normalise("Fußga\u0308nger cafe\u0301")


@pytest.mark.parametrize(
    "text", ["a b" * 341, "password" * 128, "1q2w" * 256, "".join(map(chr, range(200, 700)))]
)
def test_checking_costs_less_than_the_derivation_that_follows_whatever_is_typed(text: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(WeakPasswordError):
        check_password(text[:MAX_BYTES], NAMES)
    checked = time.process_time()
    stretch(b"password", bytes(SALT_BYTES), PASSWORD_COST)
    assert checked - begun < time.process_time() - checked
