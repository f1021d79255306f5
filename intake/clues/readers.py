"""What rules speak of and no list can hold: names, numbers, times of day, codes. Each with the units it lies in.

A name is told by its capital letters or its Chinese surname and counts only where a rule expects one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from intake.clues.grammar import Language
from intake.clues.units import Shape, Unit

_LONGEST_NAME, _LONGEST_CODE = 4, 6
_CLOCK = re.compile(r"[0-2]?[0-9][:.h][0-5][0-9]", re.ASCII)
_DATE = re.compile(r"[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{1,4}|[0-3]?[0-9][./][01]?[0-9]\.?", re.ASCII)
_HAN_FIGURES = frozenset("〇零一二三四五六七八九十百两廿")
_AGENTS = ("er", "or", "ist", "ian", "man", "woman", "eer")
"""How English calls many who do a work."""
_SHORTEST = 3
_LAST_YEARS = range(1930, 2100)

Found = tuple[int, int, str]


def readings(text: str, units: Sequence[Unit], languages: Sequence[Language]) -> Iterator[Found]:
    """First unit, last unit and symbol of everything found."""
    for language in languages:
        yield from _han_names(units, language) if language.id == "zh" else _names(text, units, language)
    yield from _codes(text, units)
    yield from _times(text, units)
    yield from _figures(units)
    last = len(units) - 1
    yield last, last, "END"
    english = next((each.lists for each in languages if each.id == "en"), None)
    for number, unit in enumerate(units):
        for symbol in _single(unit, english):
            yield number, number, symbol


def _single(unit: Unit, english: Mapping[str, frozenset[tuple[str, ...]]] | None) -> Iterator[str]:
    """What one unit can be by its looks. English words are taken by their endings where no list says otherwise."""
    if unit.shape is Shape.HAN:
        yield "HAN"
    if unit.shape not in {Shape.WORD, Shape.CODE, Shape.DIGITS}:
        return
    yield "WORD"
    word = (unit.norm,)
    if unit.capital and len(unit.norm) > 1:
        yield "CAP"
    if unit.shape is not Shape.WORD or english is None or len(unit.norm) < _SHORTEST:
        return
    if word not in english["notmine"]:
        yield "OWNED"
    if len(unit.norm) > _SHORTEST + 1 and unit.norm.endswith(_AGENTS) and word not in english["notrole"]:
        yield "AGENT"
    if unit.norm.endswith("ed") and word not in english["notduty"]:
        yield "PAST"
    elif not unit.capital and unit.norm.isalpha() and word not in english["notduty"]:
        yield "DUTY"


def _names(text: str, units: Sequence[Unit], language: Language) -> Iterator[Found]:
    """One to four capital words that are none of ``no_name``, behind a title or not."""
    never, titles = language.lists["no_name"], language.lists["title"]
    for first, unit in enumerate(units):
        last, words = first, 0
        if (unit.norm,) in titles:
            last += 1
        while last < len(units) and words < _LONGEST_NAME and _may_be_name(text, units[last], never):
            words += 1
            yield first, last, "NAME"
            if words > 1:
                yield first, last, "FULL"
            last += 1


def _may_be_name(text: str, unit: Unit, never: frozenset[tuple[str, ...]]) -> bool:
    if unit.shape is not Shape.WORD or not unit.capital:
        return False
    initial = unit.end - unit.start == 1 and text[unit.end : unit.end + 1] == "."
    return initial or (unit.norm,) not in never


def _han_names(units: Sequence[Unit], language: Language) -> Iterator[Found]:
    """A surname and one or two characters, or with a title; "little Li", "old Wang"."""
    lists = language.lists
    for first, unit in enumerate(units):
        if unit.shape is not Shape.HAN:
            continue
        word = "".join(each.norm for each in units[first : first + 2])
        if unit.norm in "小老阿" and first + 1 < len(units) and (units[first + 1].norm,) in lists["surname"]:
            yield first, first + 1, "NAME"
        size = 2 if tuple(word) in lists["surname"] else 1 if (unit.norm,) in lists["surname"] else 0
        if not size:
            continue
        yield from _titled(units, first, size, lists["title"])
        for length in (1, 2):
            last = first + size + length - 1
            given = units[first + size : last + 1]
            if len(given) < length or any(each.shape is not Shape.HAN for each in given):
                break
            if (given[-1].norm,) in lists["no_name"]:
                break
            yield first, last, "NAME"


def _titled(
    units: Sequence[Unit], first: int, size: int, titles: frozenset[tuple[str, ...]]
) -> Iterator[Found]:
    for length in (1, 2, 3):
        title = tuple(unit.norm for unit in units[first + size : first + size + length])
        if len(title) == length and title in titles:
            yield first, first + size + length - 1, "NAME"


def _codes(text: str, units: Sequence[Unit]) -> Iterator[Found]:
    """Figures, with short capitals and marks among them: from each that may begin one, to each that may end it."""
    begin = 0
    for number, unit in enumerate(units):
        if not _of_code(text, unit):
            begin = number + 1
            continue
        figures = False
        for first in range(number, max(begin, number - _LONGEST_CODE + 1) - 1, -1):
            figures |= units[first].shape in {Shape.DIGITS, Shape.CODE}
            if figures and unit.shape is not Shape.MARK:
                yield first, number, "CODE"


def _of_code(text: str, unit: Unit) -> bool:
    if unit.shape is Shape.WORD:
        return len(unit.norm) <= 3 and text[unit.start : unit.end].isupper()
    return unit.shape in {Shape.DIGITS, Shape.CODE} or unit.norm in {"#", "/"}


def _times(text: str, units: Sequence[Unit]) -> Iterator[Found]:
    """14:20, 2.20, 14h20; 14/02/2024, 3.3., 2024-02-14; a year."""
    for first, unit in enumerate(units):
        if unit.shape is Shape.DIGITS and len(unit.norm) == 4 and int(unit.norm) in _LAST_YEARS:
            yield first, first, "YEAR"
        if unit.shape not in {Shape.DIGITS, Shape.CODE} or _goes_on(text, unit.start):
            continue
        for last in range(first, min(first + 5, len(units))):
            if units[last].end - unit.start > 10 or units[last].shape is Shape.BREAK:
                break
            word = text[unit.start : units[last].end]
            if _CLOCK.fullmatch(word):
                yield first, last, "CLOCK"
            if _DATE.fullmatch(word):
                yield first, last, "NDATE"


def _goes_on(text: str, place: int) -> bool:
    """Whether figures joined by a mark stand before: a part of a day is no day."""
    return place > 1 and text[place - 1] in "./-:" and text[place - 2].isdigit()


def _figures(units: Sequence[Unit]) -> Iterator[Found]:
    """Whole numbers, in figures of either script."""
    begin = -1
    for number, unit in enumerate(units):
        if unit.shape is Shape.DIGITS and len(unit.norm) <= 4:
            yield number, number, "NUM"
        if unit.norm not in _HAN_FIGURES:
            begin = -1
            continue
        begin = number if begin < 0 else begin
        if number - begin < 5:
            yield begin, number, "NUM"
