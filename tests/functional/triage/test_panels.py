"""Officers decide together: each story runs on real parts, with the back office's own database rights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict

from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.notices import NoticeKind
from intake.standing import standing_of
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.handling import weigh
from tests.support.panels import TOLD, WHY, Office, notices_of
from tests.support.reports import Offices, report, water_report
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.panel import (
    REJECTED,
    WITHDRAWN,
    Vote,
    ballots_of,
    proposals_of,
)
from triage.casework.policy import Decision, Part
from triage.casework.position import parts_of
from triage.casework.propose import propose, withdraw
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, NotYoursError, Reason
from triage.casework.waiting import waiting_for


def test_three_refuse_a_report_together_and_the_reporter_is_told_at_once(office: Office) -> None:
    proposal = office.refuses()
    assert proposal.size == 3
    assert proposal.seats == (
        "marc",
        "mona",
    )  # they carry least; the head and Moss, who did nothing yet, carry more
    office.votes("marc", proposal)
    assert office.file("milo").progress.state is CaseState.ACKNOWLEDGED
    office.votes("mona", proposal, text="I agree, the law is clear.")

    file = office.file("milo")
    assert file.whole
    assert file.progress.state is CaseState.REDIRECTED
    assert file.progress.told == office.back.today
    assert "accept_due" in file.progress.met
    assert "feedback_due" in file.progress.met
    assert office.kinds("milo")[-5:] == [
        EventKind.PROPOSED, EventKind.VOTED, EventKind.VOTED, EventKind.DECIDED, EventKind.TOLD,
    ]  # fmt: skip
    mailbox = office.filed.offices.mailbox.view(office.filed.master)
    assert mailbox.proved
    assert [entry.text for entry in mailbox.answers] == [TOLD]
    assert mailbox.progress.state is CaseState.REDIRECTED


def test_a_reason_from_the_list_and_words_are_needed(office: Office) -> None:
    desk, milo, case = office.back.desk, office.back.officer("milo"), office.filed.case
    for act, reason, text, more, why in (
        ("erase", "other_authority", WHY, {}, Reason.UNKNOWN_DECISION),
        ("", "other_authority", WHY, {}, Reason.UNKNOWN_DECISION),
        ("refuse", "", WHY, {"told": TOLD}, Reason.UNKNOWN_REASON),
        ("refuse", "examined", WHY, {"told": TOLD}, Reason.UNKNOWN_REASON),
        ("refuse", "other_authority", " \n", {"told": TOLD}, Reason.EMPTY_TEXT),
        ("refuse", "other_authority", "x" * 20_001, {"told": TOLD}, Reason.TEXT_TOO_LONG),
        ("refuse", "other_authority", WHY, {}, Reason.EMPTY_TEXT),
        ("refuse", "other_authority", WHY, {"told": "Ask Hugo Stein."}, Reason.LOOK_AGAIN),
        ("extend", "evidence_awaited", WHY, {}, Reason.NOT_A_DATE),
        ("lower", "new_facts", WHY, {"severity": "tiny"}, Reason.UNKNOWN_ANSWER),
        ("lower", "new_facts", WHY, {}, Reason.NOT_LOWER),
        ("transfer", "too_close", WHY, {}, Reason.OFFICE_NOT_ALLOWED),
    ):
        if act == "transfer":
            weigh(desk, milo, case, "external")
        with pytest.raises(CorrectThisError) as refused:
            propose(desk, milo, case, act, MultiDict({"reason": reason, "text": text, **more}))
        assert refused.value.reason is why, (act, reason)
    assert EventKind.PROPOSED not in office.kinds("milo")


def test_what_does_not_fit_the_state_cannot_be_proposed(office: Office) -> None:
    desk, milo, case = office.back.desk, office.back.officer("milo"), office.filed.case
    with pytest.raises(NotNowError, match="not_addressing"):
        propose(desk, milo, case, "close", MultiDict({"reason": "examined", "text": WHY}))


def test_votes_out_of_order_are_refused(office: Office) -> None:
    proposal = office.refuses()
    with pytest.raises(CorrectThisError, match="unknown_vote"):
        office.votes("marc", proposal, "maybe")
    with pytest.raises(NotYoursError, match="proposer_does_not_vote"):
        office.votes("milo", proposal)
    with pytest.raises(NotYoursError, match="no_seat"):
        office.votes("moss", proposal)  # holds the case, has no seat
    with pytest.raises(NoSuchCaseError):
        office.votes("mina", proposal)  # excluded
    with pytest.raises(NotNowError, match="no_proposal"):
        office.votes("marc", replace(proposal, id="another"))
    with pytest.raises(CorrectThisError, match="empty_text"):
        office.votes("marc", proposal, "reject")
    office.votes("marc", proposal)
    with pytest.raises(NotNowError, match="already_voted"):
        office.votes("marc", proposal, "reject", "I changed my mind.")
    office.votes("mona", proposal)
    with pytest.raises(NotNowError, match="no_proposal"):
        office.votes("marc", proposal)
    assert office.file("milo").progress.state is CaseState.REDIRECTED


def test_nobody_decides_alone_not_even_the_head(office: Office) -> None:
    proposal = office.refuses("mara")
    assert proposal.by not in proposal.seats
    assert len(proposal.seats) == 2
    assert office.file("mara").progress.state is CaseState.ACKNOWLEDGED
    with pytest.raises(NotYoursError, match="proposer_does_not_vote"):
        office.votes("mara", proposal)


def test_one_proposal_at_a_time(office: Office) -> None:
    office.refuses()
    with pytest.raises(NotNowError, match="proposal_open"):
        office.refuses("mara")


def test_a_head_with_a_seat_votes_last(office: Office) -> None:
    for officer in ("marc", "mona"):
        assign(office.back.desk, office.back.officer("milo"), office.filed.case, officer, "investigate")
    proposal = office.refuses()
    assert proposal.seats == ("moss", "mara")
    with pytest.raises(NotNowError, match="head_votes_last"):
        office.votes("mara", proposal)
    with pytest.raises(NotNowError, match="head_votes_last"):
        office.votes("mara", proposal, "reject", "I am the head.")
    office.votes("moss", proposal)
    office.votes("mara", proposal)
    assert office.file("milo").progress.state is CaseState.REDIRECTED


def test_who_did_the_triage_or_investigates_has_no_seat(office: Office) -> None:
    desk = office.back.desk
    assign(desk, office.back.officer("moss"), office.filed.case, "marc", "investigate")
    proposal = office.refuses("mara")
    # Milo acknowledged, Moss assigned, Marc investigates, Mina is excluded: one is left, the rest come from above.
    assert proposal.seats == ("mona", "nils")
    office.votes("mona", proposal)
    office.votes("nils", proposal)
    assert office.file("milo").progress.state is CaseState.REDIRECTED


def test_a_rejection_stops_and_is_shown_one_level_up_without_a_word_of_it(office: Office) -> None:
    proposal = office.refuses()
    office.votes("marc", proposal, "reject", "The labour inspectorate has no power here.")
    ended = proposals_of(office.file("milo"))[-1]
    assert (ended.outcome, ended.why) == (EventKind.STOPPED, REJECTED)
    with pytest.raises(NotNowError, match="no_proposal"):
        office.votes("mona", proposal)
    told = [notice for notice in notices_of(office, "nora") if notice["notice"] == NoticeKind.STOPPED]
    assert [{**notice, "case": ""} for notice in told] == [
        {
            "act": "refuse",
            "case": "",
            "date": office.back.today.isoformat(),
            "notice": "stopped",
            "office": "HO-millbrook",
            "priority": standing_of(office.file("milo"), office.back.instance.roster).decision.priority,
        }
    ]
    dissent = ballots_of(office.file("milo"), ended)
    assert [(ballot.officer, ballot.vote) for ballot in dissent] == [("marc", Vote.REJECT)]
    assert dissent[0].text == "The labour inspectorate has no power here."
    roster = office.back.instance.roster
    overseers = standing_of(office.file("milo"), roster).overseers(roster)[1]
    stopped = office.file("milo").records[-1]
    assert stopped.kind is EventKind.STOPPED
    assert len(stopped.data["notices"]) == len(overseers)  # the worker looks whether they arrived
    assert "inspectorate" not in str([record.data for record in office.file("milo").records])


def test_a_proposal_is_taken_back_by_whoever_made_it_and_by_nobody_else(office: Office) -> None:
    desk, case = office.back.desk, office.filed.case
    proposal = office.refuses()
    for officer in ("mara", "marc"):
        with pytest.raises(NotYoursError, match="not_proposer"):
            withdraw(desk, office.back.officer(officer), case, proposal.id)
    withdraw(desk, office.back.officer("milo"), case, proposal.id)
    assert proposals_of(office.file("milo"))[-1].why == WITHDRAWN
    with pytest.raises(NotNowError, match="no_proposal"):
        withdraw(desk, office.back.officer("milo"), case, proposal.id)
    assert office.refuses().id != proposal.id


def test_of_two_last_votes_in_the_same_second_one_decides(office: Office) -> None:
    proposal = office.refuses()

    def agree(officer: str) -> str:
        try:
            office.votes(officer, proposal)
        except NotNowError as refused:
            return refused.reason
        return "voted"

    office.back.instance.pair("marc"), office.back.instance.pair("mona")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(agree, ("marc", "mona")))
    for officer, said in zip(("marc", "mona"), answers, strict=True):
        if said != "voted":  # the other one was first: the page is loaded again, the vote sent again
            assert said == Reason.CHANGED_MEANWHILE
            office.votes(officer, proposal)
    kinds = office.kinds("milo")
    assert kinds.count(EventKind.DECIDED) == kinds.count(EventKind.TOLD) == 1
    assert kinds.count(EventKind.VOTED) == 2
    assert office.file("milo").whole


def test_what_no_longer_fits_when_the_last_one_agrees_is_stopped_with_the_reason(office: Office) -> None:
    due = office.file("milo").progress.clocks["feedback_due"]
    until = (due + timedelta(days=20)).isoformat()
    proposal = office.proposes("milo", Decision.EXTEND, "evidence_awaited", until=until)
    later = replace(office.back, today=due + timedelta(days=1))
    late = replace(office, back=later)
    late.votes("marc", proposal)
    late.votes("mona", proposal)
    ended = proposals_of(office.file("milo"))[-1]
    assert (ended.outcome, ended.why) == (EventKind.STOPPED, Reason.TOO_LATE)
    assert office.file("milo").progress.clocks["feedback_due"] == due


def test_feedback_is_extended_once_and_never_beyond_the_longest_term(small: Office) -> None:
    due, filed = small.file("milo").progress.clocks["feedback_due"], small.back.today
    for until, why in (
        (filed - timedelta(days=1), Reason.DATE_IN_THE_PAST),
        (due, Reason.DATE_NOT_LATER),
        (date(2026, 9, 3), Reason.DATE_TOO_LATE),
    ):
        with pytest.raises(CorrectThisError) as refused:
            small.proposes("milo", Decision.EXTEND, "evidence_awaited", until=until.isoformat())
        assert refused.value.reason is why
    proposal = small.proposes("milo", Decision.EXTEND, "evidence_awaited", until="2026-09-02")
    assert proposal.size == 2
    small.votes(proposal.seats[0], proposal)
    assert small.file("milo").progress.clocks["feedback_due"] == date(2026, 9, 2)
    assert small.filed.offices.mailbox.view(small.filed.master).progress.clocks["feedback_due"] == date(
        2026, 9, 2
    )
    with pytest.raises(NotNowError, match="extended_already"):
        small.proposes("milo", Decision.EXTEND, "evidence_awaited", until="2026-09-02")


def _raised(office: Office) -> None:
    """Somebody assessed the report as grave."""
    with office.filed.act("milo") as acting:
        content = {
            "severity": {"score": 50, "band": "high", "overrides": [], "factors": {}},
            "risk": {"score": 60, "band": "critical", "overrides": ["O1"], "factors": {}},
        }
        acting.tell(EventKind.ASSESSED, {**acting.paper("assessment", "", content), "state": "assessed"})


def test_a_band_falls_by_two_and_never_below_what_an_answer_demands(small: Office) -> None:
    _raised(small)
    for more, why in (
        ({"severity": "critical"}, Reason.NOT_LOWER),
        ({"severity": "medium", "risk": "low"}, Reason.BELOW_THE_LEAST),
        ({"severity": "high", "risk": "critical"}, Reason.NOT_LOWER),
    ):
        with pytest.raises(CorrectThisError) as refused:
            small.proposes("milo", Decision.LOWER, "new_facts", **more)
        assert refused.value.reason is why
    proposal = small.proposes("milo", Decision.LOWER, "new_facts", severity="medium")
    assert proposal.size == 3  # it is grave now, so three decide
    for seat in proposal.seats:
        small.votes(seat, proposal)
    file = small.file("milo")
    assert file.whole
    assert file.papers("assessment")[-1].content["severity"]["band"] == "medium"
    assert file.papers("assessment")[-1].content["risk"]["band"] == "critical"
    assert standing_of(file, small.back.instance.roster).facts.severity == "medium"
    # Deciding is no triage: nobody of the panel has assessed.
    assert all(parts_of(file, seat) == {Part.DECIDE} for seat in proposal.seats)


def test_the_events_of_a_panel_tell_no_name_and_no_word(office: Office) -> None:
    proposal = office.refuses(basis="Section 4 of the house rules")
    office.votes("marc", proposal, text="The archive agrees.")
    office.votes("mona", proposal)
    officers = set(office.back.instance.roster.officers)
    for record in office.file("milo").records:
        # Who has a task, and who keeps a name, is known to whoever holds the code: the threat model says so.
        text = str(
            {key: value for key, value in record.data.items() if key not in ("handlers", "compartment")}
        )
        assert WHY not in text
        assert "archive" not in text
        assert "Section 4" not in text
        assert not any(f"'{officer}'" in text for officer in officers), record.kind


def test_an_excluded_member_has_no_seat_and_nothing_says_that_one_was_skipped(
    back_office: BackOffice, offices: Offices
) -> None:
    """Two cases that differ in one exclusion alone: what is written of the panel has the same shape."""
    shown, seats = [], []
    for draft in (
        water_report(),
        report(DraftSubject(name="Greta Holm", post="head", body="millbrook-water")),
    ):
        filed = offices.file(draft)
        acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
        office = Office(back_office, filed)
        for officer in ("mara", "moss"):
            assign(back_office.desk, back_office.officer("milo"), filed.case, officer, "investigate")
        proposal = office.refuses()
        told = next(record for record in office.file("milo").records if record.kind is EventKind.PROPOSED)
        shown.append((set(proposal.content), set(told.data), proposal.size, len(proposal.seats)))
        seats.append(proposal.seats)
    assert shown[0] == shown[1]
    assert seats == [("marc", "mona"), ("marc", "mina")]
    assert len(waiting_for(back_office.desk, back_office.officer("mina")).rows) == 1
