"""Taking a joined case out again: it is handled by itself, with the circle, the exclusions and the clocks that it has."""

from __future__ import annotations

from intake.events import EventKind
from triage.casework.desk import Actor, Desk, checked_text
from triage.casework.policy import Act

PARTING = "parting"


def part(desk: Desk, actor: Actor, case: str, reason: str, *, seen: int | None = None) -> None:
    """End the join, for a reason. The worker tells it in the record of the case that led (intake.release.joined).

    It asks nobody, because it takes nothing from anybody: what is owed stays owed, and handling begins here. Raises as
    ``Desk.act``, CorrectThisError.
    """
    text = checked_text(reason)
    with desk.act(actor, case, Act.PART, seen=seen) as acting:
        acting.tell(EventKind.PARTED, acting.paper(PARTING, text, {}))
