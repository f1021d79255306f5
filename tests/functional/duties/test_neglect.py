"""Seen, not acted on: reading a case and letting it lie shows by itself."""

from __future__ import annotations

from datetime import date, timedelta

from intake.events import EventKind
from intake.notices import NoticeKind
from intake.states import CaseState
from tests.support.duties import ABOVE, BOARD, Watched

DAY = timedelta(days=1)


def _quiet_until(watched: Watched, since: date) -> date:
    return watched.instance.organisation.calendar.working_days_after(since, 10)


def test_a_case_that_was_seen_and_not_acted_on_is_told_once(waiting: Watched) -> None:
    waiting.read(waiting.filed_on + DAY, "milo")
    until = _quiet_until(waiting, waiting.filed_on)
    waiting.each_day(waiting.filed_on + DAY, until)
    assert waiting.count(EventKind.NEGLECTED) == 0
    waiting.each_day(until + DAY, until + 3 * DAY)
    assert waiting.count(EventKind.NEGLECTED) == 1
    told = waiting.told(NoticeKind.NEGLECTED)
    assert set(told) == ABOVE | BOARD
    (notice,) = told["vera"]
    assert (notice["seen"], notice["office"]) == (
        (waiting.filed_on + DAY).isoformat(),
        "HO-millbrook",
    )


def test_neglect_that_goes_on_is_told_again_after_as_many_days(waiting: Watched) -> None:
    waiting.read(waiting.filed_on + DAY)
    until = _quiet_until(waiting, waiting.filed_on)
    again = _quiet_until(waiting, until + DAY)
    waiting.each_day(until, again)
    assert waiting.count(EventKind.NEGLECTED) == 1
    waiting.each_day(again + DAY, again + 2 * DAY)
    assert waiting.count(EventKind.NEGLECTED) == 2


def test_an_act_ends_the_silence(waiting: Watched) -> None:
    waiting.read(waiting.filed_on + DAY)
    until = _quiet_until(waiting, waiting.filed_on)
    waiting.act(until, EventKind.NOTED, {})
    waiting.each_day(until, until + 3 * DAY)
    assert waiting.count(EventKind.NEGLECTED) == 0


def test_a_note_every_few_days_does_not_keep_it_quiet(waiting: Watched) -> None:
    """The first one counts, as a sign that somebody works on it; the ones after it move nothing."""
    first = waiting.filed_on + 3 * DAY
    until = _quiet_until(waiting, first)
    for day in range(3, (until - waiting.filed_on).days + 1, 3):
        waiting.read(waiting.filed_on + day * DAY)
        waiting.note(waiting.filed_on + day * DAY, f"Looked at it again, day {day}.", seen=0)
    waiting.look(until)
    assert waiting.count(EventKind.NEGLECTED) == 0
    waiting.look(until + DAY)
    assert waiting.count(EventKind.NEGLECTED) == 1
    # It goes on, and is told again; an answer to the reporter ends it.
    again = _quiet_until(waiting, until + DAY)
    waiting.note(again, "Still on it.", seen=0)
    waiting.look(again + DAY)
    assert waiting.count(EventKind.NEGLECTED) == 2
    waiting.act(again + 2 * DAY, EventKind.ANSWERED, {})
    waiting.look(_quiet_until(waiting, again + 2 * DAY))
    assert waiting.count(EventKind.NEGLECTED) == 2


def test_handing_it_to_and_fro_or_proposing_and_withdrawing_does_not_keep_it_quiet(waiting: Watched) -> None:
    kinds = (EventKind.ASSIGNED, EventKind.HANDED_OVER, EventKind.NOTED, EventKind.ASSIGNED)
    until = _quiet_until(waiting, waiting.filed_on + 2 * DAY)
    for position, kind in enumerate(kinds):
        waiting.act(waiting.filed_on + (2 + 3 * position) * DAY, kind, {})
    waiting.look(until + DAY)
    assert waiting.count(EventKind.NEGLECTED) == 1


def test_whoever_writes_notes_without_opening_the_case_is_told_of_as_well(waiting: Watched) -> None:
    """A form can be sent without its page; then no read is in the record, and the notes say themselves that somebody looked."""
    for day in (1, 4, 8):
        waiting.note(waiting.filed_on + day * DAY, f"Day {day}.", seen=0)
    assert waiting.count(EventKind.OPENED) == 0
    waiting.look(_quiet_until(waiting, waiting.filed_on + DAY) + DAY)
    assert waiting.count(EventKind.NEGLECTED) == 1


def test_what_nobody_opened_is_late_and_not_neglected(waiting: Watched) -> None:
    until = _quiet_until(waiting, waiting.filed_on)
    waiting.each_day(until, until + 2 * DAY)
    assert waiting.count(EventKind.NEGLECTED) == 0
    # Whoever opens it now has as many days as everybody.
    waiting.read(until + 2 * DAY)
    waiting.each_day(until + 3 * DAY, _quiet_until(waiting, until + 2 * DAY))
    assert waiting.count(EventKind.NEGLECTED) == 0
    waiting.look(_quiet_until(waiting, until + 2 * DAY) + DAY)
    assert waiting.count(EventKind.NEGLECTED) == 1


def test_reading_on_does_not_postpone_it(waiting: Watched) -> None:
    until = _quiet_until(waiting, waiting.filed_on)
    for day in (3, 6, 9, 12):
        waiting.read(waiting.filed_on + day * DAY, "milo")
    waiting.look(until + DAY)
    assert waiting.count(EventKind.NEGLECTED) == 1


def test_a_letter_of_the_reporter_is_no_act_of_the_office(waiting: Watched) -> None:
    waiting.read(waiting.filed_on + DAY)
    waiting.filed.offices.mailbox.write(waiting.filed.master, "Is anybody there?")
    waiting.look(_quiet_until(waiting, waiting.filed_on) + DAY)
    assert waiting.count(EventKind.NEGLECTED) == 1


def test_a_decided_matter_waits_for_nobody(waiting: Watched) -> None:
    waiting.act(waiting.filed_on, EventKind.DECIDED, {"state": CaseState.CONCLUDED.value})
    waiting.read(waiting.filed_on + DAY)
    waiting.look(_quiet_until(waiting, waiting.filed_on) + 5 * DAY)
    assert waiting.count(EventKind.NEGLECTED) == 0


def test_the_same_form_sent_again_ends_no_silence(waiting: Watched) -> None:
    """A note whose page is sent once more is kept once; were it an act, sending it every week would hide any neglect."""
    waiting.read(waiting.filed_on)
    waiting.note(waiting.filed_on, "I look at it.", seen=0)
    waiting.read(waiting.filed_on + DAY)
    until = _quiet_until(waiting, waiting.filed_on)
    waiting.note(until, "I look at it.", seen=0)
    assert waiting.count(EventKind.NOTED) == 1
    assert waiting.row().stale == until
    waiting.look(until + DAY)
    assert waiting.count(EventKind.NEGLECTED) == 1
