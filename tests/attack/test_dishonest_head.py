"""A1 and A2: a dishonest head of office, officers bribed by one, and one of them who can also write to the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from intake.events import EventKind
from intake.states import CaseState
from tests.conftest import MakeInstance
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.backoffice import Browser, forms_of
from tests.support.handling import WIDER, Handled, answers_as_sent, weigh
from tests.support.instances import Instance
from tests.support.panels import TOLD, WHY, Office
from tests.support.reports import Filed, Offices, plumber_report
from triage.casework.acknowledge import acknowledge
from triage.casework.address import address
from triage.casework.assess import assess
from triage.casework.assign import assign
from triage.casework.find import allegations_of, find
from triage.casework.lower import lower_bands
from triage.casework.panel import SEATS, open_proposal
from triage.casework.policy import Decision
from triage.casework.propose import propose, withdraw
from triage.casework.refusals import CorrectThisError, NotNowError, Reason
from triage.casework.vote import vote

Seat = Callable[[str], Browser]
REFUSAL = {"act": "refuse", "reason": "other_authority", "text": WHY, "told": TOLD}


@pytest.fixture
def instance(make_instance: MakeInstance) -> Instance:
    """Millbrook with divided duties. Mara is its head; Milo, who does the triage, does what she says."""
    return make_instance(office_with_duties())


@pytest.fixture
def back_office(instance: Instance, today: date) -> BackOffice:
    """Where officers work."""
    return BackOffice(instance, today)


@pytest.fixture
def small(back_office: BackOffice, offices: Offices) -> Office:
    """A report about an ordinary employee, acknowledged: two decide."""
    filed = offices.file(plumber_report())
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    return Office(back_office, filed)


@pytest.fixture
def office(back_office: BackOffice, offices: Offices) -> Office:
    """A report about a head, acknowledged: three decide."""
    filed = offices.file()
    acknowledge(back_office.desk, back_office.officer("milo"), filed.case)
    return Office(back_office, filed)


@pytest.fixture
def seat(instance: Instance) -> Seat:
    """Each officer's browser, logged in once."""
    browsers: dict[str, Browser] = {}

    def browser(officer: str) -> Browser:
        if officer not in browsers:
            browsers[officer] = Browser(instance)
            browsers[officer].log_in(officer)
        return browsers[officer]

    return browser


def _post(browser: Browser, case: str, act: str, /, **fields: str) -> TestResponse:
    token = forms_of(browser.get(f"/cases/{case}"))[f"/cases/{case}/note"].fields["csrf_token"]
    return browser.post(f"/cases/{case}/{act}", csrf_token=token, **fields)


# By the pages alone


def test_nobody_loses_a_seat_because_they_are_given_a_task(office: Office, seat: Seat) -> None:
    """Milo sees who would decide, and gives the one who might say no something else to do."""
    case = office.filed.case
    assert _post(seat("milo"), case, "propose", **REFUSAL).status_code == 303
    before = open_proposal(office.file("milo"))
    assert before is not None
    assert "mona" in before.seats
    for task in ("investigate", "handle"):
        pushed = _post(seat("milo"), case, "assign", officer="mona", **{"as": task})
        assert pushed.status_code == 409, task
    assert _post(seat("milo"), case, "seats", proposal=before.id).status_code == 409
    after = open_proposal(office.file("milo"))
    assert after is not None
    assert after.seats == before.seats


def test_whoever_wrote_the_findings_does_not_decide_on_them(small: Office) -> None:
    """Mona has the task to handle, and is no investigator by name; what she found she does not also confirm."""
    desk, back, case = small.back.desk, small.back, small.filed.case
    milo = back.officer("milo")
    assess(desk, milo, case, answers_as_sent(small.file("milo"), milo))
    for officer in ("marc", "moss", "mina"):  # nobody else of the office is left but its head
        assign(desk, milo, case, officer, "investigate")
    assign(desk, milo, case, "mona", "handle")
    mona = back.officer("mona")
    address(desk, mona, case, {"manner": "letter", **WIDER})
    for allegation in allegations_of(small.file("mona")):
        find(desk, mona, case, {"allegation": allegation.id, "grade": "unfounded", "text": "Nothing there."})
    proposal = small.proposes("milo", Decision.EXTEND, "evidence_awaited", until=_later(small))
    assert "mona" not in proposal.seats


