"""The ladder: where a case goes when an office is silent or a decision is contested, office by office up to EXT-OMB.

Decided in advance, while facts are at hand, because later nobody left may be able to read or re-seal them. It computes; it
neither seals nor releases anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from intake.organisation import EXT_OMB, Organisation
from intake.routing.clocks import contact_period, review_dates
from intake.routing.decide import decide
from intake.routing.decision import Decision, first_recipients
from intake.routing.facts import Facts, Kind, Prior
from intake.routing.weight import Priority

MISSABLE = ("ack_due", "accept_due", "review_due", "feedback_due")
"""The clocks whose passing can take a case away from an office."""


class Way(StrEnum):
    """Why a case can leave an office upwards. Values are stored: never reuse or rename one."""

    OVERDUE = "overdue"
    REVIEW = "review"
    COMPLAINT = "handling_complaint"
    EXCLUSION = "exclusion"
    """The office lost too many people to what was learnt later; the case stays of the kind it is."""


_KIND_OF = {
    Way.OVERDUE: Kind.OVERDUE,
    Way.REVIEW: Kind.REVIEW,
    Way.COMPLAINT: Kind.HANDLING_COMPLAINT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step up: the case leaves `prior` for `office`, whose `recipients` are to get the key.

    An overdue rung `opens` on the first day on which it may be released and has its clocks. A review rung opens when a
    review is asked for, which is why its dates come from `review_clocks` then. `urgent`: first contact in a calendar day.
    In the first rung of an exclusion both offices are the same: those of the own office who do not hold the case come in.
    """

    kind: Way
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
    involved: Involved = NOBODY_YET,
    held: str | None = None,
    running: Mapping[str, date] | None = None,
    contact: date | None = None,
) -> list[Rung]:
    """The rungs above a case that `facts` sent to `decision`, way by way. Empty at EXT-OMB, above which nobody stands.

    `held`: the office that has the case, where it is not the one that `decision` names. `running`: its clocks, where they are
    not those of `decision`. `contact`: until when that office has to reach the reporter, if the case came to it by a release:
    before that day is over nobody takes it away.
    """
    office = decision.handling_unit if held is None else held
    opens = opening(decision.clocks if running is None else running, contact)
    going = _going_up(facts, office, involved)
    return [
        *_chain(organisation, going, Way.OVERDUE, opens),
        *_chain(organisation, going, Way.REVIEW, None),
        *_chain(organisation, going, Way.COMPLAINT, None),
        *_exclusions(organisation, facts, office),
    ]


def opening(running: Mapping[str, date], contact: date | None) -> date | None:
    """The first day on which the first overdue rung may be released; None when no clock that can be missed runs."""
    due = min((running[name] for name in MISSABLE if name in running), default=None)
    if due is None:
        return None
    return (due if contact is None else max(due, contact)) + timedelta(days=1)


def next_opening(organisation: Organisation, opens: date | None, *, urgent: bool) -> date | None:
    """The same for the rung above one that opens on `opens`: the day after its first contact was due."""
    if opens is None:
        return None
    contact = organisation.pack.first_contact["danger" if urgent else "overdue"]
    return contact.after(opens, organisation.calendar) + timedelta(days=1)


def underlying(kind: Kind, original: Kind | None, going: Kind) -> Kind:
    """What a case of this kind was before it goes up as `going`: retaliation stays that, an overdue review stays a review."""
    first = original or kind
    if (
        going is Kind.OVERDUE
        and first is not Kind.RETALIATION
        and kind in {Kind.REVIEW, Kind.HANDLING_COMPLAINT}
    ):
        return kind
    return first


def _going_up(facts: Facts, office: str, involved: Involved) -> Facts:
    """The facts of the case as one that the office holds. Who was excluded for an earlier case stays so."""
    before = facts.prior or Prior(office)
    prior = Prior(
        handling_unit=office,
        assigned=tuple(sorted({*before.assigned, *involved.assigned})),
        decided_by=tuple(sorted({*before.decided_by, *involved.decided_by})),
    )
    return replace(facts, prior=prior)


def _chain(organisation: Organisation, facts: Facts, way: Way, opens: date | None) -> Iterator[Rung]:
    kind = _KIND_OF[way]
    facts = replace(
        facts, kind=kind, original_kind=underlying(facts.kind, facts.original_kind, kind), trigger_date=opens
    )
    prior = facts.prior
    while prior is not None and prior.handling_unit != EXT_OMB:
        facts = replace(facts, prior=prior, trigger_date=opens)
        decision = decide(organisation, facts, organisation.calendar)
        yield _rung(organisation, facts, way, prior.handling_unit, decision)
        prior = replace(prior, handling_unit=decision.handling_unit)
        opens = next_opening(organisation, opens, urgent=facts.urgent)


def _exclusions(organisation: Organisation, facts: Facts, office: str) -> Iterator[Rung]:
    """The own office first, then where the case goes without it, decided as the kind that it is."""
    least = office
    while office != EXT_OMB:
        decision = decide(organisation, facts, organisation.calendar, least=least)
        if least == office != decision.handling_unit:  # unfit already: there is no way into it
            least = organisation.parent(office)
            continue
        yield _rung(organisation, facts, Way.EXCLUSION, office, decision)
        office = decision.handling_unit
        least = organisation.parent(office)


def _rung(organisation: Organisation, facts: Facts, way: Way, prior: str, decision: Decision) -> Rung:
    return Rung(
        kind=way,
        prior=prior,
        office=decision.handling_unit,
        panel=decision.required_panel,
        priority=decision.priority,
        urgent=facts.urgent,
        recipients=first_recipients(organisation, decision, facts.certified),
        opens=facts.trigger_date if way is Way.OVERDUE else None,
        clocks=decision.clocks if way is Way.OVERDUE else {},
        notify=decision.notify,
    )


def review_clocks(
    organisation: Organisation, priority: Priority, received: date, *, urgent: bool
) -> dict[str, date]:
    """The clocks of a review asked for on `received`, when its rung is released (S16)."""
    clocks = review_dates(organisation.pack, received, organisation.calendar)
    if period := contact_period(organisation.pack, priority, urgent=urgent):
        clocks["first_contact_due"] = period.after(received, organisation.calendar)
    return dict(sorted(clocks.items()))
