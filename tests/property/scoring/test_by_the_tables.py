"""Both sums reckoned a second time, from the tables of the protection model alone, and compared with what the command prints.

Nothing of `intake` is used here: whoever mistypes a weight, a band or an override there does not mistype it here as well.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from triage.cli.main import main

RISK = """
A1 nobody=0 officers=4 others=8 suspected=14 known=20
A2 over_15=1 5_to_15=5 unknown=6 2_to_4=10 only_me=14
A3 no=0 others=4 subject=8
A4 no=0 yes=4
B1 none=0 unknown=5 peer=6 contract=10 higher=12 line=14
B2 staff=1 team_member=5 head=8
B3 one=0 two=3 three_or_more=6
C1 none=0 signs=5 threat=10 actual=14
C2 no=0 yes=6
C3 no=0 yes=3
D1 low=0 medium=2 high=4 critical=6
D2 none=0 any=5
E1 outside=0 ordinary=2 temporary=5 permit=6
E2 no=0 yes=4
E3 has=0 none=2
"""
SEVERITY = """
T1 none=0 financial=5 rights=12 health=18 life=25
T2 unknown=5 small=2 medium=8 large=15
T3 staff=2 team_member=8 head=12 three_leaders=15
T5 once=0 repeated=5 ongoing=10
T6 no=0 weeks=5 days=10
T7 none=0 ordinary=4 vulnerable=10
"""
DETAILS = ["who", "when", "where", "first_hand", "attachment"]
FLAGS = ["threat_of_violence", "not_safe", "imminent_danger"]
ORDER = ["low", "medium", "high", "critical"]


def table(text: str) -> dict[str, dict[str, int]]:
    """Question → answer → points."""
    rows = (line.split() for line in text.split("\n") if line)
    return {
        row[0]: {token: int(points) for token, points in (cell.split("=") for cell in row[1:])}
        for row in rows
    }


def reckoned_risk(answers: dict[str, Any]) -> dict[str, Any]:
    """The risk of retaliation by hand."""
    rows = table(RISK)
    given_to = {question for question in rows if answers.get(question) is not None}
    points = {
        question: tokens[answers[question]] if question in given_to else tokens.get("unknown", 0)
        for question, tokens in rows.items()
    }
    score = min(100, sum(points.values())) if given_to else None
    bands = ["medium"] if score is None or not {"A1", "A2", "B1", "C1"} <= given_to else []
    if score is not None:
        bands.append(
            "critical" if score >= 65 else "high" if score >= 45 else "medium" if score >= 25 else "low"
        )
    raised = {}
    if answers.get("threat_of_violence") == "yes":
        raised["O1"] = "critical"
    if answers.get("A1") == "known" and answers.get("B1") == "line":
        raised["O2"] = "high"
    if answers.get("C1") in ("actual", "threat"):
        raised["O3"] = "high" if answers["C1"] == "actual" else "medium"
    if answers.get("not_safe") == "yes":
        raised["O4"] = "high"
    return _result(score, [*bands, *raised.values()], sorted(raised), points)


def reckoned_severity(answers: dict[str, Any]) -> dict[str, Any]:
    """The severity of the matter by hand."""
    rows = table(SEVERITY)
    missing = {"T2": 5, "T3": 2}
    points = {
        question: tokens[answers[question]] if answers.get(question) is not None else missing.get(question, 0)
        for question, tokens in rows.items()
    }
    points["T4"] = 3 * len(answers.get("T4") or [])
    points["T5"] = min(10, points["T5"] + 2 * (answers.get("linked") or 0))
    asked = [*rows, "T4", "linked"]
    score = sum(points.values()) if any(answers.get(question) is not None for question in asked) else None
    bands = ["medium"] if score is None else []
    if score is not None:
        bands.append(
            "critical" if score >= 70 else "high" if score >= 45 else "medium" if score >= 20 else "low"
        )
    danger = answers.get("imminent_danger") == "yes"
    bands += ["critical"] if danger else []
    return _result(score, bands, ["imminent_danger"] if danger else [], points)


def _result(
    score: int | None, bands: list[str], overrides: list[str], points: dict[str, int]
) -> dict[str, Any]:
    return {
        "score": score,
        "band": max(bands, key=ORDER.index),
        "overrides": overrides,
        "factors": {} if score is None else points,
    }


def printed(command: str, answers: Any, *more: str) -> tuple[int, str]:
    """What the command says to a file of answers."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answers.json"
        path.write_text(answers if isinstance(answers, str) else json.dumps(answers))
        done = CliRunner().invoke(main, [command, "--answers", str(path), *more])
    return done.exit_code, done.output


