"""The pages that carry a case from the assessment to the closing: several officers, each with their own browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.handling import TOLD, WIDER, Handled, closing_sent
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, plumber_report
from triage.casework.corrections import corrections_of
from triage.casework.panel import open_proposal

Desk = Callable[[str], Browser]


@pytest.fixture
def case(offices: Offices) -> Filed:
    """A report about an ordinary employee."""
    return offices.file(plumber_report(harm="health"))


@pytest.fixture
def desk(instance: Instance) -> Desk:
    """Each officer's browser, logged in once."""
    browsers: dict[str, Browser] = {}

    def browser(officer: str) -> Browser:
        if officer not in browsers:
            browsers[officer] = Browser(instance)
            browsers[officer].log_in(officer)
        return browsers[officer]

    return browser


def _post(
    browser: Browser, case: str, act: str, fields: MultiDict[str, str] | dict[str, str]
) -> TestResponse:
    """Send a form with the token and the newest event that the page of the case shows."""
    page = browser.get(f"/cases/{case}")
    hidden = forms_of(page)[f"/cases/{case}/note"].fields
    sent = MultiDict(fields)
    sent.setdefault("csrf_token", hidden["csrf_token"])
    if act != "vote":
        sent.setdefault("seen", hidden["seen"])
    return browser.client.post(f"/cases/{case}/{act}", data=sent, base_url="https://desk.test")


def _done(answer: TestResponse) -> None:
    assert answer.status_code == 303, (answer.status_code, answer.text)


def test_several_officers_carry_a_case_from_filing_to_closed(
    back_office: BackOffice, case: Filed, desk: Desk
) -> None:
    number, today = case.case, back_office.today
    handled = Handled(back_office, case)
    milo, marc = desk("milo"), desk("marc")
    _done(_post(milo, number, "acknowledge", {}))
    page = milo.get(f"/cases/{number}")
    assert "What harm was done or may come" in page.text
    assert "18 / 25" in page.text
    _done(_post(milo, number, "assess", {"T1": "life", "T4": "who", "text": "People fell ill."}))
    _done(_post(milo, number, "assign", {"officer": "marc", "as": "investigate"}))

    _done(_post(marc, number, "state", {"to": "addressing", "manner": "investigation", **WIDER}))
    _done(_post(marc, number, "secure", {"text": "The log books are copied."}))
    early = _post(marc, number, "hear", {"text": "She says that it was an order."})
    assert early.status_code == 409
    assert "First weigh the reporter" in early.text
    _done(marc.weigh(number, "hearing"))
    kept = forms_of(marc.get(f"/cases/{number}"))[f"/cases/{number}/hear"].fields
    assert kept["text"] == "She says that it was an order."
    _done(_post(marc, number, "hear", kept | WIDER))
    typed = {"allegation": "subject-0", "grade": "established", "text": "Rosa Medina changed the numbers."}
    _done(_post(marc, number, "finding", typed))
    _done(marc.weigh(number, "findings"))
    _done(_post(marc, number, "propose", closing_sent(today)))

    proposal = open_proposal(handled.file)
    assert proposal is not None
    for seat in proposal.seats:
        page = desk(seat).get(f"/cases/{number}")
        assert "The deputy head" in page.text
        _done(_post(desk(seat), number, "vote", {"proposal": proposal.id, "vote": "agree", "text": ""}))

    page = marc.get(f"/cases/{number}")
    assert forms_of(page)[f"/cases/{number}/result"].fields["text"] == TOLD
    _done(_post(marc, number, "result", {"text": TOLD}))
    (action,) = corrections_of(handled.file)
    _done(_post(marc, number, "correct", {"action": action.id, "text": "Two signatures a day."}))
    assert _post(marc, number, "verify", {"action": action.id, "text": "Yes."}).status_code == 403
    _done(_post(milo, number, "verify", {"action": action.id, "text": "I looked at a week of them."}))
    _done(_post(marc, number, "state", {"to": "closed"}))
    assert "Closed" in milo.get(f"/cases/{number}").text
    _done(_post(milo, number, "state", {"to": "reopened", "reason": "A second set of books was found."}))
    assert "A second set of books was found." in marc.get(f"/cases/{number}").text


