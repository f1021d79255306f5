"""S5, S6, S7: how low a report may go. Every expectation is worked out by hand from the map in sample.py."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.routing.sample import document, organisation, route


@pytest.mark.parametrize(
    ("subject", "office", "reason"),
    [
        ("S-C1.s", "HO-C1", "F-BASE"),
        ("S-C1.h", "HO-C1", "F-BASE"),  # the head of a body without power over the office
        ("S-T1.h", "HO-C1", "F-BASE"),  # the town has no office: the nearest one above
        ("S-Q1.s", "HO-Q", "F-BASE"),
        ("B-C1.s", "HO-C1", "F-BASE"),  # ordinary staff of the authority
        ("B-C1.h", "HO-P1", "F-LEAD"),
        ("B-C1.t", "HO-P1", "F-LEAD"),
        ("B-Q1.h", "HO-Q", "F-LEAD"),  # no office at Q1: above the parent region, not above the office
        ("B-P.h", "HO-N", "F-LEAD"),
        ("B-N.h", "EXT-OMB", "F-LEAD"),  # nobody in the organisation stands above the nation's authority
        ("c1.a", "HO-P1", "F-HO"),
        ("c1.h", "HO-P1", "F-HO"),
        ("n.t", "EXT-OMB", "F-HO"),
        ("omb.1", "EXT-OMB", "F-HO"),
        ("ovs.1", "EXT-OMB", "F-HO"),
        ("private.T1", "HO-C1", "F-BASE"),
        ("private.nowhere", "HO-N", "F-BASE"),  # a missing region is the root
    ],
)
def test_one_subject_has_the_floor_of_its_place(subject: str, office: str, reason: str) -> None:
    decision = route(subjects=[subject])
    assert decision["handling_unit"] == office
    assert set(decision["reasons"]) - {"X-EXTERNAL"} == {reason}
    assert ("X-EXTERNAL" in decision["reasons"]) == (office == "EXT-OMB")


@pytest.mark.parametrize(
    ("entry", "office", "reason"),
    [
        ({"post": "staff", "body": "B-C1"}, "HO-C1", "F-BASE"),
        ({"post": "team_member", "body": "B-C1"}, "HO-P1", "F-LEAD"),
        ({"post": "head", "body": "S-C1", "name": "Somebody"}, "HO-C1", "F-BASE"),
        ({"post": "private", "region": "T1"}, "HO-C1", "F-BASE"),
        ({"post": "private"}, "HO-N", "F-BASE"),
        (
            {"post": "head", "region": "C1"},
            "HO-P1",
            "F-LEAD",
        ),  # an unlisted body counts as the region's authority
        ({"post": "team_member", "region": "Q1"}, "HO-Q", "F-LEAD"),
        ({"post": "staff", "region": "C1"}, "HO-C1", "F-BASE"),
        ({"post": "head"}, "EXT-OMB", "F-LEAD"),
        ({"post": "staff", "body": "HO-C1"}, "HO-P1", "F-HO"),  # even a secretary of an office belongs to it
        ({"post": "staff", "body": "EXT-OMB"}, "EXT-OMB", "F-HO"),
    ],
)
def test_a_typed_subject_has_the_floor_of_its_post(entry: dict[str, Any], office: str, reason: str) -> None:
    decision = route(subjects=[entry])
    assert decision["handling_unit"] == office
    assert set(decision["reasons"]) - {"X-EXTERNAL"} == {reason}


@pytest.mark.parametrize(
    ("body", "office", "reason"),
    [
        ("B-C1", "HO-P1", "F-LEAD"),
        ("S-C1", "HO-C1", "F-BASE"),
        ("HO-C1", "HO-P1", "F-HO"),
        ("HO-N", "EXT-OMB", "F-HO"),
    ],
)
def test_an_accused_body_counts_as_its_head(body: str, office: str, reason: str) -> None:
    decision = route(bodies=[body])
    assert decision["handling_unit"] == office
    assert reason in decision["reasons"]


@pytest.mark.parametrize(("region", "office"), [("T1", "HO-C1"), ("Q", "HO-Q"), (None, "HO-N")])
def test_without_anybody_accused_the_stated_region_decides(region: str | None, office: str) -> None:
    decision = route(region=region)
    assert (decision["handling_unit"], decision["reasons"]) == (office, ["F-REGION"])


def test_the_region_is_not_used_when_somebody_is_accused() -> None:
    assert route(region="Q", subjects=["S-C1.s"])["reasons"] == ["F-BASE"]


def test_a_region_above_every_office_goes_to_the_external_recipient() -> None:
    low = document()["handling_offices"][3:]
    decision = route(organisation(handling_offices=low), region="P")
    assert (decision["handling_unit"], decision["reasons"]) == ("EXT-OMB", ["F-REGION", "X-EXTERNAL"])


class TestTeams:
    def test_two_leaders_of_one_body_raise_nothing(self) -> None:
        assert route(subjects=["S-C1.h", "S-C1.t"])["reasons"] == ["F-BASE"]

    def test_three_leaders_of_one_body_raise_the_level_by_one(self) -> None:
        decision = route(subjects=["S-C1.h", "S-C1.t", "S-C1.u"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["F-BASE", "F-TEAM"])

    def test_the_level_rises_above_the_floor_of_a_leading_body(self) -> None:
        decision = route(subjects=["B-C1.h", "B-C1.t", "B-C1.u"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P", ["F-LEAD", "F-TEAM"])

    def test_ordinary_staff_do_not_count(self) -> None:
        assert "F-TEAM" not in route(subjects=["S-C1.h", "S-C1.t", "S-C1.s"])["reasons"]

    def test_leaders_of_different_bodies_do_not_count_together(self) -> None:
        assert "F-TEAM" not in route(subjects=["S-C1.h", "S-T1.h", "B-C1.h"])["reasons"]

    def test_only_the_floors_of_those_leaders_rise(self) -> None:
        decision = route(subjects=["S-C1.h", "S-C1.t", "S-C1.u", "S-C2.s"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["F-BASE", "F-LCA", "F-TEAM"])

    def test_the_accused_body_counts_as_one_of_them(self) -> None:
        assert "F-TEAM" in route(subjects=["S-C1.t", "S-C1.u"], bodies=["S-C1"])["reasons"]

    def test_the_accused_body_and_its_registered_head_count_once(self) -> None:
        assert "F-TEAM" not in route(subjects=["S-C1.h", "S-C1.t"], bodies=["S-C1"])["reasons"]

    def test_the_same_subject_listed_twice_counts_once(self) -> None:
        assert "F-TEAM" not in route(subjects=["S-C1.h", "S-C1.t", "S-C1.t"])["reasons"]

    def test_three_typed_leaders_without_names_are_three(self) -> None:
        entry = {"post": "team_member", "body": "S-C1"}
        assert "F-TEAM" in route(subjects=[entry, entry, entry])["reasons"]

    def test_one_name_typed_three_times_is_one(self) -> None:
        names = ["Ann Bo", "ann bo", "ANN-BO"]
        entries = [{"post": "team_member", "body": "S-C1", "name": name} for name in names]
        assert "F-TEAM" not in route(subjects=entries)["reasons"]

    def test_three_officers_of_one_office_raise_nothing(self) -> None:
        decision = route(subjects=["c1.h", "c1.t", "c1.a"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["F-HO"])

    def test_above_the_topmost_office_stands_only_the_external_recipient(self) -> None:
        decision = route(subjects=["B-P.h", "B-P.t", "B-P.u"])
        assert (decision["handling_unit"], decision["reasons"]) == (
            "EXT-OMB",
            ["F-LEAD", "F-TEAM", "X-EXTERNAL"],
        )


class TestSeveralFloors:
    def test_neighbours_meet_in_the_office_above_both(self) -> None:
        decision = route(subjects=["S-C1.s", "S-C2.s"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["F-BASE", "F-LCA"])

    def test_the_higher_floor_of_one_line_wins(self) -> None:
        decision = route(subjects=["S-C1.s", "B-C1.h"])
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["F-BASE", "F-LCA", "F-LEAD"])

    def test_far_lines_meet_at_the_top(self) -> None:
        assert route(subjects=["S-T1.s", "S-Q1.s"])["handling_unit"] == "HO-N"

    def test_equal_floors_need_no_common_ancestor(self) -> None:
        assert route(subjects=["S-C1.s", "S-T1.s"])["reasons"] == ["F-BASE"]

    def test_without_a_common_office_the_external_recipient_stands_above_both(self) -> None:
        without_top = document()["handling_offices"][1:]
        decision = route(organisation(handling_offices=without_top), subjects=["S-C1.s", "S-Q1.s"])
        assert decision["handling_unit"] == "EXT-OMB"
        assert decision["reasons"] == ["F-BASE", "F-LCA", "X-EXTERNAL"]
