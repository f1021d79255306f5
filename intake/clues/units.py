"""A text as units: words, numbers, single Chinese characters, marks, line breaks, each with its place. Knows no clue.

One pass, one unit for one stretch of text: the places are those of the text as it was typed, because folding full-width
characters changes no length.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, auto

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ", 0x2019: "'", 0x2018: "'", 0x02BC: "'", 0x2032: "'", 0x201C: '"', 0x201D: '"', 0x00A0: " ",
    0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x3001: ",", 0x202F: " ", 0x2009: " ",
}  # fmt: skip
_ENDS = frozenset(".!?;。…")
_SHORTENED = frozenset(
    "mr mrs ms dr prof no nr st tel ext ref dept fr sr jr approx mob att attn pers abt".split()
)
_SUFFIXES = frozenset({"m", "ve", "d", "ll", "re", "s"})


class Shape(IntEnum):
    """What a unit is."""

    WORD = auto()
    DIGITS = auto()
    CODE = auto()
    """Letters and digits together."""
    HAN = auto()
    MARK = auto()
    END = auto()
    """The end of a sentence."""
    BREAK = auto()
    """The end of a line; also before the first and after the last."""


@dataclass(frozen=True, slots=True)
class Unit:
    """``text[start:end]``; ``norm`` is how rules spell it."""

    start: int
    end: int
    norm: str
    shape: Shape
    capital: bool = False


def folded(text: str) -> str:
    """The same text, as long as before, with full-width characters and typographic marks made plain."""
    return text.translate(_WIDE)


def is_han(character: str) -> bool:
    """Whether a character stands for a syllable or a word."""
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character == "〇"


def units_of(text: str) -> list[Unit]:
    """Every unit of a folded text, in order, between two line breaks of no length."""
    found = [Unit(0, 0, "\n", Shape.BREAK)]
    place, length = 0, len(text)
    while place < length:
        character = text[place]
        if character == "\n":
            found.append(Unit(place, place + 1, "\n", Shape.BREAK))
            place += 1
        elif is_han(character):
            found.append(Unit(place, place + 1, character, Shape.HAN))
            place += 1
        elif character.isalnum() or character == "_":
            place = _word(text, place, found)
        elif character.isspace() or (character == "-" and _between_words(text, place)):
            place += 1
        elif character == "." and _shortened(text, place, found[-1]):
            place += 1
        else:
            shape = Shape.END if character in _ENDS else Shape.MARK
            found.append(Unit(place, place + 1, character, shape))
            place += 1
    found.append(Unit(length, length, "\n", Shape.BREAK))
    return found


def _word(text: str, start: int, found: list[Unit]) -> int:
    end, length = start, len(text)
    while end < length and (_inside(text[end]) or (text[end] == "'" and _letter(text, end + 1))):
        end += 1
    word = text[start:end]
    stem, apostrophe, suffix = word.rpartition("'")
    if apostrophe and stem and suffix.lower() in _SUFFIXES:
        found.append(_unit(start, stem))
        found.append(Unit(start + len(stem), end, "'" + suffix.lower(), Shape.WORD))
    else:
        found.append(_unit(start, word))
    return end


def _unit(start: int, word: str) -> Unit:
    digits = sum(character.isdigit() for character in word)
    shape = Shape.DIGITS if digits == len(word) else Shape.CODE if digits else Shape.WORD
    return Unit(start, start + len(word), word.lower(), shape, word[0].isupper())


def _inside(character: str) -> bool:
    return (character.isalnum() or character == "_") and not is_han(character)


def _letter(text: str, place: int) -> bool:
    return place < len(text) and text[place].isalpha() and not is_han(text[place])


def _between_words(text: str, place: int) -> bool:
    return 0 < place < len(text) - 1 and text[place - 1].isalnum() and text[place + 1].isalnum()


def _shortened(text: str, place: int, before: Unit) -> bool:
    """Whether a full stop ends no sentence: after "Mr", after an initial, or inside of "a.m.", "3.5"."""
    if before.end != place:
        return False
    if before.shape is Shape.WORD and (before.norm in _SHORTENED or len(before.norm) == 1):
        return True
    return place + 1 < len(text) and text[place + 1].isalnum() and not is_han(text[place + 1])
