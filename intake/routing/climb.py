"""From the lowest office that the accused allow to the office that can really handle the case (S8, S12, S13, S14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from intake.levels import Band
from intake.organisation import EXT_OMB, Duty, Officer, Organisation
from intake.routing.facts import Facts, Kind
from intake.routing.reasons import Reason

_KIND_REASONS = {
    Kind.RETALIATION: Reason.R_RETALIATION,
    Kind.HANDLING_COMPLAINT: Reason.R_SUPPRESS,
    Kind.REVIEW: Reason.R_REVIEW,
    Kind.OVERDUE: Reason.R_OVERDUE,
}
_GATED_BANDS = frozenset({Band.HIGH, Band.CRITICAL})


@dataclass(frozen=True, slots=True)
class Step:
    """An office reached, why, and the offices passed over on the way."""

    office: str
    reasons: frozenset[Reason] = frozenset()
    passed_over: tuple[str, ...] = ()


def raise_for_kind(organisation: Organisation, facts: Facts, candidate: str) -> Step:
    """S8: a case about an earlier one goes where that one's office has no hand in it."""
    if facts.prior is None or facts.kind not in _KIND_REASONS:
        return Step(candidate)
    before = facts.prior.handling_unit
    least = before if facts.kind is Kind.RETALIATION else organisation.parent(before)
    return Step(organisation.lowest_common(candidate, least), frozenset({_KIND_REASONS[facts.kind]}))


def hold_at_entry(organisation: Organisation, facts: Facts, candidate: str) -> Step:
    """S12: with a great risk, a report handed in higher up is not sent down without the reporter's consent."""
    held = (
        organisation.is_above(facts.entry_unit, candidate)
        if facts.entry_unit in organisation.offices
        else False
    )
    if held and facts.band in _GATED_BANDS and not facts.consent_refer_down:
        return Step(facts.entry_unit, frozenset({Reason.D_GATE}))
    return Step(candidate)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an office must fulfil to handle a case (S13). Without a list of the certified everybody counts as such."""

    excluded: Collection[str]
    panel: int
    reporter_unit: str | None = None
    certified: Collection[str] | None = None


def climb(organisation: Organisation, bounds: Bounds, start: str) -> Step:
    """S13: the first office from `start` upwards that is fit, with the first cause against each one below it."""
    reasons: set[Reason] = set()
    passed_over: list[str] = []
    office = start
    while office != EXT_OMB:
        cause = unfit(organisation, bounds, office)
        if cause is None:
            break
        reasons.add(cause)
        passed_over.append(office)
        office = organisation.parent(office)
    if office == EXT_OMB:
        reasons.add(Reason.X_EXTERNAL)
    return Step(office, frozenset(reasons), tuple(passed_over))


def unfit(organisation: Organisation, bounds: Bounds, office: str) -> Reason | None:
    """The first cause that keeps an office from handling the case, or None."""
    head = organisation.head_of(office)
    able = [member for member in organisation.members_of(office) if member.id not in bounds.excluded]
    if head is not None and head.id in bounds.excluded:
        return Reason.C_HEAD
    if bounds.reporter_unit == office:
        return Reason.C_REPORTER_UNIT
    if len(able) < bounds.panel:
        return Reason.C_QUORUM
    certified = bounds.certified
    if certified is not None and not any(can_receive(officer, certified) for officer in able):
        return Reason.C_KEY
    return None


def can_receive(officer: Officer, certified: Collection[str] | None) -> bool:
    """Whether an officer who is not excluded can be a first recipient; without a list everyone counts as certified."""
    return Duty.TRIAGE in officer.duties and (certified is None or officer.id in certified)


def bypassed(organisation: Organisation, starts: Iterable[str], final: str) -> tuple[str, ...]:
    """S14: every office below the final one on the path from each start, sorted. They learn nothing."""
    below: set[str] = set()
    for start in starts:
        path = organisation.path_up(start)
        if final in path:
            below.update(path[: path.index(final)])
    return tuple(sorted(below))