@pytest.mark.parametrize("how", ["rejected", "withdrawn"])
def test_nobody_proposes_again_until_friends_are_drawn(small: Office, offices: Offices, how: str) -> None:
    """Whoever disagreed, or might have, gets more work elsewhere, so that somebody else carries less. They sit again."""
    back, until = small.back, _later(small)
    first = small.proposes("milo", Decision.EXTEND, "evidence_awaited", until=until)
    (dissenter,) = first.seats
    if how == "rejected":
        small.votes(dissenter, first, "reject", "The evidence is here.")
    else:
        withdraw(back.desk, back.officer("milo"), small.filed.case, first.id)
    for _ in range(3):
        other = offices.file(plumber_report())
        assign(back.desk, back.officer("milo"), other.case, dissenter, "handle")
    again = small.proposes("milo", Decision.EXTEND, "evidence_awaited", until=until)
    assert again.seats == (dissenter,)


def _later(office: Office) -> str:
    due = office.file("milo").progress.clocks["feedback_due"]
    return (due + timedelta(days=10)).isoformat()


def test_no_answer_of_the_reporter_is_taken_away_so_that_a_band_can_fall(
    back_office: BackOffice, offices: Offices
) -> None:
    """Milo changes the answer, keeps the band by hand for a day, and then asks a friend to lower it."""
    filed = offices.file(plumber_report(threat_of_violence="yes", c1="threat"))
    handled = Handled(back_office, filed).acknowledged()
    opened, milo = filed.opened_by("milo"), back_office.officer("milo")
    assert opened is not None
    assert opened.report["risk"]["band"] == "critical"
    sent = answers_as_sent(opened, milo, threat_of_violence="", C1="none")
    sent.setlist("risk-least", ["critical"])
    assess(back_office.desk, milo, filed.case, sent, "He says he did not mean it.")
    after = filed.opened_by("milo")
    assert after is not None
    assert lower_bands(after)["risk"] == []
    fields = MultiDict({"reason": "new_facts", "text": WHY, "risk": "low"})
    with pytest.raises(CorrectThisError) as refused:
        propose(handled.office.desk, milo, filed.case, "lower", fields)
    assert refused.value.reason is Reason.BELOW_THE_LEAST


def test_a_dishonest_day_at_the_desk(office: Office, seat: Seat) -> None:
    """What a head and a bribed colleague try on one case: each is refused, and the case stands as it was."""
    case = office.filed.case
    mara, milo = seat("mara"), seat("milo")
    away = {"office": "HO-north", "reason": "too_close", "text": WHY}
    assert _post(mara, case, "transfer", **away).status_code == 409  # without a thought for the reporter
    assert (
        _post(mara, case, "assess", step="external").status_code == 409
    )  # every answer taken out: a lower risk
    assert mara.weigh(case, "external").status_code == 303
    for browser, act, fields, status in (
        (mara, "state", {"to": "closed"}, 409),  # to close it alone
        (milo, "state", {"to": "closed"}, 409),
        (mara, "state", {"to": "reopened", "reason": "Again."}, 409),
        (mara, "propose", {"act": "close", "reason": "examined", "text": "Done."}, 409),
        (mara, "propose", {**REFUSAL, "reason": ""}, 422),  # without a reason
        (mara, "propose", {**REFUSAL, "text": " "}, 422),
        (mara, "transfer", {"office": "HO-millbrook", "reason": "too_close", "text": WHY}, 422),
        (mara, "transfer", {"office": "HO-ashford", "reason": "too_close", "text": WHY}, 422),
        (mara, "assign", {"officer": "mina", "as": "investigate"}, 422),  # kin of the accused
        (mara, "assign", {"officer": "lena", "as": "investigate"}, 422),
        (milo, "assign", {"officer": "milo", "as": "investigate"}, 422),  # triage and investigation
        (mara, "vote", {"proposal": "x", "vote": "agree"}, 403),
        (mara, "result", {"text": "Nothing."}, 409),
        (mara, "secure", {"text": "Safe."}, 403),
    ):
        answer = _post(browser, case, act, **fields)
        assert answer.status_code == status, (act, fields, answer.status_code)
    file = office.file("milo")
    assert file.whole
    assert file.progress.state is CaseState.ACKNOWLEDGED
    assert file.progress.handlers == {}


