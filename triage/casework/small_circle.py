"""The small circle: a step that reaches outwards points at the reporter when only a few people could know what it is about.

It warns and never forbids: whoever takes the step says whether it goes wider (M05) or goes on all the same, and why. That is
kept with the step. Pure; it reads an opened case and knows no page.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from intake.casefile import CaseFile
from intake.organisation import Organisation
from intake.protection.lifting import answers_as_filed
from triage.casework.assess import current_answers
from triage.casework.forms import Sent
from triage.casework.refusals import CorrectThisError, Reason

COULD_KNOW = "A2"
"""The factor that asks how many people could know these facts."""
CIRCLE, WHY = "circle", "circle_why"
"""The form's fields; CIRCLE is also where a paper keeps the answer."""
CIRCLE_FIELDS = (CIRCLE, WHY)
MAX_WHY = 1_000  # characters
_UNKNOWN = "unknown"
_FEW = ("only_me", "2_to_4", _UNKNOWN)
"""Where this answer stands, or none, a question may point at one person. Fewest first."""


class Choice(StrEnum):
    """What is done about it. Values are stored: never reuse or rename one."""

    WIDER = "wider"
    """It asks about more than the report does: the whole period, all units, or a sample drawn by lot (M05)."""
    ANYWAY = "anyway"


def few_who_could_know(file: CaseFile, organisation: Organisation) -> str | None:
    """How few people could know these facts, where that is few, or where nobody knows how many; None for more.

    The fewer counts, of what the reporter said and what the newest assessment has: whoever said it may know best.
    """
    said = {
        str(answers.get(COULD_KNOW) or _UNKNOWN)
        for answers in (answers_as_filed(file, organisation), current_answers(file, organisation))
    }
    known = said - {_UNKNOWN} or {_UNKNOWN}
    return next((few for few in _FEW if few in known), None)


def answered(file: CaseFile, organisation: Organisation, sent: Sent | Mapping[str, str]) -> dict[str, Any]:
    """What the step's paper keeps; nothing where many could know. Raises CorrectThisError without a choice, or a reason."""
    few = few_who_could_know(file, organisation)
    if few is None:
        return {}
    why = sent.get(WHY, "").strip()
    if sent.get(CIRCLE, "") not in set(Choice):
        raise CorrectThisError(Reason.SMALL_CIRCLE, {CIRCLE: Reason.SMALL_CIRCLE})
    if len(why) > MAX_WHY:
        raise CorrectThisError(Reason.SHORTER, {WHY: Reason.SHORTER})
    choice = Choice(sent.get(CIRCLE, ""))
    if choice is Choice.ANYWAY and not why:
        raise CorrectThisError(Reason.EMPTY_TEXT, {WHY: Reason.EMPTY_TEXT})
    return {CIRCLE: {"could_know": few, "choice": choice.value, "why": why}}
