"""Officers decide together: each story runs on real parts, with the back office's own database rights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from intake.casefile import CaseFile
from intake.database.case_tables import Grant, OutboxJob
from intake.drafts import DraftSubject
from intake.events import EventKind
from intake.notices import NoticeKind, dispatched, open_notice
from intake.release.exclusion import without
from intake.release.holding import Gate, hold
from intake.standing import standing_of
from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.reports import Filed, Offices, plumber_report, report, water_report
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.listing import list_cases
from triage.casework.panel import (
    LEFT,
    MOVED,
    REJECTED,
    WITHDRAWN,
    Proposal,
    Vote,
    ballots_of,
    open_proposal,
    proposals_of,
)
from triage.casework.policy import Act, Decision, Part
from triage.casework.position import parts_of
from triage.casework.propose import propose, reseat, withdraw
from triage.casework.reading import read_case
from triage.casework.recuse import recuse
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, NotYoursError, Reason
from triage.casework.vote import vote
from triage.casework.waiting import waiting_for

WHY = "This belongs to the labour inspectorate."
TOLD = "Please write to the labour inspectorate: it decides on pay."


@dataclass
class Office:
    """The back office with one case in it, and what its officers do there."""

    back: BackOffice
    filed: Filed

    def file(self, officer: str) -> CaseFile:
        opened = self.filed.opened_by(officer)
        assert opened is not None
        return opened

    def proposes(self, officer: str, act: Decision, reason: str, text: str = WHY, **more: str) -> Proposal:
        sent = MultiDict({"reason": reason, "text": text, **more})
        propose(self.back.desk, self.back.officer(officer), self.filed.case, act, sent)
        return proposals_of(self.file(officer))[-1]

    def refuses(self, officer: str = "milo", **more: str) -> Proposal:
        return self.proposes(officer, Decision.REFUSE, "other_authority", told=TOLD, **more)

    def votes(self, officer: str, proposal: Proposal, choice: str = "agree", text: str = "") -> None:
        vote(self.back.desk, self.back.officer(officer), self.filed.case, proposal.id, choice, text)

    def kinds(self, officer: str) -> list[EventKind]:
        return [record.kind for record in self.file(officer).records if record.kind is not EventKind.OPENED]


@pytest.fixture
def office(back_office: BackOffice, filed: Filed) -> Office:
    """A report about a head: three decide. Milo has acknowledged it."""
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    return Office(back_office, filed)


@pytest.fixture
def small(back_office: BackOffice, offices: Offices) -> Office:
    """A report about an ordinary employee: two decide."""
    filed = offices.file(plumber_report())
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    return Office(back_office, filed)


def _notices(office: Office, officer: str) -> list[dict[str, object]]:
    """What waits for delivery to an officer, opened with the officer's own key."""
    instance = office.back.instance
    with instance.owner.reading() as session:
        jobs = session.scalars(select(OutboxJob)).all()
        letters = [
            letter for job in jobs for letter in dispatched(instance.worker.gate_pair, job.id, job.payload)
        ]
    return [
        open_notice(instance.pair(officer), letter.id, letter.sealed)
        for letter in letters
        if letter.officer == officer
    ]


def _disable(office: Office, *gone: str) -> None:
    """The next edition of the roster, in which these are certified no more."""
    officers = office.back.instance.roster.officers.values()
    office.back.instance.reissue(officers=[replace(entry, active=entry.id not in gone) for entry in officers])


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
        ("merge", "other_authority", WHY, {}, Reason.UNKNOWN_DECISION),
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


def test_a_guest_from_above_reads_votes_and_is_shut_out_at_the_end(office: Office) -> None:
    desk, case = office.back.desk, office.filed.case
    assign(desk, office.back.officer("moss"), case, "marc", "investigate")
    with pytest.raises(NoSuchCaseError):
        read_case(desk, office.back.officer("nils"), case)
    proposal = office.refuses("mara")

    nils = office.back.officer("nils")
    assert [entry.case for entry in list_cases(desk, nils).entries] == [case]
    assert [row.case for row in waiting_for(desk, nils).rows] == [case]
    view = read_case(desk, nils, case)
    assert view.whole
    assert view.acts == {Act.NOTE, Act.RECUSE, Act.VOTE}  # a guest has no duties of the office
    circle = office.filed.offices.mailbox.view(office.filed.master).progress.circle
    assert circle["office"] == "HO-millbrook"
    assert circle["roles"] == {"head": 1, "officer": 4, "team_member": 1}
    assert circle["at_most"] == 6

    office.votes("mona", proposal)
    office.votes("nils", proposal)  # the guest's own hand closes the door

    with pytest.raises(NoSuchCaseError):
        read_case(desk, nils, case)
    assert list_cases(desk, nils).total == 0
    assert waiting_for(desk, nils).rows == []
    file = office.file("milo")
    assert file.whole
    assert file.epoch == 1
    circle = office.filed.offices.mailbox.view(office.filed.master).progress.circle
    assert circle["roles"] == {"head": 1, "officer": 4}
    with office.back.instance.owner.reading() as session:
        held = set(session.scalars(select(Grant.officer_id).where(Grant.case_id == case)))
    assert held == {"mara", "milo", "moss", "marc", "mona"}


