"""In whatever order things happen, a reporter asks once for a review of a result, so often in all, and never at the top."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from intake.events import EventKind
from intake.mailbox.asking import LONGEST_WAY, NotPossible, asks_of
from intake.organisation import load_organisation
from intake.progress import progress_of
from intake.record import EventRecord
from tests.support.organisation import small_organisation

ORGANISATION = load_organisation(json.dumps(small_organisation()).encode())
OFFICES = ("HO-millbrook", "HO-north", "HO-land", "EXT-OMB")
START = date(2026, 3, 2)
HAPPENINGS = (
    "conclude",
    "redirect",
    "tell",
    "close",
    "reopen",
    "go up",
    "shut out",
    "wait",
    "ask",
    "complain",
)


class Life:
    """A case's record as it grows, and a count kept by hand of what was asked."""

    def __init__(self) -> None:
        self.today, self.office = START, 0
        self.records: list[EventRecord] = []
        self.asked_of: list[int] = []
        self.add(EventKind.FILED, {"circle": {"office": OFFICES[0]}})

    def add(self, kind: EventKind, data: dict[str, Any]) -> None:
        number = len(self.records)
        self.records.append(EventRecord(str(number), number, kind, self.today, "x", data, b"", b"", 0, "key"))

    def happens(self, what: str) -> None:
        match what:
            case "conclude":
                self.add(EventKind.DECIDED, {"state": "concluded"})
            case "redirect":
                self.add(EventKind.DECIDED, {"state": "redirected"})
            case "tell":
                self.add(EventKind.TOLD, {})
            case "close":
                self.add(EventKind.CLOSED, {"state": "closed"})
            case "reopen":
                self.add(EventKind.REOPENED, {"state": "reopened"})
            case "go up":
                self.office = min(self.office + 1, len(OFFICES) - 1)
                data = {"reason": "overdue", "circle": {"office": OFFICES[self.office]}}
                self.add(EventKind.RELEASED, data)
            case "shut out":
                self.add(EventKind.RELEASED, {"reason": "exclusion"})
            case "wait":
                self.today += timedelta(days=17)

    def asks(self) -> tuple[NotPossible | None, NotPossible | None]:
        now = asks_of(self.records, progress_of(self.records), ORGANISATION, self.today)
        return now.review, now.complaint

    def lost(self) -> tuple[int | None, int | None]:
        now = asks_of(self.records, progress_of(self.records), ORGANISATION, self.today)
        return now.lost_review, now.lost_complaint

    def last(self, kind: EventKind) -> int:
        return max((record.number for record in self.records if record.kind is kind), default=-1)


@given(st.lists(st.sampled_from(HAPPENINGS), max_size=40))
def test_a_review_is_asked_once_of_each_result_in_time_and_below_the_top(happenings: list[str]) -> None:
    life = Life()
    for what in happenings:
        review, complaint = life.asks()
        lost_review, lost_complaint = life.lost()
        if what == "ask" and review is None and lost_review is not None:
            assert lost_review == life.last(EventKind.REVIEW_ASKED) > life.last(EventKind.TOLD)
            assert life.today > life.records[lost_review].date + LONGEST_WAY
        elif what == "complain" and complaint is None and lost_complaint is not None:
            assert lost_complaint == life.last(EventKind.COMPLAINED)
            assert life.today > life.records[lost_complaint].date + LONGEST_WAY
        elif what == "ask" and review is None:
            result = life.last(EventKind.TOLD)
            assert result > -1
            assert result not in life.asked_of
            assert len(life.asked_of) < ORGANISATION.pack.reviews
            assert OFFICES[life.office] != "EXT-OMB"
            assert life.today <= life.records[result].date + timedelta(days=30)
            life.asked_of.append(result)
            life.add(EventKind.REVIEW_ASKED, {})
            assert life.asks()[0] is NotPossible.ASKED
        elif what == "complain" and complaint is None:
            assert OFFICES[life.office] != "EXT-OMB"
            life.add(EventKind.COMPLAINED, {})
            assert life.asks()[1] is NotPossible.ASKED
        else:
            life.happens(what)


@given(st.lists(st.sampled_from(("go up", "shut out", "wait")), max_size=8))
def test_below_the_top_a_complaint_is_always_possible_until_one_is_on_its_way(happenings: list[str]) -> None:
    life = Life()
    for what in happenings:
        life.happens(what)
    expected = NotPossible.NOBODY_ABOVE if OFFICES[life.office] == "EXT-OMB" else None
    assert life.asks()[1] is expected