_CHOICES: dict[str, st.SearchStrategy[Any]] = {
    question: st.sampled_from([*tokens, None])
    for text in (RISK, SEVERITY)
    for question, tokens in table(text).items()
}
_MORE: dict[str, st.SearchStrategy[Any]] = {
    "T4": st.lists(st.sampled_from(DETAILS), unique=True),
    "linked": st.integers(0, 9),
    **{flag: st.sampled_from(["yes", "no", None]) for flag in FLAGS},
}
some = st.fixed_dictionaries({}, optional={**_CHOICES, **_MORE})
all_of_them = st.fixed_dictionaries(
    {
        question: st.sampled_from(list(tokens))
        for text in (RISK, SEVERITY)
        for question, tokens in table(text).items()
    },
    optional=_MORE,
)


@given(some | all_of_them)
def test_the_command_prints_what_the_tables_add_up_to(answers: dict[str, Any]) -> None:
    for command, reckoned in (("risk", reckoned_risk(answers)), ("severity", reckoned_severity(answers))):
        code, text = printed(command, answers)
        assert code == 0, text
        assert json.loads(text) == reckoned


@given(all_of_them)
def test_the_explanation_names_the_score_the_band_and_every_factor_that_weighed(
    answers: dict[str, Any],
) -> None:
    for command, reckoned in (("risk", reckoned_risk(answers)), ("severity", reckoned_severity(answers))):
        code, text = printed(command, answers, "--explain")
        assert code == 0
        assert f"The score is {reckoned['score']} of 100 and the band is {reckoned['band']}." in text
        for factor, points in reckoned["factors"].items():
            assert (f"({factor}, " in text and f" {points} of " in text) == (points > 0), factor
        assert all(code in text for code in reckoned["overrides"])


@given(some, st.sampled_from(["A1", "A2", "B1", "C1"]))
def test_where_one_of_the_four_is_missing_the_band_is_at_least_medium(
    answers: dict[str, Any], missing: str
) -> None:
    answers = {name: answer for name, answer in answers.items() if name != missing}
    assert json.loads(printed("risk", answers)[1])["band"] != "low"


def test_nothing_answered_has_no_score_and_is_medium() -> None:
    for command in ("risk", "severity"):
        assert json.loads(printed(command, {})[1]) == {
            "score": None,
            "band": "medium",
            "overrides": [],
            "factors": {},
        }


@pytest.mark.parametrize(
    ("command", "answers"),
    [
        ("risk", {"A1": "everybody"}),
        ("risk", {"A1": ["nobody", "known"]}),
        ("risk", {"C1": "none", "c1": "actual"}),
        ("risk", {"not_safe": "perhaps"}),
        ("risk", {"D3": "any"}),
        ("risk", '{"A1": "nobody", "A1": "known"}'),
        ("risk", '{"A1": "nobody"'),
        ("risk", "[]"),
        ("severity", {"T4": ["who", "who"]}),
        ("severity", {"T4": "who"}),
        ("severity", {"T1": "none, life"}),
        ("severity", {"linked": -1}),
        ("severity", {"linked": 1.5}),
    ],
)
def test_an_answer_that_is_none_and_two_at_once_are_refused_whole(command: str, answers: Any) -> None:
    code, text = printed(command, answers)
    assert code == 1
    assert "score" not in text