def test_a_rejection_stops_and_is_shown_one_level_up_without_a_word_of_it(office: Office) -> None:
    proposal = office.refuses()
    office.votes("marc", proposal, "reject", "The labour inspectorate has no power here.")
    ended = proposals_of(office.file("milo"))[-1]
    assert (ended.outcome, ended.why) == (EventKind.STOPPED, REJECTED)
    with pytest.raises(NotNowError, match="no_proposal"):
        office.votes("mona", proposal)
    told = [notice for notice in _notices(office, "nora") if notice["notice"] == NoticeKind.STOPPED]
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


def test_who_abstains_leaves_and_the_next_takes_the_seat(office: Office) -> None:
    proposal = office.refuses()
    office.votes("marc", proposal, "abstain")
    assert office.filed.opened_by("marc") is None
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert set(now.seats) == {"mona", "moss"}
    office.votes("mona", now)
    office.votes("moss", now)
    assert office.file("milo").progress.state is CaseState.REDIRECTED
    assert office.file("milo").whole


def test_a_seat_is_filled_again_when_its_holder_recuses(office: Office) -> None:
    proposal = office.refuses()
    office.votes("marc", proposal)
    recuse(office.back.desk, office.back.officer("mona"), office.filed.case)
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.seats == ("marc", "moss")
    office.votes("moss", now)
    assert office.file("milo").progress.state is CaseState.REDIRECTED


def test_a_proposal_goes_with_whoever_made_it(office: Office) -> None:
    office.refuses()
    recuse(office.back.desk, office.back.officer("milo"), office.filed.case)
    ended = proposals_of(office.file("moss"))[-1]
    assert (ended.outcome, ended.why) == (EventKind.STOPPED, LEFT)


def test_a_head_who_recuses_takes_the_case_up_and_stops_the_proposal(office: Office) -> None:
    office.refuses()
    recuse(office.back.desk, office.back.officer("mara"), office.filed.case)
    assert office.filed.opened_by("marc") is None
    file = office.file("nora")
    assert file.progress.circle["office"] == "HO-north"
    assert proposals_of(file)[-1].outcome is EventKind.STOPPED


def test_a_seat_whose_holder_has_no_keys_any_more_is_filled_again(office: Office) -> None:
    desk, case = office.back.desk, office.filed.case
    proposal = office.refuses()
    office.votes("marc", proposal)
    with pytest.raises(NotNowError, match="no_empty_seat"):
        reseat(desk, office.back.officer("milo"), case, proposal.id)
    _disable(office, "mona")
    reseat(desk, office.back.officer("milo"), case, proposal.id)
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.seats == ("marc", "moss")
    office.votes("moss", now)
    assert office.file("milo").progress.state is CaseState.REDIRECTED


def test_an_agreement_counts_only_while_its_author_may_decide(office: Office) -> None:
    proposal = office.refuses()
    office.votes("marc", proposal)
    _disable(office, "marc")
    office.votes("mona", proposal)  # would have been the last
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.seats == ("mona", "moss")
    office.votes("moss", now)
    assert office.file("milo").progress.state is CaseState.REDIRECTED


def _shut_out(office: Office, officer: str) -> None:
    """The worker goes on without somebody whom the reporter named."""
    instance = office.back.instance
    gate = Gate(instance.worker.gate_pair, instance.roster, office.back.today)
    with instance.worker_db.state.begin() as session:
        held = hold(session, office.filed.case, gate)
        assert held is not None
        assert without(held, frozenset({officer}), told=(officer,))


def test_who_is_excluded_while_on_a_panel_loses_seat_and_vote(office: Office) -> None:
    desk, case = office.back.desk, office.filed.case
    proposal = office.refuses()
    office.votes("marc", proposal)
    _shut_out(office, "marc")  # after agreeing
    with pytest.raises(NoSuchCaseError):
        office.votes("marc", proposal)
    reseat(desk, office.back.officer("milo"), case, proposal.id)
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.seats == ("mona", "moss")
    _shut_out(office, "mona")  # before voting
    office.votes("moss", now)  # fills the seat by itself
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.waits_for == ("mara",)
    office.votes("mara", now)
    file = office.file("milo")
    assert file.whole
    assert file.progress.state is CaseState.REDIRECTED


