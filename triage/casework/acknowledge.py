"""Acknowledging: the reporter is told that the report arrived and is being looked at; the first clock is met."""

from __future__ import annotations

from datetime import date

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.roster import Roster
from intake.routing import decide, facts_from
from intake.states import CaseState
from triage.casework.clocks import ACK, FEEDBACK, FIRST_CONTACT, iso, newly_met
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.second_look import check_looked


def acknowledge(
    desk: Desk, actor: Actor, case: str, text: str = "", *, seen: int | None = None, looked: str = ""
) -> None:
    """Move the case from received to acknowledged; ``text``, if there is one, goes to the reporter with it.

    ``looked``: the fingerprint of a text that was looked at again. Raises as ``Desk.act``, CorrectThisError, LookAgainError.
    """
    message = checked_text(text) if text.strip() else None
    with desk.act(actor, case, Act.ACKNOWLEDGE, seen=seen) as acting:
        if message is not None:
            check_looked(message, looked, acting.file, actor.roster)
        data = {
            **({} if message is None else acting.answer(message)),
            "state": CaseState.ACKNOWLEDGED.value,
            "met": newly_met(acting.file, actor.today, ACK, FIRST_CONTACT),
            "clocks": iso(_feedback_from(acting.file, actor.roster, actor.today)),
        }
        acting.tell(EventKind.ACKNOWLEDGED, data)


def _feedback_from(file: CaseFile, roster: Roster, today: date) -> dict[str, date]:
    """Feedback is due counted from an early acknowledgement; a late one buys no time (routing.md, S16)."""
    organisation = roster.organisation
    document = {
        **file.report["facts"],
        "acknowledged": today.isoformat(),
        "certified": sorted(roster.certified),
    }
    counted = decide(organisation, facts_from(document, organisation), organisation.calendar).clocks
    promised = file.progress.clocks.get(FEEDBACK)
    if promised is None or FEEDBACK not in counted or counted[FEEDBACK] >= promised:
        return {}
    return {FEEDBACK: counted[FEEDBACK]}
