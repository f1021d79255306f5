"""Somebody of the level above who checks a corrective action, where nobody of the office can: an office of one, or one in which
everybody else is excluded or did it together.

The office cannot choose who. Whoever comes is a guest: gets the key for this, and leaves with the check by a new epoch.
"""

from __future__ import annotations

from collections.abc import Collection

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.roster import Roster
from intake.standing import standing_of
from triage.casework.acting import Acting
from triage.casework.clocks import CORRECTIVE, one_of
from triage.casework.corrections import CHECKER, Correction, checkers_of, open_corrections
from triage.casework.desk import Actor, Desk
from triage.casework.panel import open_proposal
from triage.casework.people import circle_document, eligible
from triage.casework.policy import Act
from triage.casework.position import office_of
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.seats import DECIDES, loads, offices_that_may_look, staying


def call_checker(desk: Desk, actor: Actor, case: str, action: str, *, seen: int | None = None) -> None:
    """Give the key to the one above who is drawn to check ``action``, and tell them.

    Raises as ``Desk.act``; CorrectThisError for an action that nobody did yet; NotNowError when a colleague can check it, when
    somebody was called already, and when nobody above may look at this case.
    """
    with desk.act(actor, case, Act.CALL_CHECKER, seen=seen) as acting:
        file, roster = acting.file, acting.roster
        done = {entry.id: entry for entry in open_corrections(file) if entry.done_by}
        if action not in done:
            raise CorrectThisError(Reason.UNKNOWN_CORRECTION)
        if colleagues_left(file, roster, done[action]):
            raise NotNowError(Reason.COLLEAGUE_CAN_CHECK)
        if checkers_of(file).get(action) in acting.holders():
            raise NotNowError(Reason.ALREADY_ASKED)
        _call(acting, done[action], _drawn(acting, done[action]))


def to_be_called_for(file: CaseFile, roster: Roster, holders: Collection[str]) -> list[Correction]:
    """The actions that were done, and that nobody of the office or called from above can check."""
    called = checkers_of(file)
    return [
        entry
        for entry in open_corrections(file)
        if entry.done_by and called.get(entry.id) not in holders and not colleagues_left(file, roster, entry)
    ]


def colleagues_left(file: CaseFile, roster: Roster, action: Correction) -> list[str]:
    """Those of the handling office who may hold the case and did not say themselves that it is done."""
    return [who for who in eligible(file, roster) if who not in action.done_by]


def after_check(acting: Acting, action: str) -> dict[str, object]:
    """A guest whose last check this was leaves, with a new epoch; what the event then says of the circle."""
    me, file, roster = acting.officer, acting.file, acting.roster
    proposal = open_proposal(file)
    if (
        me.office == office_of(file)
        or (proposal is not None and me.id in proposal.seats)
        or any(who == me.id and other != action for other, who in checkers_of(file).items())
    ):
        return {}
    holders = [who for who in acting.holders() if who != me.id]
    seats = () if proposal is None else [who for who in proposal.seats if who in holders]
    # With nobody of the office left the guest keeps it: a case must never become unreadable (P8).
    circle = staying(file, roster, holders, seats) or holders
    if not circle:
        return {}
    acting.begin_epoch(circle)
    return {"circle": circle_document(file, roster, circle)}


def _drawn(acting: Acting, action: Correction) -> str:
    """The first office above with somebody fit, and there whoever carries least: the same for the same facts."""
    file, roster = acting.file, acting.roster
    for office in offices_that_may_look(file, roster)[1:]:
        fit = {
            who
            for who in eligible(file, roster, office)
            if DECIDES & roster.officers[who].duties and who not in action.done_by
        }
        if fit:
            load = loads(acting.session, fit)
            return min(fit, key=lambda who: (load.get(who, 0), who))
    raise NotNowError(Reason.NOBODY_TO_CHECK)


def _call(acting: Acting, action: Correction, who: str) -> None:
    file, roster = acting.file, acting.roster
    acting.grant([who])
    content = {
        "office": office_of(file),
        "priority": str(standing_of(file, roster).decision.priority),
        "clock": one_of(CORRECTIVE, action.id),
        "due": action.due.isoformat(),
    }
    acting.tell(
        EventKind.CHECKER_CALLED,
        {
            **acting.paper(CHECKER, "", {"action": action.id, "officer": who}),
            "action": action.id,
            "circle": circle_document(file, roster, acting.holders()),
            "notices": acting.notify([who], NoticeKind.CHECK_ASKED, content),
        },
    )
