"""The form's data is whole: every token has words, every code a sentence, every body can be found."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from intake.drafts import DETRIMENT_FIELDS, FIELDS, SUBJECT_FIELDS, Draft, DraftSubject
from intake.events import EventKind
from intake.filing.check import Fault, FaultCode
from intake.filing.entry_check import EntryFault
from intake.mailbox import NotPossible
from intake.organisation import Organisation, load_organisation
from intake.protection.presumption import Finding
from intake.record import EventRecord
from intake.states import CARE, CaseState
from portal import detriment_words, record_words, words
from portal.forms.choices import CHOICES
from portal.forms.near import questions_of
from portal.forms.search import MAX_HITS, find_bodies, find_offices, regions_in_order
from portal.forms.steps import STEPS, neighbour, way_of
from tests.support.organisation import small_organisation


def organisation(**more: Any) -> Organisation:
    """The small one, with more bodies."""
    document = small_organisation()
    document["bodies"] += more.get("bodies", [])
    return load_organisation(json.dumps(document).encode())


def body(identifier: str, name: str) -> dict[str, str]:
    """One more body in Ashford."""
    return {"id": identifier, "kind": "subordinate_body", "region": "ashford", "name": name}


def test_every_token_has_words_and_no_words_lack_a_token() -> None:
    tokens = {
        entry.name: set(entry.tokens)
        for entry in (*FIELDS.values(), *SUBJECT_FIELDS.values())
        if len(entry.tokens) > 1
    }
    assert {name: {token for token, _ in pairs} for name, pairs in CHOICES.items()} == tokens


def test_every_code_of_the_domain_has_a_sentence() -> None:
    app = Flask("words")
    Babel(app)
    with app.test_request_context():
        for code in FaultCode:
            assert len(words.fault_words(Fault("what", code, "what", 20))) > 10
        for kind in EventKind:
            record = EventRecord("e", 0, kind, date(2026, 3, 2), "reporter", {}, b"", b"", 0, "k")
            assert record_words.event_line(record, [record]).endswith(".")
        assert set(record_words.REFUSALS) == set(NotPossible)
        assert set(words.STATES) == set(CaseState)
        day = date(2026, 3, 2)
        for name in {name for care in CARE.values() for name in care.clocks}:
            (line,) = words.due_lines({name: day}, {}, day)
            assert "March 2, 2026" in line["text"], name


def test_every_field_belongs_to_the_form_of_its_step() -> None:
    for entry in FIELDS.values():
        (step,) = (step for step in STEPS if step.word == entry.step)
        assert entry.name in step.fields.names


def test_steps_lead_forward_and_back() -> None:
    draft = Draft.new()
    assert [neighbour(draft, step, 1).word for step in STEPS] == [
        "who",
        "evidence",
        "safety",
        "check",
        "check",
    ]
    assert [neighbour(draft, step, -1).word for step in STEPS] == [
        "what",
        "what",
        "who",
        "evidence",
        "safety",
    ]


def test_somebody_who_was_harmed_is_asked_about_themselves_first() -> None:
    draft = Draft.new()
    draft.set("intake", "harmed")
    assert [step.word for step in way_of(draft)] == ["safety", "what", "who", "evidence", "check"]
    assert neighbour(draft, way_of(draft)[0], 1).word == "what"


def test_an_office_is_found_and_no_other_place() -> None:
    found = find_offices(organisation(), "ashford")
    assert [hit.id for hit in found.hits] == ["HO-ashford"]


@pytest.mark.parametrize("typed", ["cliníca", "CLINICA", "ashf clin", "clinica ashford", "  clin "])
def test_bodies_are_found_whatever_the_accents_and_the_order(typed: str) -> None:
    found = find_bodies(organisation(bodies=[body("c2", "Clínica Nova")]), typed)
    assert "c2" in [hit.id for hit in found.hits]


@pytest.mark.parametrize("typed", ["", "   ", "...", "clinic zebra"])
def test_a_search_for_nothing_finds_nothing(typed: str) -> None:
    assert not find_bodies(organisation(), typed).hits


def test_hundreds_of_hits_are_cut_with_a_word() -> None:
    many = organisation(bodies=[body(f"s{number}", f"School {number}") for number in range(300)])
    found = find_bodies(many, "school")
    assert (len(found.hits), found.more) == (MAX_HITS, True)
    assert [hit.id for hit in find_bodies(many, "school 299").hits] == ["s299"]


def test_a_name_comes_before_a_place() -> None:
    found = find_bodies(organisation(bodies=[body("m", "Millbrook Street Baths")]), "millbrook")
    assert found.hits[0].name.startswith("Millbrook")
    assert {hit.id for hit in found.hits} >= {"m", "HO-millbrook", "millbrook-school"}


def test_regions_stand_below_their_parents() -> None:
    assert regions_in_order(organisation()) == [
        ("land", "The Land"), ("north", "– North Province"), ("ashford", "– – Ashford"), ("millbrook", "– – Millbrook"),
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "place", "candidates"), [
    ("Hugo Stein", "millbrook-water", []),  # registered there
    ("Hugo Stein", "ashford-clinic", ["p-water"]),  # the same name, elsewhere
    ("Hugo Stien", "millbrook-water", ["p-water"]),  # a slip of the pen
    ("Stein, Hugo", "", ["p-water"]),
    ("Milo Fernandes", "", []),  # an officer is excluded by the name alone
    ("Milo Fernandez", "", ["milo"]),
    ("Nobody Likeit", "", []),
])  # fmt: skip
def test_near_names_are_asked_about(name: str, place: str, candidates: list[str]) -> None:
    draft = Draft.new()
    draft.subjects.append(DraftSubject(name=name, post="staff", body=place))
    asked = [
        [candidate.id for candidate in question.candidates]
        for question in questions_of(draft, organisation())
    ]
    assert asked == ([candidates] if candidates else [])


def test_every_token_of_a_detriment_has_words() -> None:
    tokens = {entry.name: set(entry.tokens) for entry in DETRIMENT_FIELDS.values() if len(entry.tokens) > 1}
    del tokens["goes_on"]  # the cases that there are
    assert {name: {token for token, _ in pairs} for name, pairs in detriment_words.CHOICES.items()} == tokens
    assert set(detriment_words.FAULTS) == set(EntryFault)
    assert set(detriment_words.OUTLOOKS) == set(Finding)
