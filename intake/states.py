"""The states of a case, in the words of the design. The machine that moves between them belongs to the back office."""

from __future__ import annotations

from enum import StrEnum


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
