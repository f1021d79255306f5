"""S17: who is told. Never content, never an excluded officer, never an office that was passed over."""

from __future__ import annotations

from typing import Any

import pytest

from intake.routing import addressees, first_recipients
from tests.unit.routing.sample import decided, document, organisation, prior, route, tie

ORDINARY = ["queue:HO-C1", "receipt:reporter"]


def notices(**given: Any) -> Any:
    return route(**given)["notify"]


def test_an_ordinary_report_tells_the_reporter_and_the_office() -> None:
    assert notices(subjects=["S-C1.s"]) == ORDINARY
    assert notices(region="C1") == ORDINARY


@pytest.mark.parametrize(
    "given",
    [
        {"subjects": ["S-C1.h"]},
        {"subjects": [{"post": "head", "body": "S-C1"}]},
        {"bodies": ["S-C1"]},
        {"subjects": ["S-C1.s"], "severity": "critical"},
    ],
)
def test_the_level_above_learns_of_grave_cases(given: dict[str, Any]) -> None:
    assert "sealed_notice:HO-P1" in notices(**given)


def test_a_case_about_an_office_is_noticed_above_the_office_that_handles_it() -> None:
    assert "sealed_notice:HO-P" in notices(subjects=["c1.a"])


def test_team_members_alone_need_no_sealed_notice() -> None:
    assert notices(subjects=["S-C1.t"]) == ORDINARY


@pytest.mark.parametrize("kind", ["retaliation", "handling_complaint", "review", "overdue"])
def test_every_later_kind_is_noticed_above(kind: str) -> None:
    found = notices(kind=kind, subjects=["S-C1.s"], prior=prior("HO-C1"), trigger_date="2026-03-10")
    above = "HO-P1" if kind == "retaliation" else "HO-P"
    assert f"sealed_notice:{above}" in found


class TestOverseer:
    def test_an_excluded_head_is_passed_over(self) -> None:
        decision = route(organisation(tie("p1.h", "S-C1")), subjects=["S-C1.h"])
        assert "sealed_notice:HO-P" in decision["notify"]

    def test_the_reporters_own_office_is_passed_over(self) -> None:
        assert "sealed_notice:HO-P" in notices(subjects=["S-C1.h"], reporter_unit="HO-P1")

    def test_an_office_without_a_head_can_be_told(self) -> None:
        offices = document()["handling_offices"]
        offices[3]["members"] = offices[3]["members"][1:]
        decision = route(organisation(handling_offices=offices), subjects=["S-C1.h"])
        assert "sealed_notice:HO-P1" in decision["notify"]

    def test_above_the_topmost_office_the_oversight_board_is_told(self) -> None:
        assert "sealed_notice:OVS" in notices(subjects=["B-P.h"])

    def test_the_oversight_board_is_told_of_what_leaves_the_organisation(self) -> None:
        assert notices(subjects=["B-N.h"]) == ["queue:EXT-OMB", "receipt:reporter", "sealed_notice:OVS"]

    def test_it_is_told_even_when_nobody_of_rank_is_accused(self) -> None:
        found = notices(subjects=["S-Q1.s"], witnesses=["q.h", "n.h"])
        assert found == ["queue:EXT-OMB", "receipt:reporter", "sealed_notice:OVS"]


class TestProtection:
    @pytest.mark.parametrize("band", ["high", "critical"])
    def test_a_great_risk_gets_a_protection_contact(self, band: str) -> None:
        assert "protection_contact:HO-C1" in notices(subjects=["S-C1.s"], retaliation_band=band)

    @pytest.mark.parametrize("band", ["none", "low", "medium"])
    def test_a_lesser_risk_does_not(self, band: str) -> None:
        assert "protection_contact:HO-C1" not in notices(subjects=["S-C1.s"], retaliation_band=band)

    def test_retaliation_always_does(self) -> None:
        assert "protection_contact:HO-C1" in notices(
            kind="retaliation", subjects=["S-C1.s"], prior=prior("HO-C1"), retaliation_band="none"
        )

    def test_imminent_danger_is_answered_with_advice_at_once(self) -> None:
        assert "danger_advice:reporter" in notices(subjects=["S-C1.s"], imminent_danger=True)


class TestScope:
    @pytest.mark.parametrize("category", ["hr_grievance", "private_dispute", "court_ruling"])
    def test_a_matter_for_another_place_is_advised_and_never_refused(self, category: str) -> None:
        decision = route(subjects=["S-C1.s"], category=category)
        assert "redirect_advice:reporter" in decision["notify"]
        assert decision["reasons"] == ["F-BASE", "S-SCOPE-REVIEW"]
        assert decision["handling_unit"] == "HO-C1"

    def test_another_category_is_not(self) -> None:
        assert notices(subjects=["S-C1.s"], category="corruption") == ORDINARY


@pytest.mark.parametrize("kind", ["handling_complaint", "overdue"])
def test_a_missed_or_contested_duty_is_entered_in_the_ledger_above(kind: str) -> None:
    assert "accountability_entry:HO-P1" in notices(
        kind=kind, subjects=["S-C1.s"], prior=prior("HO-C1"), trigger_date="2026-03-10"
    )


@pytest.mark.parametrize("kind", ["retaliation", "review"])
def test_other_kinds_are_not(kind: str) -> None:
    found = notices(kind=kind, subjects=["S-C1.s"], prior=prior("HO-C1"))
    assert not any(notice.startswith("accountability_entry") for notice in found)


class TestAddressees:
    """Names of offices become officers, one sealed item each."""

    def test_the_first_recipients_have_the_duty_triage(self) -> None:
        where = organisation()
        assert first_recipients(where, decided(where, subjects=["S-C1.s"])) == ("c1.h", "c1.t", "c1.a")

    def test_an_excluded_officer_is_no_first_recipient(self) -> None:
        where = organisation(tie("c1.t", "S-C1"))
        assert first_recipients(where, decided(where, subjects=["S-C1.s"])) == ("c1.h", "c1.a")

    def test_an_uncertified_officer_is_none_either(self) -> None:
        where = organisation()
        decision = decided(where, subjects=["S-C1.s"], certified=["c1.t"])
        assert first_recipients(where, decision, {"c1.t"}) == ("c1.t",)

    def test_the_external_recipients_members_receive_like_officers(self) -> None:
        where = organisation()
        assert first_recipients(where, decided(where, subjects=["B-N.h"])) == ("omb.1", "omb.2")

    def test_each_notice_goes_to_those_whose_duty_it_is(self) -> None:
        where = organisation(tie("c1.a", "S-C1"), tie("p1.t", "S-C1"))
        decision = decided(where, subjects=["S-C1.s"], severity="critical", retaliation_band="high")
        assert addressees(where, decision) == {
            "queue:HO-C1": ("c1.h", "c1.t"),
            "protection_contact:HO-C1": ("c1.h", "c1.t"),
            "sealed_notice:HO-P1": ("p1.h", "p1.a", "p1.b"),
        }

    def test_only_certified_officers_can_be_sent_a_sealed_item(self) -> None:
        where = organisation()
        decision = decided(where, subjects=["S-C1.h"])
        assert addressees(where, decision, {"c1.t", "p1.b"}) == {
            "queue:HO-C1": ("c1.t",),
            "sealed_notice:HO-P1": ("p1.b",),
        }
