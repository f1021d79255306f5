"""Who may see what of an event: every kind is decided on, and an act that says more than its kind does shows as altered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from intake.audience import SAYS, SEES, Audience
from intake.events import ACTS, BY_REPORTER, EventKind
from intake.figures import KINDS
from intake.lawful import is_lawful
from intake.record import EventRecord


def record(number: int, kind: EventKind, data: dict[str, Any]) -> EventRecord:
    """An event of a record that was checked."""
    return EventRecord(
        id=f"e{number}",
        number=number,
        kind=kind,
        date=date(2026, 3, 2),
        actor="reporter" if kind in BY_REPORTER else "vera",
        data=data,
        commitment=b"",
        content=b"",
        epoch=0,
        key="",
    )


@pytest.mark.parametrize("kind", list(EventKind))
def test_it_is_decided_what_each_kind_says_and_who_is_told_of_it(kind: EventKind) -> None:
    assert kind in SAYS
    assert kind in SEES[Audience.CIRCLE]
    assert kind in SEES[Audience.REPORTER]  # nothing is done behind the reporter's back (P4)


def test_those_above_are_told_of_the_office_s_acts_and_of_nothing_that_a_reporter_does_later() -> None:
    assert SEES[Audience.ABOVE] >= KINDS | ACTS | {EventKind.OPENED}
    assert SEES[Audience.ABOVE] & BY_REPORTER == {EventKind.FILED}


@pytest.mark.parametrize("field", ["name", "text", "officer", "subject", "title"])
@pytest.mark.parametrize("kind", list(EventKind))
def test_no_event_has_a_field_for_content_or_for_a_name(kind: EventKind, field: str) -> None:
    assert field not in SAYS[kind]


def test_an_act_that_says_more_than_its_kind_does_shows_as_altered() -> None:
    filed = record(0, EventKind.FILED, {"rules": "routing-1/default-2"})
    note = {"item": "i", "body": "b"}
    assert is_lawful([filed, record(1, EventKind.NOTED, note)])
    assert not is_lawful([filed, record(1, EventKind.NOTED, {**note, "text": "the head knows who reported"})])
