"""What is known of a matter and what is not said: who, when, where, what, how known, evidence. It blocks nothing.

Read off the same answers by the reporter before sending and by the officers after it. Knows no page and no words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from intake.intake_types import PEOPLE, path_of


class Part(StrEnum):
    """One of the questions that every matter has."""

    WHAT = "what"
    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    HOW_KNOWN = "how_known"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Known:
    """Whether one of them was answered. ``step`` and ``field``: where the form asks for it."""

    part: Part
    is_there: bool
    step: str
    field: str


def completeness(answers: Mapping[str, str], *, named: bool, attached: bool = False) -> list[Known]:
    """Each part that the path of what was brought asks for. ``named``: somebody is accused; ``attached``: files came.

    Evidence counts as said where files came, where the reporter knows from documents, or says whether nobody else holds what
    they hold.
    """
    folded = path_of(answers.get("intake", "")).folded

    def said(name: str) -> bool:
        return bool(answers.get(name, "").strip())

    evidence = attached or answers.get("how_known") == "documents" or said("a4")
    parts = [
        Known(Part.WHAT, said("what"), "what", "what"),
        Known(Part.WHO, named, "who", "subject-0-name"),
        Known(Part.WHEN, said("when"), "what", "when"),
        Known(Part.WHERE, said("where"), "what", "where"),
        Known(Part.HOW_KNOWN, said("how_known"), "what", "how_known"),
        Known(Part.EVIDENCE, evidence, "safety", "a4"),
    ]
    left_out = {
        Part.WHO: PEOPLE in folded,
        Part.WHEN: "when" in folded,
        Part.HOW_KNOWN: "how_known" in folded,
        Part.EVIDENCE: "how_known" in folded,
    }
    return [known for known in parts if known.is_there or not left_out.get(known.part, False)]
