"""Plans for a reporter's safety, whatever is in them; by when they are due; who looks after whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.calendar import WorkCalendar
from intake.events import EventKind
from intake.levels import Band
from intake.protection.bands import Stood
from intake.protection.measures import Owner, heavy_factors, measures, measures_from
from intake.protection.plan_due import MET_BY, clocks_of, outstanding, reached_said, stood_said
from intake.protection.plans import Choice, Plan, Step, plan_from, unanswered
from intake.scoring import Sum, load_weights
from intake.strict_json import FaultyInputError

FACTORS = load_weights(Sum.RISK).factors
BANDS = [band for band in Band if band is not Band.NONE]
POINTS = st.fixed_dictionaries(
    {name: st.sampled_from(sorted(set(each.points.values()))) for name, each in FACTORS.items()}
)
STEPS = st.dictionaries(
    st.sampled_from(sorted(measures().measures)),
    st.builds(
        Step,
        choice=st.sampled_from(Choice),
        owner=st.sampled_from(Owner),
        due=st.dates().map(str),
        note=st.text(max_size=20),
        group=st.integers(0, 99),
    ),
)
REASONS = st.dictionaries(st.sampled_from(sorted(FACTORS)), st.sampled_from(["", "  ", "Nothing fits."]))


@given(points=POINTS, steps=STEPS, reasons=REASONS)
def test_a_plan_without_open_factors_answers_every_one_above_half(
    points: dict[str, int], steps: dict[str, Step], reasons: dict[str, str]
) -> None:
    plan = Plan(steps=steps, reasons=reasons)
    left = set(unanswered(plan, heavy_factors(points), measures()))
    for name, factor in FACTORS.items():
        chosen = {code for code, step in steps.items() if step.choice is Choice.CHOSEN}
        answered = any(name in measures().measures[code].answers for code in chosen)
        reason = reasons.get(name, "").strip() != ""
        heavy = points[name] > factor.most / 2
        assert (name in left) == (heavy and not answered and not reason)


@given(steps=STEPS, reasons=REASONS, complete=st.booleans())
def test_a_plan_comes_back_as_it_was_sealed(
    steps: dict[str, Step], reasons: dict[str, str], complete: bool
) -> None:
    plan = Plan(steps=steps, reasons=reasons, heavy=("A1",), complete=complete, version=1)
    assert plan_from(plan.as_content()) == plan


@given(band=st.sampled_from([Band.MEDIUM, Band.HIGH, Band.CRITICAL]), factor=st.sampled_from(sorted(FACTORS)))
def test_something_that_no_consent_is_needed_for_is_suggested_for_every_factor(
    band: Band, factor: str
) -> None:
    suggested = measures().for_factor(factor, band)
    assert any(measure.anonymous and not measure.consent for measure in suggested)


@given(
    since=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    band=st.sampled_from(BANDS),
    number=st.integers(0, 50),
    told=st.lists(st.tuples(st.integers(0, 99), st.sampled_from(sorted(EventKind)))),
)
def test_a_clock_is_met_by_what_came_after_the_band_alone(
    since: date, band: Band, number: int, told: list[tuple[int, EventKind]]
) -> None:
    stood = Stood(since, band, number)
    assert stood_said(reached_said(stood)) == stood
    clocks = clocks_of(stood, WorkCalendar())
    assert (clocks == {}) == (band is Band.LOW)
    assert all(due > since for due in clocks.values())
    left = outstanding(stood, told, WorkCalendar())
    for name, due in clocks.items():
        met = any(each > number and kind in MET_BY[name] for each, kind in told)
        assert (name in left) == (not met)
        assert left.get(name, due) == due


@given(since=st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_the_greater_the_risk_the_sooner_the_plan(since: date) -> None:
    due = [clocks_of(Stood(since, band, 0), WorkCalendar())["plan_due"] for band in BANDS[1:]]
    assert due == sorted(due, reverse=True)
    assert clocks_of(Stood(since, Band.CRITICAL, 0), WorkCalendar())[
        "safety_contact_due"
    ] == since + timedelta(days=1)


@pytest.mark.parametrize(
    "change",
    [
        {"measures": []},
        {"group_least": 1},
        {"version": 0},
        {"more": 1},
        {"measures": [{"code": "M01", "least": "low", "trigger": "p1", "owner": "portal"}]},
        {"measures": [{"code": "M01", "least": "low", "owner": "somebody", "words": "x"}]},
        {"plans": {"high": {"tea_due": {"amount": 1, "unit": "calendar_days"}}}},
    ],
)
def test_a_broken_catalogue_is_refused(change: dict[str, object]) -> None:
    whole: dict[str, object] = {
        "id": "measures", "version": 1, "valid_from": "2026-01-01", "reason": "First.", "plans": {}, "group_least": 5,
        "freeze_days": 180,
        "measures": [{"code": "M03", "least": "low", "owner": "office", "answers": sorted(FACTORS)}],
    }  # fmt: skip
    assert measures_from(whole).group_least == 5
    with pytest.raises(FaultyInputError):
        measures_from({**whole, **change})
