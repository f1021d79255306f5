"""What must be true of a case before an act, and what is said where it is not. Values alone; which act needs what: `policy`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from intake.protection.triggers import Step
from triage.casework.refusals import Reason


class Need(StrEnum):
    """What must be true of a case before an act."""

    SECURED = "secured"
    TOLD = "told"
    FINAL = "final"
    CORRECTED = "corrected"
    NO_PROPOSAL = "no_proposal"
    PROPOSAL = "proposal"
    HELD = "held"
    NOT_HELD = "not_held"
    NO_PROCEDURE = "no_procedure"
    NO_OBJECTION = "no_objection"
    NOT_DECIDED = "not_decided"
    """No early deletion stands already."""
    OWN_TIME = "own_time"
    """The case is deleted by itself, not together with others."""
    APART = "apart"
    """The matter is handled in this case, not in one that leads it."""
    JOINED = "joined"
    ALONE = "alone"
    """The case was never handled together with another one."""
    WEIGHED_HEARING = f"weighed_{Step.HEARING}"
    """The risk was weighed for this step, and nothing happened since that could change it."""
    WEIGHED_FINDINGS = f"weighed_{Step.FINDINGS}"
    WEIGHED_EXTERNAL = f"weighed_{Step.EXTERNAL}"
    ANOTHER_KIND = "another_kind"
    """The case is not about retaliation, which is always looked into, and by itself."""
    RETALIATION = "retaliation"
    """It is about retaliation."""
    INVESTIGATED = "investigated"
    """Where it is about retaliation: somebody decided to verify or to investigate it."""


MISSING: Mapping[Need, Reason] = MappingProxyType(
    {
        Need.SECURED: Reason.EVIDENCE_NOT_SECURED,
        Need.TOLD: Reason.RESULT_NOT_TOLD,
        Need.FINAL: Reason.NOT_FINAL,
        Need.CORRECTED: Reason.CORRECTIONS_OPEN,
        Need.NO_PROPOSAL: Reason.PROPOSAL_OPEN,
        Need.PROPOSAL: Reason.NO_PROPOSAL,
        Need.HELD: Reason.NOT_HELD,
        Need.NOT_HELD: Reason.IS_HELD,
        Need.NO_PROCEDURE: Reason.PROCEDURE_BEGAN,
        Need.NO_OBJECTION: Reason.REPORTER_OBJECTED,
        Need.NOT_DECIDED: Reason.DELETION_DECIDED,
        Need.OWN_TIME: Reason.GOES_TOGETHER,
        Need.APART: Reason.HANDLED_ELSEWHERE,
        Need.JOINED: Reason.NOT_JOINED,
        Need.ALONE: Reason.JOINED_BEFORE,
        Need.WEIGHED_HEARING: Reason.WEIGH_BEFORE_HEARING,
        Need.WEIGHED_FINDINGS: Reason.WEIGH_BEFORE_FINDINGS,
        Need.WEIGHED_EXTERNAL: Reason.WEIGH_BEFORE_EXTERNAL,
        Need.ANOTHER_KIND: Reason.RETALIATION_STAYS,
        Need.RETALIATION: Reason.NO_RETALIATION,
        Need.INVESTIGATED: Reason.NOT_INVESTIGATED,
    }
)
