"""How a case ended, in one of three words: for the figures, and for nothing else. Pure."""

from __future__ import annotations

from enum import StrEnum

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.states import CaseState

_UPHELD_BY = frozenset({"established", "partly"})
"""Grades of evidence (`intake/data/catalogues/grades.json`): one such finding is enough."""


class Ending(StrEnum):
    """Values are stored and sent: never reuse or rename one."""

    UPHELD = "upheld"
    """At least one allegation was established, or partly."""
    NOT_UPHELD = "not_upheld"
    TURNED_AWAY = "turned_away"
    """Not for these offices, or refused: nothing was inquired into."""


def ending_of(file: CaseFile) -> Ending | None:
    """How the case was last decided; None before, and while it is taken up again."""
    states = [
        CaseState(record.data["state"])
        for record in file.records
        if record.kind in (EventKind.DECIDED, EventKind.REOPENED) and "state" in record.data
    ]
    match states[-1:]:
        case [CaseState.CONCLUDED]:
            grades = {paper.content["allegation"]: paper.content["grade"] for paper in file.papers("finding")}
            return Ending.UPHELD if _UPHELD_BY & set(grades.values()) else Ending.NOT_UPHELD
        case [CaseState.REDIRECTED]:
            return Ending.TURNED_AWAY
        case _:
            return None
