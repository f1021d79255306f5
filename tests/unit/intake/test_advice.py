"""Advice before sending: which fits which answers, and answers that do not fit together."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from intake.clues import Kind
from intake.drafts import FIELDS
from intake.protection.advice import adviser, adviser_from
from intake.strict_json import FaultyInputError
from portal.clue_words import ADVICE, CLUES, CONTRADICTIONS

SAFETY = [name for name, entry in FIELDS.items() if entry.step == "safety" and name != "consent_refer_down"]


def codes(answers: dict[str, str], *clues: str) -> list[str]:
    """The advice for answers, in order."""
    return [each.code for each in adviser().advice_for(answers, clues)]


def test_every_code_has_words_and_no_words_lack_a_code() -> None:
    assert set(ADVICE) == {each.code for each in adviser().advice}
    assert set(CONTRADICTIONS) == {each.code for each in adviser().contradictions}
    assert set(CLUES) == set(Kind)


def test_danger_comes_first_and_silence_brings_nothing() -> None:
    assert codes({}) == []
    everything = {"a1": "known", "c1": "actual", "b1": "line", "e3": "none", "not_safe": "yes"}
    assert codes(everything | {"imminent_danger": "yes"})[:2] == ["danger", "not_safe"]
    assert [each.code for each in adviser().advice if each.urgent] == ["danger", "violence", "not_safe"]


def test_the_graver_of_two_answers_counts() -> None:
    assert "suspected" in codes({"a1": "nobody", "a3": "subject"})
    assert "suspected" not in codes({"a1": "nobody", "a3": "no"})
    assert "threat" in codes({"c1": "none", "threat_of_violence": "yes"})
    assert "few" in codes({"a2": "over_15"}, "only_one")
    # Told to the person accused outweighs told to somebody, whatever else does not fit.
    assert "suspected" in codes({"a1": "officers", "a3": "others", "c1": "actual"})


def test_a_contradiction_never_makes_anything_lighter() -> None:
    """Over all pairs of answers: no grave advice is lost because two do not fit together."""
    for first, second in itertools.combinations(SAFETY, 2):
        for one, other in itertools.product(FIELDS[first].tokens, FIELDS[second].tokens):
            answers = {first: one, second: other}
            alone = {code for name, token in answers.items() for code in codes({name: token})}
            lost = alone - set(codes(answers))
            assert not lost & {
                "danger",
                "violence",
                "not_safe",
                "known",
                "suspected",
                "detriment",
                "threat",
                "only_me",
            }


def test_broken_advice_is_refused_with_every_fault() -> None:
    document: dict[str, Any] = {
        "id": "advice",
        "version": 1,
        "valid_from": "2026-12-01",
        "reason": "A test.",
        "contradictions": [{"code": "one", "when": {"a1": ["nobody"]}}],
        "advice": [{"code": "one", "when": {"a1": ["everybody"]}}, {"code": "two"}],
        "more": [],
    }
    with pytest.raises(FaultyInputError) as refused:
        adviser_from(document)
    told = "\n".join(refused.value.faults)
    for words in ("'everybody' is no answer", "'one' is there twice", "counts", "when", "more"):
        assert words in told
