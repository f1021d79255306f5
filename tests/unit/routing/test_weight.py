"""S9 and S11: how urgent, and how many decide together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.routing.sample import organisation, prior, route


@pytest.mark.parametrize(
    ("given", "priority"),
    [
        ({"severity": "low", "retaliation_band": "none"}, "P4"),
        ({"severity": "low", "retaliation_band": "low"}, "P4"),
        ({"severity": "medium", "retaliation_band": "low"}, "P3"),
        ({"severity": "low", "retaliation_band": "medium"}, "P3"),
        ({"severity": "high", "retaliation_band": "low"}, "P2"),
        ({"severity": "low", "retaliation_band": "high"}, "P2"),
        ({"severity": "critical", "retaliation_band": "low"}, "P1"),
        ({"severity": "low", "retaliation_band": "critical"}, "P1"),
        ({"severity": "low", "retaliation_band": "none", "imminent_danger": True}, "P1"),
        ({"severity": "low", "retaliation_band": None}, "P3"),  # not assessed is medium, never safe
    ],
)
def test_the_gravest_fact_sets_the_priority(given: dict[str, Any], priority: str) -> None:
    assert route(subjects=["S-C1.s"], **given)["priority"] == priority


def test_retaliation_is_never_below_p2() -> None:
    case: dict[str, Any] = {"kind": "retaliation", "subjects": ["S-C1.s"], "prior": prior("HO-C1")}
    assert route(**case)["priority"] == "P2"
    assert route(**{**case, "severity": "critical"})["priority"] == "P1"


def test_a_retaliation_case_stays_one_while_it_moves_up() -> None:
    moved = route(
        kind="overdue",
        original_kind="retaliation",
        subjects=["S-C1.s"],
        prior=prior("HO-C1"),
        trigger_date="2026-03-10",
    )
    assert moved["priority"] == "P2"
    assert "protection_contact:HO-P1" in moved["notify"]


@pytest.mark.parametrize(
    ("given", "panel"),
    [
        ({"subjects": ["S-C1.s"]}, 2),
        ({"subjects": ["S-C1.t"]}, 2),
        ({"subjects": ["S-C1.s"], "severity": "medium"}, 2),
        ({"subjects": ["S-C1.s"], "severity": "high"}, 3),
        ({"subjects": ["S-C1.s"], "severity": "critical"}, 3),
        ({"subjects": ["S-C1.h"]}, 3),  # a head of anything
        ({"subjects": [{"post": "head", "region": "C1"}]}, 3),
        ({"bodies": ["S-C1"]}, 3),  # an accused body counts as its head
        ({"subjects": ["c1.a"]}, 3),  # belongs to an office
        ({"subjects": [{"post": "staff", "body": "HO-C1"}]}, 3),
        ({"region": "C1"}, 2),
        ({"subjects": ["S-C1.s"], "kind": "review", "prior": prior("HO-C1")}, 3),
        ({"subjects": ["S-C1.s"], "kind": "handling_complaint", "prior": prior("HO-C1")}, 3),
        (
            {
                "subjects": ["S-C1.s"],
                "kind": "overdue",
                "prior": prior("HO-C1"),
                "trigger_date": "2026-03-10",
            },
            2,
        ),
        ({"subjects": ["B-N.h"]}, None),  # EXT-OMB decides in its own way
    ],
)
def test_three_decide_where_power_or_danger_is_involved(given: dict[str, Any], panel: int | None) -> None:
    assert route(**given)["required_panel"] == panel


def test_the_small_pack_has_panels_of_one_and_two() -> None:
    small = organisation(pack="small")
    assert route(small, subjects=["S-C1.s"])["required_panel"] == 1
    assert route(small, subjects=["S-C1.h"])["required_panel"] == 2
    assert route(small, subjects=["S-C1.s"])["rule_version"] == "routing-1/small-2"
