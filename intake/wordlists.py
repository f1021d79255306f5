"""The receipt code's word lists, one per interface language that has one. Knows only where the lists lie."""

from __future__ import annotations

from collections.abc import Mapping
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

_MENDED: Mapping[str, Mapping[int, str]] = {"ru": {1572: "снова"}}
"""Language → place (from 0) → word. The package's Russian list has had one damaged word from its beginning. What stands here
stands for ever, whatever the package makes of it: codes were told with it."""


@cache
def wordlist(language: str) -> Wordlist | None:
    """The list of an interface language, or None. Raises ValueError when a list breaks what parsing relies on."""
    name = LISTS.get(language)
    if name is None:
        return None
    words = list(Mnemonic(name).wordlist)
    for place, word in _MENDED.get(language, {}).items():
        words[place] = word
    return Wordlist(language, tuple(words))


def all_wordlists(first: str) -> list[Wordlist]:
    """Every list, ``first`` language first: a code may be typed in another language than it was shown in."""
    languages = sorted(LISTS, key=lambda language: language != first)
    return [found for language in languages if (found := wordlist(language)) is not None]
