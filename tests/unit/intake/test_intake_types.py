"""What a person brings, as data: that no path is weaker than a report's where it must not be, and what is pressing."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from intake.calendar import WorkCalendar
from intake.drafts import FIELDS
from intake.intake_types import (
    PEOPLE,
    Closing,
    IntakeType,
    after_turns,
    intake_types,
    intake_types_from,
    type_of,
)
from intake.strict_json import FaultyInputError
from intake.urgency import urgency, urgency_from

FRIDAY = date(2026, 3, 6)


def _document(name: str) -> dict[str, Any]:
    document = json.loads((files("intake") / "data" / "catalogues" / f"{name}.json").read_text())
    assert isinstance(document, dict)
    return document


def _entry(which: IntakeType, /, **changed: Any) -> dict[str, Any]:
    """The shipped file with one path changed."""
    document = _document("intakes")
    entries = [entry | changed if entry["code"] == which else entry for entry in document["entries"]]
    return document | {"entries": entries}


def test_every_type_has_a_path_and_a_report_is_what_nobody_named() -> None:
    assert set(intake_types().paths) == set(IntakeType) == set(FIELDS["intake"].tokens)
    assert [type_of(said) for said in ("", "petition", "harmed")] == ["report", "report", "harmed"]


def test_a_path_folds_fields_that_there_are_and_leaves_no_step_out() -> None:
    for path in intake_types().paths.values():
        assert path.folded <= {*FIELDS, PEOPLE}
        assert "what" not in path.folded
        assert sorted(path.steps) == ["check", "evidence", "safety", "what", "who"]


def test_whoever_accuses_somebody_is_owed_the_whole_conclusion() -> None:
    whole = set(intake_types().paths[IntakeType.REPORT].closing)
    for path in intake_types().paths.values():
        assert set(path.answers(named=True)) >= whole
    harmed = intake_types().paths[IntakeType.HARMED]
    assert {Closing.HEARD, Closing.REMEDY} <= set(harmed.answers(named=False))
    assert Closing.FINDINGS not in intake_types().paths[IntakeType.CONCERN].answers(named=False)
    assert Closing.FINDINGS in intake_types().paths[IntakeType.REPORT].answers(named=False)


@pytest.mark.parametrize("brought", IntakeType)
def test_officers_make_more_of_it_and_never_less(brought: IntakeType) -> None:
    order = [IntakeType.SUGGESTION, IntakeType.CONCERN, IntakeType.REPORT]
    for to in IntakeType:
        after = after_turns(brought, [to])
        if brought in order and to in order and order.index(to) > order.index(brought):
            assert after is to
        else:
            assert after is brought
    assert after_turns(IntakeType.SUGGESTION, ["report", "concern", "suggestion"]) is IntakeType.REPORT


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (_entry(IntakeType.CONCERN, steps=["what", "check"]), "leaves nothing out"),
        (_entry(IntakeType.CONCERN, steps=["check", "what", "who", "evidence", "safety"]), "check last"),
        (_entry(IntakeType.HARMED, closing=["told", "corrections"]), "owed the whole"),
        (_entry(IntakeType.SUGGESTION, closing_unnamed=["lessons"]), "is answered"),
        (_entry(IntakeType.SUGGESTION, becomes=["petition"]), "no type"),
        (_entry(IntakeType.SUGGESTION, code="report"), "once"),
        (_entry(IntakeType.REPORT, priority="P4"), "no part of a path"),
        (_document("intakes") | {"clocks": {}}, "no part of the intake types"),
        (_document("intakes") | {"reason": None}, "a reason"),
        (_document("intakes") | {"id": "types"}, "id intakes"),
    ],
)
def test_a_file_that_would_weaken_a_path_is_refused(document: dict[str, Any], fault: str) -> None:
    with pytest.raises(FaultyInputError) as refused:
        intake_types_from(document)
    assert any(fault in each for each in refused.value.faults), refused.value.faults


def test_what_can_still_be_stopped_is_looked_at_by_the_next_working_day() -> None:
    calendar = WorkCalendar()
    assert urgency().of("ongoing") > urgency().of("planned") > urgency().of("past") == urgency().of("")
    assert urgency().look_by("planned", FRIDAY, calendar) == date(2026, 3, 9)
    assert urgency().look_by("past", FRIDAY, calendar) is None
    assert urgency().look_by("", FRIDAY, calendar) is None


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"first_look": None}, "at least 1"),
        ({"first_look": {"amount": 0, "unit": "working_days"}}, "at least 1"),
        ({"stages": {"planned": 1}}, "each of"),
        ({"stages": {"planned": 1, "ongoing": 2, "past": 0, "soon": 3}}, "nothing else"),
        ({"priority": "P1"}, "no part of the urgency"),
        ({"version": 0}, "version of at least 1"),
    ],
)
def test_a_broken_urgency_is_refused(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(FaultyInputError) as refused:
        urgency_from(_document("urgency") | change)
    assert any(fault in each for each in refused.value.faults), refused.value.faults
