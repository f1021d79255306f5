"""Assigning: a colleague of the handling office gets the case's key and a task, perhaps in the place of another."""

from __future__ import annotations

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.roster import Roster
from intake.standing import standing_of
from triage.casework.acting import Acting
from triage.casework.desk import Actor, Desk
from triage.casework.panel import open_proposal
from triage.casework.people import assignable, circle_document
from triage.casework.policy import Act, Part, Task
from triage.casework.position import parts_of
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.tasks import ASSIGNMENT, checked_brief


def assign(
    desk: Desk,
    actor: Actor,
    case: str,
    officer: str,
    task: str,
    *,
    release: str = "",
    brief: tuple[str, str] = ("", ""),
    seen: int | None = None,
) -> None:
    """Give ``officer`` the newest key and the task ``handle`` or ``investigate``; ``release`` gives up theirs for it.

    ``brief``: by what one sees that the task is done, and until when; both can stay empty, and show as missing then.
    Whoever is released keeps the key only as a triage officer of the case; otherwise a new epoch begins without them. Raises
    as ``Desk.act``; CorrectThisError for anybody who was not offered and for an unknown task; NotNowError when it was assigned
    already.
    """
    if task not in set(Task):
        raise CorrectThisError(Reason.UNKNOWN_TASK)
    said = checked_brief(*brief, actor.today)
    with desk.act(actor, case, Act.ASSIGN, seen=seen) as acting:
        file, roster = acting.file, actor.roster
        if officer not in assignable(file, roster):
            raise CorrectThisError(Reason.NOT_ELIGIBLE)
        # Assigning is triage: whoever does it now has a part in the case, too.
        own = frozenset({Part.TRIAGE}) if officer == actor.officer.id else frozenset()
        check_apart(file, officer, task, own)
        if file.progress.handlers.get(officer) == task and officer in acting.holders():
            raise NotNowError(Reason.ALREADY_ASSIGNED)
        asked = open_proposal(file)
        if asked is not None and officer in asked.seats:
            raise NotNowError(Reason.PROPOSAL_OPEN)  # a task would take the seat of somebody who may disagree
        handlers = {**file.progress.handlers, officer: task}
        if release:
            _release(acting, release, officer)
            del handlers[release]
        else:
            acting.grant([officer])
        circle = circle_document(file, roster, acting.holders())
        paper = acting.paper(ASSIGNMENT, "", {**said, "officer": officer, "task": task}) if said else {}
        acting.tell(EventKind.ASSIGNED, {**paper, "handlers": handlers, "circle": circle})


def check_apart(file: CaseFile, officer: str, task: str, more: frozenset[Part] = frozenset()) -> None:
    """Return if what the officer did before in this case goes with the task. Raises CorrectThisError."""
    parts = parts_of(file, officer) | more
    if task == Task.INVESTIGATE and Part.TRIAGE in parts:
        raise CorrectThisError(Reason.TRIED_TRIAGE)
    if Part.DECIDE in parts:
        raise CorrectThisError(Reason.ANOTHER_PART)


def _release(acting: Acting, former: str, successor: str) -> None:
    file, holders = acting.file, acting.holders()
    if former == successor or former not in file.progress.handlers:
        raise CorrectThisError(Reason.NOT_ELIGIBLE)
    if open_proposal(file) is not None:
        raise NotNowError(Reason.PROPOSAL_OPEN)
    if former in _triage_officers(file, acting.roster):
        acting.grant([successor])
    else:
        acting.begin_epoch({*holders, successor} - {former})


def _triage_officers(file: CaseFile, roster: Roster) -> tuple[str, ...]:
    """Who would get the case if it came now: they hold its key whatever their task."""
    return standing_of(file, roster).recipients(roster)
