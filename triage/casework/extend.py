"""Extending: the feedback takes longer than the first term. Once, before the term is over, and within the law's longest."""

from __future__ import annotations

from datetime import date
from typing import Any

from intake.casefile import CaseFile
from intake.roster import Roster
from intake.split import is_extended
from intake.strict_json import parsed_date
from triage.casework.acting import Acting
from triage.casework.clocks import FEEDBACK, due_after
from triage.casework.forms import Sent
from triage.casework.measures import Content, Ground, Measure
from triage.casework.panel import Proposal
from triage.casework.refusals import CorrectThisError, NotNowError, Reason

UNTIL = "until"
_LONGEST = "feedback_at_most"


def latest_feedback(file: CaseFile, roster: Roster) -> date:
    """The last day that an extension can reach, counted from the receipt."""
    filed = file.progress.filed or date.fromisoformat(file.report["filed"])
    return due_after(file, roster, _LONGEST, filed)


def _form(sent: Sent, ground: Ground) -> dict[str, Any]:
    until = parsed_date(sent.get(UNTIL, "").strip())
    if until is None:
        raise CorrectThisError(Reason.NOT_A_DATE)
    content = {UNTIL: until.isoformat()}
    _check(content, ground)
    return content


def _check(content: Content, ground: Ground) -> None:
    until = date.fromisoformat(content[UNTIL])
    due = ground.file.progress.outstanding().get(FEEDBACK)
    if is_extended(ground.file.records):
        raise NotNowError(Reason.EXTENDED_ALREADY)
    if due is None or due < ground.today:  # a missed date is missed: nothing written afterwards changes that
        raise NotNowError(Reason.TOO_LATE)
    if until < ground.today:
        raise CorrectThisError(Reason.DATE_IN_THE_PAST)
    if until <= due:
        raise CorrectThisError(Reason.DATE_NOT_LATER)
    if until > latest_feedback(ground.file, ground.roster):
        raise CorrectThisError(Reason.DATE_TOO_LATE)


def _effect(_acting: Acting, proposal: Proposal) -> dict[str, Any]:
    return {"clocks": {FEEDBACK: proposal.content[UNTIL]}}


EXTEND = Measure(_form, _effect, _check)
