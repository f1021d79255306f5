"""S10: who may have nothing to do with a case, over the whole roster."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.routing.sample import document, organisation, prior, route, tie


def excluded(*ties: dict[str, Any], **given: Any) -> Any:
    return route(organisation(*ties), **given)["excluded_officers"]


def test_an_accused_officer_is_excluded_everywhere() -> None:
    assert excluded(subjects=["c1.a"]) == {"c1.a": ["subject"]}


def test_an_accused_member_of_the_external_recipient_is_excluded_too() -> None:
    assert excluded(subjects=["omb.1"]) == {"omb.1": ["subject"]}


def test_an_accused_office_means_its_head() -> None:
    assert excluded(bodies=["HO-C1"]) == {"c1.h": ["subject"]}


def test_an_accused_office_without_a_head_excludes_nobody_by_itself() -> None:
    assert excluded(bodies=["HO-P2"]) == {}


def test_a_witness_is_excluded_wherever_the_case_goes() -> None:
    assert excluded(subjects=["S-C1.s"], witnesses=["q.a"]) == {"q.a": ["witness"]}


def test_who_had_the_first_case_is_excluded_from_the_next() -> None:
    earlier = prior("HO-C1", assigned=("c1.a",), decided_by=("c1.h", "p1.a"))
    assert excluded(kind="review", subjects=["S-C1.s"], prior=earlier) == {
        "c1.a": ["prior"],
        "c1.h": ["prior"],
        "p1.a": ["prior"],
    }


@pytest.mark.parametrize("target", ["S-C1.h", "S-C1"])
@pytest.mark.parametrize("given", [{"subjects": ["S-C1.h"]}, {"bodies": ["S-C1"]}])
def test_a_tie_to_a_subject_or_its_body_excludes(target: str, given: dict[str, Any]) -> None:
    assert excluded(tie("q.b", target), **given) == {"q.b": ["tie"]}


def test_a_tie_to_a_colleague_of_the_subject_excludes_nobody() -> None:
    assert excluded(tie("q.b", "S-C1.t"), subjects=["S-C1.h"]) == {}


def test_a_tie_to_the_body_of_a_typed_subject_excludes() -> None:
    assert excluded(tie("q.b", "S-C1"), subjects=[{"post": "staff", "body": "S-C1"}]) == {"q.b": ["tie"]}


def test_a_tie_to_an_office_counts_for_every_subject_in_it() -> None:
    assert excluded(tie("q.b", "HO-C1"), subjects=["c1.a"]) == {"c1.a": ["subject"], "q.b": ["tie"]}
    assert excluded(tie("q.b", "HO-C1"), bodies=["HO-C1"]) == {"c1.h": ["subject"], "q.b": ["tie"]}


def test_a_tie_to_an_accused_officer_excludes() -> None:
    assert excluded(tie("q.b", "c1.a"), subjects=["c1.a"]) == {"c1.a": ["subject"], "q.b": ["tie"]}


def test_a_tie_to_the_head_of_an_accused_office_excludes() -> None:
    assert excluded(tie("q.b", "c1.h"), bodies=["HO-C1"])["q.b"] == ["tie"]


def test_a_tie_of_the_external_recipient_counts_as_well() -> None:
    assert excluded(tie("omb.2", "S-C1.h"), subjects=["S-C1.h"]) == {"omb.2": ["tie"]}


def test_an_officer_may_be_excluded_for_several_causes() -> None:
    found = excluded(
        tie("c1.a", "S-C1"),
        kind="review",
        subjects=["S-C1.s", "c1.a"],
        witnesses=["c1.a"],
        prior=prior("HO-C1", assigned=("c1.a",)),
    )
    assert found == {"c1.a": ["prior", "subject", "tie", "witness"]}


@pytest.mark.parametrize("kind", ["kin", "business"])
@pytest.mark.parametrize("until", [None, "1999-01-01"])
def test_kin_and_business_never_lapse(kind: str, until: str | None) -> None:
    assert excluded(tie("q.b", "S-C1", kind, until), subjects=["S-C1.s"]) == {"q.b": ["tie"]}


@pytest.mark.parametrize("kind", ["worked_in", "supervisor"])
@pytest.mark.parametrize(
    ("until", "received", "counts"),
    [
        (None, "2026-03-02", True),
        ("2023-03-02", "2026-03-02", True),  # the very day counts
        ("2023-03-01", "2026-03-02", False),
        ("2023-08-31", "2026-08-31", True),
        ("2024-02-29", "2027-02-28", True),  # 36 months after a leap day clamp to the 28th
        ("2024-02-29", "2027-03-01", False),
        ("2030-01-01", "2026-03-02", True),  # announced, not over yet
        ("9999-12-31", "2026-03-02", True),
    ],
)
def test_working_ties_lapse_36_months_after_they_ended(
    kind: str, until: str | None, received: str, counts: bool
) -> None:
    found = excluded(tie("q.b", "S-C1", kind, until), subjects=["S-C1.s"], received=received)
    assert found == ({"q.b": ["tie"]} if counts else {})


class TestTypedNames:
    def test_a_typed_name_equal_to_an_officers_adds_that_officer(self) -> None:
        decision = route(subjects=[{"name": "head of ho-c1", "post": "staff", "body": "S-C1"}])
        assert decision["excluded_officers"] == {"c1.h": ["subject"]}
        assert (decision["handling_unit"], decision["reasons"]) == ("HO-P1", ["F-BASE", "F-HO", "F-LCA"])

    def test_the_external_recipients_names_are_compared_too(self) -> None:
        decision = route(subjects=[{"name": "Ómar  LAST", "post": "private", "region": "T1"}])
        assert decision["excluded_officers"] == {"omb.1": ["subject"]}
        assert decision["handling_unit"] == "EXT-OMB"

    def test_two_officers_of_one_name_are_both_excluded(self) -> None:
        offices = document()["handling_offices"]
        offices[1]["members"][2]["name"] = "Head of HO-C1"
        found = route(
            organisation(handling_offices=offices), subjects=[{"name": "Head of HO C1", "post": "private"}]
        )
        assert found["excluded_officers"] == {"c1.h": ["subject"], "p.a": ["subject"]}

    def test_a_name_that_is_only_like_an_officers_adds_nobody(self) -> None:
        assert excluded(subjects=[{"name": "Head of HO-C", "post": "private", "region": "T1"}]) == {}