def test_no_vote_comes_early_twice_late_or_from_outside(office: Office, seat: Seat) -> None:
    case = office.filed.case
    assert _post(seat("milo"), case, "propose", **REFUSAL).status_code == 303
    proposal = open_proposal(office.file("milo"))
    assert proposal is not None
    agree = {"proposal": proposal.id, "vote": "agree"}
    for outsider in ("milo", "mara", "moss"):
        assert _post(seat(outsider), case, "vote", **agree).status_code == 403, outsider
    first, last = proposal.seats
    assert _post(seat(first), case, "vote", **agree).status_code == 303
    assert _post(seat(first), case, "vote", **agree).status_code == 409
    assert _post(seat(first), case, "vote", **{**agree, "vote": "reject", "text": "No!"}).status_code == 409
    assert _post(seat(last), case, "vote", **agree).status_code == 303
    for officer in (first, last):
        assert _post(seat(officer), case, "vote", **agree).status_code == 409, officer
    assert office.file("milo").progress.state is CaseState.REDIRECTED


# With a program of one's own, and the right to write to the database


def _is_shown_as_broken(filed: Filed, officer: str = "mona") -> bool:
    """Whether an honest colleague and the reporter both see that something does not fit."""
    opened = filed.opened_by(officer) or filed.opened_by("milo")
    assert opened is not None
    return not opened.whole and not filed.offices.mailbox.view(filed.master).proved


def test_a_conclusion_that_one_person_wrote_alone_is_shown_as_such(small: Office) -> None:
    with small.filed.act("milo") as acting:
        acting.tell(EventKind.DECIDED, {"state": "concluded"})
    assert _is_shown_as_broken(small.filed)


def test_a_whole_panel_played_by_one_person_is_shown_as_such(small: Office) -> None:
    """The worker counts votes and cannot see whose they are; whoever opens the record can."""
    with small.filed.act("milo") as acting:
        acting.tell(EventKind.ASSESSED, {"step": "findings"})
        acting.tell(EventKind.PROPOSED, {"proposal": "p", "act": "close", "reason": "examined", "size": 2})
        acting.tell(EventKind.VOTED, {"proposal": "p", "vote": "agree"})
        acting.tell(EventKind.DECIDED, {"proposal": "p", "state": "concluded"})
    assert _is_shown_as_broken(small.filed)


def test_one_colleague_who_votes_twice_is_no_panel_of_three(office: Office) -> None:
    with office.filed.act("milo") as acting:
        acting.tell(EventKind.ASSESSED, {"step": "findings"})
        acting.tell(EventKind.PROPOSED, {"proposal": "p", "act": "close", "reason": "examined", "size": 3})
    for _ in range(2):
        with office.filed.act("moss") as acting:
            acting.tell(EventKind.VOTED, {"proposal": "p", "vote": "agree"})
    with office.filed.act("milo") as acting:
        acting.tell(EventKind.DECIDED, {"proposal": "p", "state": "concluded"})
    assert _is_shown_as_broken(office.filed)


