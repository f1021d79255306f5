"""The catalogues that a conclusion chooses from: what is shipped, and that a broken one is refused at load."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from intake.catalogues import AXES, CatalogueName, Detail, Imposer, Track, catalogue_from, load_catalogue
from intake.strict_json import FaultyInputError
from triage.web import vocabulary_words as words
from triage.web.vocabulary_words import CODES


def _document(name: CatalogueName) -> dict[str, Any]:
    text = (files("intake") / "data" / "catalogues" / f"{name}.json").read_text()
    document = json.loads(text)
    assert isinstance(document, dict)
    return document


def _codes(name: CatalogueName) -> list[str]:
    return list(load_catalogue(name).entries)


@pytest.mark.parametrize("name", CatalogueName)
def test_every_catalogue_says_its_version_and_why(name: CatalogueName) -> None:
    catalogue = load_catalogue(name)
    assert catalogue.id == name
    assert catalogue.version >= 1
    assert catalogue.reason


def test_the_grades_separate_what_could_not_be_proved_from_what_was_false() -> None:
    assert _codes(CatalogueName.GRADES) == [
        "established", "partly", "not_established", "unfounded", "knowingly_false",
    ]  # fmt: skip
    entries = load_catalogue(CatalogueName.GRADES).entries
    assert [code for code, entry in entries.items() if Detail.EVIDENCE in entry.needs] == ["knowingly_false"]


def test_an_allegation_is_marked_on_an_axis_of_its_own_and_on_four_of_the_work() -> None:
    assert [axis.value for axis in AXES] == ["allegations", "fields", "tasks", "links", "posts"]
    assert _codes(CatalogueName.ALLEGATIONS)[0] == "no_collective_decision"
    outstanding = {"money_gifts", "office_seeking", "profit_for_family", "lavish_ceremonies", "gambling"}
    assert outstanding | {"office_trading"} <= set(_codes(CatalogueName.ALLEGATIONS))
    assert len(_codes(CatalogueName.FIELDS)) == 8
    for axis in AXES:
        assert set(CODES[axis]) == set(_codes(axis)), axis
    assert set(words.AXES) == set(AXES)


def test_there_are_six_reasons_to_hold_somebody_to_account() -> None:
    assert set(_codes(CatalogueName.ACCOUNTABILITY)) == {
        "decision_error", "grave_accident", "poor_supervision", "abuse_of_power", "mishandled_incident", "wrong_appointment",
    }  # fmt: skip


def test_five_ways_of_holding_to_account_need_one_of_them() -> None:
    entries = load_catalogue(CatalogueName.OUTCOMES).entries
    accounting = {code for code, entry in entries.items() if Detail.CAUSE in entry.needs}
    assert accounting == {"apology", "suspension", "resignation", "resignation_ordered", "dismissal"}
    assert accounting == {code for code, entry in entries.items() if entry.track is Track.ACCOUNTABILITY}


def test_five_lighter_measures_three_talks_two_referrals_and_thanks() -> None:
    entries = load_catalogue(CatalogueName.OUTCOMES).entries
    assert {"talk_educate", "written_inspection", "criticism", "organisational", "disciplinary"} <= set(
        entries
    )
    assert {"talk_remind", "talk_admonish", "talk_warn"} <= set(entries)
    for code, entry in entries.items():
        if entry.track is Track.TALK:
            assert set(entry.needs) == {Detail.PERSON, Detail.DUE}, code
        if entry.track is Track.REFERRAL:
            assert set(entry.needs) == {Detail.RECIPIENT, Detail.DUE}, code
    assert entries["recognition"].needs == (Detail.CONSENT,)
    assert [code for code, entry in entries.items() if entry.alone] == ["none"]


def test_an_office_imposes_no_more_than_is_its_own() -> None:
    entries = load_catalogue(CatalogueName.OUTCOMES).entries.values()
    severe = {Track.ACCOUNTABILITY, Track.DISCIPLINE, Track.REFERRAL}
    assert not [entry.code for entry in entries if entry.by is Imposer.OFFICE and entry.track in severe]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"version": 0}, "version"),
        ({"reason": None}, "version"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"entries": []}, "is empty"),
        ({"entries": None}, "is missing"),
        ({"surprise": 1}, "no part of a catalogue"),
        ({"entries": [{"code": "a"}, {"code": "a"}]}, "twice"),
        ({"entries": [{"code": "a", "needs": ["luck"]}]}, "no detail"),
        ({"entries": [{"code": "a", "track": "sideways"}]}, "not one of"),
        ({"entries": [{"code": "a", "alone": "yes"}]}, "true or false"),
        ({"entries": [{"code": "a", "words": "A"}]}, "no part of an entry"),
        ({"entries": [{}]}, "is missing"),
        ({"entries": ["a"]}, "must be an object"),
    ],
)
def test_a_broken_catalogue_is_refused_with_what_is_wrong(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(FaultyInputError) as refused:
        catalogue_from(_document(CatalogueName.OUTCOMES) | change)
    assert any(fault in each for each in refused.value.faults), refused.value.faults
