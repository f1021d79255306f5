"""Addressing: how the matter is handled, or until when it is held. The report is accepted with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.roster import Roster
from intake.states import CaseState
from intake.strict_json import parsed_date
from triage.casework.clocks import ACCEPT, ACK, HELD, due_after, iso, newly_met
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.small_circle import answered

ADDRESSING = "addressing"


class Manner(StrEnum):
    """How a matter is addressed."""

    LETTER = "letter"
    """By asking the body in writing."""
    VERIFICATION = "verification"
    """A preliminary look whether there is something."""
    INVESTIGATION = "investigation"
    LATER = "later"
    """Held until a date, with a reason."""


def address(
    desk: Desk, actor: Actor, case: str, typed: Mapping[str, str], *, seen: int | None = None
) -> None:
    """Begin or change: ``manner``; for ``later`` also ``until`` and ``reason``, for the others what to do about a small circle.

    Raises as ``Desk.act``; CorrectThisError for an unknown manner, a missing reason, and a date that is not to come or later
    than the longest feedback of the case's pack; NotNowError when nothing would change.
    """
    chosen = typed.get("manner", "")
    if chosen not in set(Manner):
        raise CorrectThisError(Reason.UNKNOWN_MANNER)
    manner = Manner(chosen)
    reason = typed.get("reason", "")
    text = checked_text(reason) if manner is Manner.LATER or reason.strip() else ""
    with desk.act(actor, case, Act.ADDRESS, seen=seen) as acting:
        file = acting.file
        if manner is not Manner.LATER and (file.progress.state, file.progress.manner) == (
            CaseState.ADDRESSING,
            manner,
        ):
            raise NotNowError(Reason.UNKNOWN_STATE)
        # What is held asks nobody anything yet.
        circle = {} if manner is Manner.LATER else answered(file, actor.roster.organisation, typed)
        acting.tell(
            EventKind.ADDRESSED,
            {
                **acting.paper(ADDRESSING, text, {"manner": manner.value, **circle}),
                "state": CaseState.ADDRESSING.value,
                "manner": manner.value,
                **_clocks(file, actor.roster, manner, typed.get("until", ""), actor.today),
            },
        )


def _clocks(file: CaseFile, roster: Roster, manner: Manner, until: str, today: date) -> dict[str, Any]:
    met = newly_met(file, today, ACK, ACCEPT)  # a review is acknowledged by being taken up
    if manner is not Manner.LATER:
        return {"met": met | newly_met(file, today, HELD)}
    day = parsed_date(until.strip())
    if day is None:
        raise CorrectThisError(Reason.NOT_A_DATE)
    if day <= today:
        raise CorrectThisError(Reason.DATE_IN_THE_PAST)
    received = date.fromisoformat(file.report["filed"])
    if day > due_after(file, roster, "feedback_at_most", received):
        raise CorrectThisError(Reason.DATE_TOO_LATE)
    return {"met": met, "restart": [HELD], "clocks": iso({HELD: day})}
