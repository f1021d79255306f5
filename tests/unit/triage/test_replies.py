"""Templates of replies: the shipped ones are sound, and a broken file is refused with every fault named."""

from __future__ import annotations

from typing import Any

import pytest

from intake.strict_json import FaultyInputError
from triage.casework.replies import template_text, templates_for, templates_from

SOUND: dict[str, Any] = {
    "version": 2,
    "valid_from": "2026-03-01",
    "reason": "Shorter.",
    "templates": [
        {"id": "usual", "title": {"en": "Usual", "fr": "Usuel"}, "text": {"en": "Here.", "fr": "Ici."}}
    ],
}


def test_the_shipped_templates_are_plain_and_name_nobody() -> None:
    templates = templates_for("acknowledge")
    assert len(templates) == 4
    for template in templates:
        assert template.text("en").count("report") >= 1
        assert "@" not in template.text("en")
        assert not any(character.isdigit() for character in template.text("en"))


def test_a_reporter_is_answered_in_the_language_of_the_report_where_there_is_one() -> None:
    (template,) = templates_from(SOUND)
    assert [template.text(tag) for tag in ("fr", "en", "tr")] == ["Ici.", "Here.", "Here."]
    assert template.title("fr") == "Usuel"
    assert template_text("acknowledge", "nonsense", "en") == templates_for("acknowledge")[0].text("en")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"version": 0}, "version"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"reason": None}, "reason"),
        ({"templates": []}, "templates"),
        ({"templates": SOUND["templates"] * 2}, "templates"),
        ({"templates": [{"id": "a", "title": {"en": "A"}, "text": {"fr": "Ici."}}]}, "text"),
        ({"templates": [{"id": "a", "title": {"en": " "}, "text": {"en": "Here."}}]}, "title"),
        ({"templates": [{**SOUND["templates"][0], "from": "Milo"}]}, "from"),
        ({"author": "Milo"}, "author"),
    ],
)
def test_a_broken_file_is_refused(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(FaultyInputError) as caught:
        templates_from({**SOUND, **change})
    assert any(fault in named for named in caught.value.faults), caught.value.faults
