"""The receipt code's word lists, one per interface language that has one. Knows only where the lists lie."""

from __future__ import annotations

from functools import cache

from mnemonic import Mnemonic

from crypto.receipt import Wordlist

LISTS = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "ru": "russian",
    "zh": "chinese_simplified",
}
"""Interface language → BIP-39 list. A language that is not here shows its code as digits."""


@cache
def wordlist(language: str) -> Wordlist | None:
    """The list of an interface language, or None. Raises ValueError when a list breaks what parsing relies on."""
    name = LISTS.get(language)
    return None if name is None else Wordlist(language, tuple(Mnemonic(name).wordlist))


def all_wordlists(first: str) -> list[Wordlist]:
    """Every list, ``first`` language first: a code may be typed in another language than it was shown in."""
    languages = sorted(LISTS, key=lambda language: language != first)
    return [found for language in languages if (found := wordlist(language)) is not None]
