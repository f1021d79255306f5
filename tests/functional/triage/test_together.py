"""Joins, splits, recovery and retention in one case: what one of them ended or began is so for the others, too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from intake.calendar import months_after
from intake.database.case_tables import Case
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.recovery import Trustees, recover
from intake.requests import Ask
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.duties import Watched
from tests.support.handling import TOLD, Handled, closing_sent, weigh
from tests.support.joined import Pair
from tests.support.panels import Office, disable
from tests.support.releases import Moving
from tests.support.reports import Filed, Offices, plumber_report, report
from tests.support.splitting import Split
from triage.casework.close import close
from triage.casework.panel import open_proposal, proposals_of
from triage.casework.part import part
from triage.casework.propose import propose
from triage.casework.refusals import NotNowError
from triage.casework.result import tell_result
from triage.casework.vote import vote

DAY = timedelta(days=1)
MILLBROOK = ("mara", "milo", "mina", "marc", "mona", "moss")
EARLY = {"reason": "not_for_us", "text": "Nothing to keep."}


@pytest.fixture
def engine_kind() -> str:
    """Rules and records are the same on both."""
    return "sqlite"


@pytest.fixture
def pair(back_office: BackOffice, offices: Offices) -> Pair:
    """One report about the plumber, which leads, and one about a colleague of hers, joined."""
    leading = Handled(back_office, offices.file(plumber_report())).addressed()
    other = report(DraftSubject(name="Ada Reed", post="staff", body="millbrook-water"))
    return Pair(back_office, Handled(back_office, offices.file(other)).assessed(), leading).joined()


def _recover(filed: Filed, day: date, *to: str, why: str = "") -> None:
    instance = filed.offices.instance
    trustees = Trustees(instance.recovery, instance.roster, instance.triage.gate, day)
    with instance.triage_db.state.begin() as session:
        recover(session, filed.case, to, why, trustees)


def _led_is_concluded(pair: Pair, officer: str = "milo") -> None:
    """Propose the end of the led case by what was found in the other one."""
    no_correction = dict.fromkeys(("correct-0-what", "correct-0-owner", "correct-0-due"))
    changed = {"finding": ["subject-0=established"], "correct": "none", **no_correction}
    sent = closing_sent(pair.back.today, changed)
    weigh(pair.back.desk, pair.back.officer(officer), pair.led.filed.case, "findings")
    propose(pair.back.desk, pair.back.officer(officer), pair.led.filed.case, "close", sent)


def test_a_proposal_that_ended_with_a_recovery_is_owed_by_nobody(
    back_office: BackOffice, offices: Offices
) -> None:
    """The trustees took the case from those who were to vote: nobody is told that they did not."""
    handled = Handled(back_office, offices.file(plumber_report())).acknowledged()
    sent = {"reason": "other_authority", "text": "Not ours.", "told": "Write to the consumer office."}
    propose(back_office.desk, handled.actor("milo"), handled.filed.case, "refuse", MultiDict(sent))
    day = back_office.today
    disable(Office(back_office, handled.filed), *MILLBROOK)
    _recover(handled.filed, day, "nora", "nils")
    file = handled.filed.opened_by("nora")
    assert file is not None
    assert file.whole
    assert open_proposal(file) is None
    assert "panel_due" not in file.progress.outstanding()
    assert "panel_due" not in Moving(handled.filed).watch().clocks
    assert handled.filed.offices.mailbox.view(handled.filed.master).proved


def test_a_proposal_goes_on_where_a_recovery_takes_the_case_from_nobody(
    back_office: BackOffice, offices: Offices
) -> None:
    handled = Handled(back_office, offices.file(plumber_report())).acknowledged()
    sent = {"reason": "other_authority", "text": "Not ours.", "told": "Write to the consumer office."}
    propose(back_office.desk, handled.actor("milo"), handled.filed.case, "refuse", MultiDict(sent))
    _recover(handled.filed, back_office.today, "nora", why="The court asks.")
    file = handled.filed.opened_by("milo")
    assert file is not None
    assert open_proposal(file) is not None
    assert "panel_due" in file.progress.outstanding()


@pytest.mark.parametrize("saved", ["led", "leading"])
def test_a_recovered_case_leaves_the_join_and_the_other_hears_of_it(pair: Pair, saved: str) -> None:
    moved, left = (pair.led, pair.leading) if saved == "led" else (pair.leading, pair.led)
    disable(Office(pair.back, moved.filed), *MILLBROOK)
    _recover(moved.filed, pair.back.today, "nora", "nils")
    assert pair.follows() == 1
    watch = Moving(left.filed).watch()
    assert (watch.joined, watch.leads) == ("", ())
    assert Watched(left.filed).kinds()[-1] is EventKind.SEPARATED


def test_what_was_found_in_a_case_that_leads_no_more_concludes_nothing(pair: Pair) -> None:
    """A review took the leading case up again, in another office, while a panel still had its findings before it here."""
    pair.leading.secured_and_found().propose_closing().agree()
    _led_is_concluded(pair)
    moving = Moving(pair.leading.filed)
    moving.ask_reporter(Ask.COMPLAINT, EventKind.COMPLAINED, moving.day)
    assert moving.worker(moving.day).round()
    file = pair.file()
    assert file.progress.joined is None
    proposal = open_proposal(file)
    assert proposal is not None
    for seat in proposal.seats:
        vote(pair.back.desk, pair.back.officer(seat), file.id, proposal.id, "agree", "")
    after = pair.file()
    assert after.whole
    assert after.progress.state is CaseState.ADDRESSING
    assert proposals_of(after)[-1].outcome is EventKind.STOPPED


def test_a_matter_that_was_handled_in_another_case_is_never_deleted_early(pair: Pair) -> None:
    pair.leading.secured_and_found().propose_closing().agree()
    _led_is_concluded(pair)
    pair.agrees()
    desk, milo, case = pair.back.desk, pair.back.officer("milo"), pair.led.filed.case
    tell_result(desk, milo, case, TOLD)
    close(desk, milo, case)
    with pytest.raises(NotNowError, match="procedure_began"):
        propose(desk, milo, case, "delete_early", MultiDict(EARLY))
    # Past every page: readers and the worker see it as well.
    with pair.led.filed.act("milo") as acting:
        acting.tell(EventKind.PROPOSED, {"proposal": "p", "act": "delete_early", "size": 2})
    with pair.led.filed.act("moss") as acting:
        acting.tell(EventKind.VOTED, {"proposal": "p", "vote": "agree"})
        acting.tell(EventKind.DECIDED, {"proposal": "p", "act": "delete_early"})
    assert not pair.file().whole


def test_a_part_of_a_matter_that_is_being_addressed_is_never_deleted_early(
    back_office: BackOffice, offices: Offices
) -> None:
    split = Split.made(back_office, offices)
    second = split.files()[1]
    assert second.progress.state is CaseState.ADDRESSING
    assert second.progress.addressed
    assert not split.made(back_office, offices, state="assessed").files()[1].progress.addressed


def test_cases_that_were_joined_once_are_kept_no_longer_than_others(pair: Pair) -> None:
    """The join ended years ago: each goes when its own time is over."""
    desk, day = pair.back.desk, pair.back.today
    pair.back.instance.reissue(expires=date(2099, 1, 1))
    part(desk, pair.back.officer("milo"), pair.led.filed.case, "They differ after all.")
    assert pair.follows() == 1
    leading = pair.leading.secured_and_found().propose_closing().agree().told().corrected()
    close(desk, leading.actor("marc"), leading.filed.case)
    watched, last = Watched(leading.filed), months_after(day, 36)
    for each in (day + DAY, last, last + DAY):
        watched.look(each)
    with pair.back.instance.owner.reading() as session:
        assert session.get(Case, leading.filed.case) is None


def test_an_office_that_trustees_chose_has_its_own_time_for_the_first_word(
    back_office: BackOffice, offices: Offices
) -> None:
    """Nobody answered for a month, because nobody could: the case does not leave the new office on the next day."""
    filed = offices.file(plumber_report())
    disable(Office(back_office, filed), *MILLBROOK)
    day = back_office.today + 30 * DAY
    _recover(filed, day, "nora", "nils")
    watched = Watched(filed)
    watched.look(day + DAY)
    assert filed.opened_by("nora") is not None
    assert EventKind.RELEASED not in watched.kinds()
    assert EventKind.SUPERVISED not in watched.kinds()
