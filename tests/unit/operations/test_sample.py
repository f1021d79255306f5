"""The demo's data: believable in size, complete in kinds, and accepted by the product's own readers."""

from __future__ import annotations

from datetime import date

import pytest

from crypto.keys import new_id
from intake.evidence.attachments import Attachment
from intake.evidence.blob import BlobRef
from intake.evidence.names import safe_name
from intake.evidence.sandbox import clean
from intake.filing.check import faults_of
from intake.organisation import EXT_OMB, OVS, Post, TieType, load_organisation
from triage.instances.sample import sample_drafts, sample_organisation
from triage.instances.sample_evidence import SAMPLES, Sample
from triage.instances.simple import login_name, simple_organisation


def test_the_sample_organisation_is_as_large_as_promised() -> None:
    organisation = load_organisation(sample_organisation().encode())
    assert len({region.level for region in organisation.regions.values()}) >= 4
    assert len(organisation.offices) >= 8
    assert len(organisation.bodies) >= 200
    assert len(organisation.persons) >= 60
    assert {tie.type for tie in organisation.ties} == set(TieType)
    assert {person.post for person in organisation.persons.values()} == set(Post)
    assert organisation.members_of(EXT_OMB)
    assert organisation.members_of(OVS)
    assert organisation.calendar.holidays
    for office in organisation.offices:
        assert organisation.head_of(office) is not None
        assert len(organisation.members_of(office)) > organisation.pack.enlarged_panel


def test_everybody_has_a_name_of_their_own() -> None:
    organisation = load_organisation(sample_organisation().encode())
    people = [*organisation.officers.values(), *organisation.persons.values()]
    assert len({person.name for person in people}) == len(people)
    for entity in (*people, *organisation.bodies.values(), *organisation.offices.values()):
        assert entity.name != entity.id


def test_the_sample_reports_could_be_sent_as_they_are() -> None:
    organisation = load_organisation(sample_organisation().encode())
    drafts = list(sample_drafts(organisation, 60, _unsealed))
    assert len({draft.code.secret for draft in drafts}) == 60
    assert len({draft.subjects[0].body for draft in drafts}) > 20
    for draft in drafts:
        assert faults_of(draft, organisation) == []
    assert {file.given for draft in drafts for file in draft.files} == {
        each.name for each in SAMPLES.values()
    }
    assert sum(len(draft.files) for draft in drafts) == len(
        SAMPLES
    )  # however many cases: a demo is made quickly


def _unsealed(sample: Sample) -> Attachment:
    return Attachment(BlobRef(new_id(), bytes(32), 1, bytes(32)), sample.name, accepted=True)


@pytest.mark.parametrize("word", SAMPLES)
def test_the_sample_files_are_what_they_seem_and_show_what_cleaning_does(word: str) -> None:
    made = SAMPLES[word].make()
    cleaned = clean(made)
    assert safe_name(SAMPLES[word].name, cleaned.extension).endswith(f".{cleaned.extension}")
    assert b"Medina" not in cleaned.data
    assert b"10.3.7.19" not in cleaned.data
    assert bool(cleaned.findings.removed) == (word != "list")


def test_a_small_organisation_needs_a_name_and_its_officers() -> None:
    organisation = load_organisation(
        simple_organisation("Acme", ["Ana Pop", "Bo Li"], "Dr. Ångström").encode()
    )
    assert [member.id for member in organisation.members_of("office")] == ["ana-pop", "bo-li"]
    assert [member.id for member in organisation.members_of(EXT_OMB)] == ["dr-ångström"]
    assert organisation.pack.id == "small"
    assert organisation.pack.enlarged_panel == 2
    assert organisation.calendar.is_working_day(date(2026, 3, 2))


def test_login_names_are_letters_and_dashes() -> None:
    assert login_name("  Mary-Jane O'Neil ") == "mary-jane-o-neil"
    assert login_name("王 小明") == "王-小明"
