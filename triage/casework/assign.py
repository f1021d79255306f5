"""Assigning: a colleague of the handling office gets the case's key and a task."""

from __future__ import annotations

from intake.events import EventKind
from triage.casework.desk import Actor, Desk
from triage.casework.people import assignable, circle_document
from triage.casework.policy import Act, Part, Task
from triage.casework.position import parts_of
from triage.casework.refusals import CorrectThisError, NotNowError, Reason


def assign(desk: Desk, actor: Actor, case: str, officer: str, task: str, *, seen: int | None = None) -> None:
    """Give ``officer`` the newest key and the task ``handle`` or ``investigate``.

    Raises as ``Desk.act``; CorrectThisError for anybody who was not offered and for an unknown task; NotNowError when it was
    assigned already.
    """
    if task not in set(Task):
        raise CorrectThisError(Reason.UNKNOWN_TASK)
    with desk.act(actor, case, Act.ASSIGN, seen=seen) as acting:
        file, roster = acting.file, actor.roster
        if officer not in assignable(file, roster):
            raise CorrectThisError(Reason.NOT_ELIGIBLE)
        # Assigning is triage: whoever does it now has a part in the case, too.
        parts = parts_of(file, officer) | ({Part.TRIAGE} if officer == actor.officer.id else frozenset())
        if task == Task.INVESTIGATE and Part.TRIAGE in parts:
            raise CorrectThisError(Reason.TRIED_TRIAGE)
        if Part.DECIDE in parts:
            raise CorrectThisError(Reason.ANOTHER_PART)
        if file.progress.handlers.get(officer) == task and officer in acting.holders():
            raise NotNowError(Reason.ALREADY_ASSIGNED)
        acting.grant([officer])
        acting.tell(
            EventKind.ASSIGNED,
            {
                "handlers": {**file.progress.handlers, officer: task},
                "circle": circle_document(file, roster, acting.holders()),
            },
        )
