"""Figures: what is hidden from a reader changes nothing that the reader is shown, and no small number can be worked out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from intake.events import EventKind
from intake.figures import (
    ENDINGS,
    FEWEST_PEERS,
    KINDS,
    LEAST,
    CaseMonth,
    Group,
    Measure,
    Median,
    beside_peers,
    counted,
    figures_for,
    month_before,
)

OFFICES = ("HO-a", "HO-b")
READERS = ("ann", "ben")

case_months = st.builds(
    CaseMonth,
    office=st.sampled_from((*OFFICES, "HO-elsewhere")),
    heads=st.booleans(),
    hidden_from=st.frozensets(st.sampled_from(READERS)),
    counts=st.dictionaries(st.sampled_from(list(Measure)), st.integers(1, 3)).map(Counter),
    days=st.dictionaries(st.sampled_from(list(Median)), st.integers(0, 400)),
)
many = st.lists(case_months, max_size=40)


@given(many)
def test_a_reader_sees_no_difference_whether_or_not_a_hidden_case_exists(cases: list[CaseMonth]) -> None:
    for reader in READERS:
        visible = [case for case in cases if reader not in case.hidden_from]
        assert figures_for(reader, OFFICES, cases) == figures_for(reader, OFFICES, visible)


@given(many)
def test_no_number_from_one_to_four_is_said_and_none_can_be_subtracted(cases: list[CaseMonth]) -> None:
    rows = figures_for("ann", OFFICES, cases)
    assert [(row["office"], row["group"]) for row in rows] == [(o, g.value) for o in OFFICES for g in Group]
    for every, some in zip(rows[::2], rows[1::2], strict=True):
        for measure in Measure:
            total, part = every[measure.value], some[measure.value]
            assert total not in range(1, LEAST)
            assert part not in range(1, LEAST)
            if isinstance(total, int) and isinstance(part, int):
                assert total - part not in range(1, LEAST)


@given(many)
def test_how_cases_ended_adds_up_to_nothing_that_was_not_said(cases: list[CaseMonth]) -> None:
    """Parts of a number that is said: with one of them missing, it could be subtracted."""
    for case in cases:
        case.counts[Measure.CLOSED] += sum(case.counts[measure] for measure in ENDINGS.values())
    rows = figures_for("ann", OFFICES, cases)
    for every, some in zip(rows[::2], rows[1::2], strict=True):
        for row in (every, some):
            parts = [row[measure.value] for measure in ENDINGS.values()]
            assert len({part is None for part in parts}) == 1
            if row[Measure.CLOSED.value] is not None and None not in parts:
                assert int(row[Measure.CLOSED.value] or 0) - sum(
                    int(part or 0) for part in parts
                ) not in range(1, LEAST)
        rests = [
            int(row[Measure.CLOSED.value] or 0) - sum(int(row[m.value] or 0) for m in ENDINGS.values())
            for row in (every, some)
            if row["upheld"] is not None and row[Measure.CLOSED.value] is not None
        ]
        assert len(rests) < 2 or rests[0] - rests[1] not in range(1, LEAST)


PEERS = ("HO-b", "HO-c", "HO-d", "HO-e")


@given(many, st.lists(st.sampled_from(PEERS), min_size=40, max_size=40))
def test_what_other_offices_did_together_gives_no_single_one_away(
    cases: list[CaseMonth], where: list[str]
) -> None:
    moved = [replace(case, office=office) for case, office in zip(cases, where, strict=False)]
    for reader in READERS:
        visible = [case for case in moved if reader not in case.hidden_from]
        *_, together = beside_peers(reader, "HO-a", PEERS, moved)
        assert together == beside_peers(reader, "HO-a", PEERS, visible)[-1]
        assert not {measure.value for measure in ENDINGS.values()} & set(together)
        for measure in Measure:
            said = together.get(measure.value)
            if said is None:
                continue
            by_office = Counter({o: sum(c.counts[measure] for c in visible if c.office == o) for o in PEERS})
            assert said == by_office.total()
            assert sum(number > 0 for number in by_office.values()) >= FEWEST_PEERS
            assert by_office.total() - max(by_office.values()) >= LEAST


@given(many)
def test_what_is_said_is_what_a_plain_count_gives(cases: list[CaseMonth]) -> None:
    for row in figures_for("ben", OFFICES, cases):
        mine = [
            case
            for case in cases
            if case.office == row["office"]
            and "ben" not in case.hidden_from
            and (case.heads or row["group"] == Group.ALL.value)
        ]
        for measure in Measure:
            if row[measure.value] is not None:
                assert row[measure.value] == sum(case.counts[measure] for case in mine)
        for what in Median:
            if row[what.value] is not None:
                days = sorted(case.days[what] for case in mine if what in case.days)
                assert len(days) >= LEAST
                assert days[0] <= int(row[what.value] or 0) <= days[-1]


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_cases_says_nothing(cases: list[CaseMonth], random: object) -> None:
    mixed = list(cases)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis's Random
    assert figures_for("ann", OFFICES, mixed) == figures_for("ann", OFFICES, cases)


@given(st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 30)), max_size=8))
def test_every_event_is_counted_once_and_late_is_after_the_date(acts: list[tuple[EventKind, int]]) -> None:
    filed = date(2026, 2, 1)
    due = filed + timedelta(days=7)
    happened = [(kind, filed + timedelta(days=n)) for kind, n in acts]
    counts, days = counted(happened, filed, due)
    assert counts.total() == len(happened)
    late = sum(kind is EventKind.ACKNOWLEDGED and n > 7 for kind, n in acts)
    assert counts[Measure.ACKNOWLEDGED_LATE] == late
    first = next((n for kind, n in acts if kind is EventKind.ACKNOWLEDGED), None)
    assert days.get(Median.TO_ACKNOWLEDGE) == first


@given(st.dates(min_value=date(2, 1, 1)))
def test_the_month_before_is_whole_and_over(today: date) -> None:
    first, last = month_before(today)
    assert (first.day, (last + timedelta(days=1)).day) == (1, 1)
    assert last < today.replace(day=1) <= last + timedelta(days=1)
    assert all(b - a == timedelta(days=1) for a, b in pairwise([last, last + timedelta(days=1)]))
