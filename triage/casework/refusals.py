"""Why an act is refused, as values. The web layer turns them into a status and words; nothing here says anything of a case
to somebody who may not open it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


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
    UNKNOWN_TARGET = "unknown_target"
    """A tie to nobody who is registered, or to oneself."""
    UNKNOWN_TIE = "unknown_tie"
    TOO_MANY_TIES = "too_many_ties"
    NEEDS_ASSIGNMENT = "needs_assignment"
    """The act belongs to whoever has a task in the case."""
    NEEDS_INVESTIGATOR = "needs_investigator"
    ANOTHER_PART = "another_part"
    """Whoever did the triage, investigated or decided does not do another of these in the same case."""
    NOT_ASSESSABLE = "not_assessable"
    NOT_ADDRESSABLE = "not_addressable"
    NOT_ADDRESSING = "not_addressing"
    NOT_REFUSABLE = "not_refusable"
    NOT_CONCLUDED = "not_concluded"
    CASE_IS_OPEN = "case_is_open"
    EVIDENCE_NOT_SECURED = "evidence_not_secured"
    RESULT_NOT_TOLD = "result_not_told"
    NOT_FINAL = "not_final"
    CORRECTIONS_OPEN = "corrections_open"
    PROPOSAL_OPEN = "proposal_open"
    """One proposal at a time: what the panel looks at must not change under it."""
    NO_PROPOSAL = "no_proposal"
    NO_SEAT = "no_seat"
    ALREADY_VOTED = "already_voted"
    HEAD_VOTES_LAST = "head_votes_last"
    PROPOSER_DOES_NOT_VOTE = "proposer_does_not_vote"
    PANEL_OUT_OF_REACH = "panel_out_of_reach"
    """Not enough people anywhere above may decide."""
    NOT_PROPOSER = "not_proposer"
    """A proposal is withdrawn by whoever made it."""
    NO_EMPTY_SEAT = "no_empty_seat"
    UNKNOWN_VOTE = "unknown_vote"
    UNKNOWN_DECISION = "unknown_decision"
    UNKNOWN_REASON = "unknown_reason"
    """A discretionary act needs a reason from the list, and words."""
    UNKNOWN_MANNER = "unknown_manner"
    UNKNOWN_STATE = "unknown_state"
    UNKNOWN_ANSWER = "unknown_answer"
    UNKNOWN_TURN = "unknown_turn"
    """A concern or a suggestion becomes more than it was called, never less."""
    UNKNOWN_GRADE = "unknown_grade"
    UNKNOWN_ALLEGATION = "unknown_allegation"
    UNKNOWN_CODE = "unknown_code"
    """Not in the vocabulary by which allegations are marked."""
    NOT_CLASSIFIABLE = "not_classifiable"
    UNKNOWN_OUTCOME = "unknown_outcome"
    INCOMPLETE_FORM = "incomplete_form"
    CONTRADICTION = "contradiction"
    """None, and something."""
    NO_FINDING = "no_finding"
    """An allegation has no finding yet."""
    FALSE_NEEDS_EVIDENCE = "false_needs_evidence"
    DATE_IN_THE_PAST = "date_in_the_past"
    DATE_TOO_LATE = "date_too_late"
    DATE_NOT_LATER = "date_not_later"
    NOT_A_DATE = "not_a_date"
    DATE_TO_COME = "date_to_come"
    SHORTER = "shorter"
    """A few sentences are room enough here."""
    NOT_LOWER = "not_lower"
    BELOW_THE_LEAST = "below_the_least"
    """An answer alone sets a lowest level (the overrides of the sums)."""
    LOWERING_TAKES_A_PANEL = "lowering_takes_a_panel"
    OFFICE_NOT_ALLOWED = "office_not_allowed"
    """Below the office that routing computed, passed over, or not able to decide."""
    NOT_SPLITTABLE = "not_splittable"
    ONE_STAYS_ONE_GOES = "one_stays_one_goes"
    COMPLAINT_WAITS = "complaint_waits"
    """The reporter complained, and the level above is to get the whole report."""
    EXTENDED_ALREADY = "extended_already"
    OWN_CORRECTION = "own_correction"
    """Whoever did a corrective action does not verify it."""
    COLLEAGUE_CAN_CHECK = "colleague_can_check"
    """Somebody from above is called only where nobody of the office can verify."""
    NOBODY_TO_CHECK = "nobody_to_check"
    UNKNOWN_CORRECTION = "unknown_correction"
    NOBODY_ABOVE = "nobody_above"
    """A conclusion that the level above has to know of, and nobody there can be told."""
    LOOK_AGAIN = "look_again"
    """The text names somebody or something by accident, perhaps: sent again as it is, it goes."""
    NO_CASE_CHOSEN = "no_case_chosen"
    TOO_MANY_CASES = "too_many_cases"
    TOO_LATE = "too_late"
    NOT_ABOVE = "not_above"
    NOTHING_MISSED = "nothing_missed"
    NOT_INSPECTED = "not_inspected"
    NOT_A_NUMBER = "not_a_number"
    ALREADY_ASKED = "already_asked"
    NOT_HELD = "not_held"
    IS_HELD = "is_held"
    """A legal hold stands."""
    NOT_REFUSED = "not_refused"
    """Only what was found not to be for this office is deleted early."""
    PROCEDURE_BEGAN = "procedure_began"
    REPORTER_OBJECTED = "reporter_objected"
    DELETION_DECIDED = "deletion_decided"
    GOES_TOGETHER = "goes_together"
    """A case of a report that was split, or one that is joined, is deleted with the others and never early."""
    HANDLED_ELSEWHERE = "handled_elsewhere"
    """The matter is handled in the case that leads this one."""
    NOT_JOINED = "not_joined"
    JOINED_BEFORE = "joined_before"
    """What is shut to people because of another case would not be known in a part that is split off."""
    NOT_JOINABLE = "not_joinable"
    """Not one of the cases that were offered. Says no more: whether there is such a case is nobody's business."""
    LEADER_OPEN = "leader_open"
    """The case in which the matter is handled is not concluded yet, or this officer cannot open it."""
    NOTHING_TO_EXPORT = "nothing_to_export"
    WEIGH_BEFORE_HEARING = "weigh_before_hearing"
    """A step changes what somebody reported can know: the risk to the reporter is weighed for it first."""
    WEIGH_BEFORE_FINDINGS = "weigh_before_findings"
    WEIGH_BEFORE_EXTERNAL = "weigh_before_external"
    NOTHING_TO_REVIEW = "nothing_to_review"
    SMALL_CIRCLE = "small_circle"
    """So few people could know that a step points at the reporter: what is done about it has to be said."""


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
    """Something typed is to be corrected. ``marked``: what is wrong with which field, where the form has many."""

    def __init__(self, reason: Reason, marked: Mapping[str, Reason] = MappingProxyType({})) -> None:
        super().__init__(reason)
        self.marked = MappingProxyType(dict(marked))
