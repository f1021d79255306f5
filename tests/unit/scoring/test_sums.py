"""The two sums of the protection model, added up by hand."""

from __future__ import annotations

from typing import Any

import pytest

from intake.levels import Band
from intake.scoring import Score, Sum, answers_from, explain_score, load_weights, risk, severity


def scored_risk(**answers: Any) -> Score:
    return risk(answers_from(answers, Sum.RISK))


def scored_severity(**answers: Any) -> Score:
    return severity(answers_from(answers, Sum.SEVERITY))


SAFE = {
    "A1": "nobody",
    "A2": "over_15",
    "A3": "no",
    "A4": "no",
    "B1": "none",
    "B2": "staff",
    "B3": "one",
    "C1": "none",
    "C2": "no",
    "C3": "no",
    "D1": "low",
    "D2": "none",
    "E1": "outside",
    "E2": "no",
    "E3": "has",
}
WORST = {
    "A1": "known",
    "A2": "only_me",
    "A3": "subject",
    "A4": "yes",
    "B1": "line",
    "B2": "head",
    "B3": "three_or_more",
    "C1": "actual",
    "C2": "yes",
    "C3": "yes",
    "D1": "critical",
    "D2": "any",
    "E1": "permit",
    "E2": "yes",
    "E3": "none",
}

RISK_TABLE = {
    "A1": {"nobody": 0, "officers": 4, "others": 8, "suspected": 14, "known": 20},
    "A2": {"over_15": 1, "5_to_15": 5, "unknown": 6, "2_to_4": 10, "only_me": 14},
    "A3": {"no": 0, "others": 4, "subject": 8},
    "A4": {"no": 0, "yes": 4},
    "B1": {"none": 0, "unknown": 5, "peer": 6, "contract": 10, "higher": 12, "line": 14},
    "B2": {"staff": 1, "team_member": 5, "head": 8},
    "B3": {"one": 0, "two": 3, "three_or_more": 6},
    "C1": {"none": 0, "signs": 5, "threat": 10, "actual": 14},
    "C2": {"no": 0, "yes": 6},
    "C3": {"no": 0, "yes": 3},
    "D1": {"low": 0, "medium": 2, "high": 4, "critical": 6},
    "D2": {"none": 0, "any": 5},
    "E1": {"outside": 0, "ordinary": 2, "temporary": 5, "permit": 6},
    "E2": {"no": 0, "yes": 4},
    "E3": {"has": 0, "none": 2},
}
SEVERITY_TABLE = {
    "T1": {"none": 0, "financial": 5, "rights": 12, "health": 18, "life": 25},
    "T2": {"unknown": 5, "small": 2, "medium": 8, "large": 15},
    "T3": {"staff": 2, "team_member": 8, "head": 12, "three_leaders": 15},
    "T5": {"once": 0, "repeated": 5, "ongoing": 10},
    "T6": {"no": 0, "weeks": 5, "days": 10},
    "T7": {"none": 0, "ordinary": 4, "vulnerable": 10},
}


