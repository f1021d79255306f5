"""Drawing a panel's seats: fair, the same whatever the order, and never anybody who must not decide."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from triage.casework.seats import Bench, draw

LOADS = st.integers(0, 4)


@st.composite
def benches(draw_: st.DrawFn) -> list[Bench]:
    """Up to four offices, one above the other; a head may be fit to decide, or not, or missing."""
    found = []
    for office in range(draw_(st.integers(1, 4))):
        members = {f"{office}.{number}" for number in range(draw_(st.integers(0, 4)))}
        heads = draw_(st.sampled_from([(), (f"{office}.0",), (f"{office}.0", f"{office}.1"), ("absent",)]))
        found.append(Bench(frozenset(members), frozenset(heads)))
    return found


@st.composite
def panels(draw_: st.DrawFn) -> tuple[list[Bench], dict[str, int], int]:
    where = draw_(benches())
    load = {who: draw_(LOADS) for bench in where for who in sorted(bench.members)}
    return where, load, draw_(st.integers(0, 5))


@given(panels())
def test_every_seat_is_somebody_who_may_decide_each_once_and_one_head_at_most_and_last(
    panel: tuple[list[Bench], dict[str, int], int],
) -> None:
    where, load, number = panel
    seats = draw(where, load, number)
    fit = frozenset[str]().union(*(bench.members for bench in where))
    heads = frozenset[str]().union(*(bench.heads for bench in where))
    if seats is None:
        assert len(fit - heads) < number
        return
    assert len(seats) == len(set(seats)) == number
    assert set(seats) <= fit
    assert not set(seats[:-1]) & heads


@given(panels(), st.integers())
def test_the_order_of_lists_changes_nothing(
    panel: tuple[list[Bench], dict[str, int], int], seed: int
) -> None:
    where, load, number = panel
    shuffled = list(load.items())
    random.Random(seed).shuffle(shuffled)
    again = [Bench(frozenset(sorted(bench.members, reverse=True)), bench.heads) for bench in where]
    assert draw(again, dict(shuffled), number) == draw(where, load, number)


@given(panels())
def test_an_office_above_is_asked_only_when_those_below_cannot_fill_the_seats(
    panel: tuple[list[Bench], dict[str, int], int],
) -> None:
    where, load, number = panel
    seats = draw(where, load, number)
    for place, bench in enumerate(where):
        below = where[:place]
        others = sum(len(lower.members - lower.heads) for lower in below)
        if seats is not None and set(seats) & bench.members:
            assert others < number


@given(panels())
def test_within_an_office_whoever_carries_least_sits(
    panel: tuple[list[Bench], dict[str, int], int],
) -> None:
    where, load, number = panel
    seats = set(draw(where, load, number) or ())
    for bench in where:
        free = bench.members - bench.heads
        sitting, standing = free & seats, free - seats
        if seats:
            assert all((load[one], one) < (load[other], other) for one in sitting for other in standing)


@given(panels(), st.data())
def test_a_seat_that_is_filled_again_leaves_the_others_where_they_are(
    panel: tuple[list[Bench], dict[str, int], int], data: st.DataObject
) -> None:
    where, load, number = panel
    seats = draw(where, load, number)
    if not seats:
        return
    gone = data.draw(st.sampled_from(sorted(seats)))
    left = [Bench(bench.members - {gone}, bench.heads) for bench in where]
    again = draw(left, load, number, [seat for seat in seats if seat != gone])
    if again is not None:
        assert gone not in again
        assert set(seats) - {gone} <= set(again)
        assert not any(set(again[:-1]) & bench.heads for bench in where)
