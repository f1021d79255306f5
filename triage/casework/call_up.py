"""Calling up: a conclusion about a head, or about somebody of a handling office, waits until the level above had its say.

The level above is told with the act that concludes; there is no way to conclude without telling it (mechanism 1).
"""

from __future__ import annotations

from typing import Any

from intake.casefile import CaseFile
from intake.notices import NoticeKind
from intake.roster import Roster
from intake.routing import accused_of
from intake.standing import standing_of
from triage.casework.acting import Acting
from triage.casework.clocks import due_after
from triage.casework.people import office_of
from triage.casework.refusals import NotNowError, Reason

CALL_UP = "call_up"


def waits_for_above(file: CaseFile, roster: Roster) -> bool:
    """Whether a head or somebody of a handling office is accused."""
    accused = accused_of(roster.organisation, standing_of(file, roster).facts)
    return any(subject.is_head or subject.in_office for subject in accused)


def tell_above(acting: Acting) -> dict[str, Any]:
    """What the event of a conclusion says of the level above: ``final`` and ``notices``, or nothing when none has to wait.

    Raises NotNowError when somebody has to be told and nobody can be.
    """
    file, roster = acting.file, acting.roster
    if not waits_for_above(file, roster):
        return {}
    standing = standing_of(file, roster)
    final = due_after(file, roster, CALL_UP, acting.today).isoformat()
    content = {"office": office_of(file), "priority": str(standing.decision.priority), "final": final}
    told = acting.notify(standing.overseers(roster)[1], NoticeKind.CONCLUDED, content)
    if not told:
        raise NotNowError(Reason.NOBODY_ABOVE)
    return {"final": final, "notices": told}
