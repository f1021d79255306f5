"""Facts files: what may be left out, and how every fault is named at once."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from intake.levels import Band
from intake.routing import BrokenFactsError, Kind, facts_from, load_facts
from tests.unit.routing.sample import facts, organisation, prior


def faults(document: object) -> tuple[str, ...]:
    with pytest.raises(BrokenFactsError) as caught:
        facts_from(document, organisation())
    return caught.value.faults


def test_three_facts_are_enough() -> None:
    found = facts_from({"kind": "initial", "received": "2026-03-02", "severity": "low"}, organisation())
    assert (found.kind, found.received, found.band, found.entry_unit) == (
        Kind.INITIAL,
        date(2026, 3, 2),
        Band.MEDIUM,
        "portal",
    )
    assert (found.subjects, found.bodies, found.witnesses, found.prior, found.certified) == (
        (),
        (),
        (),
        None,
        None,
    )
    assert (found.imminent_danger, found.consent_refer_down) == (False, False)


def test_null_and_missing_are_the_same() -> None:
    empty = dict.fromkeys(
        [
            "subjects",
            "bodies",
            "region",
            "witnesses",
            "reporter_unit",
            "category",
            "retaliation_band",
            "imminent_danger",
            "consent_refer_down",
            "entry_unit",
            "acknowledged",
            "trigger_date",
            "prior",
            "certified",
        ]
    )
    assert facts_from(facts(**empty), organisation()) == facts_from(
        facts(retaliation_band=None), organisation()
    )


def test_a_remark_is_ignored() -> None:
    remarked = facts(comment="from the hearing", expected={"x": 1})
    assert facts_from(remarked, organisation()) == facts_from(facts(), organisation())


def test_a_misspelt_fact_is_refused_because_it_would_quietly_be_false() -> None:
    assert faults(facts(imminent_dangr=True)) == (
        "imminent_dangr: is no fact; did you mean imminent_danger?",
    )


def test_every_fault_is_named_at_once() -> None:
    found = faults(
        {
            "kind": "rumour",
            "severity": "extreme",
            "received": "2026-02-30",
            "retaliation_band": 3,
            "subjects": [
                "nobody",
                {"post": "king"},
                {"post": "staff", "body": "nowhere"},
                7,
                {"post": "private", "body": "S-C1"},
            ],
            "bodies": ["S-C1", "nowhere"],
            "witnesses": ["S-C1.s"],
            "region": "Atlantis",
            "entry_unit": "a pub",
            "reporter_unit": "S-C1",
            "imminent_danger": "yes",
            "acknowledged": 20260302,
            "certified": ["nobody"],
            "prior": {"assigned": ["nobody"]},
        }
    )
    assert [fault.partition(":")[0] for fault in found] == [
        "kind",
        "severity",
        "received",
        "subjects[0]",
        "subjects[1].post",
        "subjects[2].body",
        "subjects[3]",
        "subjects[3].post",
        "subjects[4].body",
        "bodies[1]",
        "region",
        "witnesses[0]",
        "retaliation_band",
        "imminent_danger",
        "reporter_unit",
        "entry_unit",
        "acknowledged",
        "prior.handling_unit",
        "prior.assigned[0]",
        "certified[0]",
    ]
    assert "kind: 'rumour' is not one of initial, retaliation, handling_complaint, review, overdue" in found
    assert "received: '2026-02-30' is not a date like 2026-03-31" in found


@pytest.mark.parametrize("missing", ["kind", "received", "severity"])
def test_three_facts_are_required(missing: str) -> None:
    document = facts()
    del document[missing]
    assert faults(document)[0].startswith(f"{missing}: is missing")


@pytest.mark.parametrize("kind", ["retaliation", "handling_complaint", "review", "overdue"])
def test_a_later_kind_needs_the_office_that_held_the_case(kind: str) -> None:
    assert faults(facts(kind=kind, trigger_date="2026-03-10")) == (
        f"prior: is missing: kind {kind} needs the office that held the case",
    )


def test_overdue_needs_the_day_that_was_missed() -> None:
    assert faults(facts(kind="overdue", prior=prior("HO-C1"))) == (
        "trigger_date: is missing: kind overdue counts from the day it was missed",
    )


@pytest.mark.parametrize("office", ["OVS", "S-C1", "portal"])
def test_only_an_office_or_the_external_recipient_can_have_held_a_case(office: str) -> None:
    assert faults(facts(kind="review", prior=prior(office))) == (
        f"prior.handling_unit: no office has the id {office!r}",
    )


@pytest.mark.parametrize(
    "day",
    ["2026-3-2", "20260302", "2026-W10-1", "2026-03-02T10:00", "1899-12-31", "3000-01-01", "٢٠٢٦-٠٣-٠٢", ""],
)
def test_only_a_plain_date_in_a_sane_year_is_taken(day: str) -> None:
    assert faults(facts(received=day))[0].startswith("received: ")


@pytest.mark.parametrize("document", [None, [], "facts", 3])
def test_a_document_must_be_an_object(document: object) -> None:
    assert faults(document)[0].startswith("document: must be an object")


def test_the_original_kind_belongs_to_what_moves_up() -> None:
    assert faults(facts(original_kind="retaliation")) == (
        "original_kind: belongs to the kinds review, overdue and handling_complaint only",
    )


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"{", "line 1 column 2: not JSON"),
        (b"\xff\xfe", "byte 0: this is not UTF-8"),
        (b'{"kind": "initial", "kind": "review"}', "kind: the key is given twice"),
        (b'{"prior": {"assigned": [], "assigned": []}}', "prior.assigned: the key is given twice"),
        (b'{"severity": NaN}', "not JSON (NaN is no JSON number)"),
        (b'{"region": "\\ud800"}', "region: the text holds half of a surrogate pair"),
        (b"[" * 100_000, "objects and lists are nested deeper than 60 levels"),
        (b"[" * 61 + b"]" * 61, ": nested deeper than 60 levels"),
        (b" " * (1024 * 1024 + 1), "the file has 1048577 bytes; at most 1048576 are read"),
        (b"", "line 1 column 1: not JSON"),
        (b"\xef\xbb\xbf{}", "line 1 column 1: not JSON"),
    ],
)
def test_a_file_that_is_not_strict_json_is_refused(raw: bytes, fault: str) -> None:
    with pytest.raises(BrokenFactsError) as caught:
        load_facts(raw, organisation())
    assert any(fault in each for each in caught.value.faults)


def test_a_file_and_its_document_give_the_same_facts() -> None:
    document: dict[str, Any] = facts(subjects=["S-C1.h"], certified=["c1.a"])
    assert load_facts(json.dumps(document).encode(), organisation()) == facts_from(document, organisation())


def test_the_refusal_says_how_much_is_wrong_and_what_to_do() -> None:
    with pytest.raises(
        BrokenFactsError, match="the facts file has 2 faults; correct what is named and try again"
    ):
        facts_from({"kind": "initial"}, organisation())
