"""What the name of a file says about whoever has it: a name, "my", an address, a number. Pure; it opens no file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from intake.clues.check import clues_in, outermost
from intake.clues.grammar import language
from intake.clues.kinds import Clue, Kind
from intake.clues.units import Shape, Unit, folded, units_of

MAX_NAME = 1_000
_MARKS = str.maketrans(dict.fromkeys("_-.+()[]~,;", " "))
_OWNER = frozenset({"my", "mine", "mein", "meine", "mon", "mi", "本人", "我的"})
_HAN_NAME = (2, 3)


def clues_in_file_name(name: str, named: Iterable[str] = ()) -> list[Clue]:
    """The clues of a file's name, by their place. ``named``: who is reported.

    Two words with capitals, or a Chinese name alone between marks, are taken for a person's name unless files are often called
    so. Of a longer name MAX_NAME characters are looked at.
    """
    text = folded(name[:MAX_NAME])
    stem = text.rpartition(".")[0] or text
    spread = stem.translate(_MARKS)
    units = units_of(spread)
    spans = [(each.start, each.end) for whole in (stem, spread) for each in clues_in(whole)]
    spans += [(unit.start, unit.end) for unit in units if unit.norm in _OWNER]
    reported = {unit.norm for each in named for unit in units_of(folded(each))}
    spans += [*_latin(spread, units, reported), *_han(units, reported)]
    return outermost(Clue(start, end, Kind.FILE_NAME) for start, end in spans)


def _latin(text: str, units: list[Unit], reported: set[str]) -> Iterator[tuple[int, int]]:
    lists = language("en").lists
    ordinary = lists["no_name"] | lists["file_word"] | lists["month"] | lists["weekday"]
    words = [part for unit in units if unit.shape is Shape.WORD for part in _parts(text, unit)]
    for (start, middle), (again, end) in pairwise(words):
        pair = text[start:middle], text[again:end]
        plain = {word.lower() for word in pair}
        if (
            all(len(word) > 1 and word[0].isupper() and word[1:].islower() for word in pair)
            and not any((word,) in ordinary for word in plain)
            and not plain & reported
        ):
            yield start, end


def _parts(text: str, unit: Unit) -> Iterator[tuple[int, int]]:
    """``AnnaBerg`` as two words."""
    start = unit.start
    for place in range(unit.start + 1, unit.end):
        if text[place].isupper() and text[place - 1].islower():
            yield start, place
            start = place
    yield start, unit.end


def _han(units: list[Unit], reported: set[str]) -> Iterator[tuple[int, int]]:
    """Two or three characters by themselves that begin with a surname."""
    lists = language("zh").lists
    run: list[Unit] = []
    for unit in units:
        if unit.shape is Shape.HAN and (not run or run[-1].end == unit.start):
            run.append(unit)
            continue
        word = tuple(each.norm for each in run)
        name = len(word) in _HAN_NAME and word[:1] in lists["surname"] and word not in lists["file_word"]
        if name and not reported.issuperset(word):
            yield run[0].start, run[-1].end
        run = [unit] if unit.shape is Shape.HAN else []
