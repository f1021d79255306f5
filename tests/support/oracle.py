"""Statistics of pairs that were measured from outside: can two kinds of request be told apart by what came back?

Three ways that miss different things. Welch's t looks at means, and one late answer hides half a millisecond from it: so it is
taken of what is left below many percentiles, as dudect does (Reparaz, Balasch, Verbauwhede, DATE 2017). The signed rank
(Wilcoxon 1945, ties averaged) compares within a pair, whatever drifts between pairs. A classifier finds differences of shape.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

LIMIT = 4.5
"""Of |t| and |z|: dudect's. By chance alone one measurement in a hundred thousand comes so far."""
MARGIN = 0.05
"""How far from a coin a classifier may be."""

_CROPS = 100
_LEAST = 100  # values that a crop must leave of each kind: of fewer, a mean and a variance say little
_BINS = 20


@dataclass(frozen=True)
class Verdict:
    """What the three say of pairs of one measurement."""

    t: float
    z: float
    accuracy: float

    @property
    def tells_apart(self) -> bool:
        """Whether somebody outside could."""
        return max(self.t, self.z) >= LIMIT or abs(self.accuracy - 0.5) > MARGIN

    def __str__(self) -> str:
        return (
            f"largest cropped |t| {self.t:.2f}, paired rank |z| {self.z:.2f}, classifier {self.accuracy:.3f}"
        )


def judge(first: Sequence[float], second: Sequence[float]) -> Verdict:
    """The pairs ``first[i]``, ``second[i]``, in the order of their measurement."""
    return Verdict(
        largest_cropped_t(first, second), abs(signed_rank_z(first, second)), accuracy(first, second)
    )


def welch_t(first: Sequence[float], second: Sequence[float]) -> float:
    """Welch's t of two samples; infinite for two constants that differ."""
    means = [math.fsum(each) / len(each) for each in (first, second)]
    spread = sum(
        math.fsum((value - mean) ** 2 for value in each) / (len(each) - 1) / len(each)
        for each, mean in zip((first, second), means, strict=True)
    )
    difference = means[0] - means[1]
    if not spread:
        return math.copysign(math.inf, difference) if difference else 0.0
    return difference / math.sqrt(spread)


def largest_cropped_t(first: Sequence[float], second: Sequence[float]) -> float:
    """The largest |t| of everything, and of what is below each of many percentiles of both together."""
    together = sorted((*first, *second))
    largest = abs(welch_t(first, second))
    for crop in _percentiles(together):
        left = [[value for value in each if value <= crop] for each in (first, second)]
        if min(map(len, left)) >= _LEAST:
            largest = max(largest, abs(welch_t(*left)))
    return largest


def _percentiles(together: Sequence[float]) -> Iterator[float]:
    """dudect's: dense where most values are, and ever denser towards the late ones."""
    crops = {int((1 - 0.5 ** (10 * step / _CROPS)) * len(together)) for step in range(1, _CROPS + 1)}
    yield from (together[min(crop, len(together) - 1)] for crop in sorted(crops))


def signed_rank_z(first: Sequence[float], second: Sequence[float]) -> float:
    """Wilcoxon's signed rank of pairs, as a standard normal; pairs that are equal say nothing and are left out."""
    differences = [one - other for one, other in zip(first, second, strict=True) if one != other]
    ranks = _ranks([abs(each) for each in differences])
    variance = math.fsum(rank * rank for rank in ranks)
    signed = math.fsum(math.copysign(rank, each) for rank, each in zip(ranks, differences, strict=True))
    return signed / math.sqrt(variance) if variance else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    """From 1; equal values share the mean of their ranks."""
    places: dict[float, float] = {}
    before = 0
    for value, count in sorted(Counter(values).items()):
        places[value] = before + (count + 1) / 2
        before += count
    return [places[value] for value in values]


def accuracy(first: Sequence[float], second: Sequence[float]) -> float:
    """How often the better of two classifiers is right about values that it did not learn from; each half learns once."""
    half = len(first) // 2
    halves = ((first[:half], second[:half]), (first[half:], second[half:]))
    right = [0, 0]
    for learn, tried in (halves, halves[::-1]):
        classifiers: tuple[Callable[[float], bool], ...] = (_stump(*learn), _bins(*learn))
        for place, classes in enumerate(classifiers):
            right[place] += sum(map(classes, tried[0])) + sum(not classes(value) for value in tried[1])
    shares = [count / (len(first) + len(second)) for count in right]
    return max(shares, key=lambda share: abs(share - 0.5))


class _Stump:
    """Says "the first kind" on one side of a threshold."""

    def __init__(self, threshold: float, below: bool) -> None:  # a side, no switch
        self.threshold, self.below = threshold, below

    def __call__(self, value: float) -> bool:
        return (value <= self.threshold) == self.below


def _stump(first: Sequence[float], second: Sequence[float]) -> _Stump:
    marked = sorted([(value, 1) for value in first] + [(value, -1) for value in second])
    best, lead, chosen = -1, 0, _Stump(0.0, below=True)
    for place, (value, sign) in enumerate(marked):
        lead += sign
        if place + 1 < len(marked) and marked[place + 1][0] == value:
            continue  # equal values are on one side
        if abs(lead) > best:
            best, chosen = abs(lead), _Stump(value, below=lead >= 0)
    return chosen


class _Bins:
    """Says what was seen more often between the same two quantiles."""

    def __init__(self, edges: Sequence[float], first: Counter[int], second: Counter[int]) -> None:
        self.edges, self.first, self.second = edges, first, second

    def place(self, value: float) -> int:
        return sum(value > edge for edge in self.edges)

    def __call__(self, value: float) -> bool:
        place = self.place(value)
        return self.first[place] >= self.second[place]


def _bins(first: Sequence[float], second: Sequence[float]) -> _Bins:
    together = sorted((*first, *second))
    edges = sorted({together[len(together) * number // _BINS] for number in range(1, _BINS)})
    empty = _Bins(edges, Counter(), Counter())
    return _Bins(edges, Counter(map(empty.place, first)), Counter(map(empty.place, second)))
