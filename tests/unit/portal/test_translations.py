"""Every word of the portal in every language: nothing is missing, nothing is left over, and no blank or plural got lost."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from templates.loader import Side
from templates.web.catalogues import SOURCE, read_catalogue, tags_of
from templates.web.language import LANGUAGES
from tests.support.translations import extracted, faults_of, glossary, written_alike

TRANSLATED = sorted(set(LANGUAGES) - {SOURCE})


@pytest.fixture(params=TRANSLATED)
def tag(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def catalogue(tag: str) -> Catalog:
    return read_catalogue(Side.PORTAL, tag)


def test_every_language_has_its_catalogue() -> None:
    assert set(tags_of(Side.PORTAL)) == set(LANGUAGES)


def test_no_word_is_missing_and_none_is_left_over(tag: str, catalogue: Catalog) -> None:
    there = {
        message.id if isinstance(message.id, str) else message.id[0] for message in catalogue if message.id
    }
    wanted = set(extracted(Side.PORTAL))
    assert sorted(wanted - there) == [], f"run `make translations`, then translate these into {tag}"
    assert sorted(there - wanted) == [], "run `make translations`"


def test_every_translation_keeps_what_the_english_holds(tag: str, catalogue: Catalog) -> None:
    wanted, found = extracted(Side.PORTAL), []
    for message in catalogue:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key not in wanted:
            continue
        faults = faults_of(message, wanted[key], catalogue)
        if key in written_alike(tag):
            faults = [fault for fault in faults if fault != "is still English"]
        found += [f"{key!r} {fault}" for fault in faults]
    assert found == []


def test_a_glossary_says_what_the_words_of_the_field_are(tag: str) -> None:
    words = glossary(tag)
    for word in ("report", "receipt code", "mailbox", "case", "handling office", "officer", "panel", "detriment", "custodian",
                 "protection contact", "retaliation", "check-in", "review", "complaint"):  # fmt: skip
        assert f"| {word} |" in words, f"the glossary of {tag} does not say what {word!r} is"
