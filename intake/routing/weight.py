"""How much a case weighs: its priority (S9) and how many officers decide together (S11)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from intake.levels import Band, Severity
from intake.organisation.pack import Pack
from intake.routing.accused import Accused
from intake.routing.facts import Facts, Kind


class Priority(StrEnum):
    """P1 is the most urgent."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


def priority_of(facts: Facts) -> Priority:
    """S9. A case that is or was about retaliation is never below P2."""
    if facts.imminent_danger or facts.severity is Severity.CRITICAL or facts.band is Band.CRITICAL:
        return Priority.P1
    if facts.severity is Severity.HIGH or facts.band is Band.HIGH or facts.is_or_was(Kind.RETALIATION):
        return Priority.P2
    if facts.severity is Severity.MEDIUM or facts.band is Band.MEDIUM:
        return Priority.P3
    return Priority.P4


def panel_of(pack: Pack, facts: Facts, accused: Sequence[Accused], priority: Priority) -> int:
    """S11: the number of officers who decide together in an office; EXT-OMB has no panel."""
    enlarged = (
        priority in {Priority.P1, Priority.P2}
        or any(subject.is_head or subject.in_office for subject in accused)
        or facts.is_or_was(Kind.REVIEW, Kind.HANDLING_COMPLAINT)
    )
    return pack.enlarged_panel if enlarged else pack.ordinary_panel
