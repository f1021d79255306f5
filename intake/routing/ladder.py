"""The ladder: where a case goes when an office is silent or a decision is contested, office by office up to EXT-OMB.

Decided in advance, while facts are at hand, because later nobody left may be able to read or re-seal them. It computes; it
neither seals nor releases anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from intake.organisation import EXT_OMB, Organisation
from intake.routing.clocks import contact_period, review_dates
from intake.routing.decide import decide
from intake.routing.decision import Decision, first_recipients
from intake.routing.facts import Facts, Kind, Prior
from intake.routing.weight import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step up: the case leaves `prior` for `office`, whose `recipients` are to get the key.

    An overdue rung `opens` on the first day on which it may be released and has its clocks. A review rung opens when a
    review is asked for, which is why its dates come from `review_clocks` then. `urgent`: first contact in a calendar day.
    """

    kind: Kind
    prior: str
    office: str
    panel: int | None
    priority: Priority
    urgent: bool
    recipients: tuple[str, ...]
    opens: date | None
    clocks: Mapping[str, date]
    notify: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """The rung as a document to seal, dates in ISO form."""
        return {
            "kind": str(self.kind),
            "prior": self.prior,
            "office": self.office,
            "panel": self.panel,
            "priority": str(self.priority),
            "urgent": self.urgent,
            "recipients": list(self.recipients),
            "opens": self.opens.isoformat() if self.opens else None,
            "clocks": {name: day.isoformat() for name, day in self.clocks.items()},
            "notify": list(self.notify),
        }


@dataclass(frozen=True, slots=True)
class Involved:
    """The officers who have worked on the case so far. Going up, they are excluded."""

    assigned: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()


NOBODY_YET = Involved()


def rungs(
    organisation: Organisation,
    facts: Facts,
    decision: Decision,
    *,
    missed: str = "ack_due",
    involved: Involved = NOBODY_YET,
) -> list[Rung]:
    """The rungs above a case that `facts` sent to `decision`: all of kind overdue, then all of kind review.

    `missed` names the clock whose passing opens the first overdue rung; each further one opens the day after the first
    contact of the rung below was due. Empty at EXT-OMB, above which nobody stands.
    """
    held = _held(facts, decision, involved)
    overdue_from = decision.clocks[missed] + timedelta(days=1)
    return [
        *_chain(organisation, replace(held, kind=Kind.OVERDUE, trigger_date=overdue_from)),
        *_chain(organisation, replace(held, kind=Kind.REVIEW, trigger_date=None)),
    ]


def _held(facts: Facts, decision: Decision, involved: Involved) -> Facts:
    """The facts of the case as one that the deciding office holds. Who was excluded for an earlier case stays so."""
    before = facts.prior or Prior(decision.handling_unit)
    return replace(
        facts,
        original_kind=facts.original_kind or facts.kind,
        prior=Prior(
            handling_unit=decision.handling_unit,
            assigned=tuple(sorted({*before.assigned, *involved.assigned})),
            decided_by=tuple(sorted({*before.decided_by, *involved.decided_by})),
        ),
    )


def _chain(organisation: Organisation, facts: Facts) -> list[Rung]:
    chain: list[Rung] = []
    while facts.prior is not None and facts.prior.handling_unit != EXT_OMB:
        decision = decide(organisation, facts, organisation.calendar)
        chain.append(_rung(organisation, facts, facts.prior, decision))
        facts = _after(facts, facts.prior, decision)
    return chain


def _after(facts: Facts, prior: Prior, decision: Decision) -> Facts:
    """The facts when the rung just decided has missed its duty, or its decision is contested again."""
    trigger = facts.trigger_date
    if trigger is not None:
        trigger = decision.clocks["first_contact_due"] + timedelta(days=1)
    return replace(facts, prior=replace(prior, handling_unit=decision.handling_unit), trigger_date=trigger)


def _rung(organisation: Organisation, facts: Facts, prior: Prior, decision: Decision) -> Rung:
    return Rung(
        kind=facts.kind,
        prior=prior.handling_unit,
        office=decision.handling_unit,
        panel=decision.required_panel,
        priority=decision.priority,
        urgent=facts.urgent,
        recipients=first_recipients(organisation, decision, facts.certified),
        opens=facts.trigger_date,
        clocks=decision.clocks if facts.kind is Kind.OVERDUE else {},
        notify=decision.notify,
    )


def review_clocks(organisation: Organisation, rung: Rung, received: date) -> dict[str, date]:
    """The clocks of a review asked for on `received`, when its rung is released (S16)."""
    clocks = review_dates(organisation.pack, received, organisation.calendar)
    if period := contact_period(organisation.pack, rung.priority, urgent=rung.urgent):
        clocks["first_contact_due"] = period.after(received, organisation.calendar)
    return dict(sorted(clocks.items()))
