"""Assigning: a colleague of the handling office gets the case's key and a task."""

from __future__ import annotations

from intake.casefile import CaseFile
from intake.circle import grant_newest, holders, rewrite_ladder, tell
from intake.events import EventKind
from intake.standing import standing_of
from triage.casework.desk import Actor, Desk
from triage.casework.people import assignable, circle_document
from triage.casework.policy import Act, Task
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.update import Update, store_update

_TRIAGE_ACTS = frozenset({EventKind.ACKNOWLEDGED, EventKind.ASSIGNED})


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
        if task == Task.INVESTIGATE and officer in triaged_by(file, actor):
            raise CorrectThisError(Reason.TRIED_TRIAGE)
        if file.progress.handlers.get(officer) == task and officer in holders(acting.session, case):
            raise NotNowError(Reason.ALREADY_ASSIGNED)
        grant_newest(acting.session, file, roster, [officer])
        acting.session.flush()
        changed = Update(handlers={**file.progress.handlers, officer: task})
        store_update(acting, changed)
        circle = circle_document(file, roster, holders(acting.session, case))
        data = {**changed.as_data(), "circle": circle}
        tell(acting.session, file.box, actor.author, EventKind.ASSIGNED, actor.today, data)
        standing = standing_of(changed.applied_to(file), roster)
        rewrite_ladder(acting.session, file, standing, roster, desk.gate)


def triaged_by(file: CaseFile, actor: Actor) -> frozenset[str]:
    """Who did the triage of the case, the actor of this assignment included: they do not investigate it (duties.md)."""
    acted = {record.actor for record in file.records if record.kind in _TRIAGE_ACTS}
    return frozenset({*acted, actor.officer.id})
