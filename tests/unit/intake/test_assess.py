"""From form to facts: what each answer of the form becomes, and that both sums see it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from crypto.keys import new_id
from crypto.stream import new_key
from intake.drafts import Draft, DraftSubject
from intake.evidence.attachments import Attachment
from intake.evidence.blob import BlobRef
from intake.filing.assess import Assessment, assess, involved_officers
from intake.organisation import Organisation, load_organisation
from tests.support.organisation import small_organisation
from tests.support.reports import report

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return load_organisation(json.dumps(small_organisation()).encode())


def of(draft: Draft, organisation: Organisation) -> Assessment:
    return assess(draft, organisation, frozenset(organisation.officers), DAY)


def test_a_report_that_says_nothing_but_what_happened(organisation: Organisation) -> None:
    found = of(report(), organisation)
    assert found.document["subjects"] == []
    assert (found.severity.band, found.risk.band) == ("low", "medium")
    assert found.risk.score is None  # nobody was asked: unknown, never safe
    assert found.decision.handling_unit == "HO-land"


def test_the_matters_severity_counts_what_was_said(organisation: Organisation) -> None:
    draft = report(
        harm="life", scale="large", recurrence="ongoing", perishable="days", victims="vulnerable",
        when="2026-01-05", where="Pump house", how_known="saw",
    )  # fmt: skip
    factors = of(draft, organisation).severity.factors
    assert factors["T1"] == 25
    assert factors["T2"] == 15
    assert factors["T4"] == 9  # when, where, first-hand; nobody named, nothing attached
    assert factors["T5"] == 10
    assert factors["T6"] == 10
    assert factors["T7"] == 10


def test_a_file_that_came_along_counts_as_known(organisation: Organisation) -> None:
    draft = report(where="Pump house")
    draft.files.append(Attachment(BlobRef(new_id(), new_key(), 5, bytes(32)), "bill.txt", accepted=True))
    assert of(draft, organisation).severity.factors["T4"] == 6


def test_immediate_danger_is_critical_and_first(organisation: Organisation) -> None:
    found = of(report(imminent_danger="yes"), organisation)
    assert found.severity.band == "critical"
    assert found.decision.priority == "P1"


def test_the_safety_answers_make_the_band(organisation: Organisation) -> None:
    draft = report(
        DraftSubject(post="head", body="millbrook-water"), a1="known", a2="only_me", b1="line", c1="actual"
    )
    found = of(draft, organisation)
    assert found.risk.factors["B2"] == 8  # derived: the form need not ask
    assert found.risk.band in {"high", "critical"}
    assert "O3" in found.risk.overrides


def test_an_unlisted_body_counts_by_its_region(organisation: Organisation) -> None:
    draft = report(DraftSubject(name="X", post="head", other="The harbour firm", region="millbrook"))
    found = of(draft, organisation)
    assert found.document["subjects"] == [{"post": "head", "name": "X", "region": "millbrook"}]
    assert found.decision.handling_unit == "HO-north"


def test_a_private_person_keeps_no_body(organisation: Organisation) -> None:
    draft = report(DraftSubject(name="X", post="private", body="millbrook-water", region="ashford"))
    assert of(draft, organisation).document["subjects"] == [
        {"post": "private", "name": "X", "region": "ashford"}
    ]


def test_the_same_person_typed_twice_is_one_subject(organisation: Organisation) -> None:
    draft = report(
        DraftSubject(name="Hugo Stein", post="head", body="millbrook-water"),
        DraftSubject(name="HUGO  STEIN", post="staff", body="millbrook-water"),
        DraftSubject(),
    )
    assert of(draft, organisation).document["subjects"] == ["p-water"]


@pytest.mark.parametrize(
    "typed", ["Milo Fernandes", "milo  FERNANDES\n", "somebody\nmilo-fernandes.", "\n\nmilo\n"]
)
def test_involved_officers_are_found_in_any_spelling_of_their_name(
    typed: str, organisation: Organisation
) -> None:
    assert involved_officers(typed, organisation) == ["milo"]
