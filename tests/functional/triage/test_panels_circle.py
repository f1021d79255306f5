"""A panel and the circle of its case: guests, seats that fall empty, proposals that end with a change, a case that moves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from intake.database.case_tables import Grant
from intake.events import EventKind
from intake.standing import standing_of
from intake.states import CaseState
from tests.support.panels import Office, disable, shut_out
from triage.casework.assign import assign
from triage.casework.clocks import PANEL
from triage.casework.listing import list_cases
from triage.casework.panel import (
    LEFT,
    MOVED,
    open_proposal,
    proposals_of,
)
from triage.casework.policy import Act, Decision
from triage.casework.propose import reseat
from triage.casework.reading import read_case
from triage.casework.recuse import recuse
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError
from triage.casework.waiting import waiting_for


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
    disable(office, "mona")
    reseat(desk, office.back.officer("milo"), case, proposal.id)
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.seats == ("marc", "moss")
    office.votes("moss", now)
    assert office.file("milo").progress.state is CaseState.REDIRECTED


def test_an_agreement_counts_only_while_its_author_may_decide(office: Office) -> None:
    proposal = office.refuses()
    office.votes("marc", proposal)
    disable(office, "marc")
    office.votes("mona", proposal)  # would have been the last
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.seats == ("mona", "moss")
    office.votes("moss", now)
    assert office.file("milo").progress.state is CaseState.REDIRECTED


def test_who_is_excluded_while_on_a_panel_loses_seat_and_vote(office: Office) -> None:
    desk, case = office.back.desk, office.filed.case
    proposal = office.refuses()
    office.votes("marc", proposal)
    shut_out(office, "marc")  # after agreeing
    with pytest.raises(NoSuchCaseError):
        office.votes("marc", proposal)
    reseat(desk, office.back.officer("milo"), case, proposal.id)
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.seats == ("mona", "moss")
    shut_out(office, "mona")  # before voting
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
    shut_out(office, "marc")
    office.votes("nils", proposal)
    office.votes("mona", proposal)
    assert office.filed.opened_by("nils") is None
    assert office.file("milo").progress.state is CaseState.REDIRECTED
    assert office.file("milo").whole


def test_a_proposal_ends_when_the_worker_takes_the_case_to_another_office(office: Office) -> None:
    proposal = office.refuses()
    shut_out(office, "mara")  # the head: the office cannot handle it any more
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
    disable(office, *gone)
    with pytest.raises(NotNowError, match="panel_out_of_reach"):
        office.refuses("mara")


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
    assert {name: due for name, due in file.progress.clocks.items() if name != PANEL} == clocks
    assert PANEL in file.progress.met
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
