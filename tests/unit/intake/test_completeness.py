"""What is known of a matter: the same six questions for the reporter and the officers, and nothing that blocks."""

from __future__ import annotations

from intake.completeness import Part, completeness
from intake.drafts import FIELDS, SUBJECT_FIELDS

WHOLE = {"what": "Wells", "when": "in spring", "where": "Pump house", "how_known": "documents"}


def _missing(answers: dict[str, str], *, named: bool = False) -> list[Part]:
    return [known.part for known in completeness(answers, named=named) if not known.is_there]


def test_each_part_is_missing_until_it_is_said() -> None:
    assert _missing({}) == list(Part)
    assert _missing(WHOLE, named=True) == []
    assert _missing({**WHOLE, "how_known": "saw"}, named=True) == [Part.EVIDENCE]
    assert _missing({**WHOLE, "how_known": "saw", "a4": "no"}, named=True) == []
    assert _missing({**WHOLE, "when": "  "}, named=True) == [Part.WHEN]


def test_each_part_leads_to_a_field_of_its_step() -> None:
    for known in completeness({}, named=False):
        number, _, subject = known.field.partition("-0-")
        field = SUBJECT_FIELDS[subject] if number == "subject" else FIELDS[known.field]
        assert field.step == known.step


def test_an_idea_is_not_told_that_it_names_nobody() -> None:
    idea = {"intake": "suggestion", "what": "A box at the gate."}
    assert _missing(idea) == [Part.WHERE]
    assert Part.WHO in [known.part for known in completeness(idea, named=True)], "what was said is shown"


def test_a_file_is_evidence_whatever_else_was_said() -> None:
    said = {**WHOLE, "how_known": "saw"}
    assert all(known.is_there for known in completeness(said, named=True, attached=True))