class TestRisk:
    @pytest.mark.parametrize(
        ("key", "token", "points"),
        [(key, token, points) for key, tokens in RISK_TABLE.items() for token, points in tokens.items()],
    )
    def test_each_answer_has_its_points(self, key: str, token: str, points: int) -> None:
        assert scored_risk(**{**SAFE, key: token}).factors[key] == points

    def test_the_table_has_no_other_answers(self) -> None:
        assert {
            key: dict(factor.points) for key, factor in load_weights(Sum.RISK).factors.items()
        } == RISK_TABLE

    def test_the_safest_answers_give_two_points(self) -> None:
        score = scored_risk(**SAFE)
        assert (score.score, score.band, score.overrides) == (2, Band.LOW, ())

    def test_the_score_never_exceeds_a_hundred(self) -> None:
        score = scored_risk(**WORST)
        assert sum(score.factors.values()) == 120
        assert (score.score, score.band) == (100, Band.CRITICAL)

    @pytest.mark.parametrize(
        ("answers", "score", "band"),
        [
            ({"A1": "suspected", "A3": "others", "B3": "two", "E2": "no", "D2": "none"}, 23, "low"),
            ({"A1": "suspected", "A3": "others", "A4": "yes"}, 24, "low"),
            ({"A1": "suspected", "A3": "others", "C3": "yes", "E1": "ordinary"}, 25, "medium"),
            ({"A1": "known", "A2": "only_me", "A3": "subject"}, 43, "medium"),
            ({"A1": "known", "A2": "only_me", "A3": "subject", "D1": "medium"}, 45, "high"),
            (
                {"A1": "known", "A2": "only_me", "A3": "subject", "A4": "yes", "B1": "higher", "D1": "high"},
                63,
                "high",
            ),
            (
                {
                    "A1": "known",
                    "A2": "only_me",
                    "A3": "subject",
                    "A4": "yes",
                    "B1": "higher",
                    "D1": "critical",
                },
                65,
                "critical",
            ),
        ],
    )
    def test_bands_begin_at_their_points(self, answers: dict[str, str], score: int, band: str) -> None:
        found = scored_risk(**{**SAFE, **answers})
        assert (found.score, found.band) == (score, band)

    def test_no_answer_at_all_is_no_score_and_medium(self) -> None:
        assert scored_risk().as_json() == {"score": None, "band": "medium", "overrides": [], "factors": {}}

    def test_a_missing_answer_counts_as_unknown_where_there_is_one(self) -> None:
        score = scored_risk(A3="no")
        assert score.factors["A2"] == 6
        assert score.factors["B1"] == 5
        assert (score.factors["A1"], score.score) == (0, 11)

    @pytest.mark.parametrize("missing", ["A1", "A2", "B1", "C1"])
    def test_without_one_of_the_four_the_band_is_at_least_medium(self, missing: str) -> None:
        assert scored_risk(**{**SAFE, missing: None}).band == "medium"

    @pytest.mark.parametrize("missing", ["A3", "B2", "C2", "E1"])
    def test_without_another_one_it_is_not(self, missing: str) -> None:
        assert scored_risk(**{**SAFE, missing: None}).band == "low"

    def test_answering_unknown_is_an_answer(self) -> None:
        assert scored_risk(**{**SAFE, "A2": "unknown", "B1": "unknown"}).band == "low"


class TestOverrides:
    @pytest.mark.parametrize(
        ("answers", "codes", "band"),
        [
            ({"threat_of_violence": "yes"}, ("O1",), "critical"),
            ({"A1": "known", "B1": "line"}, ("O2",), "high"),
            ({"A1": "known", "B1": "higher"}, (), "medium"),
            ({"A1": "suspected", "B1": "line"}, (), "medium"),
            ({"C1": "actual"}, ("O3",), "high"),
            ({"C1": "threat"}, ("O3",), "medium"),
            ({"C1": "signs"}, (), "low"),
            ({"not_safe": "yes"}, ("O4",), "high"),
            ({"not_safe": "no", "threat_of_violence": "no"}, (), "low"),
            (
                {"threat_of_violence": "yes", "not_safe": "yes", "C1": "actual"},
                ("O1", "O3", "O4"),
                "critical",
            ),
        ],
    )
    def test_they_raise_the_band(self, answers: dict[str, str], codes: tuple[str, ...], band: str) -> None:
        score = scored_risk(**{**SAFE, **answers})
        assert (score.overrides, score.band) == (codes, band)

    def test_they_never_lower_it(self) -> None:
        score = scored_risk(**{**WORST, "C1": "threat"})
        assert (score.overrides, score.band) == (("O2", "O3"), "critical")

    def test_they_speak_even_when_no_question_was_answered(self) -> None:
        score = scored_risk(not_safe="yes")
        assert (score.score, score.band, score.overrides) == (None, "high", ("O4",))


