"""Taking a concern or a suggestion as more than its reporter called it. The other way there is none."""

from __future__ import annotations

from intake.events import EventKind
from intake.intake_types import intake_types
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act
from triage.casework.refusals import CorrectThisError, Reason

TURNING = "turning"


def turn(desk: Desk, actor: Actor, case: str, to: str, text: str, *, seen: int | None = None) -> None:
    """From now on it is ``to``, and its conclusion answers what that asks for. The reporter sees it; ``text`` stays inside.

    Raises as ``Desk.act``; CorrectThisError for what it does not become.
    """
    reason = checked_text(text)
    with desk.act(actor, case, Act.TURN, seen=seen) as acting:
        if to not in intake_types().paths[acting.file.brought].becomes:
            raise CorrectThisError(Reason.UNKNOWN_TURN)
        acting.tell(EventKind.TURNED, {**acting.paper(TURNING, reason, {"to": to}), "to": to})
