"""The bit-parallel matcher against a plain one that tries everything, and what holds of every text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from intake.clues import clues_in, clues_in_file_name
from intake.clues.match import Element, Match, Matcher, Rule
from intake.clues.units import Shape, Unit, units_of

WORDS = ("a", "b", "c", ".")
words = st.sampled_from(WORDS[:3])
phrases = st.frozensets(st.lists(words, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3)
elements = st.one_of(
    st.builds(Element, phrases=phrases, optional=st.booleans()),
    st.builds(Element, symbols=st.just(frozenset({"X"})), optional=st.booleans()),
    st.builds(
        Element,
        phrases=st.frozensets(words.map(lambda word: (word,)), max_size=2),
        anything=st.just(True),
        optional=st.booleans(),
    ),
)
rules = st.builds(
    Rule,
    st.sampled_from(["one", "two"]),
    st.tuples(st.builds(Element, phrases=phrases), elements, elements, elements),
)


def every_fit(
    rule: Rule, units: Sequence[Unit], edges: dict[int, list[tuple[int, str]]]
) -> Iterator[tuple[int, int]]:
    """First and last unit of everything that a rule fits, by trying."""

    def after(place: int, element: Element) -> Iterator[int]:
        if element.optional:
            yield place
        if element.anything:
            if (
                place < len(units)
                and units[place].shape is not Shape.END
                and (units[place].norm,) not in element.phrases
            ):
                yield place + 1
            return
        for phrase in element.phrases:
            if tuple(unit.norm for unit in units[place : place + len(phrase)]) == phrase:
                yield place + len(phrase)
        for last, found in edges.items():
            yield from (last + 1 for first, symbol in found if first == place and symbol in element.symbols)

    for begin in range(len(units)):
        places = {begin}
        for element in rule.elements:
            places = {end for place in places for end in after(place, element)}
        yield from ((begin, end - 1) for end in places if end > begin)


@given(st.lists(rules, min_size=1, max_size=3), st.lists(st.sampled_from(WORDS), max_size=12), st.data())
def test_what_is_matched_is_what_trying_everything_matches(
    given_rules: list[Rule], text: list[str], data: st.DataObject
) -> None:
    units = [Unit(n, n + 1, word, Shape.END if word == "." else Shape.WORD) for n, word in enumerate(text)]
    places = st.lists(st.sampled_from(range(len(text))), max_size=3) if text else st.just([])
    edges = {last: [(max(0, last - 1), "X")] for last in data.draw(places)}
    expected = set()
    for rule in given_rules:
        longest: dict[int, int] = {}
        for first, last in every_fit(rule, units, edges):
            longest[last] = min(first, longest.get(last, first))
        expected |= {Match(first, last, rule.kind) for last, first in longest.items()}
    assert set(Matcher(given_rules).matches(units, edges)) == expected


TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from('我是的会计工号 my I.@+0123456789\n\u2019"')),
    max_size=300,
)


@given(TEXTS)
def test_places_lie_in_the_text_in_order_and_none_in_another(text: str) -> None:
    found = clues_in(text)
    assert all(0 <= clue.start < clue.end <= len(text) for clue in found)
    assert [clue.start for clue in found] == sorted(clue.start for clue in found)
    assert all(before.end < after.end for before, after in pairwise(found))
    assert all(clue.end <= len(text) for clue in clues_in_file_name(text))


@given(TEXTS)
def test_units_lie_in_order_and_lose_no_letter(text: str) -> None:
    units = units_of(text)
    assert all(before.end <= after.start for before, after in pairwise(units))
    covered = {place for unit in units for place in range(unit.start, unit.end)}
    assert all(place in covered for place, character in enumerate(text) if character.isalnum())


@given(TEXTS, st.sampled_from(["My name is Anna Berg.", "我的电话是13812345678。"]))
def test_what_stands_in_other_lines_hides_no_clue(text: str, clue: str) -> None:
    whole = f"{text}\n\n{clue}"
    assert any(found.end > len(text) + 2 for found in clues_in(whole))
