"""Which due dates run (S16). Every number comes from the organisation's pack.

Moving a case never resets a clock that the reporter sees: dates count from the receipt, whoever holds the case.
"""

from __future__ import annotations

from datetime import date

from intake.calendar import Period, WorkCalendar
from intake.organisation.pack import Pack
from intake.routing.facts import Facts, Kind
from intake.routing.weight import Priority


def clocks_of(
    pack: Pack, facts: Facts, calendar: WorkCalendar, priority: Priority, *, forwarded: bool
) -> dict[str, date]:
    """Only the clocks that apply, by name."""
    received = facts.received
    if facts.is_or_was(Kind.REVIEW):
        clocks = review_dates(pack, received, calendar)
    else:
        clocks = first_dates(pack, received, facts.acknowledged, calendar)
    if forwarded:
        clocks["forward_due"] = pack.clocks["forward_due"].after(received, calendar)
    if facts.kind is Kind.OVERDUE and facts.trigger_date is not None:
        contact = pack.first_contact["danger" if facts.urgent else "overdue"]
        clocks["first_contact_due"] = contact.after(facts.trigger_date, calendar)
    elif period := contact_period(pack, priority, urgent=facts.urgent):
        clocks["first_contact_due"] = period.after(received, calendar)
    return dict(sorted(clocks.items()))


def first_dates(
    pack: Pack, received: date, acknowledged: date | None, calendar: WorkCalendar
) -> dict[str, date]:
    """The clocks of a report: a late acknowledgement buys no time for the feedback."""
    ack_due = pack.clocks["ack_due"].after(received, calendar)
    answered_from = ack_due if acknowledged is None else min(acknowledged, ack_due)
    return {
        "ack_due": ack_due,
        "accept_due": pack.clocks["accept_due"].after(received, calendar),
        "feedback_due": pack.clocks["feedback_due"].after(answered_from, calendar),
    }


def review_dates(pack: Pack, received: date, calendar: WorkCalendar) -> dict[str, date]:
    """The clocks of a review, without its first contact."""
    return {name: pack.clocks[name].after(received, calendar) for name in ("ack_due", "review_due")}


def contact_period(pack: Pack, priority: Priority, *, urgent: bool) -> Period | None:
    """How soon somebody must reach the reporter; None where only the other clocks apply."""
    return pack.first_contact.get("danger" if urgent else priority)
