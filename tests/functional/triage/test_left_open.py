"""A page that was left open overnight: whatever was typed into it is answered with what to do, and with the text itself.

Every form with a text is sent when the session is over, when the browser lost its cookies, when the case is no longer where the
page showed it, and when the officer no longer holds it.
"""

from __future__ import annotations

import pytest
from markupsafe import escape
from sqlalchemy import delete
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from intake.database.case_tables import Grant
from intake.database.people_tables import Account
from intake.database.volatile_tables import SealedSession
from tests.support.backoffice import Browser, forms_of
from tests.support.forensics import traces
from tests.support.instances import Instance
from tests.support.reports import Filed

HOURS = 'Two hours of <careful> & "good" typing\nwith a second line'
LINE = "A line of <careful> typing"

CASE_FORMS: dict[str, dict[str, str]] = {
    "acknowledge": {"text": HOURS},
    "message": {"text": HOURS},
    "note": {"text": HOURS},
    "assess": {"text": HOURS},
    "assign": {"officer": "marc", "as": "handle", "standard": HOURS, "due": "next week some day"},
    "turn": {"to": "report", "text": HOURS},
    "state": {"to": "reopened", "reason": HOURS},
    "state later": {"to": "addressing", "manner": "later", "until": "soon", "reason": HOURS},
    "secure": {"text": HOURS},
    "hear": {"text": HOURS},
    "finding": {"allegation": "new", "words": LINE, "grade": "established", "text": HOURS, "evidence": f"{HOURS} 2"},
    "closing": {"go": "add_knew", "act": "close", "told": HOURS, "lessons": f"{HOURS} 2", "knew-0-what": LINE},
    "propose close": {"act": "close", "text": HOURS, "told": f"{HOURS} 2", "knew-0-what": LINE, "clear-circle": f"{LINE} 2"},
    "propose refuse": {"act": "refuse", "text": HOURS, "told": f"{HOURS} 2", "basis": LINE},
    "propose extend": {"act": "extend", "text": HOURS, "basis": LINE, "until": "soon"},
    "propose split": {"act": "split", "text": HOURS, "basis": LINE},
    "transfer": {"text": HOURS, "basis": LINE},
    "vote": {"vote": "reject", "text": HOURS, "proposal": "gone"},
    "result": {"text": HOURS},
    "correct": {"action": "gone", "text": HOURS},
    "verify": {"action": "gone", "text": HOURS},
    "protect": {"call": "yes", "text": HOURS},
}  # fmt: skip
"""A form of the case's page → what somebody typed into it."""
OTHER_FORMS: dict[str, dict[str, str]] = {
    "/oversight/interference": {"text": HOURS, "when": "yesterday"},
    "/oversight/call-up": {"reason": HOURS},
    "/oversight/supervise": {"due": "the day after tomorrow"},
    "/cases/batch": {"do": "acknowledge", "text": HOURS},
    "/cases/search": {"q": LINE},
    "/ties": {"q": "Hugo Stein", "target": "p-water", "type": "kin", "until": "last year some time"},
}
_TYPED = (HOURS, LINE, "last year", "the day after", "yesterday", "next week")


def _words(fields: dict[str, str]) -> list[str]:
    return [value for value in fields.values() if value.startswith(_TYPED)]


def _lost(answer: TestResponse, fields: dict[str, str]) -> list[str]:
    return [value for value in _words(fields) if str(escape(value)) not in answer.text]


def _path(filed: Filed, form: str) -> str:
    return f"/cases/{filed.case}/{form.split(maxsplit=1)[0]}"


def _send(browser: Browser, path: str, fields: dict[str, str], token: str) -> TestResponse:
    return browser.client.post(
        path,
        data=MultiDict({**fields, "csrf_token": token}),
        base_url="https://desk.test",
        headers={"Sec-Fetch-Site": "same-origin"},
    )


@pytest.fixture
def browser(instance: Instance) -> Browser:
    """Milo at work."""
    browser = Browser(instance)
    browser.log_in("milo")
    return browser


def _token(browser: Browser) -> str:
    return forms_of(browser.get("/cases"))["/cases/search"].fields["csrf_token"]


def test_a_session_that_ended_loses_no_word_of_any_form(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    """Shown at once, kept through the login, and back on the page that the login leads to, whatever happened to its form."""
    token = _token(browser)
    forms = {**{_path(filed, form) + f" {form}": typed for form, typed in CASE_FORMS.items()}, **OTHER_FORMS}
    for name, fields in forms.items():
        path = name.split()[0]
        with instance.owner.volatile.begin() as session:
            session.execute(delete(SealedSession))
        late = _send(browser, path, fields, token)
        assert late.status_code == 403, name
        assert "Your session has ended, so nothing was sent." in late.text
        assert _lost(late, fields) == [], name
        assert "Location" not in late.headers
        # The code of a time step counts once: the account forgets for this story which was the last.
        _forget_codes(instance)
        person = instance.people["milo"]
        again = browser.send(late, "/login", name="milo", password=person.password, code=browser.code("milo"))
        assert again.status_code == 303, name
        assert all(value[:10] not in again.location for value in _words(fields)), "never in an address"
        back = browser.get(again.location.split("#")[0])
        assert back.status_code == 200
        assert _lost(back, fields) == [], name
        assert not ("is back in its form" in back.text and "is not on this page any more" in back.text)


def test_cookies_that_are_gone_lose_no_word_of_any_form(browser: Browser, filed: Filed) -> None:
    for form, fields in {
        **{_path(filed, name) + f" {name}": f for name, f in CASE_FORMS.items()},
        **OTHER_FORMS,
    }.items():
        answer = _send(browser, form.split()[0], fields, "not the token")
        assert answer.status_code == 403
        assert "What you typed is still here" in answer.text
        assert _lost(answer, fields) == [], form


def test_a_case_that_is_elsewhere_by_now_loses_no_word_of_any_form(
    browser: Browser, instance: Instance, filed: Filed
) -> None:
    """The report was not even acknowledged: most of these forms are not on its page. What is refused comes back anyway."""
    token = _token(browser)
    for form, fields in CASE_FORMS.items():
        answer = _send(
            browser, _path(filed, form), {"seen": "0", **fields} if form != "vote" else fields, token
        )
        if answer.status_code == 303:
            assert form in ("acknowledge", "message", "note", "protect"), "done"
            continue
        assert answer.status_code in (200, 403, 409, 422), form
        assert _lost(answer, fields) == [], form
    with instance.owner.state.begin() as session:
        session.execute(delete(Grant).where(Grant.officer_id == "milo"))
    for form, fields in CASE_FORMS.items():
        answer = _send(browser, _path(filed, form), fields, token)
        assert answer.status_code == 404, form
        assert _lost(answer, fields) == [], form
    assert traces([HOURS, LINE], [instance.directory]) == []


def _forget_codes(instance: Instance) -> None:
    with instance.owner.state.begin() as session:
        session.get_one(Account, "milo").last_step = 0
