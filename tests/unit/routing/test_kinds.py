"""S8: a case about an earlier one goes where that one's office has no hand in it."""

from __future__ import annotations

import pytest

from tests.unit.routing.sample import prior, route


def test_retaliation_goes_above_both_the_accused_and_the_first_case() -> None:
    decision = route(kind="retaliation", subjects=["S-C2.s"], prior=prior("HO-C1"))
    assert decision["handling_unit"] == "HO-P1"
    assert "R-RETALIATION" in decision["reasons"]


def test_retaliation_may_stay_with_the_office_of_the_first_case() -> None:
    decision = route(kind="retaliation", subjects=["S-C1.s"], prior=prior("HO-C1"))
    assert (decision["handling_unit"], decision["bypassed_units"]) == ("HO-C1", [])
    assert "R-RETALIATION" in decision["reasons"], (
        "the code says that the rule applied, not that the office changed"
    )


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("handling_complaint", "R-SUPPRESS"), ("review", "R-REVIEW"), ("overdue", "R-OVERDUE")],
)
def test_the_office_that_is_complained_of_never_handles_the_complaint(kind: str, reason: str) -> None:
    decision = route(kind=kind, subjects=["S-C1.s"], prior=prior("HO-C1"), trigger_date="2026-03-10")
    assert decision["handling_unit"] == "HO-P1"
    assert decision["reasons"] == sorted(["F-BASE", reason])
    assert decision["bypassed_units"] == ["HO-C1"]


def test_a_review_of_the_topmost_office_goes_to_the_external_recipient() -> None:
    decision = route(kind="review", subjects=["S-C1.s"], prior=prior("HO-N"))
    assert decision["handling_unit"] == "EXT-OMB"
    assert decision["required_panel"] is None
    assert decision["reasons"] == ["F-BASE", "R-REVIEW", "X-EXTERNAL"]
    assert decision["bypassed_units"] == ["HO-C1", "HO-N", "HO-P", "HO-P1"]


def test_nobody_stands_above_the_external_recipient() -> None:
    decision = route(kind="review", subjects=["S-C1.s"], prior=prior("EXT-OMB", decided_by=("omb.1",)))
    assert decision["handling_unit"] == "EXT-OMB"
    assert decision["excluded_officers"] == {"omb.1": ["prior"]}


def test_a_complaint_about_another_branch_meets_above_both() -> None:
    decision = route(kind="handling_complaint", subjects=["S-C1.s"], prior=prior("HO-Q"))
    assert decision["handling_unit"] == "HO-N"
    assert decision["bypassed_units"] == ["HO-C1", "HO-P", "HO-P1", "HO-Q"]


def test_a_complaint_needs_nobody_accused() -> None:
    decision = route(kind="handling_complaint", region="C1", prior=prior("HO-C1"))
    assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["F-REGION", "R-SUPPRESS"])


def test_the_code_is_reported_even_when_the_floor_is_higher_anyway() -> None:
    decision = route(kind="review", subjects=["B-P.h"], prior=prior("HO-C1"))
    assert (decision["handling_unit"], decision["reasons"]) == ("HO-N", ["F-LEAD", "R-REVIEW"])