class TestSeverity:
    @pytest.mark.parametrize(
        ("key", "token", "points"),
        [(key, token, points) for key, tokens in SEVERITY_TABLE.items() for token, points in tokens.items()],
    )
    def test_each_answer_has_its_points(self, key: str, token: str, points: int) -> None:
        assert scored_severity(**{key: token}).factors[key] == points

    def test_the_gravest_matter_has_a_hundred_points(self) -> None:
        score = scored_severity(
            T1="life",
            T2="large",
            T3="three_leaders",
            T5="ongoing",
            T6="days",
            T7="vulnerable",
            T4=["who", "when", "where", "first_hand", "attachment"],
        )
        assert (score.score, score.band) == (100, Band.CRITICAL)

    @pytest.mark.parametrize(
        ("known", "points"), [([], 0), (["who"], 3), (["when", "where", "first_hand"], 9)]
    )
    def test_each_known_detail_has_three_points(self, known: list[str], points: int) -> None:
        assert scored_severity(T4=known).factors["T4"] == points

    @pytest.mark.parametrize(
        ("recurrence", "linked", "points"),
        [
            ("once", 0, 0),
            ("once", 3, 6),
            ("repeated", 2, 9),
            ("repeated", 3, 10),
            ("ongoing", 0, 10),
            ("ongoing", 9, 10),
            (None, 2, 4),
            ("once", 1000, 10),
        ],
    )
    def test_linked_reports_count_two_each_up_to_ten(
        self, recurrence: str | None, linked: int, points: int
    ) -> None:
        assert scored_severity(T5=recurrence, linked=linked).factors["T5"] == points

    @pytest.mark.parametrize(
        ("answers", "score", "band"),
        [
            ({"T1": "health", "T2": "small", "T3": None}, 22, "medium"),
            ({"T1": "rights", "T2": "unknown", "T3": "staff"}, 19, "low"),
            ({"T1": "rights", "T2": "small", "T3": "staff", "T7": "ordinary"}, 20, "medium"),
            ({"T1": "life", "T2": "medium", "T3": "team_member", "T4": ["who"]}, 44, "medium"),
            ({"T1": "life", "T2": "large", "T3": None, "T4": ["who"]}, 45, "high"),
            (
                {
                    "T1": "life",
                    "T2": "large",
                    "T3": "head",
                    "T4": ["who", "when", "where"],
                    "T7": "ordinary",
                    "T5": "once",
                    "linked": 2,
                },
                69,
                "high",
            ),
            (
                {"T1": "life", "T2": "large", "T3": "three_leaders", "T5": "ongoing", "T6": "weeks"},
                70,
                "critical",
            ),
        ],
    )
    def test_bands_begin_at_their_points(self, answers: dict[str, Any], score: int, band: str) -> None:
        found = scored_severity(**answers)
        assert (found.score, found.band) == (score, band)

    def test_missing_scale_and_subject_count_as_unknown(self) -> None:
        assert dict(scored_severity(T1="none").factors) == {
            "T1": 0,
            "T2": 5,
            "T3": 2,
            "T4": 0,
            "T5": 0,
            "T6": 0,
            "T7": 0,
        }

    def test_no_answer_at_all_is_no_score_and_medium(self) -> None:
        assert scored_severity().as_json() == {
            "score": None,
            "band": "medium",
            "overrides": [],
            "factors": {},
        }

    def test_little_known_does_not_make_a_matter_medium(self) -> None:
        assert scored_severity(T1="financial").band == "low"

    def test_imminent_danger_is_critical(self) -> None:
        score = scored_severity(T1="none", imminent_danger="yes")
        assert (score.band, score.overrides) == ("critical", ("imminent_danger",))


class TestWords:
    def test_every_factor_that_weighed_is_named_heaviest_first(self) -> None:
        answers = answers_from({**SAFE, "A1": "known", "B1": "line"}, Sum.RISK)
        text = explain_score(answers, risk(answers))
        assert text == (
            "The score is 36 of 100 and the band is high. What weighed: who knows or guesses who reported (A1, known) 20 of "
            "20; power over the reporter (B1, line) 14 of 14; how many people could know these facts (A2, over_15) 1 of 14; "
            "highest post of a subject (B2, staff) 1 of 8. At least this high because of O2. Weights: risk-1."
        )

    def test_what_was_not_answered_is_said(self) -> None:
        answers = answers_from({"A3": "no"}, Sum.RISK)
        text = explain_score(answers, risk(answers))
        assert "(A2, not answered) 6 of 14" in text
        assert "Not answered, so the band is at least medium: A1, A2, B1, C1." in text

    def test_silence_is_said_to_be_unknown(self) -> None:
        answers = answers_from({"not_safe": "yes"}, Sum.RISK)
        text = explain_score(answers, risk(answers))
        assert text.startswith("No question was answered, so there is no score and the band is high")
        assert "O4" in text

    def test_several_answers_and_numbers_are_listed(self) -> None:
        answers = answers_from({"T4": ["who", "when"], "T5": "once", "linked": 2}, Sum.SEVERITY)
        text = explain_score(answers, severity(answers))
        assert "(T4, who, when) 6 of 15" in text
        assert "(T5, once, 2 linked) 4 of 10" in text


def test_answers_of_one_sum_are_not_added_up_as_the_other() -> None:
    with pytest.raises(ValueError, match="not for severity"):
        severity(answers_from(SAFE, Sum.RISK))
