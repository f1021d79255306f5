"""What holds for every set of answers: silence is never safe, danger never lowers, and the parts make the whole."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.scoring import Score, Sum, answers_from, load_weights, risk, severity

FLAGS = {Sum.RISK: ["threat_of_violence", "not_safe"], Sum.SEVERITY: ["imminent_danger"]}


def answers_of(which: Sum) -> st.SearchStrategy[dict[str, Any]]:
    weights = load_weights(which)
    questions: dict[str, st.SearchStrategy[Any]] = {
        key: st.lists(st.sampled_from(sorted(factor.points)), unique=True)
        if factor.many
        else st.sampled_from(sorted(factor.points))
        for key, factor in weights.factors.items()
    }
    counted = {factor.counted: st.integers(0, 20) for factor in weights.factors.values() if factor.counted}
    flags = {flag: st.sampled_from(["yes", "no"]) for flag in weights.flags}
    return st.fixed_dictionaries({}, optional={**questions, **counted, **flags})


def scored(which: Sum, document: dict[str, Any]) -> Score:
    return (risk if which is Sum.RISK else severity)(answers_from(document, which))


both = st.sampled_from(Sum).flatmap(lambda which: st.tuples(st.just(which), answers_of(which)))


@given(both)
def test_the_factors_make_the_score(case: tuple[Sum, dict[str, Any]]) -> None:
    score = scored(*case)
    if score.score is None:
        assert (dict(score.factors), score.band.rank >= 2) == ({}, True)
    else:
        assert score.score == min(100, sum(score.factors.values()))


@given(both)
def test_a_flag_of_danger_never_lowers_the_band(case: tuple[Sum, dict[str, Any]]) -> None:
    which, document = case
    for flag in FLAGS[which]:
        calm, alarmed = scored(which, {**document, flag: "no"}), scored(which, {**document, flag: "yes"})
        assert alarmed.band.rank >= calm.band.rank
        assert alarmed.score == calm.score


@given(answers_of(Sum.RISK), st.sampled_from(["A1", "A2", "B1", "C1"]))
def test_silence_on_a_needed_question_is_never_safe(document: dict[str, Any], key: str) -> None:
    silent = {name: answer for name, answer in document.items() if name != key}
    assert scored(Sum.RISK, silent).band not in {"none", "low"}
