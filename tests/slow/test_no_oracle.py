"""P7 by statistics: from outside, a code that opens a mailbox and one that opens nothing take the same time to answer."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

import pytest

from crypto.receipt import ReceiptCode
from intake.wordlists import wordlist
from tests.support.instances import Instance
from tests.support.processes import serving
from tests.support.visitor import Visitor

ROUNDS = 120
PERMUTATIONS = 2_000
CHANCE = 0.001
"""A difference this unlikely by chance fails; the same seed and machine noise then cannot explain it."""


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_answers_to_known_and_unknown_codes_take_equally_long(
    instance: Instance, tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = tmp_path_factory.mktemp("workspace")
    words = wordlist("en")
    assert words is not None
    with serving("portal", instance.directory, workspace, today=instance.today.isoformat()) as portal:
        visitor = Visitor(portal.url)
        visitor.get("/report")
        visitor.post("/report", {"what": "The wells are measured at night.", "go": "next"})
        visitor.get("/report/check")
        known = visitor.post("/report/check", {"send": "1"}).element("receipt-code")
        times: dict[bool, list[float]] = {True: [], False: []}
        for number in range(2 * ROUNDS):
            right = number % 2 == 0
            times[right].append(
                _time_of_opening(portal.url, known if right else ReceiptCode.generate().as_words(words))
            )
    assert _chance_of(times[True], times[False], statistics.median) > CHANCE


def _time_of_opening(url: str, code: str) -> float:
    visitor = Visitor(url)
    visitor.get("/return")
    for _ in range(600):
        begun = time.perf_counter()
        page = visitor.post("/return", {"code": code}, follow=False)
        taken = time.perf_counter() - begun
        if page.status == 303:
            return taken
        assert page.status in {429, 503}
        time.sleep(1)
    raise AssertionError("the portal never answered")


def _chance_of(first: list[float], second: list[float], measure: Callable[[list[float]], float]) -> float:
    """A permutation test: how often chance alone parts these times as far as right and wrong codes are apart."""
    difference = abs(measure(first) - measure(second))
    together = first + second
    shuffler = random.Random(1)
    further = 0
    for _ in range(PERMUTATIONS):
        shuffler.shuffle(together)
        further += abs(measure(together[: len(first)]) - measure(together[len(first) :])) >= difference
    return (further + 1) / (PERMUTATIONS + 1)
