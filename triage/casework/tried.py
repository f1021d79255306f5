"""An attempt to seek an identity outside of the rules is told: to the record, the reporter, the level above.

Nothing was given; that somebody tried is what matters (protection.md, code p1). Once per officer and day, as reads are.
"""

from __future__ import annotations

from intake.events import EventKind
from triage.casework.desk import Actor, Desk
from triage.casework.disclose import TRIED, tell_above
from triage.casework.policy import Act
from triage.casework.refusals import NotYoursError, Reason, RefusedError

ATTEMPTS = frozenset({Reason.NO_NAME, Reason.SOUGHT_ALREADY, Reason.NO_ORIGINAL})
"""What whoever asks could see on the page before: nobody is offered this."""


def record_attempt(desk: Desk, actor: Actor, case: str, refused: RefusedError) -> None:
    """Tell of an attempt that was refused, where it was one. Raises as ``Desk.act``."""
    if not isinstance(refused, NotYoursError) and refused.reason not in ATTEMPTS:
        return
    with desk.act(actor, case, Act.NOTE) as acting:
        tried = (record for record in acting.file.records if record.kind is EventKind.TRIED)
        if any((record.actor, record.date) == (actor.officer.id, actor.today) for record in tried):
            return
        notices = tell_above(acting, TRIED)
        data = {"role": str(actor.officer.role), "why": refused.reason.value, "notices": notices}
        acting.tell(EventKind.TRIED, data)
