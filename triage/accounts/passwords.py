"""Which passwords an officer may choose: long ones that are not made of what everybody tries first. Stores nothing.

Length over composition, and a check against common choices (NIST SP 800-63B-4, section 3.1.1.2): no rule asks for digits or
signs, a passphrase with spaces is welcome. A password is the only thing between a stolen database with its pepper and an
officer's cases, so what is counted is what a guesser would have to guess.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from enum import Enum
from functools import cache
from importlib.resources import files
from itertools import takewhile

MIN_CHARACTERS = 12
MAX_BYTES = 1024  # of UTF-8; more would only be a way to make the server work

_PREDICTABLE = 2  # what a common word, a name, a run or a repetition counts: about two unknown characters
_ENOUGH = 8
_DISTINCT = 5  # fewer different characters than this are a pattern, whatever their order
_SHORTEST_NAME = 3
_SHORTEST_WORD = 4
_LONGEST_WORD = 40
_SHORTEST_RUN = 3

_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwertzuiop", "yxcvbnm",
    "azertyuiop", "qsdfghjklm", "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "qazwsxedcrfvtgbyhnujmik",
    "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
)  # fmt: skip
_LEET = ("013457@$!", ("oieastasi", "oleastasl"))
_OUR_NAME = "underseal"


class Weakness(Enum):
    """Why a password is refused, with the line for somebody at a terminal."""

    SHORT = f"the password is too short: use {MIN_CHARACTERS} characters or more, for example five unrelated words"
    LONG = f"the password is too long: use at most {MAX_BYTES} bytes"
    CHARACTER = "the password holds a character that cannot be typed again reliably; leave it out"
    GUESSED = (
        "the password is easy to guess: it is made of common words, your name, years or rows of keys; "
        "use five unrelated words"
    )


class WeakPasswordError(ValueError):
    """The password is refused; the message is the user's line and never holds the password."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(weakness.value)
        self.weakness = weakness


def normalise(password: str) -> str:
    """One spelling for every keyboard (NFKC), so that the same keys give the same key."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, names: Sequence[str] = ()) -> None:
    """Return if an officer called ``names`` may use ``password``. Raises WeakPasswordError with what to do."""
    text = normalise(password)
    if len(text) < MIN_CHARACTERS:
        raise WeakPasswordError(Weakness.SHORT)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise WeakPasswordError(Weakness.LONG)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise WeakPasswordError(Weakness.CHARACTER)
    if _unknowns(text.casefold(), frozenset(_parts(names))) < _ENOUGH:
        raise WeakPasswordError(Weakness.GUESSED)


def _unknowns(text: str, names: frozenset[str]) -> int:
    """About how many characters of ``text`` a guesser could not predict; counting stops when they are enough."""
    if len(set(text)) < _DISTINCT or text in _common():
        return 0
    spellings = [text, *_unleet(text)]
    count = 0
    signs: set[str] = set()
    at = 0
    while at < len(text) and count < _ENOUGH:
        length = max(_known_word(spellings, at, names), *(rule(text, at) for rule in _RULES))
        if length:
            count += _PREDICTABLE
        elif text[at].isalnum():
            count += 1
        elif text[at] not in signs:
            # A sign between words is guessed once; the second one is no surprise.
            signs.add(text[at])
            count += 1
        at += length or 1
    return count


def _known_word(spellings: Iterable[str], at: int, names: frozenset[str]) -> int:
    longest = 0
    for text in spellings:
        for end in range(min(len(text), at + _LONGEST_WORD), at + longest, -1):
            word = text[at:end]
            if word in names or (len(word) >= _SHORTEST_WORD and word in _common()):
                longest = end - at
                break
    return longest


def _run(text: str, at: int) -> int:
    longest = max(_shared(text[at:], keys) for row in _RUNS for keys in (row, row[::-1]))
    return longest if longest >= _SHORTEST_RUN else 0


def _shared(text: str, keys: str) -> int:
    """How far ``text`` follows the row of keys from where its first character stands."""
    start = keys.find(text[0])
    if start < 0:
        return 0
    pairs = zip(text, keys[start:], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _same(text: str, at: int) -> int:
    length = len(text[at:]) - len(text[at:].lstrip(text[at]))
    return length if length >= _SHORTEST_RUN else 0


def _year(text: str, at: int) -> int:
    year = text[at : at + 4]
    return 4 if len(year) == 4 and year.isdecimal() and year[:2] in ("19", "20") else 0


def _again(text: str, at: int) -> int:
    """How much of what starts here was already said."""
    for length in range(min(at, len(text) - at), _SHORTEST_RUN - 1, -1):
        if text[at : at + length] in text[:at]:
            return length
    return 0


_RULES = (_run, _same, _year, _again)


def _unleet(text: str) -> list[str]:
    signs, spellings = _LEET
    return [text.translate(str.maketrans(signs, letters)) for letters in spellings]


def _parts(names: Sequence[str]) -> Iterable[str]:
    yield _OUR_NAME
    for name in names:
        folded = normalise(name).casefold()
        for part in "".join(c if c.isalnum() else " " for c in folded).split():
            if len(part) >= _SHORTEST_NAME:
                yield part


@cache
def _common() -> frozenset[str]:
    # Read once, at the first password, not at import; where the list comes from stands in data/README.md.
    text = files("triage.accounts").joinpath("data", "common-passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.splitlines())
