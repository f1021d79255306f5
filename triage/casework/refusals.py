"""Why an act is refused, as values. The web layer turns them into a status and words; nothing here says anything of a case
to somebody who may not open it.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What stands in the way."""

    NEEDS_TRIAGE = "needs_triage"
    """The act belongs to the triage officers of the case."""
    NEEDS_TASK = "needs_task"
    """The act belongs to triage officers and to whoever has a task in the case."""
    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    CASE_IS_OVER = "case_is_over"
    CHANGED_MEANWHILE = "changed_meanwhile"
    """Somebody else acted since the page was read."""
    ALREADY_ASSIGNED = "already_assigned"
    NOBODY_ELSE = "nobody_else"
    """Leaving would make the case unreadable: nobody certified is left to hand it to."""
    EMPTY_TEXT = "empty_text"
    TEXT_TOO_LONG = "text_too_long"
    NOT_ELIGIBLE = "not_eligible"
    """Not one of those who were offered. Says no more: why somebody is excluded is nobody's business."""
    UNKNOWN_TASK = "unknown_task"
    TRIED_TRIAGE = "tried_triage"
    """Whoever did the triage of a case does not investigate it."""
    QUERY_TOO_SHORT = "query_too_short"


class RefusedError(Exception):
    """An act was refused; nothing was stored."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NoSuchCaseError(Exception):
    """No grant, or no such case: one answer for both (P2)."""


class NotYoursError(RefusedError):
    """The officer's duties do not include this act."""


class NotNowError(RefusedError):
    """The act does not fit where the case stands."""


class CorrectThisError(RefusedError):
    """Something typed is to be corrected."""
