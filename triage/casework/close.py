"""Closing, when everything that was owed was done; and taking a case up again."""

from __future__ import annotations

from typing import Any

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.roster import Roster
from intake.states import CaseState
from triage.casework.call_up import waits_for_above
from triage.casework.clocks import (
    CLOSE,
    FEEDBACK,
    FIRST_QUESTION,
    HELD,
    PROGRESS,
    RESULT,
    REVIEW,
    SECOND_QUESTION,
    due_after,
    iso,
    newly_met,
    rules_of,
)
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.refusals import NotNowError, Reason

REOPENING = "reopening"
_QUESTIONS = (FIRST_QUESTION, SECOND_QUESTION)


def close(desk: Desk, actor: Actor, case: str, *, seen: int | None = None) -> None:
    """Close: the reporter is asked twice, later, whether it is solved. Raises as ``Desk.act``."""
    with desk.act(actor, case, Act.CLOSE, seen=seen) as acting:
        file, roster = acting.file, acting.roster
        if file.progress.final is None and waits_for_above(file, roster):
            # However the case got here: without a word to the level above nothing about a head is over (mechanism 1).
            raise NotNowError(Reason.NOT_FINAL)
        questions = {name: due_after(file, roster, name, actor.today) for name in _QUESTIONS}
        acting.tell(
            EventKind.CLOSED,
            {
                "state": CaseState.CLOSED.value,
                "clocks": iso(questions),
                "met": newly_met(file, actor.today, CLOSE, PROGRESS, HELD),
            },
        )


def reopen(desk: Desk, actor: Actor, case: str, reason: str, *, seen: int | None = None) -> None:
    """Take a case up again, for a reason. What was promised and not verified stays owed.

    Raises as ``Desk.act``, CorrectThisError.
    """
    text = checked_text(reason)
    with desk.act(actor, case, Act.REOPEN, seen=seen) as acting:
        acting.tell(
            EventKind.REOPENED,
            {
                **acting.paper(REOPENING, text, {}),
                "state": CaseState.REOPENED.value,
                **reopened_clocks(acting.file, actor.roster, actor),
            },
        )


def reopened_clocks(file: CaseFile, roster: Roster, actor: Actor) -> dict[str, Any]:
    """The clocks of the end begin anew with the next end. A promise that still runs goes on, and buys no time; one that was
    kept is given anew, or nobody would have to act in a case that was taken up again (mechanism 70).
    """
    anew = [RESULT, CLOSE, *_QUESTIONS]
    if {FEEDBACK, REVIEW} & set(file.progress.outstanding()):
        return {"restart": anew}
    rules = rules_of(file, roster)
    due = rules.pack.clocks[FEEDBACK].after(actor.today, rules.calendar)
    return {"restart": [*anew, FEEDBACK], "clocks": iso({FEEDBACK: due})}
