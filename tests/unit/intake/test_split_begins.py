"""What a part of a split case begins with: what its office missed is told again for it, and nothing of offices before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from intake.events import EventKind
from intake.record import EventRecord
from intake.split import first_data

OFFICE = {"office": "HO-millbrook"}


def record(number: int, kind: EventKind, data: dict[str, Any]) -> EventRecord:
    """An event of a record that was checked, a day after the one before."""
    day = date(2026, 3, 2 + number)
    return EventRecord(f"e{number}", number, kind, day, "vera", data, b"", b"", 0, "")


@pytest.mark.parametrize(
    ("kind", "moved", "left_behind"),
    [
        (EventKind.RELEASED, {"reason": "overdue", "from": "HO-lakeside"}, True),
        (EventKind.RELEASED, {"reason": "exclusion", "from": "HO-millbrook"}, False),
        (EventKind.RECOVERED, {"from": "HO-lakeside"}, True),
        (EventKind.RECOVERED, {"from": "HO-millbrook"}, False),
    ],
)
def test_what_was_missed_before_the_case_came_here_is_not_told_again(
    kind: EventKind, moved: dict[str, Any], left_behind: bool
) -> None:
    clocks = {"ack_due": "2026-03-02"}
    records = [
        record(0, EventKind.FILED, {"rules": "routing-1/default-2", "clocks": clocks, "circle": OFFICE}),
        record(1, EventKind.MISSED, {"clock": "ack_due", "due": "2026-03-02"}),
        record(2, kind, {**moved, "circle": OFFICE}),
    ]
    assert first_data(records)["missed"] == (clocks if left_behind else {})
