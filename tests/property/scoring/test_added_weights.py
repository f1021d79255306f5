"""Weights that a pack adds for a post or a kind of unit: they only ever raise; without them nothing is other than it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.drafts import DraftSubject
from intake.filing.assess import Assessment, assess
from intake.organisation import Organisation, load_organisation, load_pack
from intake.organisation.pack import MOST_WEIGHT, WEIGHED_POSTS, WEIGHED_UNITS
from intake.scoring import Sum, answers_from, heavier, severity
from tests.support.organisation import small_organisation
from tests.support.reports import report

DAY = date(2026, 3, 2)
PLAIN = load_organisation(json.dumps(small_organisation()).encode())
_WEIGHTS = st.dictionaries(st.sampled_from((*WEIGHED_POSTS, *WEIGHED_UNITS)), st.integers(0, MOST_WEIGHT))
_SUBJECTS = st.lists(
    st.builds(
        DraftSubject,
        post=st.sampled_from(("head", "team_member", "staff")),
        body=st.sampled_from(("millbrook-water", "HO-millbrook")),
    ),
    max_size=3,
)
_HARM = st.sampled_from(("none", "financial", "life"))


def _with(weights: dict[str, int]) -> Organisation:
    return PLAIN.with_pack(replace(load_pack("default"), weights=weights))


def _assessed(organisation: Organisation, subjects: list[DraftSubject], harm: str) -> Assessment:
    draft = report(*subjects, harm=harm, a1="known")
    return assess(draft, organisation, frozenset(organisation.officers), DAY)


@given(weights=_WEIGHTS, subjects=_SUBJECTS, harm=_HARM)
def test_no_weight_ever_lowers_a_matter_or_a_priority(
    weights: dict[str, int], subjects: list[DraftSubject], harm: str
) -> None:
    plain, weighed = (_assessed(each, subjects, harm) for each in (PLAIN, _with(weights)))
    assert plain.severity.score is not None
    assert weighed.severity.score is not None
    assert weighed.severity.score >= plain.severity.score
    assert weighed.severity.band.rank >= plain.severity.band.rank
    assert weighed.risk.band.rank >= plain.risk.band.rank
    assert weighed.decision.priority <= plain.decision.priority
    assert plain.severity.factors.items() <= weighed.severity.factors.items()
    extra = set(weighed.severity.factors) - set(plain.severity.factors)
    assert extra <= {"W-POST", "W-UNIT"}
    assert weighed.severity.score == min(100, sum(weighed.severity.factors.values()))


def test_the_heaviest_post_and_the_heaviest_unit_count_once_each() -> None:
    subjects = [
        DraftSubject(post="head", body="millbrook-water"),
        DraftSubject(post="staff", body="HO-millbrook"),
        DraftSubject(post="head", body="HO-millbrook"),
    ]
    factors = _assessed(_with({"head": 7, "staff": 2, "office": 5}), subjects, "none").severity.factors
    assert (factors["W-POST"], factors["W-UNIT"]) == (7, 5)


def test_the_default_pack_adds_nothing() -> None:
    assert load_pack("default").weights == {}
    factors = _assessed(PLAIN, [DraftSubject(post="head", body="HO-millbrook")], "life").severity.factors
    assert set(factors) == {"T1", "T2", "T3", "T4", "T5", "T6", "T7"}


def test_points_are_never_taken_away() -> None:
    score = severity(answers_from({"T1": "life"}, Sum.SEVERITY))
    with pytest.raises(ValueError, match="never taken away"):
        heavier(score, {"W-POST": -1})
