"""Which passages of a text could point at its writer. Pure: it keeps, stores and asks nothing.

What it cannot see stands in docs/threat-model.md. It is a help, never a judgement: nothing is blocked by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from intake.clues.contacts import contacts_in
from intake.clues.grammar import LANGUAGES, PLAIN, SPEECH, Language, language
from intake.clues.kinds import Clue, Kind
from intake.clues.match import Matcher
from intake.clues.readers import readings
from intake.clues.spelling import spelt
from intake.clues.units import Shape, Unit, folded, units_of

MAX_TEXT = 100_000
"""Characters that are looked at: as many as the form takes."""


def clues_in(text: str, languages: Collection[str] | None = None, named: Iterable[str] = ()) -> list[Clue]:
    """The clues of a text of at most MAX_TEXT characters, by their place; none lies inside of another.

    ``languages``: tags of LANGUAGES, or None for those whose script occurs. ``named``: who is reported; naming them is what the
    form asks for, so it is no clue. Raises ValueError for a longer text, KeyError for another language.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"a text of {len(text)} characters; at most {MAX_TEXT} are looked at")
    plain = folded(text)
    units = units_of(plain)
    spoken = [language(tag) for tag in (_by_script(units) if languages is None else languages)]
    found = set(_by_rules(plain, units, spoken, _words_of(named)))
    for each in spoken or [language(LANGUAGES[0])]:
        found.update(contacts_in(plain, each.nouns))
    return outermost(found)


def _by_script(units: Sequence[Unit]) -> list[str]:
    han = any(unit.shape is Shape.HAN for unit in units)
    letters = any(unit.shape is Shape.WORD for unit in units)
    return [tag for tag, there in zip(LANGUAGES, (letters or not han, han), strict=True) if there]


def _by_rules(
    text: str, units: Sequence[Unit], spoken: Sequence[Language], named: frozenset[str]
) -> Iterable[Clue]:
    edges: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for first, last, symbol in readings(text, units, spoken):
        edges[last].append((first, symbol))
    names = {(first, last) for last, found in edges.items() for first, symbol in found if symbol == "NAME"}
    for each in spoken:
        words = spelt(units, each)
        for layer in each.found:
            for match in layer.matches(units, edges, words):
                edges[match.last].append((match.first, match.kind))
        yield from _of_language(each.rules, units, edges, words, names, named)


def _of_language(
    rules: Matcher,
    units: Sequence[Unit],
    edges: dict[int, list[tuple[int, str]]],
    words: dict[int, str],
    names: set[tuple[int, int]],
    named: frozenset[str],
) -> list[Clue]:
    plain, speech, reported, clues = [], [], [], []
    for match in rules.matches(units, edges, words):
        first, last = match.first, match.last
        while first < last and units[first].shape is Shape.BREAK:
            first += 1
        while last > first and (units[last].shape is Shape.BREAK or units[last].norm == ","):
            last -= 1
        span = (units[first].start, units[last].end)
        if match.kind == PLAIN:
            plain.append(span)
        elif match.kind == SPEECH:
            speech.append(span)
        elif match.kind == Kind.TEAM and _reported(units, first, last, names, named):
            reported.append(span)
        elif span[0] < span[1]:
            clues.append(Clue(*span, Kind(match.kind)))
    called = [clue for clue in clues if clue.kind is Kind.OWN_NAME]
    own = [*_not_begun_in((clue for clue in clues if clue.kind is not Kind.OWN_NAME), speech), *called]
    return _not_inside(_not_begun_in(own, plain), reported)


def _not_begun_in(clues: Iterable[Clue], spans: Iterable[tuple[int, int]]) -> list[Clue]:
    """The clues that begin in none of the passages, by their start."""
    return [clue for clue, reach in _with_reach(clues, spans) if clue.start >= reach]


def _not_inside(clues: Iterable[Clue], spans: Iterable[tuple[int, int]]) -> list[Clue]:
    """The clues that lie in none of the passages, by their start."""
    return [clue for clue, reach in _with_reach(clues, spans) if clue.end > reach]


def _with_reach(clues: Iterable[Clue], spans: Iterable[tuple[int, int]]) -> Iterable[tuple[Clue, int]]:
    """Each clue, and how far the passages reach that begin no later."""
    begun, position, reach = sorted(spans), 0, -1
    for clue in sorted(clues, key=lambda each: (each.start, each.end)):
        while position < len(begun) and begun[position][0] <= clue.start:
            reach = max(reach, begun[position][1])
            position += 1
        yield clue, reach


def _reported(
    units: Sequence[Unit], first: int, last: int, names: set[tuple[int, int]], named: frozenset[str]
) -> bool:
    """Whether the passage begins or ends with the name of somebody who is reported."""
    for place in range(first, last + 1):
        for begin, end in ((place, last), (first, place)):
            words = [unit.norm for unit in units[begin : end + 1]]
            if (begin, end) in names and not named.isdisjoint({"".join(words), *words}):
                return True
    return False


def _words_of(named: Iterable[str]) -> frozenset[str]:
    """The words of the names, and what is Chinese as a whole."""
    units = [units_of(folded(name)) for name in named]
    words = {unit.norm for each in units for unit in each if unit.shape is Shape.WORD and len(unit.norm) > 1}
    return frozenset(
        words | {"".join(unit.norm for unit in each if unit.shape is Shape.HAN) for each in units} - {""}
    )


def outermost(found: Iterable[Clue]) -> list[Clue]:
    """Without those that lie inside of another; what overlaps and is of one kind is one."""
    kept: list[Clue] = []
    for clue in sorted(found, key=lambda each: each.order):
        last = kept[-1] if kept else None
        if last is None or clue.end > last.end:
            if last is not None and clue.start < last.end and clue.kind is last.kind:
                kept[-1] = Clue(last.start, clue.end, clue.kind)
            else:
                kept.append(clue)
    return kept
