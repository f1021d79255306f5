"""Corrective actions and referrals: who says that one is done, and who else checked it."""

from __future__ import annotations

from intake.events import EventKind
from triage.casework.acting import Acting
from triage.casework.checker import after_check
from triage.casework.clocks import CORRECTIVE, REFERRAL, newly_met, one_of
from triage.casework.corrections import Correction, open_corrections, open_referrals
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.refusals import CorrectThisError, NotYoursError, Reason

CORRECTION, VERIFICATION = "correction", "verification"


def correct(desk: Desk, actor: Actor, case: str, action: str, text: str, *, seen: int | None = None) -> None:
    """Say that an action is done, with the evidence; for a referral: what the recipient replied.

    A referral is over with that; an action waits for somebody else to check it. Raises as ``Desk.act``; CorrectThisError.
    """
    said = checked_text(text)
    with desk.act(actor, case, Act.CORRECT, seen=seen) as acting:
        if any(referral.id == action for referral in open_referrals(acting.file)):
            met = newly_met(acting.file, actor.today, one_of(REFERRAL, action))
        else:
            _open_action(acting, action)
            met = {}
        paper = acting.paper(CORRECTION, said, {"action": action})
        acting.tell(EventKind.CORRECTED, {**paper, "action": action, "met": met})


def verify(desk: Desk, actor: Actor, case: str, action: str, text: str, *, seen: int | None = None) -> None:
    """Say that another person's action was checked, and how. Its clock is met. Whoever was called for it from above leaves.

    Raises as ``Desk.act``; CorrectThisError for an action that nobody did yet; NotYoursError for one's own.
    """
    said = checked_text(text)
    with desk.act(actor, case, Act.VERIFY, seen=seen) as acting:
        open_action = _open_action(acting, action)
        if not open_action.done_by:
            raise CorrectThisError(Reason.UNKNOWN_CORRECTION)
        if actor.officer.id in open_action.done_by:
            raise NotYoursError(Reason.OWN_CORRECTION)
        circle = after_check(acting, action)
        paper = acting.paper(VERIFICATION, said, {"action": action})
        met = newly_met(acting.file, actor.today, one_of(CORRECTIVE, action))
        acting.tell(EventKind.VERIFIED, {**paper, **circle, "action": action, "met": met})


def _open_action(acting: Acting, action: str) -> Correction:
    found = next((entry for entry in open_corrections(acting.file) if entry.id == action), None)
    if found is None:
        raise CorrectThisError(Reason.UNKNOWN_CORRECTION)
    return found
