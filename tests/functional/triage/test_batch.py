"""The same act on several cases: each with all its gates, and a page that says what was done and what was not."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, plumber_report, water_report
from triage.casework.acknowledge import acknowledge
from triage.casework.assign import assign
from triage.casework.batch import MOST, acknowledge_several, assign_several
from triage.casework.recuse import recuse
from triage.casework.refusals import CorrectThisError

BATCH = "/cases/batch"


@pytest.fixture
def browser(instance: Instance) -> Browser:
    """Somebody at the door."""
    return Browser(instance)


@pytest.fixture
def three(offices: Offices) -> list[Filed]:
    """Three reports about the head of the waterworks."""
    return [offices.file(water_report(what=f"Report number {number}.")) for number in range(3)]


def _send(browser: Browser, page: TestResponse, cases: list[str], **typed: str) -> TestResponse:
    fields = {**forms_of(page)[BATCH].fields, **typed, "case": cases}
    return browser.client.post(BATCH, data=fields, base_url="https://desk.test")


def _state(filed: Filed, officer: str = "milo") -> CaseState:
    file = filed.opened_by(officer)
    assert file is not None
    return file.progress.state


def _told(page: TestResponse) -> str:
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", "", page.text.split('class="summary"')[1].split("</div>")[0])
    )


def test_several_reports_are_acknowledged_in_one_step(browser: Browser, three: list[Filed]) -> None:
    page = browser.log_in("milo")
    done = _send(browser, page, [filed.case for filed in three[:2]], do="acknowledge")
    assert (done.status_code, done.location) == (303, "/cases?did=acknowledge&done=2")
    assert "2 reports were acknowledged." in browser.get(done.location).text
    assert [_state(filed) for filed in three] == [
        CaseState.ACKNOWLEDGED,
        CaseState.ACKNOWLEDGED,
        CaseState.RECEIVED,
    ]
    for filed in three[:2]:
        (answer,) = filed.offices.mailbox.view(filed.master).answers
        assert answer.text.startswith("Thank you for your report."), "the usual template"


def test_what_cannot_be_done_is_told_case_by_case_and_the_rest_is_done(
    browser: Browser, back_office: BackOffice, three: list[Filed], offices: Offices
) -> None:
    acknowledge(back_office.desk, back_office.officer("moss"), three[0].case)
    foreign = offices.file(plumber_report(what="Not open to this officer."))
    recuse(back_office.desk, back_office.officer("milo"), foreign.case)
    page = browser.log_in("milo")
    chosen = [three[0].case, three[1].case, foreign.case, "nothing"]
    told = _send(browser, page, chosen, do="acknowledge", text="It arrived.")
    assert told.status_code == 409
    words = _told(told)
    assert "Report number 0.: not done. The report was acknowledged already." in words
    assert "Report number 1.: done" in words
    assert words.count("A case that is not open to you: not done. There is no such case for you.") == 2
    assert "Not open to this officer" not in told.text
    assert _state(three[1]) is CaseState.ACKNOWLEDGED
    assert forms_of(told)[BATCH].fields["text"] == "It arrived."


def test_a_batch_gets_its_second_look(browser: Browser, three: list[Filed]) -> None:
    page = browser.log_in("milo")
    cases = [filed.case for filed in three]
    warned = _send(browser, page, cases, do="acknowledge", text="Hugo Stein is not told.")
    assert warned.status_code == 422
    assert "<mark>Hugo Stein</mark>" in warned.text
    assert {_state(filed) for filed in three} == {CaseState.RECEIVED}
    assert warned.text.count(" checked><label") == 3, "they are still chosen"
    again = _send(browser, warned, cases, do="acknowledge")
    assert (again.status_code, {_state(filed) for filed in three}) == (303, {CaseState.ACKNOWLEDGED})


def test_a_template_is_put_into_the_form_and_nothing_is_sent(browser: Browser, three: list[Filed]) -> None:
    page = browser.log_in("milo")
    filled = _send(browser, page, [three[0].case], do="fill", template="safety")
    assert filled.status_code == 200
    assert "Your safety comes first." in forms_of(filled)[BATCH].fields["text"]
    assert forms_of(filled)[BATCH].fields["case"] == three[0].case
    assert _state(three[0]) is CaseState.RECEIVED
    case = browser.get(f"/cases/{three[0].case}")
    act = f"/cases/{three[0].case}/acknowledge"
    assert forms_of(case)[act].fields["text"].startswith("Thank you for your report.")
    filled = browser.send(case, act, template="short", fill="1")
    assert (filled.status_code, _state(three[0])) == (200, CaseState.RECEIVED)
    assert forms_of(filled)[act].fields["text"].startswith("Your report has arrived")
    assert browser.send(filled, act, text="").status_code == 303
    assert three[0].offices.mailbox.view(three[0].master).answers == [], "a text can be left out"


def test_several_cases_go_to_one_colleague_where_each_allows_it(
    browser: Browser, back_office: BackOffice, three: list[Filed], offices: Offices
) -> None:
    other = offices.file(plumber_report(what="About a plumber."))
    cases = [filed.case for filed in (*three, other)]
    page = browser.log_in("milo")
    told = _send(browser, page, cases, do="assign", officer="mina", **{"as": "handle"})
    assert told.status_code == 422, "Mina is kin of the head of the waterworks, and of no plumber"
    assert _told(told).count("Choose one of the people in the list.") == 3
    assert "About a plumber.: done" in _told(told)
    assert other.opened_by("mina") is not None
    assert all(filed.opened_by("mina") is None for filed in three)
    done = _send(
        browser, told, [filed.case for filed in three], do="assign", officer="marc", **{"as": "handle"}
    )
    assert done.location == "/cases?did=assign&done=3"
    assert "3 cases were assigned." in browser.get(done.location).text


def test_a_batch_stays_in_the_narrowed_list(browser: Browser, three: list[Filed]) -> None:
    browser.log_in("milo")
    page = browser.get("/cases?state=received&whose=nobody")
    done = _send(browser, page, [three[0].case], do="acknowledge")
    assert done.location == "/cases?state=received&whose=nobody&did=acknowledge&done=1"


def test_a_batch_without_sense_does_nothing_and_says_why(browser: Browser, three: list[Filed]) -> None:
    page = browser.log_in("milo")
    case = three[0].case
    for cases, typed, why in (
        ([], {"do": "acknowledge"}, "Choose at least one case"),
        ([case], {"do": "acknowledge", "text": "x" * 20_001}, "longer than 20,000"),
        ([case], {"do": "assign", "officer": ""}, "Choose one of the people"),
        ([case], {"do": "assign", "officer": "marc", "as": "decide"}, "Choose what the person is to do"),
        (
            [f"{number}" for number in range(MOST + 1)],
            {"do": "assign", "officer": "marc"},
            "more than one page",
        ),
    ):
        refused = _send(browser, page, list(cases), **{"as": "handle", **typed})
        assert (refused.status_code, why in refused.text) == (422, True), why
    assert _state(three[0]) is CaseState.RECEIVED


def test_an_officer_without_triage_has_no_batch_and_cannot_forge_one(
    browser: Browser, back_office: BackOffice, three: list[Filed]
) -> None:
    desk, milo = back_office.desk, back_office.officer("milo")
    assign(desk, milo, three[0].case, "marc", "handle")
    page = browser.log_in("marc")
    assert BATCH not in forms_of(page)
    marc = back_office.officer("marc")
    for outcome in (
        *acknowledge_several(desk, marc, [filed.case for filed in three], ""),
        *assign_several(desk, marc, [filed.case for filed in three], "marc", "handle"),
    ):
        assert not outcome.done
        assert outcome.gone is (outcome.case != three[0].case)
    assert _state(three[0]) is CaseState.RECEIVED
    with pytest.raises(CorrectThisError, match="no_case_chosen"):
        acknowledge_several(desk, milo, [], "")


def test_what_was_typed_for_a_batch_outlives_the_session(
    browser: Browser, instance: Instance, three: list[Filed]
) -> None:
    from sqlalchemy import delete

    from intake.database.volatile_tables import SealedSession

    page = browser.log_in("milo")
    with instance.owner.volatile.begin() as session:
        session.execute(delete(SealedSession))
    late = _send(browser, page, [three[1].case], do="acknowledge", text="Carefully typed.")
    assert late.status_code == 403
    again = browser.send(
        late,
        "/login",
        name="milo",
        password=instance.people["milo"].password,
        code=browser.code("milo", step=1),
    )
    assert again.location == "/cases"
    back = forms_of(browser.get("/cases"))[BATCH].fields
    assert (back["text"], back["case"]) == ("Carefully typed.", three[1].case)
