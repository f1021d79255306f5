"""Whether an event about custodians can follow what was told before: the gates of an opening, asked again. Pure."""

from __future__ import annotations

from intake.events import EventKind
from intake.identity.confidence import Asked, Confidence, asked_in
from intake.record import EventRecord


def follows(confidence: Confidence, record: EventRecord) -> bool:
    """Whether the event fits. Raises KeyError, TypeError or ValueError when it lacks what its kind always says."""
    if record.kind is EventKind.SOUGHT:
        return _sought(confidence, record)
    asked = confidence.open_request(record.date)
    if asked is None or record.data["request"] != asked.id:
        return False
    match record.kind:
        case EventKind.PEELED:
            return _peeled(asked, record)
        case EventKind.UNSEALED:
            # After the first one, and by another person: both stand in what the panel's event said.
            return asked.agreed is not None and record.actor == asked.custodians[1]
        case _:
            return record.actor in asked.custodians


def _sought(confidence: Confidence, record: EventRecord) -> bool:
    """By a panel's decision just before; two custodians, neither of them whoever gets it; and nobody opens on the day on which
    the reporter is told, unless the panel said why the reporter must not be told before.
    """
    asked = asked_in(record)
    return (
        confidence.decided != ""
        and record.data["proposal"] == confidence.decided
        and len({*asked.custodians, asked.by}) == len(asked.custodians) + 1
        and (asked.untold or asked.earliest > record.date)
        and asked.until >= asked.earliest
    )


def _peeled(asked: Asked, record: EventRecord) -> bool:
    """By the first custodian, once, and after the days in which the reporter could object."""
    return asked.agreed is None and record.actor == asked.custodians[0] and record.date >= asked.earliest
