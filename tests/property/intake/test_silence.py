"""Silence in a case: what ends it, in whatever order things are done."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.events import ACTS, MOVES, ROWS, EventKind
from intake.silence import silence_of

FIRST = date(2026, 1, 1)
QUIET = ACTS - MOVES


def played(kinds: list[EventKind], gaps: list[int]) -> list[tuple[EventKind, date]]:
    day, story = FIRST, []
    for kind, gap in zip(kinds, gaps, strict=False):
        day += timedelta(days=gap)
        story.append((kind, day))
    return story


def stories(kinds: list[EventKind]) -> st.SearchStrategy[list[tuple[EventKind, date]]]:
    lists = st.lists(st.sampled_from(kinds), max_size=30)
    gaps = st.lists(st.integers(0, 12), min_size=30, max_size=30)
    return st.builds(played, lists, gaps)


@given(stories(sorted(EventKind)))
def test_an_act_that_moves_the_matter_ends_it_on_its_day(story: list[tuple[EventKind, date]]) -> None:
    for kind in MOVES:
        after = silence_of([*story, (kind, FIRST + timedelta(days=999))])
        assert (after.since, after.seen) == (FIRST + timedelta(days=999), None)


@given(stories(sorted(QUIET | {EventKind.OPENED, EventKind.WRITTEN})))
def test_whatever_else_is_done_ends_it_a_few_times_at_most(story: list[tuple[EventKind, date]]) -> None:
    """However long an office goes on like that, and in whatever order."""
    begun = [(EventKind.ACKNOWLEDGED, FIRST), *story]
    ends = {
        position
        for position in range(1, len(begun))
        if begun[position][0] in QUIET
        and silence_of(begun[:position]) != silence_of(begun[: position + 1])
        and silence_of(begun[: position + 1]).seen is None
    }
    assert len(ends) <= len({ROWS.get(kind, kind.value) for kind in QUIET})


@given(stories(sorted(EventKind)))
def test_neither_the_reporter_nor_a_read_ends_it(story: list[tuple[EventKind, date]]) -> None:
    later = FIRST + timedelta(days=999)
    before = silence_of(story)
    for kind in (EventKind.WRITTEN, EventKind.OPENED, EventKind.MISSED, EventKind.NEGLECTED):
        assert silence_of([*story, (kind, later)]).since == before.since


def test_every_row_is_of_acts_that_move_nothing() -> None:
    assert ROWS.keys() <= QUIET
