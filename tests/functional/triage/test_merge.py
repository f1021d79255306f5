"""Two reports about one matter are joined by a panel: what follows, what stays, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict

from crypto.encoding import canonical_json
from crypto.keys import new_id
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.mailbox.view import MailboxView
from intake.states import CaseState
from portal.record_words import event_line
from tests.functional.triage.conftest import BackOffice
from tests.support.handling import TOLD, Handled, closing_sent, weigh
from tests.support.joined import WHY, Pair
from tests.support.reports import Filed, Offices, plumber_report, report, water_report
from triage.casework.assign import assign
from triage.casework.clocks import PANEL
from triage.casework.close import close
from triage.casework.find import find
from triage.casework.panel import open_proposal, proposals_of
from triage.casework.part import part
from triage.casework.propose import propose
from triage.casework.reading import read_case
from triage.casework.recuse import recuse
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, Reason
from triage.casework.result import tell_result
from triage.casework.secure import secure
from triage.casework.vote import vote


@pytest.fixture
def pair(back_office: BackOffice, offices: Offices) -> Pair:
    """Two reports about the plumber: the first one is being investigated by Marc, the second was just assessed."""
    leading = Handled(back_office, offices.file(plumber_report())).addressed()
    return Pair(back_office, Handled(back_office, offices.file(plumber_report())).assessed(), leading)


def _mailbox(filed: Filed) -> MailboxView:
    return filed.offices.mailbox.view(filed.master)


def _holders(pair: Pair, case: str) -> set[str]:
    return set(read_case(pair.back.desk, pair.back.officer("milo"), case).holders)


def test_a_panel_joins_two_reports_and_each_stays_a_case_of_its_own(pair: Pair) -> None:
    before = pair.file().progress
    (proposal,) = [pair.proposes()]
    assert proposal.size == 2
    assert pair.file().progress.joined is None
    pair.agrees()
    file, leader = pair.file(), pair.leader()
    assert file.whole
    assert leader.whole
    assert file.progress.state is CaseState.ADDRESSING
    assert leader.progress.state is CaseState.ADDRESSING
    assert {name: due for name, due in file.progress.clocks.items() if name != PANEL} == before.clocks
    assert set(file.progress.met) == {*before.met, "accept_due", PANEL}
    assert [case.id for case in file.beside] == [leader.id]
    assert [case.id for case in leader.beside] == [file.id]
    # Whoever finds for both reads both reports, and whoever answers either reporter knows what is found.
    assert _holders(pair, file.id) == _holders(pair, leader.id) >= {"milo", "marc"}


def test_no_reporter_learns_from_a_word_or_a_byte_that_another_report_exists(pair: Pair) -> None:
    pair.joined()
    part(pair.back.desk, pair.back.officer("milo"), pair.led.filed.case, "They differ after all.")
    pair.follows()
    lines = []
    for own, other in ((pair.led.filed, pair.leading.filed), (pair.leading.filed, pair.led.filed)):
        view = _mailbox(own)
        assert view.proved
        assert other.case.encode() not in canonical_json([record.data for record in view.events])
        kinds = [record for record in view.events if record.kind in (EventKind.JOINED, EventKind.SEPARATED)]
        lines.append({event_line(record, view.events) for record in kinds})
    assert lines[0] < lines[1]
    assert all("another" not in line and "report is handled" in line for line in lines[1])


def _told_of_head(pair: Pair, offices: Offices) -> str:
    """A report of which Mina, who holds the other one, must not know."""
    return Handled(pair.back, offices.file(water_report())).assessed().filed.case


OTHERS: dict[str, Callable[[Pair, Offices], str]] = {
    "none": lambda _pair, _offices: "",
    "no id": lambda _pair, _offices: "../cases",
    "nothing there": lambda _pair, _offices: new_id(),
    "the case itself": lambda pair, _offices: pair.led.filed.case,
    "somebody excluded holds the other": _told_of_head,
    "another office's": lambda _pair, offices: (
        offices.file(report(DraftSubject(name="Otto Lang", post="head", body="HO-millbrook"))).case
    ),
    "one that is over": lambda pair, offices: (
        Handled(pair.back, offices.file(plumber_report())).concluded().filed.case
    ),
}


@pytest.mark.parametrize("other", sorted(OTHERS))
def test_every_case_that_does_not_fit_is_refused_like_one_that_does_not_exist(
    pair: Pair, offices: Offices, other: str
) -> None:
    with pytest.raises(CorrectThisError) as refused:
        pair.proposes(other=OTHERS[other](pair, offices) or " ")
    assert refused.value.reason is Reason.NOT_JOINABLE
    assert open_proposal(pair.file()) is None


def test_a_joined_case_leads_nobody_and_is_joined_to_nothing_else(pair: Pair, offices: Offices) -> None:
    pair.joined()
    third = Handled(pair.back, offices.file(plumber_report())).assessed()
    chained = Pair(pair.back, third, pair.led)
    with pytest.raises(CorrectThisError, match="not_joinable"):
        chained.proposes()
    with pytest.raises(NotNowError, match="handled_elsewhere"):
        pair.proposes(other=third.filed.case)
    with pytest.raises(CorrectThisError, match="not_joinable"):  # whoever leads is led by nobody
        Pair(pair.back, pair.leading, third).proposes()


def test_whoever_investigates_one_did_not_do_the_triage_of_the_other(pair: Pair, offices: Offices) -> None:
    other = Handled(pair.back, offices.file(plumber_report()), triage="moss").assessed()
    assign(pair.back.desk, pair.back.officer("milo"), pair.leading.filed.case, "moss", "investigate")
    with pytest.raises(CorrectThisError, match="not_joinable"):
        Pair(pair.back, other, pair.leading).proposes()


def test_the_graver_of_the_two_decides_how_many_agree(back_office: BackOffice, offices: Offices) -> None:
    grave = Handled(back_office, offices.file(plumber_report(harm="life", scale="large", perishable="days")))
    pair = Pair(
        back_office, Handled(back_office, offices.file(plumber_report())).assessed(), grave.addressed()
    )
    assert pair.proposes().size == 3


def test_a_member_of_the_panel_is_let_into_both_and_the_record_says_so(pair: Pair) -> None:
    proposal = pair.proposes()
    (seat,) = proposal.seats
    held = _holders(pair, pair.leading.filed.case)
    assert seat in held
    admitted = [record for record in pair.leader().records if record.kind is EventKind.ADMITTED]
    assert bool(admitted) == (seat in {"mona", "marc"})
    assert pair.leader(seat).id == pair.leading.filed.case


def test_while_they_are_joined_the_matter_is_handled_in_one_place(pair: Pair) -> None:
    pair.joined()
    desk, case, marc = pair.back.desk, pair.led.filed.case, pair.back.officer("marc")
    assign(desk, pair.back.officer("milo"), case, "marc", "investigate")
    typed = {"allegation": "subject-0", "grade": "established", "text": "The books differ."}
    with pytest.raises(NotNowError, match="handled_elsewhere"):
        find(desk, marc, case, typed)
    with pytest.raises(NotNowError, match="handled_elsewhere"):
        secure(desk, marc, case, "Safe.")
    weigh(desk, marc, case, "findings")
    with pytest.raises(NotNowError, match="leader_open"):
        propose(desk, marc, case, "close", closing_sent(marc.today))


def _findings(**more: str | list[str] | None) -> dict[str, str | list[str] | None]:
    return {"finding": ["subject-0=established"], **more}


def test_a_joined_case_ends_with_a_panel_of_its_own_by_what_was_found_in_the_other(pair: Pair) -> None:
    pair.joined()
    leading, desk = pair.leading, pair.back.desk
    leading.secured_and_found().propose_closing().agree()
    case = pair.led.filed.case
    weigh(desk, pair.back.officer("milo"), case, "findings")
    for missing in ({}, {"finding": ["subject-0=knowingly_false"]}, {"finding": ["subject-9=established"]}):
        with pytest.raises(CorrectThisError) as refused:
            propose(desk, pair.back.officer("milo"), case, "close", closing_sent(pair.back.today, missing))
        assert "finding" in refused.value.marked, missing
    sent = closing_sent(
        pair.back.today,
        _findings(correct="none", **dict.fromkeys(("correct-0-what", "correct-0-owner", "correct-0-due"))),
    )
    propose(desk, pair.back.officer("milo"), case, "close", sent)
    proposal = open_proposal(pair.file())
    assert proposal is not None
    assert not {"milo", "marc"} & set(proposal.seats), (
        "who found it in the other case does not confirm it here"
    )
    assert "marc" in proposal.content["involved"]
    pair.agrees()
    tell_result(desk, pair.back.officer("milo"), case, TOLD)
    close(desk, pair.back.officer("milo"), case)
    file = pair.file()
    assert file.whole
    assert file.progress.state is CaseState.CLOSED
    assert pair.leader().progress.state is CaseState.CONCLUDED
    assert [entry.text for entry in _mailbox(pair.led.filed).answers]
    assert not _mailbox(pair.leading.filed).answers


def test_a_case_is_taken_out_again_and_both_records_say_so(pair: Pair) -> None:
    pair.joined()
    desk, milo = pair.back.desk, pair.back.officer("milo")
    with pytest.raises(CorrectThisError, match="empty_text"):
        part(desk, milo, pair.led.filed.case, " ")
    part(desk, milo, pair.led.filed.case, "They differ after all.")
    assert pair.file().progress.joined is None
    assert pair.follows() == 1
    leader = pair.leader()
    assert leader.whole
    assert not leader.progress.leads
    assert leader.records[-1].kind is EventKind.SEPARATED
    with pytest.raises(NotNowError, match="not_joined"):
        part(desk, milo, pair.led.filed.case, "Again.")
    find_there = {"allegation": "subject-0", "grade": "partly", "text": "The books differ."}
    assign(desk, milo, pair.led.filed.case, "marc", "investigate")
    find(desk, pair.back.officer("marc"), pair.led.filed.case, find_there)
    assert pair.file().whole


def test_who_leaves_one_leaves_both(pair: Pair) -> None:
    pair.joined()
    recuse(pair.back.desk, pair.back.officer("moss"), pair.led.filed.case)
    pair.follows()
    for case in (pair.led.filed.case, pair.leading.filed.case):
        with pytest.raises(NoSuchCaseError):
            pair.opened(case, "moss")
    leader = pair.leader()
    assert leader.whole
    assert leader.progress.leads, "it is joined as before"
    assert "moss" in leader.barred
    with pytest.raises(CorrectThisError, match="not_eligible"):
        assign(pair.back.desk, pair.back.officer("milo"), pair.leading.filed.case, "moss", "handle")
    shown = canonical_json([record.data for record in _mailbox(pair.leading.filed).events])
    assert b"moss" not in shown
    assert pair.follows() == 0


def test_a_rejected_join_changes_nothing(pair: Pair) -> None:
    proposal = pair.proposes()
    (seat,) = proposal.seats
    vote(pair.back.desk, pair.back.officer(seat), pair.led.filed.case, proposal.id, "reject", "They differ.")
    assert pair.file().progress.joined is None
    assert not pair.leader().progress.leads
    assert pair.leader().whole


def test_a_panel_that_decides_on_the_leading_case_first_is_waited_for(pair: Pair) -> None:
    pair.leading.secured_and_found()
    proposal = pair.proposes()
    pair.leading.propose_closing()
    (seat,) = proposal.seats
    with pytest.raises(NotNowError, match="proposal_open"):
        vote(pair.back.desk, pair.back.officer(seat), pair.led.filed.case, proposal.id, "agree", "")
    assert proposals_of(pair.file())[-1].outcome is None


def test_words_and_a_reason_from_the_list_are_needed(pair: Pair) -> None:
    desk, milo, case = pair.back.desk, pair.back.officer("milo"), pair.led.filed.case
    other = pair.leading.filed.case
    for reason, text, why in (
        ("settled", WHY, Reason.UNKNOWN_REASON),
        ("known_matter", " ", Reason.EMPTY_TEXT),
    ):
        with pytest.raises(CorrectThisError) as refused:
            propose(desk, milo, case, "merge", MultiDict({"reason": reason, "text": text, "other": other}))
        assert refused.value.reason is why
