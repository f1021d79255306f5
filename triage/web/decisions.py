"""What the section "decisions" of a case's page is made of."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from intake.identity.confidence import confidence_of
from triage.casework.board import board_of
from triage.casework.desk import Actor
from triage.casework.disclose import originals_of
from triage.casework.panel import Vote
from triage.casework.policy import Decision
from triage.casework.reading import CaseView
from triage.web import custody_words, decision_words
from triage.web.typed import Typed


def decisions_section(view: CaseView, actor: Actor) -> dict[str, Any]:
    """Names for the template."""
    return {
        "board": board_of(view.file, view.position, view.holders, actor),
        "decision_words": decision_words,
        "Decision": Decision,
        "votes": tuple(Vote),
        "untyped": Typed(MultiDict()),
        "confidence": confidence_of(view.file.records),
        "originals": originals_of(view.file),
        "custody_words": custody_words,
    }
