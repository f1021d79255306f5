"""The day by which a panel votes: shown to whoever is to vote, told above when it is missed; then the seat can go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from intake.events import EventKind
from intake.notices import NoticeKind
from intake.requests import Ask
from tests.functional.triage.conftest import BackOffice
from tests.support.duties import Watched
from tests.support.panels import Office
from tests.support.releases import Moving
from triage.casework.board import board_of
from triage.casework.clocks import PANEL
from triage.casework.panel import Proposal, proposals_of
from triage.casework.position import position_of
from triage.casework.propose import reseat, withdraw
from triage.casework.refusals import NotNowError, NotYoursError
from triage.casework.responsibilities import owed_in
from triage.casework.vote import vote
from triage.casework.waiting import waiting_for

DAY = timedelta(days=1)


def _due(office: Office) -> date:
    return office.file("milo").progress.outstanding()[PANEL]


def _on(office: Office, day: date) -> BackOffice:
    return replace(office.back, today=day)


def _asked(office: Office) -> Proposal:
    return proposals_of(office.file("milo"))[-1]


def test_everybody_with_a_seat_has_five_working_days_and_sees_them(office: Office) -> None:
    proposal = office.refuses()
    due = _due(office)
    file = office.file("milo")
    assert 5 <= (due - office.back.today).days <= 14
    owed = owed_in(file, proposal.seats, office.back.instance.roster)
    assert owed[PANEL].officers == proposal.seats
    for seat in proposal.seats:
        (row,) = waiting_for(office.back.desk, office.back.officer(seat)).rows
        assert row.due == due
    for seat in proposal.seats:
        office.votes(seat, proposal)
    file = office.file("milo")
    assert PANEL in file.progress.met
    assert file.whole


def test_a_vote_that_is_missed_is_told_above_once_and_the_seat_can_be_filled_again(office: Office) -> None:
    proposal = office.refuses()
    due = _due(office)
    first, late = proposal.seats
    office.votes(first, proposal)
    milo = office.back.officer("milo")
    with pytest.raises(NotNowError, match="no_empty_seat"):
        reseat(_on(office, due).desk, _on(office, due).officer("milo"), office.filed.case, proposal.id)
    watched = Watched(office.filed)
    watched.look(due + DAY)
    watched.look(due + 2 * DAY)
    told = watched.told(NoticeKind.OVERDUE)
    assert {notice["clock"] for notices in told.values() for notice in notices} == {PANEL}
    assert all(len(notices) == 1 for notices in told.values())
    later = _on(office, due + DAY)
    file = office.file("milo")
    board = board_of(
        file, position_of(file, milo.officer, later.today), proposal.seats, later.officer("milo")
    )
    assert board.late == (late,)
    reseat(later.desk, later.officer("milo"), office.filed.case, proposal.id)
    again = _asked(office)
    assert first in again.seats
    assert late not in again.seats
    assert _due(office) > due + DAY, "who came in has the same time"
    with pytest.raises(NotYoursError, match="no_seat"):
        vote(later.desk, later.officer(late), office.filed.case, proposal.id, "agree", "")
    (newcomer,) = again.waits_for
    vote(later.desk, later.officer(newcomer), office.filed.case, proposal.id, "agree", "")
    assert _asked(office).outcome is EventKind.DECIDED
    assert office.file("milo").whole


def test_a_late_vote_counts_as_long_as_nobody_else_has_the_seat(small: Office) -> None:
    proposal = small.refuses()
    later = _on(small, _due(small) + DAY)
    (seat,) = proposal.seats
    vote(later.desk, later.officer(seat), small.filed.case, proposal.id, "agree", "")
    assert _asked(small).outcome is EventKind.DECIDED
    assert small.file("milo").whole


def test_a_proposal_that_ends_leaves_no_day_behind_and_the_next_one_gets_its_own(small: Office) -> None:
    proposal = small.refuses()
    withdraw(small.back.desk, small.back.officer("milo"), small.filed.case, proposal.id)
    assert PANEL not in small.file("milo").progress.outstanding()
    small.refuses()
    assert PANEL in small.file("milo").progress.outstanding()
    moving = Moving(small.filed)
    assert PANEL in moving.watch().clocks


def test_a_case_that_moves_up_takes_no_day_of_a_panel_along(small: Office) -> None:
    small.refuses()
    moving = Moving(small.filed)
    moving.ask_reporter(Ask.COMPLAINT, EventKind.COMPLAINED, moving.day, ())
    assert moving.worker(moving.day).round()
    above = small.filed.opened_by("nora")
    assert above is not None
    assert above.whole
    assert PANEL not in above.progress.outstanding()
    assert PANEL not in moving.watch().clocks


def test_no_event_of_a_panel_begins_another_clock_anew(small: Office) -> None:
    with small.filed.act("milo") as acting:
        acting.tell(
            EventKind.PROPOSED,
            {
                "proposal": "p",
                "act": "extend",
                "reason": "evidence_awaited",
                "size": 2,
                "restart": ["feedback_due"],
                "clocks": {"feedback_due": "2099-01-01"},
            },
        )
    assert not small.file("mona" if small.filed.opened_by("mona") else "moss").whole
