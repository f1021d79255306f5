"""Which rules a row of units fits, in one pass: bit-parallel, without going back. Knows no language and no kind of clue.

A rule is a row of elements, each of which one edge fits: a unit, a phrase of several units, or something a reader found. The
places of all rules are bits of one integer (extended Shift-And: Navarro and Raffinot, *Flexible Pattern Matching in Strings*,
2002, ch. 4), so that a unit costs the same few operations whatever was written before it: no text is slow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from intake.clues.units import Shape, Unit

_STOPS = frozenset({Shape.END, Shape.BREAK})
REACH = 48
"""Units over which one rule is looked at; more than any rule can span sensibly."""

Edges = Mapping[int, Sequence[tuple[int, str]]]
"""Last unit → first unit and symbol of what a reader found."""


@dataclass(frozen=True, slots=True)
class Element:
    """What stands at one place of a rule."""

    phrases: frozenset[tuple[str, ...]] = frozenset()
    symbols: frozenset[str] = frozenset()
    anything: bool = False
    """Any unit that ends neither sentence nor line, but for the single words in ``phrases``."""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of elements, and what it is a sign of."""

    kind: str
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Units ``first`` to ``last``, both of them in it."""

    first: int
    last: int
    kind: str


@dataclass(slots=True)
class _Node:
    mask: int = 0
    after: dict[str, _Node] = field(default_factory=dict)


class Matcher:
    """Rules made ready. Holds nothing of any text."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(rules)
        self._root = _Node()
        self._symbols: dict[str, int] = {}
        self._anything = 0
        self._but: dict[str, int] = {}
        self._begin = self._final = 0
        self._ends: dict[int, int] = {}
        self._bits: list[int] = []
        optional, bit = 0, 0
        for number, rule in enumerate(self._rules):
            self._begin |= 1 << bit
            self._bits.append(bit)
            for element in rule.elements:
                optional |= int(element.optional) << bit
                self._place(element, 1 << bit)
                bit += 1
            self._final |= 1 << bit
            self._ends[bit] = number
            bit += 1
        self._skips = _skips(optional)
        self._begin = self._skipping(self._begin)

    def _place(self, element: Element, bit: int) -> None:
        if element.anything:
            self._anything |= bit
            for (word,) in element.phrases:
                self._but[word] = self._but.get(word, 0) | bit
            return
        for symbol in element.symbols:
            self._symbols[symbol] = self._symbols.get(symbol, 0) | bit
        for phrase in element.phrases:
            node = self._root
            for word in phrase:
                node = node.after.setdefault(word, _Node())
            node.mask |= bit

    def words(self) -> Iterator[str]:
        """Every word that stands in a phrase."""
        nodes = [self._root]
        while nodes:
            node = nodes.pop()
            yield from node.after
            nodes.extend(node.after.values())

    def _skipping(self, open_places: int) -> int:
        """With the places behind optional ones, which need not be filled."""
        for distance, mask in self._skips:
            open_places |= (open_places & mask) << distance
        return open_places

    def matches(
        self, units: Sequence[Unit], edges: Edges, spelt: Mapping[int, str] | None = None
    ) -> Iterator[Match]:
        """Every fit, by its last unit; the longest of each rule that ends there.

        ``spelt``: how units are to be read that were mistyped.
        """
        spelt = spelt or {}
        norms = [spelt.get(number, unit.norm) for number, unit in enumerate(units)]
        open_after: deque[int] = deque([self._begin], maxlen=REACH + 1)
        arriving: dict[int, list[tuple[int, int]]] = {}
        for last, unit in enumerate(units):
            self._arrive(norms, last, arriving)
            for first, symbol in edges.get(last, ()):
                if symbol in self._symbols:
                    arriving.setdefault(last, []).append((first, self._symbols[symbol]))
            here = arriving.get(last, [])
            if open_after[-1] != self._begin and unit.shape not in _STOPS:
                here.append((last, self._anything & ~self._but.get(norms[last], 0)))
                arriving[last] = here
            reached = 0
            for first, mask in here:
                back = last - first
                if back < len(open_after):
                    reached |= (open_after[-1 - back] & mask) << 1
            reached = self._skipping(reached) if reached else 0
            done = reached & self._final
            while done:
                low = done & -done
                number = self._ends[low.bit_length() - 1]
                yield Match(self._first(number, last, arriving), last, self._rules[number].kind)
                done ^= low
            open_after.append(reached | self._begin)
            arriving.pop(last - REACH, None)

    def _arrive(self, norms: Sequence[str], first: int, arriving: dict[int, list[tuple[int, int]]]) -> None:
        """Note the phrases that begin at ``first`` where they end."""
        node, place = self._root.after.get(norms[first]), first
        while node is not None:
            if node.mask:
                arriving.setdefault(place, []).append((first, node.mask))
            place += 1
            node = node.after.get(norms[place]) if place < len(norms) else None

    def _first(self, number: int, last: int, arriving: Mapping[int, Iterable[tuple[int, int]]]) -> int:
        """The first unit of the longest fit of a rule that ends at ``last``: its elements from the last to the first."""
        reached = {last}
        if len(self._rules[number].elements) == 1:
            return min(first for first, mask in arriving[last] if mask >> self._bits[number] & 1)
        for offset in range(len(self._rules[number].elements) - 1, -1, -1):
            element, bit = self._rules[number].elements[offset], 1 << (self._bits[number] + offset)
            before = set(reached) if element.optional else set()
            for place in reached:
                before |= {first - 1 for first, mask in arriving.get(place, ()) if mask & bit}
            reached = {place for place in before if last - place <= REACH}
        return min(reached) + 1


def _skips(optional: int) -> list[tuple[int, int]]:
    """Distance and mask of each jump over 1, 2, 4, 8 … optional places in a row."""
    skips, distance, mask = [], 1, optional
    while mask:
        skips.append((distance, mask))
        mask &= mask >> distance
        distance *= 2
    return skips
