"""The decision as a whole: its document, its words, and what it leaves unsaid."""

from __future__ import annotations

import pytest

from intake.organisation import organisation_from
from intake.routing import Reason, derived_answers, explain, facts_from
from intake.routing.reasons import SENTENCES
from tests.unit.routing.sample import decided, document, facts, organisation, prior, route, tie


def test_the_document_has_exactly_the_fields_of_the_specification() -> None:
    where = organisation(tie("p.a", "B-C1"), tie("p1.h", "B-C1.h"))
    given = {
        "subjects": ["B-C1.h"],
        "entry_unit": "HO-C1",
        "severity": "high",
        "retaliation_band": "critical",
        "witnesses": ["c1.a"],
        "category": "court_ruling",
    }
    assert route(where, **given) == {
        "handling_unit": "HO-P",
        "reasons": ["C-HEAD", "F-LEAD", "S-SCOPE-REVIEW"],
        "bypassed_units": ["HO-C1", "HO-P1"],
        "excluded_officers": {"c1.a": ["witness"], "p.a": ["tie"], "p1.h": ["tie"]},
        "priority": "P1",
        "required_panel": 3,
        "forward_from": "HO-C1",
        "seal_at_entry": True,
        "clocks": {
            "accept_due": "2026-03-23",
            "ack_due": "2026-03-09",
            "feedback_due": "2026-06-09",
            "first_contact_due": "2026-03-03",
            "forward_due": "2026-03-09",
        },
        "notify": [
            "protection_contact:HO-P",
            "queue:HO-P",
            "receipt:reporter",
            "redirect_advice:reporter",
            "sealed_notice:HO-N",
        ],
        "rule_version": "routing-1/default-2",
    }


def test_the_result_does_not_depend_on_the_order_of_any_list() -> None:
    ties = [tie("q.b", "S-C1"), tie("p.a", "S-C2.h", "worked_in", "2024-01-31"), tie("q.b", "S-C2.h")]
    straight, turned = document(*ties), document(*reversed(ties))
    for key in ("regions", "handling_offices", "bodies", "persons", "external"):
        turned[key] = list(reversed(turned[key]))
    given = {"subjects": ["S-C1.h", "S-C2.h"], "witnesses": ["p1.a", "c1.a"], "bodies": ["S-T1", "S-P2"]}
    backwards = {key: list(reversed(value)) for key, value in given.items()}
    assert route(organisation_from(straight), **given) == route(organisation_from(turned), **backwards)


def test_prior_officers_of_an_initial_report_are_excluded_and_move_nothing() -> None:
    decision = route(subjects=["S-C1.s"], prior=prior("HO-Q", assigned=("q.a",)))
    assert decision["handling_unit"] == "HO-C1"
    assert decision["bypassed_units"] == []
    assert decision["excluded_officers"] == {"q.a": ["prior"]}


class TestWords:
    def test_a_paragraph_says_where_why_and_by_when(self) -> None:
        where = organisation(tie("p1.h", "S-C1"))
        given = {"subjects": ["S-C1.h"], "witnesses": ["c1.h"], "entry_unit": "HO-C1"}
        text = explain(where, facts_from(facts(**given), where), decided(where, **given))
        for part in [
            "goes to HO-P.",
            "(C-HEAD)",
            "(F-BASE)",
            "Passed over, and told nothing: HO-C1; HO-P1.",
            "Head of HO-C1 (c1.h), a witness",
            "tied to somebody accused",
            "priority is P4",
            "3 officers decide together",
            "acknowledge by 2026-03-09",
            "hands on the sealed envelope",
            "sealed_notice:HO-N",
            "routing-1/default-2",
        ]:
            assert part in text
        assert "\n" not in text

    @pytest.mark.parametrize("office", ["HO-N", "EXT-OMB"])
    def test_the_external_recipient_has_no_panel(self, office: str) -> None:
        where = organisation(pack="small")
        given = {"subjects": ["S-C1.s"] if office == "HO-N" else ["B-N.h"], "reporter_unit": "HO-C1"}
        text = explain(where, facts_from(facts(**given), where), decided(where, **given))
        assert ("decides in its own way" in text) == (office == "EXT-OMB")
        assert ("1 officer decides" in text) == (office == "HO-N")
        assert "No officer is excluded." in text

    def test_an_open_handover_is_said_as_such(self) -> None:
        given = {"subjects": ["S-C1.s"], "entry_unit": "HO-Q"}
        where = organisation()
        text = explain(where, facts_from(facts(**given), where), decided(where, **given))
        assert "HO-Q hands the report on." in text

    def test_every_reason_has_its_sentence(self) -> None:
        assert set(SENTENCES) == set(Reason)


class TestDerivedAnswers:
    """What the sums ask and the facts already say."""

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({}, {}),
            ({"subjects": ["S-C1.s"]}, {"B2": "staff", "B3": "one", "T3": "staff"}),
            ({"subjects": ["private.T1"]}, {"B2": "staff", "B3": "one", "T3": "staff"}),
            ({"subjects": ["S-C1.s", "c1.t"]}, {"B2": "team_member", "B3": "two", "T3": "team_member"}),
            (
                {"subjects": ["S-C1.t", {"post": "head", "region": "Q"}]},
                {"B2": "head", "B3": "two", "T3": "head"},
            ),
            ({"bodies": ["S-C1"], "subjects": ["S-C1.h"]}, {"B2": "head", "B3": "one", "T3": "head"}),
            (
                {"bodies": ["S-C1"], "subjects": ["S-C1.t", "S-C1.u"]},
                {"B2": "head", "B3": "three_or_more", "T3": "three_leaders"},
            ),
            (
                {"subjects": ["S-C1.s", "S-T1.s", "S-Q1.s", "S-C2.s"]},
                {"B2": "staff", "B3": "three_or_more", "T3": "staff"},
            ),
            (
                {"subjects": [{"post": "staff", "body": "S-C1", "name": "Head of HO-C1"}]},
                {"B2": "head", "B3": "one", "T3": "head"},
            ),
        ],
    )
    def test_posts_and_numbers_come_from_the_accused(
        self, given: dict[str, object], expected: dict[str, str]
    ) -> None:
        where = organisation()
        assert derived_answers(where, facts_from(facts(**given), where)) == expected