def test_everything_typed_into_the_closing_form_is_still_there(
    back_office: BackOffice, case: Filed, desk: Desk
) -> None:
    handled = Handled(back_office, case).found()
    number, marc = handled.filed.case, desk("marc")
    _done(marc.weigh(number, "findings"))
    sent = closing_sent(
        back_office.today, {"told": None, "knew-1-who": "The driver", "lessons": "Sign <b>twice</b>."}
    )
    answer = _post(marc, number, "propose", sent)
    assert answer.status_code == 422
    assert "Some questions have no answer yet" in answer.text
    _holds(answer, sent, number)
    assert 'id="told-fault"' in answer.text
    assert 'aria-describedby="knew-1-what-fault"' in answer.text

    # A page that was left open over night: the session is gone, nothing is lost.
    late = Browser(back_office.instance)
    closed = late.client.post(
        f"/cases/{number}/propose",
        data=MultiDict(
            [
                *sent.items(multi=True),
                ("csrf_token", forms_of(late.get("/login"))["/login"].fields["csrf_token"]),
            ]
        ),
        base_url="https://desk.test",
    )
    assert closed.status_code == 403
    back = late.send(
        closed,
        "/login",
        name="marc",
        password=back_office.instance.people["marc"].password,
        code=late.code("marc", step=1),
    )
    _done(back)
    _holds(late.get(f"/cases/{number}"), sent, number)


def _holds(answer: TestResponse, sent: MultiDict[str, str], number: str) -> None:
    for name, value in sent.items(multi=True):
        if name not in ("act", "reason", "outcome", "outcome-apology-cause", "knew", "correct", "clear"):
            assert value.replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;") in answer.text, name
    for chosen in ("outcome-disciplinary", "outcome-apology", "knew-some", "correct-some", "clear-no"):
        tag = answer.text[answer.text.index(f'id="{chosen}"') :].partition(">")[0]
        assert "checked" in tag, chosen
    assert '<option value="poor_supervision" selected>' in answer.text
    assert '<option value="examined" selected>' in answer.text


def test_one_more_row_stores_nothing_and_loses_nothing(
    back_office: BackOffice, case: Filed, desk: Desk
) -> None:
    handled = Handled(back_office, case).found()
    before = len(handled.file.records)
    number, marc = handled.filed.case, desk("marc")
    sent = closing_sent(back_office.today)
    for rows, go in ((2, "add_correct"), (3, "add_correct")):
        sent.setlist("go", [go])
        for row in range(rows - 1):
            sent.setdefault(f"correct-{row}-what", "")
        answer = _post(marc, number, "closing", sent)
        assert answer.status_code == 200
        assert f'name="correct-{rows - 1}-what"' in answer.text
        assert f'name="correct-{rows}-what"' not in answer.text
        _holds(answer, sent, number)
    assert len(handled.file.records) == before + 1  # marc's read
    sent.setlist("go", ["all"])
    assert _post(marc, number, "closing", sent).status_code == 404


def test_refusals_say_why_and_keep_the_words(back_office: BackOffice, case: Filed, desk: Desk) -> None:
    handled = Handled(back_office, case).addressed()
    number, marc, milo = handled.filed.case, desk("marc"), desk("milo")
    soon = (back_office.today + timedelta(days=9)).isoformat()
    for browser, act, fields, status, says in (
        (marc, "hear", {"text": "My words."}, 409, "not marked as secured"),
        (milo, "secure", {"text": "My words."}, 403, "Only the investigator"),
        (marc, "assess", {"text": "My words."}, 403, "Only a triage officer"),
        (marc, "finding", {"text": "My words.", "grade": "x"}, 422, "how well the finding is proved"),
        (marc, "state", {"to": "addressing", "reason": "My words."}, 422, "how the matter is addressed"),
        (marc, "state", {"to": "closed"}, 409, "after the conclusion"),
        (marc, "state", {"to": "reopened", "reason": "My words."}, 409, "The case is open"),
        (marc, "state", {"to": "deleted", "reason": "My words."}, 409, "cannot go from where it is to there"),
        (marc, "state", {"to": "addressing", "manner": "later", "until": soon}, 422, "Write something first"),
        (marc, "result", {"text": "My words."}, 409, "after the conclusion"),
        (marc, "correct", {"text": "My words.", "action": "x"}, 422, "one of the corrective actions"),
        (milo, "verify", {"text": "My words.", "action": "x"}, 422, "one of the corrective actions"),
    ):  # fmt: skip
        answer = _post(browser, number, act, fields)
        assert answer.status_code == status, (act, answer.status_code)
        assert says in answer.text, act
        if "My words." in fields.values() and fields.get("to") != "deleted":
            assert "My words." in answer.text, act


def test_whoever_holds_no_key_gets_the_same_answer_for_every_form(
    instance: Instance, case: Filed, desk: Desk
) -> None:
    mona = desk("mona")
    token = forms_of(mona.get("/cases"))["/logout"].fields["csrf_token"]
    nowhere = "A" * 22
    for act in ("assess", "state", "secure", "hear", "finding", "result", "correct", "verify"):
        fields = {"csrf_token": token}
        there = mona.post(f"/cases/{case.case}/{act}", **fields)
        nothing = mona.post(f"/cases/{nowhere}/{act}", **fields)
        assert (there.status_code, len(there.data)) == (nothing.status_code, len(nothing.data)), act