def test_a_guest_who_is_on_a_panel_keeps_the_key_through_a_change_of_the_circle(office: Office) -> None:
    assign(office.back.desk, office.back.officer("moss"), office.filed.case, "marc", "investigate")
    proposal = office.refuses("mara")
    assert proposal.seats == ("mona", "nils")
    recuse(office.back.desk, office.back.officer("moss"), office.filed.case)
    _shut_out(office, "marc")
    office.votes("nils", proposal)
    office.votes("mona", proposal)
    assert office.filed.opened_by("nils") is None
    assert office.file("milo").progress.state is CaseState.REDIRECTED
    assert office.file("milo").whole


def test_a_proposal_ends_when_the_worker_takes_the_case_to_another_office(office: Office) -> None:
    proposal = office.refuses()
    _shut_out(office, "mara")  # the head: the office cannot handle it any more
    with pytest.raises(NoSuchCaseError):
        office.votes("marc", proposal)
    ended = proposals_of(office.file("nora"))[-1]
    assert (ended.outcome, ended.why, ended.ended) == (EventKind.STOPPED, MOVED, office.back.today)
    assert waiting_for(office.back.desk, office.back.officer("nora")).rows == []
    assert office.refuses("nora").outcome is None


def test_a_panel_that_nobody_can_fill_is_said_to_be_out_of_reach(office: Office) -> None:
    gone = [
        "marc",
        "mona",
        "moss",
        "nora",
        "nils",
        "nina",
        "noel",
        "lena",
        "luca",
        "lily",
        "leo",
        "olga",
        "omar",
    ]
    _disable(office, *gone)
    with pytest.raises(NotNowError, match="panel_out_of_reach"):
        office.refuses("mara")


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


def test_a_case_goes_up_by_two_and_the_old_circle_reads_nothing_later(small: Office) -> None:
    desk, case, roster = small.back.desk, small.filed.case, small.back.instance.roster
    assign(desk, small.back.officer("milo"), case, "mona", "handle")
    clocks = small.file("milo").progress.clocks
    for office in ("HO-millbrook", "HO-ashford", "OVS", "nowhere"):
        with pytest.raises(CorrectThisError, match="office_not_allowed"):
            small.proposes("milo", Decision.TRANSFER, "too_close", office=office)
    proposal = small.proposes("milo", Decision.TRANSFER, "too_close", office="HO-land")
    assert proposal.size == 2
    small.votes(proposal.seats[0], proposal)

    for officer in ("milo", "mara", "marc", "mona", "moss", "nora"):
        assert small.filed.opened_by(officer) is None
    file = small.file("lena")
    assert file.whole
    assert file.progress.circle["office"] == "HO-land"
    assert file.progress.handlers == {}
    assert file.progress.clocks == clocks
    assert standing_of(file, roster).office == "HO-land"
    assert small.kinds("lena")[-2:] == [EventKind.DECIDED, EventKind.TRANSFERRED]
    with small.back.instance.owner.reading() as session:
        held = set(session.scalars(select(Grant.officer_id).where(Grant.case_id == case)))
    assert held == set(standing_of(file, roster).recipients(roster)) == {"lena", "luca", "lily", "leo"}
    mailbox = small.filed.offices.mailbox.view(small.filed.master)
    assert mailbox.proved
    assert mailbox.progress.circle["office"] == "HO-land"

    # Down again, and not below what the rules compute.
    with pytest.raises(CorrectThisError, match="office_not_allowed"):
        small.proposes("lena", Decision.TRANSFER, "nearer_to_the_place", office="HO-ashford")
    back = small.proposes("lena", Decision.TRANSFER, "nearer_to_the_place", office="HO-millbrook")
    small.votes(back.seats[0], back)
    assert small.file("milo").whole
    assert small.filed.opened_by("lena") is None


def test_the_events_of_a_panel_tell_no_name_and_no_word(office: Office) -> None:
    proposal = office.refuses(basis="Section 4 of the house rules")
    office.votes("marc", proposal, text="The archive agrees.")
    office.votes("mona", proposal)
    officers = set(office.back.instance.roster.officers)
    for record in office.file("milo").records:
        text = str({key: value for key, value in record.data.items() if key != "handlers"})
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
