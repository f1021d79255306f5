"""The statistics that look for an oracle find a planted one that a plain t test misses, and cry wolf about none."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.oracle import LIMIT, accuracy, judge, largest_cropped_t, signed_rank_z, welch_t

PAIRS = 3_000
HALF_A_MILLISECOND = 0.0005


def answers(seed: int, later: float = 0.0) -> tuple[list[float], list[float]]:
    """Pairs as a server on a shared machine gives them: a tick, a little jitter, a drift, and now and then a late one."""
    chance = random.Random(seed)
    kinds: tuple[list[float], list[float]] = ([], [])
    for number in range(PAIRS):
        drift = 0.002 * (number / PAIRS)
        for kind, more in zip(kinds, (0.0, later), strict=True):
            jitter = chance.lognormvariate(-7.0, 0.6)
            late = chance.choice((0.02, 0.1, 0.5)) if chance.random() < 0.02 else 0.0
            kind.append(0.5 + drift + jitter + late + more)
    return kinds


@pytest.mark.parametrize("seed", range(6))
def test_half_a_millisecond_is_found_and_a_plain_t_test_misses_it(seed: int) -> None:
    first, second = answers(seed, HALF_A_MILLISECOND)
    assert abs(welch_t(first, second)) < LIMIT
    verdict = judge(first, second)
    assert verdict.t > LIMIT
    assert verdict.z > LIMIT
    assert verdict.tells_apart


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_found_where_nothing_is(seed: int) -> None:
    verdict = judge(*answers(seed))
    assert not verdict.tells_apart, str(verdict)


def test_a_few_answers_that_come_a_tick_later_are_found() -> None:
    chance = random.Random(1)
    first, second = answers(1)
    second = [value + 0.5 * (chance.random() < 0.03) for value in second]
    assert judge(first, second).tells_apart


def test_another_shape_around_the_same_middle_is_found_by_the_classifier_alone() -> None:
    chance = random.Random(2)
    first = [chance.gauss(0.5, 0.001) for _ in range(PAIRS)]
    second = [chance.gauss(0.5, 0.003) for _ in range(PAIRS)]
    assert abs(signed_rank_z(first, second)) < LIMIT
    assert accuracy(first, second) > 0.6


def test_one_size_tells_nothing_and_one_byte_more_tells_everything() -> None:
    assert not judge([32_768.0] * PAIRS, [32_768.0] * PAIRS).tells_apart
    verdict = judge([32_768.0] * PAIRS, [32_769.0] * PAIRS)
    assert (verdict.t, verdict.accuracy) == (float("inf"), 1.0)
    assert verdict.z > LIMIT


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=60))
def test_who_is_called_first_makes_no_difference(pairs: list[tuple[int, int]]) -> None:
    first, second = ([float(pair[place]) for pair in pairs] for place in (0, 1))
    assert signed_rank_z(first, second) == pytest.approx(-signed_rank_z(second, first))
    assert largest_cropped_t(first, second) == pytest.approx(largest_cropped_t(second, first))


def test_the_signed_rank_is_that_of_the_textbook() -> None:
    """Differences 1, -2, 3, 4, -5, 6: signed ranks sum to 7, and their squares to 91 (Conover, section 5.7)."""
    first = [1.0, 0.0, 3.0, 4.0, 0.0, 6.0]
    second = [0.0, 2.0, 0.0, 0.0, 5.0, 0.0]
    assert signed_rank_z(first, second) == pytest.approx(7 / 91**0.5)
