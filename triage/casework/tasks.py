"""What a task says of itself: who has it, by what one sees that it is done, until when. What nobody said is shown as missing.

Read off the record. A task's day is between officers: no clock, and nothing is told above when it passes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.casefile import CaseFile
from intake.strict_json import parsed_date
from triage.casework.forms import MAX_LINE
from triage.casework.refusals import CorrectThisError, Reason

ASSIGNMENT = "assignment"


@dataclass(frozen=True, slots=True)
class Brief:
    """One officer's task. ``standard`` is empty and ``due`` None where nobody said."""

    officer: str
    task: str
    standard: str = ""
    due: date | None = None


def checked_brief(standard: str, due: str, today: date) -> dict[str, str]:
    """Both as a paper keeps them, or an empty mapping when neither was said. Raises CorrectThisError."""
    said, day = " ".join(standard.split()), parsed_date(due.strip())
    if len(said) > MAX_LINE:
        raise CorrectThisError(Reason.SHORTER)
    if due.strip() and day is None:
        raise CorrectThisError(Reason.NOT_A_DATE)
    if day is not None and day <= today:
        raise CorrectThisError(Reason.DATE_IN_THE_PAST)
    return {"standard": said, "due": due.strip()} if said or day else {}


def briefs_of(file: CaseFile) -> list[Brief]:
    """Everybody who has a task now, with what their own assignment says of it."""
    papers = {paper.id: paper.content for paper in file.papers(ASSIGNMENT)}
    given: dict[str, Mapping[str, Any]] = {}
    before: dict[str, str] = {}
    for record in file.records:
        now = record.data.get("handlers", before)
        for officer, task in now.items():
            if before.get(officer) != task:
                given[officer] = papers.get(record.data.get("item", ""), {})
        before = now
    return [_brief(officer, task, given.get(officer, {})) for officer, task in sorted(before.items())]


def _brief(officer: str, task: str, said: Mapping[str, Any]) -> Brief:
    return Brief(officer, task, said.get("standard", ""), parsed_date(said.get("due", "")))
