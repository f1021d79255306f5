"""S12, S13, S14: where a report stays, over whom it climbs, and who is bypassed."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from tests.unit.routing.sample import document, organisation, prior, route, tie


class TestGate:
    """A frightened reporter who walked up to a higher office is not sent down without being asked."""

    HIGH: ClassVar[dict[str, Any]] = {
        "subjects": ["S-C1.s"],
        "retaliation_band": "high",
        "entry_unit": "HO-P",
    }

    def test_a_report_at_great_risk_stays_where_it_was_handed_in(self) -> None:
        decision = route(**self.HIGH)
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P", ["D-GATE", "F-BASE"])
        assert decision["bypassed_units"] == ["HO-C1", "HO-P1"]
        assert (decision["forward_from"], decision["seal_at_entry"]) == (None, False)

    @pytest.mark.parametrize(
        "change",
        [
            {"consent_refer_down": True},
            {"retaliation_band": "medium"},
            {"entry_unit": "portal"},
            {"entry_unit": "HO-C1"},  # the candidate itself
            {"entry_unit": "HO-C2"},  # a neighbour, not above
        ],
    )
    def test_otherwise_it_goes_to_the_computed_office(self, change: dict[str, Any]) -> None:
        decision = route(**{**self.HIGH, **change})
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-C1", ["F-BASE"])

    def test_a_critical_band_is_held_as_well(self) -> None:
        assert "D-GATE" in route(**{**self.HIGH, "retaliation_band": "critical"})["reasons"]

    def test_it_climbs_from_the_entry_office_when_that_one_is_unfit(self) -> None:
        decision = route(**self.HIGH, witnesses=["p.h"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-N", ["C-HEAD", "D-GATE", "F-BASE"])
        assert (decision["forward_from"], decision["seal_at_entry"]) == ("HO-P", True)

    def test_the_gate_looks_at_the_candidate_of_the_kind(self) -> None:
        decision = route(**{**self.HIGH, "entry_unit": "HO-P1"}, kind="review", prior=prior("HO-C1"))
        assert decision["reasons"] == ["F-BASE", "R-REVIEW"], "HO-P1 is the candidate itself, not above it"


class TestClimb:
    def test_an_excluded_head_makes_the_whole_office_unfit(self) -> None:
        decision = route(organisation(tie("c1.h", "S-C1")), subjects=["S-C1.s"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["C-HEAD", "F-BASE"])
        assert decision["bypassed_units"] == ["HO-C1"]

    def test_an_excluded_officer_alone_does_not(self) -> None:
        decision = route(organisation(tie("c1.a", "S-C1")), subjects=["S-C1.s"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-C1", ["F-BASE"])

    def test_the_reporters_own_office_does_not_read_the_report(self) -> None:
        decision = route(subjects=["S-C1.s"], reporter_unit="HO-C1")
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["C-REPORTER-UNIT", "F-BASE"])

    def test_too_few_officers_for_the_panel_make_an_office_unfit(self) -> None:
        assert route(subjects=["S-C2.s"])["handling_unit"] == "HO-C2", "two officers are a panel of two"
        decision = route(subjects=["S-C2.h"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["C-QUORUM", "F-BASE"])

    def test_excluded_officers_do_not_count_for_the_panel(self) -> None:
        decision = route(subjects=["S-C2.s"], witnesses=["c2.t"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["C-QUORUM", "F-BASE"])

    def test_an_office_without_a_head_cannot_fail_for_its_head(self) -> None:
        assert route(subjects=["S-P2.s"])["handling_unit"] == "HO-P2"

    def test_an_office_without_members_is_climbed_over(self) -> None:
        offices = document()["handling_offices"]
        del offices[5]["members"]
        decision = route(organisation(handling_offices=offices), subjects=["S-C1.s"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["C-QUORUM", "F-BASE"])

    def test_only_the_first_cause_of_each_step_is_reported(self) -> None:
        decision = route(subjects=["S-C2.h"], witnesses=["c2.h"], reporter_unit="HO-C2")
        assert decision["reasons"] == ["C-HEAD", "F-BASE"]

    def test_every_step_reports_its_own_cause(self) -> None:
        decision = route(
            subjects=["S-C2.h"], reporter_unit="HO-P1", witnesses=["p.h"], certified=["n.t", "omb.1"]
        )
        assert decision["reasons"] == ["C-HEAD", "C-QUORUM", "C-REPORTER-UNIT", "F-BASE"]
        assert decision["handling_unit"] == "HO-N"

    def test_it_climbs_out_of_the_organisation_when_nobody_is_left(self) -> None:
        decision = route(subjects=["S-Q1.s"], witnesses=["q.h", "n.h"])
        assert decision["handling_unit"] == "EXT-OMB"
        assert decision["reasons"] == ["C-HEAD", "F-BASE", "X-EXTERNAL"]
        assert decision["bypassed_units"] == ["HO-N", "HO-Q"]


class TestKeys:
    """Only an officer with a certified key and the duty triage can receive."""

    def test_without_a_list_nobody_is_uncertified(self) -> None:
        assert route(subjects=["S-C1.s"])["handling_unit"] == "HO-C1"

    def test_an_office_with_nobody_certified_is_climbed_over(self) -> None:
        decision = route(subjects=["S-C1.s"], certified=["p1.a"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["C-KEY", "F-BASE"])

    def test_one_certified_officer_with_the_duty_triage_is_enough(self) -> None:
        assert route(subjects=["S-C1.s"], certified=["c1.a"])["handling_unit"] == "HO-C1"

    def test_a_certified_officer_without_the_duty_triage_cannot_receive(self) -> None:
        assert "C-KEY" in route(subjects=["S-C1.s"], certified=["c1.b", "p1.a"])["reasons"]

    def test_a_certified_but_excluded_officer_cannot_receive(self) -> None:
        decision = route(subjects=["S-C1.s"], certified=["c1.a", "p1.a"], witnesses=["c1.a"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["C-KEY", "F-BASE"])

    def test_with_an_empty_list_nothing_is_left_but_the_external_recipient(self) -> None:
        decision = route(subjects=["S-C1.s"], certified=[])
        assert (decision["handling_unit"], decision["reasons"]) == (
            "EXT-OMB",
            ["C-KEY", "F-BASE", "X-EXTERNAL"],
        )


class TestBypassed:
    def test_every_office_from_the_subjects_base_to_the_final_one_is_bypassed(self) -> None:
        decision = route(subjects=["S-T1.s", "S-Q1.s"])
        assert decision["handling_unit"] == "HO-N"
        assert decision["bypassed_units"] == ["HO-C1", "HO-P", "HO-P1", "HO-Q"]

    def test_the_accused_officers_own_office_is_bypassed(self) -> None:
        assert route(subjects=["c1.a"])["bypassed_units"] == ["HO-C1"]

    def test_the_office_under_an_accused_authority_is_bypassed(self) -> None:
        assert route(subjects=["B-C1.h"])["bypassed_units"] == ["HO-C1"]

    def test_nobody_is_bypassed_at_the_natural_base(self) -> None:
        assert route(subjects=["S-C1.s"])["bypassed_units"] == []

    def test_an_office_climbed_over_without_a_subject_is_bypassed(self) -> None:
        assert route(region="C1", witnesses=["c1.h"])["bypassed_units"] == ["HO-C1"]

    def test_a_subject_in_the_external_recipient_bypasses_no_office(self) -> None:
        assert route(subjects=["omb.1"])["bypassed_units"] == []


class TestForwarding:
    """S15: what the office may do where the report physically arrived."""

    def test_a_report_from_the_portal_is_forwarded_by_nobody(self) -> None:
        decision = route(subjects=["c1.a"])
        assert (decision["forward_from"], decision["seal_at_entry"]) == (None, False)

    def test_an_entry_office_below_the_final_one_hands_on_a_sealed_envelope(self) -> None:
        decision = route(subjects=["c1.a"], entry_unit="HO-C1")
        assert (decision["forward_from"], decision["seal_at_entry"]) == ("HO-C1", True)

    def test_an_unrelated_office_below_the_final_one_hands_it_on_sealed_as_well(self) -> None:
        decision = route(subjects=["B-C1.h"], entry_unit="HO-C2")
        assert decision["bypassed_units"] == ["HO-C1"]
        assert (decision["forward_from"], decision["seal_at_entry"]) == ("HO-C2", True)

    def test_a_higher_office_forwards_openly(self) -> None:
        decision = route(subjects=["S-C1.s"], entry_unit="HO-P")
        assert (decision["handling_unit"], decision["forward_from"], decision["seal_at_entry"]) == (
            "HO-C1",
            "HO-P",
            False,
        )

    def test_an_office_of_another_branch_forwards_openly(self) -> None:
        decision = route(subjects=["S-C1.s"], entry_unit="HO-Q")
        assert (decision["forward_from"], decision["seal_at_entry"]) == ("HO-Q", False)

    def test_the_final_office_itself_forwards_nothing(self) -> None:
        decision = route(subjects=["S-C1.s"], entry_unit="HO-C1")
        assert (decision["forward_from"], decision["seal_at_entry"]) == (None, False)

    def test_everything_lies_below_the_external_recipient(self) -> None:
        decision = route(subjects=["B-N.h"], entry_unit="HO-Q")
        assert (decision["forward_from"], decision["seal_at_entry"]) == ("HO-Q", True)
