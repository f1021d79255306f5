"""Answers at fixed ticks: when they leave, what they do before, and who is turned away when too many wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from templates.web.refusals import TooManyAtOnce
from templates.web.ticks import TICK, UNSAFE_NO_TICK, Held, Ticks, next_tick


class Watch:
    """A clock that work and waiting move on; ``told`` is what happened, in order."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.used = 7.0
        self.told: list[object] = []

    def read(self) -> float:
        return self.now

    def processor(self) -> float:
        """Looking takes time as well."""
        self.used += 0.001
        return self.used

    def sleep(self, seconds: float) -> None:
        self.told.append("waits")
        self.now += seconds


def begin(_status: str, _headers: list[tuple[str, str]], _exc: object = None, /) -> Callable[[bytes], object]:
    """A server that an answer begins to."""
    return lambda _data: None


class Answer:
    """What an application returns: pieces that take time, and something to do at the end."""

    def __init__(self, watch: Watch, pieces: Iterable[bytes], closing: float) -> None:
        self.watch, self.pieces, self.closing = watch, pieces, closing

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.watch.now += 0.01
            yield piece

    def close(self) -> None:
        self.watch.now += self.closing
        self.watch.told.append("closes")


def answering(
    watch: Watch, ticks: Ticks, work: float, *, quiet: bool = True
) -> Callable[..., Iterable[bytes]]:
    """An application that works for so many seconds once its request has come."""

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        watch.now += 3.3  # until the form had arrived
        if quiet:
            ticks.begin(environ)
        watch.now += work
        start("200 OK", [])
        return Answer(watch, [b"a", b"b"], 0.05)

    return application


@given(
    st.floats(0, 1e6), st.floats(0, 100), st.sampled_from([0.125, 0.25, TICK]),
)  # fmt: skip
def test_an_answer_leaves_whole_ticks_after_its_request_and_never_before_it_is_ready(
    begun: float, work: float, tick: float
) -> None:
    now = begun + work
    due = next_tick(begun, now, tick)
    assert due >= now
    assert due >= begun + tick
    assert due - now <= tick * 1.000001
    assert abs((due - begun) / tick - round((due - begun) / tick)) < 1e-6


@given(st.floats(0, TICK * 0.999), st.floats(0, TICK * 0.999))
def test_whatever_is_done_within_a_tick_leaves_at_one_moment(first: float, second: float) -> None:
    assume(100 + first < 100 + TICK)
    assert next_tick(100, 100 + first, TICK) == next_tick(100, 100 + second, TICK)


@pytest.mark.parametrize(("work", "leaves"), [(0.0, 0.5), (0.3, 0.5), (0.45, 1.0), (1.2, 1.5)])
def test_the_clock_starts_when_the_form_is_there_and_everything_is_done_before_the_wait(
    work: float, leaves: float
) -> None:
    watch = Watch()
    ticks = Ticks(0.5, 0.05, 12, watch.read, watch.processor, watch.sleep)
    answer = Held(answering(watch, ticks, work), ticks)({}, begin)
    assert watch.now == pytest.approx(1_003.3 + leaves)
    assert watch.told == ["closes", "waits"]
    assert list(answer) == [b"ab"]
    assert not hasattr(answer, "close")


@pytest.mark.parametrize(("work", "used"), [(0.0, 0.05), (0.03, 0.05), (0.06, 0.1)])
def test_little_work_and_more_work_use_the_processor_for_whole_portions(work: float, used: float) -> None:
    watch = Watch()
    ticks = Ticks(0.5, 0.05, 12, watch.read, watch.processor, watch.sleep)

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        ticks.begin(environ)
        watch.used += work
        start("200 OK", [])
        return [b""]

    before = watch.used
    Held(application, ticks)({}, begin)
    assert watch.used - before == pytest.approx(used, abs=0.003)


def test_an_answer_that_hangs_on_nothing_secret_waits_for_nothing() -> None:
    watch = Watch()
    ticks = Ticks(0.5, 0.05, 12, watch.read, watch.processor, watch.sleep)
    answer = Held(answering(watch, ticks, 0.1, quiet=False), ticks)({}, begin)
    assert isinstance(answer, Answer)
    assert watch.told == []


def test_a_fault_waits_as_everything_does_and_gives_its_place_back() -> None:
    watch = Watch()
    ticks = Ticks(0.5, 0.05, 1, watch.read, watch.processor, watch.sleep)

    def fails(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        ticks.begin(environ)

        def pieces() -> Iterator[bytes]:
            yield b"x"
            raise OSError("the disk is gone")

        return pieces()

    for _ in range(3):
        with pytest.raises(OSError, match="disk"):
            Held(fails, ticks)({}, begin)
        assert watch.told[-1] == "waits"


def test_when_all_places_are_taken_the_next_is_refused_before_any_work() -> None:
    ticks = Ticks(UNSAFE_NO_TICK, at_once=2)
    first: dict[str, Any] = {}
    ticks.begin(first)
    ticks.begin({})
    with pytest.raises(TooManyAtOnce):
        ticks.begin({})
    Held(lambda _environ, _start: [b""], ticks)(first, begin)
    ticks.begin({})
