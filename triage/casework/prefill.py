"""The closing form of a joined case, filled with what the leading case was concluded with: one page of work; nothing is sent by
itself. What the reporter is told is never taken over: it was written for somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator

from intake.casefile import CaseFile
from intake.organisation import Organisation
from triage.casework.closing import KNEW_ROWS, NO, NONE, SOME, YES, detail_field
from triage.casework.corrections import conclusion_of
from triage.casework.find import KNOWINGLY_FALSE, allegations_of, called
from triage.casework.led import FINDING, leader_opened


def prefilled(file: CaseFile, organisation: Organisation) -> list[tuple[str, str]]:
    """Fields and values, or nothing while there is no conclusion to go by."""
    leading = leader_opened(file)
    conclusion = None if leading is None else conclusion_of(leading)
    return [] if conclusion is None else list(_fields(file, conclusion, organisation))


def _fields(
    file: CaseFile, conclusion: dict[str, object], organisation: Organisation
) -> Iterator[tuple[str, str]]:
    yield from _findings(file, conclusion, organisation)
    knew = _entries(conclusion["knew"])
    yield "knew", SOME if knew else NONE
    for (who, what), person in zip(KNEW_ROWS, knew, strict=False):
        yield who, person["who"]
        yield what, person["what"]
    for outcome in _entries(conclusion["outcomes"]):
        yield "outcome", outcome["code"]
        for detail, value in outcome.items():
            if detail != "code":
                yield detail_field(outcome["code"], detail), value
    yield "correct", NONE  # what was promised there is followed up there
    circle = str(conclusion["name_to_clear"])
    yield "clear", YES if circle else NO
    yield "clear-circle", circle
    yield "lessons", str(conclusion["lessons"])


def _findings(
    file: CaseFile, conclusion: dict[str, object], organisation: Organisation
) -> Iterator[tuple[str, str]]:
    """The grade of the same person or body, or the one grade that everything had there."""
    found = [(finding["words"], finding["grade"]) for finding in _entries(conclusion["findings"])]
    grades = {grade for _, grade in found}
    for allegation in allegations_of(file):
        name = called(file, organisation, allegation)
        same = {grade for words, grade in found if name and words == name} or grades
        if len(same) == 1 and KNOWINGLY_FALSE not in same:
            yield FINDING, f"{allegation.id}={min(same)}"


def _entries(value: object) -> list[dict[str, str]]:
    return value if isinstance(value, list) else []