@pytest.mark.parametrize("kind", [EventKind.NOTED, EventKind.ANSWERED, EventKind.ASSIGNED, EventKind.TOLD])
def test_no_other_act_carries_a_state(small: Office, kind: EventKind) -> None:
    with small.filed.act("milo") as acting:
        acting.tell(kind, {"state": "closed"})
    assert _is_shown_as_broken(small.filed)


def test_a_duty_that_is_said_to_have_been_done_on_an_earlier_day_is_shown(small: Office) -> None:
    before = (small.back.today - timedelta(days=3)).isoformat()
    with small.filed.act("milo") as acting:
        acting.tell(EventKind.NOTED, {"met": {"accept_due": before}})
    assert _is_shown_as_broken(small.filed)


@pytest.mark.parametrize(
    "data",
    [
        {"clocks": {"feedback_due": "2027-06-30"}},
        {"restart": ["feedback_due"]},
        {"circle": {"office": "HO-ashford", "at_most": 1, "roles": {}}},
    ],
    ids=["longer", "anew", "elsewhere"],
)
def test_no_note_buys_time_or_moves_a_case(small: Office, data: dict[str, Any]) -> None:
    with small.filed.act("milo") as acting:
        acting.tell(EventKind.NOTED, data)
    assert _is_shown_as_broken(small.filed)


def test_nobody_sends_a_case_elsewhere_without_a_panel(small: Office) -> None:
    with small.filed.act("milo") as acting:
        circle = {"office": "HO-north", "at_most": 4, "roles": {}}
        acting.tell(
            EventKind.TRANSFERRED, {"proposal": "p", "from": "HO-millbrook", "circle": circle, "handlers": {}}
        )
    assert _is_shown_as_broken(small.filed)


def test_an_act_of_today_under_a_date_before_the_last_one_is_shown(small: Office) -> None:
    with small.filed.act("milo") as acting:
        acting.today = small.back.today - timedelta(days=5)
        acting.tell(EventKind.NOTED, {})
    assert _is_shown_as_broken(small.filed)


def test_a_case_closed_before_the_level_above_had_its_say_is_shown(office: Office) -> None:
    proposal = office.refuses()  # about a head: the level above may call it up
    for member in proposal.seats:
        office.votes(member, proposal)
    assert office.file("milo").whole
    assert office.file("milo").progress.final is not None
    with office.filed.act("milo") as acting:
        acting.tell(EventKind.CLOSED, {"state": "closed"})
    assert _is_shown_as_broken(office.filed)


def test_nobody_verifies_an_action_of_their_own_past_the_pages(small: Office) -> None:
    with small.filed.act("milo") as acting:
        acting.tell(EventKind.CORRECTED, {"action": "a"})
        acting.tell(EventKind.VERIFIED, {"action": "a"})
    assert _is_shown_as_broken(small.filed)


def test_a_seat_that_a_holder_made_for_a_friend_is_no_seat(office: Office) -> None:
    """Moss writes a paper that says that Moss alone decides."""
    proposal = office.refuses()
    with office.filed.act("moss") as acting:
        paper = acting.paper(SEATS, "", {"proposal": proposal.id, "seats": ["moss"]})
        acting.tell(EventKind.NOTED, paper)
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.seats == proposal.seats
    with office.filed.act("moss") as acting:
        paper = acting.paper(SEATS, "", {"proposal": proposal.id, "seats": ["moss"]})
        acting.tell(EventKind.SEATED, {"proposal": proposal.id, **paper})
    now = open_proposal(office.file("milo"))
    assert now is not None
    assert now.seats == proposal.seats  # two seats are never one


