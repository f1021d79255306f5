"""A read by somebody who has no part in the case is told to the level above (the detector "interfered").

The key opens the case to whoever once got it; the duty to read it ends with the task or the seat. The reader cannot read first
and hide it later: the notice is stored with the read, before anything is shown.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from intake.casefile import CaseFile
from intake.notices import NoticeKind, dispatch, letters
from intake.organisation import Duty
from intake.standing import standing_of
from triage.casework.desk import Actor, Desk
from triage.casework.policy import Position
from triage.casework.position import position_of

FINDING = "unassigned_read"
"""What the alarm says. It is sent: never reuse or rename it."""


def has_a_part(position: Position) -> bool:
    """Whether somebody has a reason to read: triage in the own office's case, a task, a seat, a proposal of their own, or an
    action to check.
    """
    return bool(
        Duty.TRIAGE in position.duties
        or position.task is not None
        or position.seat
        or position.proposer
        or position.checker
    )


def tell_unassigned_read(session: Session, desk: Desk, actor: Actor, file: CaseFile) -> list[str]:
    """Tell the level above of a read without a part, once a day as the read itself; the ids of what was told.

    Part of the transaction that records the read.
    """
    together = (file, *file.beside)  # whoever has a part in one of joined cases reads both
    if any(has_a_part(position_of(each, actor.officer, actor.today)) for each in together):
        return []
    standing = standing_of(file, actor.roster)
    told = [who for who in standing.overseers(actor.roster)[1] if who != actor.officer.id]
    content = {
        "case": file.id,
        "office": standing.office,
        "priority": str(standing.decision.priority),
        "finding": FINDING,
        "by": actor.officer.id,
    }
    written = letters(actor.roster, told, NoticeKind.ALARM, actor.today, content)
    if written:
        session.add(dispatch(desk.gate, written, actor.today))
    return [letter.id for letter in written]
