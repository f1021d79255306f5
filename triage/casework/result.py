"""Telling the reporter the result, with its reasons: the feedback that every case ends with."""

from __future__ import annotations

from datetime import date

from intake.casefile import CaseFile
from intake.database.case_tables import ItemKind
from intake.events import EventKind
from intake.roster import Roster
from triage.casework.acting import Acting
from triage.casework.clocks import CLOSE, FEEDBACK, RESULT, REVIEW, due_after, iso, newly_met
from triage.casework.corrections import conclusion_of, open_corrections
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.second_look import check_looked
from triage.casework.writing import was_sent


def tell_result(
    desk: Desk, actor: Actor, case: str, text: str, *, seen: int | None = None, looked: str = ""
) -> None:
    """Send the result. Raises as ``Desk.act``, CorrectThisError, LookAgainError.

    Where the level above may call the conclusion up, it is told only when that time is over: nobody is told what may still
    change (policy.py).
    """
    message = checked_text(text)
    with desk.act(actor, case, Act.TELL, seen=seen) as acting:
        if not was_sent(acting, ItemKind.ANSWER, message, seen):
            check_looked(message, looked, acting.file, actor.roster)
            met = newly_met(acting.file, actor.today, RESULT, FEEDBACK, REVIEW)
            acting.tell(EventKind.TOLD, {**acting.answer(message), "met": met, "clocks": _to_close(acting)})


def _to_close(acting: Acting) -> dict[str, str]:
    """Telling it again, in better words, is welcome and buys no time."""
    if CLOSE in acting.file.progress.outstanding():
        return {}
    return iso({CLOSE: closing_due(acting.file, acting.roster, acting.today)})


def closing_due(file: CaseFile, roster: Roster, today: date) -> date:
    """Until when a case whose result is told today is to be closed: as long as telling may take, and as what was promised.

    Without it nobody would have to act in a case that was told, and the reporter would never be asked whether it is solved.
    """
    return max([due_after(file, roster, RESULT, today), *(action.due for action in open_corrections(file))])


def agreed_text(file: CaseFile) -> str:
    """What the panel agreed to tell the reporter, to begin from."""
    conclusion = conclusion_of(file)
    return "" if conclusion is None else str(conclusion["told"])
