"""Who is told that something happened, and what kind of thing (S17): never content, never an excluded officer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from intake.levels import Band
from intake.organisation import EXT_OMB, OVS, Organisation
from intake.routing.accused import Accused
from intake.routing.facts import Facts, Kind
from intake.routing.weight import Priority

REPORTER = "reporter"
ADVISED_CATEGORIES = frozenset({"hr_grievance", "private_dispute", "court_ruling"})
"""Matters for which another place may be the right one. The software advises and never refuses by itself."""
_GUARDED_BANDS = frozenset({Band.HIGH, Band.CRITICAL})


class Notice(StrEnum):
    """The part of a notice before the colon; the part after it is `reporter` or an office."""

    RECEIPT = "receipt"
    QUEUE = "queue"
    SEALED_NOTICE = "sealed_notice"
    PROTECTION_CONTACT = "protection_contact"
    DANGER_ADVICE = "danger_advice"
    REDIRECT_ADVICE = "redirect_advice"
    ACCOUNTABILITY_ENTRY = "accountability_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the other rules have settled, as far as notices depend on it."""

    accused: Sequence[Accused]
    excluded: Collection[str]
    priority: Priority
    final: str


def notices(organisation: Organisation, facts: Facts, outcome: Outcome) -> tuple[str, ...]:
    """All notices as `kind:addressee`, sorted."""
    return tuple(sorted(f"{notice}:{to}" for notice, to in _notices(organisation, facts, outcome)))


def _notices(organisation: Organisation, facts: Facts, outcome: Outcome) -> Iterator[tuple[Notice, str]]:
    yield Notice.RECEIPT, REPORTER
    yield Notice.QUEUE, outcome.final
    if needs_sealed_notice(facts, outcome):
        above = level_above(organisation, outcome.final, outcome.excluded, facts.reporter_unit)
        yield Notice.SEALED_NOTICE, above
    if facts.band in _GUARDED_BANDS or facts.is_or_was(Kind.RETALIATION):
        yield Notice.PROTECTION_CONTACT, outcome.final
    if facts.imminent_danger:
        yield Notice.DANGER_ADVICE, REPORTER
    if wants_redirect_advice(facts):
        yield Notice.REDIRECT_ADVICE, REPORTER
    if facts.kind in {Kind.HANDLING_COMPLAINT, Kind.OVERDUE}:
        yield Notice.ACCOUNTABILITY_ENTRY, outcome.final


def needs_sealed_notice(facts: Facts, outcome: Outcome) -> bool:
    """Whether the level above learns dates, office and priority, so that nobody can sit on the case unseen."""
    return (
        any(subject.is_head or subject.in_office for subject in outcome.accused)
        or outcome.priority is Priority.P1
        or facts.kind is not Kind.INITIAL
        or outcome.final == EXT_OMB
    )


def level_above(
    organisation: Organisation, office: str, excluded: Collection[str], reporter_unit: str | None
) -> str:
    """The first office above ``office`` whose head is not excluded and where the reporter does not work, else OVS."""
    for above in organisation.path_up(office)[1:]:
        head = organisation.head_of(above)
        independent = head is None or head.id not in excluded
        if above not in {EXT_OMB, reporter_unit} and independent:
            return above
    return OVS


def wants_redirect_advice(facts: Facts) -> bool:
    return facts.category in ADVISED_CATEGORIES
