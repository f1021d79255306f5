"""Routing: facts in, decision out, the rules S5 to S17 in their order. Pure: no clock, no file, no chance.

The accused must not be able to reach the report, so every doubt sends it up, never down.
"""

from __future__ import annotations

from collections.abc import Iterable

from intake.calendar import WorkCalendar
from intake.organisation import EXT_OMB, Organisation
from intake.routing.accused import accused_of
from intake.routing.climb import Bounds, bypassed, climb, hold_at_entry, raise_for_kind
from intake.routing.clocks import clocks_of
from intake.routing.decision import Decision
from intake.routing.exclusion import excluded_officers
from intake.routing.facts import Facts
from intake.routing.floors import floors_of
from intake.routing.notify import Outcome, notices, wants_redirect_advice
from intake.routing.reasons import Reason
from intake.routing.weight import panel_of, priority_of

RULES = "routing-1"
"""Rises with every change of a rule; a case keeps the version it began with."""


def decide(
    organisation: Organisation, facts: Facts, calendar: WorkCalendar, *, least: str | None = None
) -> Decision:
    """Which office receives the report, who is excluded, which clocks run (routing.md). Deterministic.

    `facts` must have been read for this organisation. Normally `calendar` is `organisation.calendar`. `least`: the office to
    which people or a release took the case; it comes to that one or to one above.
    """
    pack = organisation.pack
    accused = accused_of(organisation, facts)
    floors = floors_of(organisation, accused, facts.region)
    priority = priority_of(facts)
    excluded = excluded_officers(organisation, facts, accused)
    panel = panel_of(pack, facts, accused, priority)

    about_prior = raise_for_kind(organisation, facts, floors.candidate)
    at_entry = hold_at_entry(organisation, facts, about_prior.office)
    start = at_entry.office if least is None else organisation.lowest_common(at_entry.office, least)
    bounds = Bounds(excluded, panel, facts.reporter_unit, facts.certified)
    arrived = climb(organisation, bounds, start)
    final = arrived.office

    before = [facts.prior.handling_unit] if facts.prior else []
    passed = bypassed(
        organisation, [*(subject.base for subject in accused), *before, *arrived.passed_over], final
    )
    forward_from = _forward_from(organisation, facts, final)
    outcome = Outcome(accused=accused, excluded=excluded, priority=priority, final=final)
    scope = {Reason.S_SCOPE_REVIEW} if wants_redirect_advice(facts) else set()
    return Decision(
        handling_unit=final,
        reasons=_sorted(floors.reasons | about_prior.reasons | at_entry.reasons | arrived.reasons | scope),
        bypassed_units=passed,
        excluded_officers=excluded,
        priority=priority,
        required_panel=None if final == EXT_OMB else panel,
        forward_from=forward_from,
        seal_at_entry=_sealed_at_entry(organisation, facts, final),
        clocks=clocks_of(pack, facts, calendar, priority, forwarded=forward_from is not None),
        notify=notices(organisation, facts, outcome),
        rule_version=f"{RULES}/{pack.id}-{pack.version}",
    )


def _sorted(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons))


def _forward_from(organisation: Organisation, facts: Facts, final: str) -> str | None:
    """S15: the office that has to hand the report on."""
    entered_elsewhere = facts.entry_unit in organisation.offices and facts.entry_unit != final
    return facts.entry_unit if entered_elsewhere else None


def _sealed_at_entry(organisation: Organisation, facts: Facts, final: str) -> bool:
    """S15: whether the entry office may only pass on the sealed envelope. A bypassed office always lies below the final one."""
    return facts.entry_unit in organisation.offices and organisation.is_above(final, facts.entry_unit)
