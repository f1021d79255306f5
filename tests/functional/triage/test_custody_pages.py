"""Custodians at their pages, without scripts: what waits, one request, the two answers; and what everybody else sees of it."""

from __future__ import annotations

import re

import pytest

from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.confiding import CONTACT, LAWFUL, NAME, WHY, Confided
from tests.support.reports import Offices, plumber_report


def _plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _at(confided: Confided, officer: str, *, again: bool = False) -> Browser:
    """Somebody at the desk; ``again``: with the next code, as each works once."""
    browser = Browser(confided.back.instance)
    answer = browser.try_login(officer, code=browser.code(officer, step=int(again)))
    assert answer.status_code == 303
    return browser


@pytest.fixture
def confided(back_office: BackOffice, offices: Offices) -> Confided:
    """A report whose reporter left a name; Milo works on it."""
    draft = plumber_report(identity_name=NAME, identity_contact=CONTACT)
    return Confided(back_office, offices.file(draft)).acknowledged()


def test_a_name_is_asked_for_and_opened_on_the_pages(confided: Confided) -> None:
    milo, case = _at(confided, "milo"), f"/cases/{confided.filed.case}"
    page = milo.get(case)
    assert "The reporter left a name in confidence." in page.text
    sent = milo.post(
        f"{case}/propose",
        csrf_token=forms_of(page)["/logout"].fields["csrf_token"],
        act="disclose",
        reason="court_order",
        text=WHY,
        about="name",
    )
    assert sent.status_code == 303
    assert "What custodians are to open" in milo.get(case).text
    confided.agreed_by_panel()
    asked = confided.asked
    first, second = asked.custodians
    assert "Waits for the first custodian, from 2026-03-09 to" in _plain(milo.get(case).text)

    # The first custodian sees who asks and why, and nothing of the report.
    keeper = _at(confided, first)
    listed = keeper.get("/custody")
    assert f"/custody/{asked.id}" in listed.text
    shown = keeper.get(f"/custody/{asked.id}")
    assert WHY in shown.text
    assert confided.filed.draft.answer("what") not in shown.text
    assert confided.filed.case not in shown.text
    assert f"/custody/{asked.id}/agree" not in forms_of(shown)
    token = forms_of(shown)["/logout"].fields["csrf_token"]
    # Somebody who sends it all the same, too early: refused, and recorded where the reporter reads it.
    early = keeper.post(f"/custody/{asked.id}/agree", csrf_token=token, basis="court_order", text=LAWFUL)
    assert early.status_code == 409
    assert "Nobody opens it before the day given." in early.text
    assert len(confided.confidence.tried) == 1
    assert confided.file.whole
    # For the second one, and for everybody else, there is no such request.
    for other in (second, "nora", "mara"):
        assert _at(confided, other).get(f"/custody/{asked.id}").status_code == 404

    later = confided.on(asked.earliest)
    keeper = _at(later, first, again=True)
    shown = keeper.get(f"/custody/{asked.id}")
    faulty = keeper.send(shown, f"/custody/{asked.id}/agree", basis="court_order", text=" ")
    assert faulty.status_code == 422
    assert (
        keeper.send(shown, f"/custody/{asked.id}/agree", basis="court_order", text=LAWFUL).status_code == 303
    )
    assert "You agreed, as the first custodian" in keeper.get("/custody").text
    assert keeper.get(f"/custody/{asked.id}").status_code == 404

    opener = _at(later, second, again=True)
    shown = opener.get(f"/custody/{asked.id}")
    assert LAWFUL in shown.text
    opened = opener.send(
        shown, f"/custody/{asked.id}/open", basis="court_order", text="The order is in force."
    )
    assert opened.status_code == 303
    assert NAME not in opener.get("/custody").text
    milo = _at(later, "milo", again=True)
    assert f"{case}/identity" in milo.get(case).text
    assert NAME not in milo.get(case).text
    given = milo.get(f"{case}/identity")
    assert NAME in given.text
    assert CONTACT in given.text
    colleague = _at(later, "mara", again=True)
    assert NAME not in colleague.get(case).text + colleague.get(f"{case}/identity").text


def test_a_request_without_a_name_is_refused_and_recorded(back_office: BackOffice, offices: Offices) -> None:
    confided = Confided(back_office, offices.file(plumber_report())).acknowledged()
    milo, case = _at(confided, "milo"), f"/cases/{confided.filed.case}"
    page = milo.get(case)
    assert "The reporter left no name." in page.text
    assert 'value="disclose"' not in page.text
    sent = milo.post(
        f"{case}/propose",
        csrf_token=forms_of(page)["/logout"].fields["csrf_token"],
        act="disclose",
        reason="court_order",
        text=WHY,
    )
    assert sent.status_code == 409
    assert "That you asked is recorded." in sent.text
    assert WHY in sent.text
    assert [each.role for each in confided.confidence.tried] == ["officer"]
    assert confided.view.name is not None
    assert len(confided.view.name.confidence.tried) == 1
