"""Refusing: the report is not for this office. The reporter is told where it belongs, with the decision and never later."""

from __future__ import annotations

from typing import Any

from intake.events import EventKind
from intake.states import CaseState
from triage.casework.acting import Acting
from triage.casework.call_up import tell_above
from triage.casework.clocks import ACCEPT, CLOSE, FEEDBACK, FIRST_CONTACT, RESULT, REVIEW, iso, newly_met
from triage.casework.desk import checked_text
from triage.casework.forms import Sent
from triage.casework.measures import Ground, Measure
from triage.casework.panel import Proposal
from triage.casework.result import closing_due
from triage.casework.second_look import check_looked

TOLD = "told"
_MET = (FIRST_CONTACT, ACCEPT, REVIEW, FEEDBACK, RESULT)


def _form(sent: Sent, ground: Ground) -> dict[str, Any]:
    told = checked_text(sent.get(TOLD, ""))
    check_looked(told, sent.get("looked", ""), ground.file, ground.roster)
    return {TOLD: told}


def _effect(acting: Acting, _proposal: Proposal) -> dict[str, Any]:
    return {"state": CaseState.REDIRECTED.value, **tell_above(acting)}


def _afterwards(acting: Acting, proposal: Proposal) -> None:
    met = newly_met(acting.file, acting.today, *_MET)
    clocks = iso({CLOSE: closing_due(acting.file, acting.roster, acting.today)})
    acting.tell(EventKind.TOLD, {**acting.answer(proposal.content[TOLD]), "met": met, "clocks": clocks})


REFUSE = Measure(_form, _effect, afterwards=_afterwards)
