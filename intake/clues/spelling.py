"""Units as the rules spell them: words mistyped by one letter, traditional characters. Knows nothing but the rules' words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from intake.clues.grammar import ONE, ONE_OF_MANY, PLURAL, Language, language
from intake.clues.units import Shape, Unit

LEAST, MOST = 7, 24
"""Letters of a word that is looked at: a short one is too often another word, a long one is none."""


def spelt(units: Sequence[Unit], of: Language) -> dict[int, str]:
    """Number of the unit → the rules' word, where no word of the rules stands but one that is a letter away."""
    near, known = _near(of.id)
    found: dict[int, str] = {}
    for number, unit in enumerate(units):
        word = unit.norm
        if word == ONE and number + 1 < len(units) and units[number + 1].norm in PLURAL:
            found[number] = ONE_OF_MANY
        elif word in of.simple:
            found[number] = of.simple[word]
        elif unit.shape is Shape.WORD and LEAST <= len(word) <= MOST and word not in known:
            meant = next((near[each] for each in (word, *_shorter(word)) if each in near), None)
            if meant is not None:
                found[number] = meant
    return found


@cache
def _near(tag: str) -> tuple[dict[str, str], frozenset[str]]:
    """Every word of the rules with a letter left out → the word; and the words."""
    of = language(tag)
    known = (
        frozenset(of.rules.words())
        | frozenset(word for layer in of.found for word in layer.words())
        | {word for (word, *_) in of.lists["no_name"]}
    )
    long = sorted(word for word in known if len(word) > LEAST and word.isalpha())
    return {shorter: word for word in long for shorter in (word, *_shorter(word))}, known


def _shorter(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))
