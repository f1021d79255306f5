"""Whatever comes in a form's place of a ticket is a ticket of ours or shows nothing; none is ever an error."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import to_text
from intake.time import Clock
from portal.flood.purses import WINDOW, Budget, Shown
from portal.flood.tickets import VALID, Tickets


@dataclass(frozen=True)
class Stopped(Clock):
    """A clock that stands."""

    seconds: int = 0

    def now(self) -> int:
        return self.seconds


SECONDS = st.integers(min_value=0, max_value=2**40)
ANCHORS = st.binary(min_size=32, max_size=32)


@given(st.text() | st.binary(max_size=40).map(to_text), ANCHORS, st.sampled_from(Budget), SECONDS)
def test_what_is_no_ticket_shows_nothing(typed: str, anchor: bytes, budget: Budget, now: int) -> None:
    tickets = Tickets(bytes(32), Stopped(seconds=now))
    assert tickets.shown_by(anchor, budget, typed) is Shown.NOTHING
    assert tickets.give(anchor, budget, typed) == tickets.give(anchor, budget)


@given(ANCHORS, st.sampled_from(Budget), SECONDS, st.integers(min_value=-VALID * 2, max_value=VALID * 2))
def test_a_ticket_never_shows_more_than_the_time_that_passed(
    anchor: bytes, budget: Budget, given_at: int, later: int
) -> None:
    ticket = Tickets(bytes(32), Stopped(seconds=given_at)).give(anchor, budget)
    now = max(0, given_at + later)
    shown = Tickets(bytes(32), Stopped(seconds=now)).shown_by(anchor, budget, ticket)
    passed = now // WINDOW - given_at // WINDOW
    if passed <= 0 or passed > VALID // WINDOW:
        assert shown is Shown.NOTHING
    else:
        assert shown is (Shown.WAITED_LONG if passed >= 6 else Shown.WAITED)