def test_a_band_that_an_officer_wrote_lower_counts_for_nothing(
    back_office: BackOffice, offices: Offices
) -> None:
    filed = offices.file(plumber_report(harm="life", scale="large", recurrence="ongoing"))
    handled = Handled(back_office, filed).acknowledged()
    file = handled.file
    content = {
        "severity": {**file.report["severity"], "band": "low", "overrides": []},
        "risk": {**file.report["risk"], "band": "low", "overrides": []},
    }
    with filed.act("milo") as acting:
        acting.tell(EventKind.NOTED, acting.paper("assessment", "Nothing.", content))
    assert handled.file.papers("assessment") == []
    with filed.act("milo") as acting:
        acting.tell(EventKind.ASSESSED, acting.paper("assessment", "Nothing.", content))
    assert not handled.file.whole


def test_a_vote_of_another_case_is_no_vote_here(office: Office, offices: Offices) -> None:
    proposal = office.refuses()
    other = offices.file()
    acknowledge(office.back.desk, office.back.officer("milo"), other.case)
    elsewhere = Office(office.back, other)
    again = elsewhere.refuses()
    with pytest.raises(NotNowError):
        vote(office.back.desk, office.back.officer(again.seats[0]), other.case, proposal.id, "agree")
    assert office.file("milo").progress.state is CaseState.ACKNOWLEDGED


def test_somebody_is_told_without_a_thought_for_the_reporter(small: Office) -> None:
    """Marc, whom the head pressed, weighs one step and takes another: he tells the accused, and writes the event himself."""
    handled = Handled(small.back, small.filed)
    desk, case, milo = small.back.desk, small.filed.case, small.back.officer("milo")
    assess(desk, milo, case, answers_as_sent(small.file("milo"), milo))
    assign(desk, milo, case, "marc", "investigate")
    address(desk, small.back.officer("marc"), case, {"manner": "investigation", **WIDER})
    weigh(desk, small.back.officer("marc"), case, "findings")
    assert handled.file.whole
    with small.filed.act("marc") as acting:
        acting.tell(EventKind.SECURED, acting.paper("secured", "Safe.", {}))
    with small.filed.act("marc") as acting:
        acting.tell(EventKind.HEARD, acting.paper("hearing", "She knows.", {}))
    assert _is_shown_as_broken(small.filed)


def test_a_panel_that_is_asked_for_nothing_in_particular_concludes_nothing(small: Office) -> None:
    """A proposal without a name would pass every question that is asked of a conclusion."""
    with small.filed.act("milo") as acting:
        acting.tell(EventKind.PROPOSED, {"proposal": "p", "reason": "examined", "size": 1})
        acting.tell(EventKind.DECIDED, {"proposal": "p", "state": "concluded"})
    assert _is_shown_as_broken(small.filed)


def test_a_risk_is_not_lowered_by_one_hand_whoever_it_is(
    back_office: BackOffice, offices: Offices, seat: Seat
) -> None:
    """By the form, by the step's form, by a panel with oneself, and past every page."""
    filed = offices.file(plumber_report(not_safe="yes", a1="suspected", b1="higher", c1="signs"))
    Handled(back_office, filed).acknowledged()
    mara = seat("mara")
    form = forms_of(mara.get(f"/cases/{filed.case}"))[f"/cases/{filed.case}/assess"].fields
    gone = {name: value for name, value in form.items() if name != "not_safe"} | {"A1": "nobody"}
    for step in ("", "external"):
        sent = {**gone, "step": step, "text": "It is nothing."}
        assert mara.post(f"/cases/{filed.case}/assess", **sent).status_code == 409
    asked = _post(mara, filed.case, "propose", act="lower", reason="new_facts", text=WHY, risk="low")
    assert asked.status_code == 422  # nobody has looked at why the reporter does not feel safe
    file = filed.opened_by("milo")
    assert file is not None
    low = {**file.report["risk"], "band": "low"}
    content = {"severity": file.report["severity"], "risk": low, "answers": {}, "changed": []}
    with filed.act("mara") as acting:
        acting.tell(EventKind.ASSESSED, acting.paper("assessment", "Nothing.", content))
    opened = filed.opened_by("mona") or filed.opened_by("milo")
    assert opened is not None
    assert not opened.whole
