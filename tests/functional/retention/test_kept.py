"""What keeps a case whose time is over, and what does not: each story ends with the deletion, or without it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from intake.calendar import months_after
from intake.events import EventKind
from intake.mailbox import Solved
from intake.notices import NoticeKind
from intake.retention.ledger import Why
from tests.support.duties import ABOVE, BOARD
from tests.support.keeping import Kept
from triage.casework.close import reopen
from triage.casework.refusals import NotNowError, Reason

DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@pytest.fixture
def engine_kind() -> str:
    """Rules and records are the same on both; the deletion itself meets both in test_deleting."""
    return "sqlite"


@pytest.fixture
def closed(kept: Kept, today: date) -> Kept:
    """Closed, and seen by the worker on the next day."""
    return kept.closed().look(today + DAY)


@pytest.fixture
def last(today: date) -> date:
    """The last day of a case that is closed today."""
    return months_after(today, 36)


def test_a_legal_hold_keeps_it_and_when_it_ends_there_is_time_to_look_again(closed: Kept, last: date) -> None:
    closed.call_hold(last).look(last + DAY)
    assert set(closed.watched.told(NoticeKind.HOLD)) == ABOVE | BOARD
    assert closed.mailbox(last + DAY).keeping.held
    closed.look(last + 5 * MONTH)
    assert closed.is_there()
    ended = last + 5 * MONTH
    closed.end_hold(ended).look(ended + DAY)
    told = closed.watched.told(NoticeKind.HOLD_ENDED)["vera"]
    assert [notice["clocks"] for notice in told] == [{"kept_until": (ended + MONTH).isoformat()}]
    closed.look(ended + MONTH)
    assert closed.is_there()
    closed.look(ended + MONTH + DAY)
    assert not closed.is_there()


def test_a_hold_that_ended_long_before_lengthens_nothing(closed: Kept, today: date, last: date) -> None:
    closed.call_hold(today + DAY).look(today + 2 * DAY)
    closed.end_hold(today + 3 * DAY).look(today + 4 * DAY, last, last + DAY)
    assert not closed.is_there()


def test_a_hold_is_called_in_an_open_case_too_and_ended_by_two(kept: Kept, today: date) -> None:
    kept.handled(today).acknowledged()
    kept.call_hold(today)
    with pytest.raises(NotNowError) as why:
        kept.call_hold(today)
    assert why.value.reason is Reason.IS_HELD
    kept.propose(today, "end_hold", {"reason": "called_by_mistake", "text": "Wrong case."}, agree=False)
    opened = kept.filed.opened_by("milo")
    assert opened is not None
    assert opened.progress.hold is not None
    assert opened.whole


def test_a_proposal_to_hold_that_nobody_has_voted_on_keeps_it(closed: Kept, last: date) -> None:
    closed.propose(last, "hold", {"reason": "court_case", "text": "A trial."}, agree=False)
    closed.look(last + DAY, last + 2 * DAY)
    assert closed.is_there()


def test_a_case_taken_up_again_begins_a_new_time_with_its_next_closing(closed: Kept, last: date) -> None:
    handled = closed.handled(last)
    reopen(handled.office.desk, handled.actor("marc"), closed.case, "A new witness.")
    closed.look(last + DAY, last + MONTH)
    assert closed.is_there()


@pytest.mark.parametrize(
    "speak",
    [
        lambda mailbox, master: mailbox.write(master, "They threaten me again."),
        lambda mailbox, master: mailbox.complain(master, "Nobody answered me."),
        lambda mailbox, master: mailbox.reply(master, Solved.PARTLY),
    ],
    ids=["message", "complaint", "reply"],
)
def test_what_the_reporter_does_on_the_last_day_is_not_lost(
    closed: Kept, last: date, speak: Callable[..., None]
) -> None:
    offices = closed.filed.offices
    offices.today = last
    speak(offices.mailbox, closed.filed.master)
    closed.look(last + DAY, last + 2 * DAY)
    assert closed.is_there()


def test_nothing_is_deleted_before_its_acts_are_in_the_public_log(closed: Kept, last: date) -> None:
    """An officer opens the case after today's batch was published: that read is in the log before the case goes."""
    worker = closed.watched.worker(last + DAY)
    assert worker._publish_log()
    closed.watched.read(last + DAY, officer="milo")
    assert worker.round()
    assert closed.is_there()
    closed.look(last + 2 * DAY)
    assert not closed.is_there()


def test_a_worker_that_was_away_counts_from_when_it_came_back(kept: Kept, today: date) -> None:
    """Nobody can antedate a closing: what the worker first sees late counts from there, a week of grace apart."""
    back = today + 100 * DAY
    kept.closed().look(back)
    base = back - 7 * DAY
    kept.look(months_after(base, 36))
    assert kept.is_there()
    kept.look(months_after(base, 36) + DAY)
    assert not kept.is_there()


class TestEarly:
    """Deleting early, when no procedure ever began."""

    @pytest.fixture
    def refused(self, kept: Kept, today: date) -> Kept:
        return kept.refused().look(today + DAY)

    def test_two_decide_the_level_above_is_told_and_the_reporter_has_a_month(
        self, refused: Kept, today: date
    ) -> None:
        decided = today + DAY
        refused.decide_deletion(decided).look(decided + DAY)
        until = decided + MONTH
        assert refused.mailbox(decided + DAY).asks.early == until
        told = refused.watched.told(NoticeKind.EARLY_DELETION)
        assert set(told) == ABOVE | BOARD
        assert told["nora"][0]["clocks"] == {"kept_until": until.isoformat()}
        refused.look(until)
        assert refused.is_there()
        refused.look(until + DAY)
        assert not refused.is_there()
        view = refused.mailbox(until + DAY)
        assert view.deletion is not None
        assert (view.deletion.why, view.deletion.due) == (Why.EARLY, until)

    @pytest.mark.parametrize("way", ["object_to_deletion", "write", "complain", "ask_for_review"])
    def test_whatever_the_reporter_says_stops_it_for_good(self, refused: Kept, today: date, way: str) -> None:
        refused.decide_deletion(today + DAY).look(today + 2 * DAY)
        offices = refused.filed.offices
        offices.today = today + 3 * DAY
        words = () if way == "object_to_deletion" else ("I do not want that.",)
        getattr(offices.mailbox, way)(refused.filed.master, *words)
        refused.look(today + 2 * MONTH)
        assert refused.is_there()
        if way in ("object_to_deletion", "write"):
            assert refused.mailbox(today + 2 * MONTH).asks.early is None
            with pytest.raises(NotNowError) as why:
                refused.decide_deletion(today + 2 * MONTH)
            assert why.value.reason is Reason.REPORTER_OBJECTED

    def test_a_matter_that_somebody_began_to_address_is_never_deleted_early(
        self, closed: Kept, today: date
    ) -> None:
        with pytest.raises(NotNowError) as why:
            closed.decide_deletion(today + DAY)
        assert why.value.reason is Reason.PROCEDURE_BEGAN

    def test_a_hold_stops_it(self, refused: Kept, today: date) -> None:
        refused.decide_deletion(today + DAY).call_hold(today + 2 * DAY)
        refused.look(today + 3 * DAY, today + 3 * MONTH)
        assert refused.is_there()

    def test_a_seat_that_has_not_voted_deletes_nothing(self, refused: Kept, today: date) -> None:
        sent = {"reason": "not_for_us", "text": "Nothing to keep."}
        refused.propose(today + DAY, "delete_early", sent, agree=False)
        refused.look(today + 2 * DAY, today + 3 * MONTH)
        assert refused.is_there()
        assert EventKind.DELETED not in refused.watched.kinds()
