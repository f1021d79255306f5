"""Comparing names: which are equal however they are written, and which are so near that one may be meant for the other.

It only compares; what follows from an equal name is routing's business.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

_IGNORED = ("P", "Z", "Cc", "Cf")
"""Unicode categories left out: punctuation, spaces, and the invisible characters that would hide an equal name."""
_LONG_NAME = 8
"""Names of so many letters may differ in two letters and still be near; shorter ones in one."""

_LONG_WORD = 6
"""The same for a word out of a short list."""


def normal(name: str) -> str:
    """The form in which names are compared: NFKC, case folded, without spaces and punctuation. It may be empty."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(
        character for character in folded if not unicodedata.category(character).startswith(_IGNORED)
    )


def same_name(one: str, other: str) -> bool:
    """Whether two names are equal. A name without any letter equals nothing."""
    return normal(one) == normal(other) != ""


def nearest_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be, or None: the same in other letters or a plural, or mistyped."""
    typed = normal(word)
    measured = sorted((_edits(typed, normal(each), _most_edits(typed, each)), each) for each in known)
    return next((each for edits, each in measured if edits <= _most_edits(typed, each)), None)


def _most_edits(one: str, other: str) -> int:
    return 2 if min(len(one), len(other)) >= _LONG_WORD else 1


@dataclass(frozen=True, slots=True)
class _Shape:
    """A name as nearness looks at it: equal form, the same without accents, its words in order, its set of letters."""

    equal: str
    bare: str
    words: tuple[str, ...]
    letters: frozenset[str]


class NameIndex:
    """The names of many people by id. Equal names are found at once; near ones by looking at each."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._names = tuple(names)
        self._equal: dict[str, list[str]] = {}
        for identifier, name in self._names:
            self._equal.setdefault(normal(name), []).append(identifier)

    def equal(self, name: str) -> tuple[str, ...]:
        """The ids of everybody with an equal name, sorted."""
        form = normal(name)
        return tuple(sorted(self._equal.get(form, ()))) if form else ()

    def near(self, name: str) -> Iterator[tuple[int, str]]:
        """(distance, id) of everybody whose name is near but not equal; the distance is at least 1."""
        typed = _shape(name)
        if typed.equal:
            for identifier, shape in self._shapes:
                distance = _distance(shape, typed)
                if distance:
                    yield distance, identifier

    @cached_property
    def _shapes(self) -> tuple[tuple[str, _Shape], ...]:
        return tuple((identifier, _shape(name)) for identifier, name in self._names)


def _shape(name: str) -> _Shape:
    equal = normal(name)
    bare = _bare(equal)
    separated = "".join(
        " " if unicodedata.category(character).startswith(_IGNORED) else character for character in name
    )
    words = tuple(sorted(_bare(normal(word)) for word in separated.split()))
    return _Shape(equal, bare, words, frozenset(bare))


def _bare(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFD", text) if not unicodedata.category(c).startswith("M")
    )


def _distance(one: _Shape, other: _Shape) -> int:
    """0: equal or not near. 1: the same words or letters without accents. Else the number of differing letters + 1."""
    if one.equal == other.equal:
        return 0
    if one.words == other.words or one.bare == other.bare:
        return 1
    allowed = 2 if min(len(one.bare), len(other.bare)) >= _LONG_NAME else 1
    # Each edit changes the set of letters by two at most; this spares nearly everybody the long comparison.
    if len(one.letters ^ other.letters) > 2 * allowed:
        return 0
    edits = _edits(one.bare, other.bare, allowed)
    return edits + 1 if edits <= allowed else 0


def _edits(one: str, other: str, most: int) -> int:
    """The number of letters to add, drop, change or swap with a neighbour, or more than `most` when it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, counterpart in enumerate(other, start=1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
