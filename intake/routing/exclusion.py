"""Which officers may have nothing to do with a case, and why (S10). Computed over the whole roster, wherever the case goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

from intake.calendar import months_after
from intake.organisation import Organisation, Tie
from intake.organisation.entities import LAPSING_TIES
from intake.routing.accused import Accused
from intake.routing.facts import Facts


class Cause(StrEnum):
    """Why an officer is excluded."""

    SUBJECT = "subject"
    WITNESS = "witness"
    PRIOR = "prior"
    TIE = "tie"


def excluded_officers(
    organisation: Organisation, facts: Facts, accused: Sequence[Accused]
) -> dict[str, tuple[Cause, ...]]:
    """Every excluded officer's id with all causes, both sorted."""
    causes: dict[str, set[Cause]] = {}
    for officer, cause in _exclusions(organisation, facts, accused):
        causes.setdefault(officer, set()).add(cause)
    return {officer: tuple(sorted(causes[officer])) for officer in sorted(causes)}


def _exclusions(
    organisation: Organisation, facts: Facts, accused: Sequence[Accused]
) -> Iterator[tuple[str, Cause]]:
    for subject in accused:
        if subject.officer is not None:
            yield subject.officer, Cause.SUBJECT
        for target in subject.targets:
            for tie in organisation.ties_to(target):
                if counts_on(tie, facts.received, organisation.pack.tie_lapse_months):
                    yield tie.officer, Cause.TIE
    for witness in facts.witnesses:
        yield witness, Cause.WITNESS
    if facts.prior is not None:
        for officer in (*facts.prior.assigned, *facts.prior.decided_by):
            yield officer, Cause.PRIOR


def counts_on(tie: Tie, received: date, lapse_months: int) -> bool:
    """Whether the tie still counts: always for kin and business, else up to and on the day it lapses."""
    if tie.type not in LAPSING_TIES or tie.until is None:
        return True
    return received <= months_after(tie.until, lapse_months)
