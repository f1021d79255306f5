"""Attacks on the back office through its own front: forged forms, guessed ids, another officer's cookie."""

from __future__ import annotations

from typing import cast

import pytest
from sqlalchemy import select

from crypto.keys import new_id
from intake.database.case_tables import Event, Grant
from templates.web.headers import NO_STORE
from templates.web.routes import Route
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.reports import SENTENCE, Filed, Offices, report
from triage.web.access import Guard, UnguardedRouteError
from triage.web.door import health
from triage.web.routes import ROUTES
from triage.web.services import Services

_ACTS = ("acknowledge", "message", "note", "assign", "recuse")


def _act_fields(act: str) -> dict[str, str]:
    fields = {"assign": {"officer": "marc", "as": "handle"}, "recuse": {}}
    return fields.get(act, {"text": "hello"})


@pytest.fixture
def mina(instance: Instance) -> Browser:
    """Kin of the accused, with a case of her own to look at."""
    browser = Browser(instance)
    browser.log_in("mina")
    return browser


def test_a_case_of_others_answers_like_one_that_does_not_exist(mina: Browser, filed: Filed) -> None:
    token = forms_of(mina.get("/cases"))["/logout"].fields["csrf_token"]
    ids = (filed.case, new_id(), "x", "A" * 22, "..", "%2e%2e", "search'--")
    pages = [mina.get(f"/cases/{case}") for case in ids]
    assert {page.status_code for page in pages} == {404}
    assert len({page.data for page in pages}) == 1
    for act in _ACTS:
        pages = [mina.post(f"/cases/{case}/{act}", csrf_token=token, **_act_fields(act)) for case in ids[:3]]
        assert {page.status_code for page in pages} == {404}, act
        assert len({page.data for page in pages}) == 1
    with mina.instance.owner.reading() as session:
        assert len(session.scalars(select(Event)).all()) == 1


def test_an_excluded_officers_pages_are_byte_for_byte_those_without_the_case(
    instance: Instance, offices: Offices
) -> None:
    offices.file(report(what="Something that Mina may see."))  # goes to the office of the land: not hers
    mina = Browser(instance)
    before = mina.log_in("mina").text
    search = mina.send(mina.get("/cases"), "/cases/search", q="wells").text
    offices.file()
    assert mina.get("/cases").text == before
    assert mina.send(mina.get("/cases"), "/cases/search", q="wells").text == search
    assert SENTENCE not in before


def test_a_form_without_its_token_does_nothing(instance: Instance, filed: Filed) -> None:
    browser = Browser(instance)
    browser.log_in("milo")
    for act in _ACTS:
        assert (
            browser.post(f"/cases/{filed.case}/{act}", csrf_token="", **_act_fields(act)).status_code == 403
        )
        forged = browser.post(f"/cases/{filed.case}/{act}", csrf_token="A" * 43, **_act_fields(act))
        assert forged.status_code == 403
    assert browser.post("/logout", csrf_token="").status_code == 403
    assert browser.get("/cases").status_code == 200
    assert browser.post("/login", name="milo", password="x", code="1").status_code == 403
    with instance.owner.reading() as session:
        kinds = [event.kind.value for event in session.scalars(select(Event))]
        assert kinds == ["filed"]
        assert {grant.officer_id for grant in session.scalars(select(Grant))} == {"mara", "milo", "moss"}


def test_another_site_cannot_put_words_into_an_officers_form(instance: Instance, filed: Filed) -> None:
    """A page elsewhere posts into a session that is over, hoping that its text comes back after the login."""
    browser = Browser(instance)
    browser.get("/login")
    planted = browser.post(f"/cases/{filed.case}/message", csrf_token="A" * 43, text="planted words")
    assert planted.status_code == 403
    assert "planted words" not in planted.text


def test_a_login_cannot_be_told_to_go_elsewhere_afterwards(instance: Instance) -> None:
    for path in ("https://evil.test/", "//evil.test", "/cases/../logout", f"/cases/{new_id()}/delete", "/x"):
        browser = Browser(instance)
        page = browser.get("/login")
        fields = forms_of(page)["/login"].fields
        person = instance.people["milo"]
        answer = browser.post(
            "/login", **fields | {"name": "milo", "password": person.password, "kept_path": path, "kept_text": "x",
                                  "code": "000000"},
        )  # fmt: skip
        assert answer.status_code == 422
        assert "kept_path" not in forms_of(answer)["/login"].fields


def test_a_cookie_planted_before_the_login_is_worth_nothing_after_it(instance: Instance) -> None:
    browser = Browser(instance)
    browser.client.set_cookie("__Host-t-session", "A" * 43, domain="desk.test", secure=True)
    browser.log_in("milo")
    cookie = browser.client.get_cookie("__Host-t-session", "desk.test")
    assert cookie is not None
    assert cookie.value != "A" * 43


def test_the_session_cookie_is_strict_and_ends_with_the_visit(instance: Instance) -> None:
    answer = Browser(instance).try_login("milo")
    (cookie,) = [value for value in answer.headers.getlist("Set-Cookie") if "-session=" in value]
    assert cookie.startswith("__Host-t-session=")
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert word in cookie
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie


def test_passwords_and_codes_are_never_shown_again(instance: Instance) -> None:
    page = Browser(instance).try_login("milo", password="a secret typed wrongly", code="424242")
    assert "a secret typed wrongly" not in page.text
    assert "424242" not in page.text


def test_unknown_and_doubled_fields_are_refused(instance: Instance, filed: Filed) -> None:
    browser = Browser(instance)
    browser.log_in("milo")
    fields = forms_of(browser.get(f"/cases/{filed.case}"))[f"/cases/{filed.case}/note"].fields
    extra = browser.post(f"/cases/{filed.case}/note", **fields | {"text": "kept words", "state": "closed"})
    assert extra.status_code == 422
    assert "kept words" in extra.text


def test_every_route_says_whom_it_answers_and_only_the_door_is_open() -> None:
    open_to_anybody = {route.path for route in ROUTES if route.access.value == "anybody"}
    assert open_to_anybody == {
        "/",
        "/health",
        "/login",
        "/enrol",
        "/enrol/keys",
    }  # whoever enrols has no account yet


def test_a_route_that_does_not_say_whom_it_answers_stops_the_start(instance: Instance) -> None:
    guard = Guard(cast("Services", None))
    with pytest.raises(UnguardedRouteError):
        guard.wrap(Route("/forgotten", health), lambda: "open to the world")


def test_pages_carry_no_script_no_inline_style_and_strict_headers(instance: Instance, filed: Filed) -> None:
    browser = Browser(instance)
    browser.log_in("milo")
    for path in ("/cases", f"/cases/{filed.case}", "/cases/nothing"):
        page = browser.get(path)
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert " on" + "click" not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Cache-Control"] == NO_STORE
        assert page.headers["Referrer-Policy"] == "no-referrer"
