"""The states of a case: who has to act in each, which clocks run, where it leads. Data alone; the acts are the back office's.

`tests/unit/triage/test_machine.py` proves that no state is a dead end and that acts lead nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class CaseState(StrEnum):
    """Where a case stands. The reporter sees the same word as the officers, in plain language."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ASSESSED = "assessed"
    ADDRESSING = "addressing"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    REDIRECTED = "redirected"
    REOPENED = "reopened"


class Owner(StrEnum):
    """Who has to act next."""

    TRIAGE = "triage"
    HANDLER = "handler"
    REPORTER = "reporter"


@dataclass(frozen=True, slots=True)
class Care:
    """Whose turn it is in a state, the clocks that press there (any of them), and the states it can lead to."""

    owner: Owner
    clocks: frozenset[str]
    exits: frozenset[CaseState]


OVER = frozenset({CaseState.CONCLUDED, CaseState.CLOSED, CaseState.REDIRECTED})
"""The matter itself is decided."""

CARE: Mapping[CaseState, Care] = MappingProxyType(
    {
        CaseState.RECEIVED: Care(
            Owner.TRIAGE,
            frozenset({"ack_due", "first_contact_due"}),
            frozenset({CaseState.ACKNOWLEDGED}),
        ),
        CaseState.ACKNOWLEDGED: Care(
            Owner.TRIAGE,
            frozenset({"accept_due", "review_due"}),
            frozenset({CaseState.ASSESSED, CaseState.REDIRECTED}),
        ),
        CaseState.ASSESSED: Care(
            Owner.TRIAGE,
            frozenset({"accept_due", "review_due"}),
            frozenset({CaseState.ADDRESSING, CaseState.REDIRECTED}),
        ),
        CaseState.ADDRESSING: Care(
            Owner.HANDLER,
            frozenset({"feedback_due", "review_due", "held_until"}),
            frozenset({CaseState.CONCLUDED}),
        ),
        CaseState.CONCLUDED: Care(
            Owner.HANDLER,
            frozenset({"result_due", "close_due"}),
            frozenset({CaseState.CLOSED, CaseState.REOPENED}),
        ),
        CaseState.REDIRECTED: Care(
            Owner.HANDLER,
            frozenset({"result_due", "close_due"}),
            frozenset({CaseState.CLOSED, CaseState.REOPENED}),
        ),
        CaseState.CLOSED: Care(
            Owner.REPORTER, frozenset({"first_question", "second_question"}), frozenset({CaseState.REOPENED})
        ),
        CaseState.REOPENED: Care(
            Owner.TRIAGE, frozenset({"review_due", "feedback_due"}), frozenset({CaseState.ADDRESSING})
        ),
    }
)

OF_THE_REPORTER = frozenset[str]().union(
    *(care.clocks for care in CARE.values() if care.owner is Owner.REPORTER)
)
"""Dates on which the reporter is asked: nobody misses those."""
