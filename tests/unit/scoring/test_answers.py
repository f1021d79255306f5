"""Answers files, refused with every fault named; and weights files, which must be complete."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from intake.scoring import BrokenAnswersError, Sum, answers_from, load_answers, load_weights
from intake.scoring.weights import weights_from
from intake.strict_json import FaultyInputError


def faults(document: object, which: Sum = Sum.RISK) -> tuple[str, ...]:
    with pytest.raises(BrokenAnswersError) as caught:
        answers_from(document, which)
    return caught.value.faults


def test_every_fault_is_named_at_once() -> None:
    assert faults({"A1": "everybody", "A2": 3, "B9": "x", "not_safe": "maybe", "a1": "known"}) == (
        f"B9: is no question; the questions are {', '.join(sorted(load_weights(Sum.RISK).answer_ids))}",
        f"a1: is no question; the questions are {', '.join(sorted(load_weights(Sum.RISK).answer_ids))}",
        "A1: 'everybody' is not one of nobody, officers, others, suspected, known",
        "A2: must be one of over_15, 5_to_15, unknown, 2_to_4, only_me, not 3",
        "not_safe: must be yes or no, not 'maybe'",
    )


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"T4": "who"}, "T4: must be a list of who, when, where, first_hand, attachment, not 'who'"),
        ({"T4": ["who", "why"]}, "T4: 'why' is not one of who, when, where, first_hand, attachment"),
        ({"T4": ["who", "who"]}, "T4: names an answer twice"),
        ({"T4": [1]}, "T4[0]: must be text, not 1"),
        ({"T1": ["life"]}, "T1: must be one of none, financial, rights, health, life, not a list"),
        ({"linked": -1}, "linked: must be a whole number of at least 0, not -1"),
        ({"linked": 1.5}, "linked: must be a whole number of at least 0, not a number"),
        ({"linked": True}, "linked: must be a whole number of at least 0, not true or false"),
        ({"linked": 10**9}, "linked: must be at most 1000000"),
        ([], "document: must be an object, not a list"),
    ],
)
def test_a_faulty_answer_is_named(document: object, fault: str) -> None:
    assert fault in faults(document, Sum.SEVERITY)


def test_one_document_can_serve_both_sums() -> None:
    both = {"A1": "known", "T1": "life", "imminent_danger": "yes"}
    assert dict(answers_from(both, Sum.RISK).chosen) == {"A1": ("known",)}
    assert dict(answers_from(both, Sum.SEVERITY).chosen) == {"T1": ("life",)}


@pytest.mark.parametrize(
    ("value", "set_"), [("yes", True), (True, True), ("no", False), (False, False), (None, False)]
)
def test_a_flag_is_yes_or_no(value: object, set_: bool) -> None:
    assert ("not_safe" in answers_from({"not_safe": value}, Sum.RISK).flags) is set_


def test_a_file_must_be_strict_json() -> None:
    with pytest.raises(BrokenAnswersError) as caught:
        load_answers(b'{"A1": "known", "A1": "nobody"}', Sum.RISK)
    assert caught.value.faults == ("A1: the key is given twice",)
    assert load_answers(b'{"A1": "known"}', Sum.RISK) == answers_from({"A1": "known"}, Sum.RISK)


def weights_document(which: Sum) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (files("intake") / "data" / "weights" / f"{which}.json").read_text("utf-8")
    )
    return found


@pytest.mark.parametrize("which", Sum)
def test_the_shipped_weights_say_their_version_and_why(which: Sum) -> None:
    weights = load_weights(which)
    assert (weights.id, weights.version) == (which, 1)
    assert weights.reason


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"version": 0},
            "version: a version of at least 1 and a reason are needed: a case keeps the weights it began with",
        ),
        ({"bands": {"low": 1}}, "bands: one band must begin at 0"),
        ({"needed": ["Z9"]}, "overrides: 'Z9' is neither a factor nor a flag"),
        ({"factors": None}, "factors: is missing (an object)"),
        ({"factors": {"A1": {"asks": "?"}}}, "factors.A1.points: is missing (an object)"),
        (
            {"overrides": [{"code": "O1", "when": {"Z": "yes"}, "at_least": "high"}]},
            "overrides: 'Z' is neither a factor nor a flag",
        ),
    ],
)
def test_incomplete_weights_are_refused(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(FaultyInputError) as caught:
        weights_from({**weights_document(Sum.RISK), **change})
    assert fault in caught.value.faults
