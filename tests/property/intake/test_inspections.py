"""Inspections: when they are drawn, which cases, and what the log answers: every answer is true of the events."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from intake.events import EventKind
from intake.inspections import (
    DRAWN_WITHIN,
    SAMPLE,
    Answer,
    Check,
    Inspection,
    Step,
    answers,
    asked_on,
    late,
    sampled,
    scheduled,
)

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
CASES = st.lists(st.text(alphabet="abcdef0123456789", min_size=22, max_size=22), unique=True, max_size=30)


@given(DAYS)
def test_every_quarter_and_every_year_is_drawn_once_after_it_is_over(today: date) -> None:
    plans = scheduled(today)
    assert all(timedelta() < today - plan.last <= DRAWN_WITHIN for plan in plans)
    assert {plan.kind for plan in plans} <= {Inspection.ROUTINE, Inspection.YEAR_END}
    over = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    assert (today - over <= DRAWN_WITHIN) == any(plan.kind is Inspection.ROUTINE for plan in plans)
    assert (today.month == 1) == any(plan.kind is Inspection.YEAR_END for plan in plans)
    for plan in (*plans, asked_on(today)):
        assert plan.first.day == (plan.last + timedelta(days=1)).day == 1
        assert (plan.last - plan.first).days in range(88, 367)


@given(DAYS)
def test_a_result_that_is_late_is_looked_for_from_the_day_after_its_last_day(day: date) -> None:
    for plan in (*scheduled(day), asked_on(day)):
        assert plan not in late(plan.due)
        assert plan in late(plan.due + timedelta(days=1))
        assert plan not in late(plan.due + timedelta(days=100))


@given(CASES, st.binary(min_size=32, max_size=32), st.randoms(use_true_random=False))
def test_nobody_chooses_a_case_and_a_case_that_is_hidden_changes_no_order(
    cases: list[str], seed: bytes, random: object
) -> None:
    drawn = sampled(cases, seed)
    assert len(drawn) == min(SAMPLE, len(cases))
    mixed = list(cases)
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis's Random
    assert sampled(mixed, seed) == drawn
    without = [case for case in cases if case not in drawn[:1]]
    assert [case for case in sampled(without, seed) if case in drawn] == drawn[1:]


_KINDS = (
    EventKind.OPENED, EventKind.ACKNOWLEDGED, EventKind.MISSED, EventKind.NEGLECTED, EventKind.PROPOSED, EventKind.VOTED,
    EventKind.DECIDED, EventKind.STOPPED, EventKind.TOLD, EventKind.CLOSED, EventKind.REOPENED, EventKind.RELEASED,
    EventKind.RECOVERED, EventKind.TRANSFERRED,
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(_KINDS), st.integers(0, 5)), max_size=12), st.integers(1, 3))
def test_every_answer_is_true_of_the_events(acts: list[tuple[EventKind, int]], panel: int) -> None:
    filed = date(2026, 3, 2)
    steps, day = [Step(EventKind.FILED, filed)], filed
    for kind, days in acts:
        day += timedelta(days=days)
        steps.append(Step(kind, day))
    due = filed + timedelta(days=7)
    said = answers(steps, due, panel, day)
    kinds = [step.kind for step in steps]
    assert set(said) == set(Check)
    assert (said[Check.DATES_KEPT] is Answer.NO) == (EventKind.MISSED in kinds)
    assert (said[Check.ACTED_WHEN_READ] is Answer.NO) == (EventKind.NEGLECTED in kinds)
    if said[Check.ACKNOWLEDGED_IN_TIME] is Answer.YES:
        assert any(step.kind is EventKind.ACKNOWLEDGED and step.date <= due for step in steps)
    moved = (EventKind.RELEASED, EventKind.RECOVERED, EventKind.TRANSFERRED)
    first = next((kind for kind in kinds if kind in (EventKind.ACKNOWLEDGED, *moved)), None)
    if first in moved:
        assert said[Check.ACKNOWLEDGED_IN_TIME] is Answer.OPEN, "it was due in another office"
    if said[Check.DECIDED_BY_PANEL] is Answer.YES:
        decided = kinds.index(EventKind.DECIDED)
        before = kinds[:decided]
        assert EventKind.PROPOSED in before
        assert before[::-1][: before[::-1].index(EventKind.PROPOSED)].count(EventKind.VOTED) >= panel - 1
    if EventKind.DECIDED not in kinds:
        assert said[Check.DECIDED_BY_PANEL] is Answer.OPEN
    if said[Check.RESULT_TOLD] is Answer.YES:
        assert EventKind.TOLD in kinds
    if said[Check.RESULT_TOLD] is Answer.NO:
        assert EventKind.CLOSED in kinds
