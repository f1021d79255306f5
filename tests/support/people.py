"""The pages of accounts as officers above use them, and the enrolment of somebody new, without scripts."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance, Person
from triage.accounts.second_factor import STEP_SECONDS, code_at

OFFICE = "HO-millbrook"
CODE = re.compile(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}")
DIGITS = re.compile(r"(?:\d{5} ){5}\d{5}")
SECRET = re.compile(r"<code class=\"secret\">([A-Z2-7]{32})</code>")
PASSWORD = "gravel sonnet pewter lantern vow"


def forms_to(page: TestResponse, action: str) -> list[dict[str, str]]:
    """Every form of a page that goes there: a person has several."""
    return [
        form.fields
        for chunk in page.text.split("<form")[1:]
        for form in forms_of(_Chunk(f"<form{chunk}")).values()
        if form.action == action
    ]


@dataclass
class _Chunk:
    text: str


@dataclass
class Desk:
    """An instance, and one browser for each officer who sits down."""

    instance: Instance
    office: str = OFFICE
    _browsers: dict[str, Browser] = field(default_factory=dict)

    def of(self, officer: str) -> Browser:
        """The officer's browser, logged in and past the ties."""
        if officer not in self._browsers:
            browser = self._browsers[officer] = Browser(self.instance)
            browser.log_in(officer)
        return self._browsers[officer]

    def page(self, officer: str, office: str = "") -> TestResponse:
        """The page of the office's people."""
        return self.of(officer).get(f"/people?{urlencode({'office': office or self.office})}")

    def invite(self, by: str, new: str, **typed: object) -> TestResponse:
        """Fill in "Somebody new", or the form at a member who is listed."""
        token = forms_to(self.page(by), "/people/invite")[-1]["csrf_token"]
        fields: dict[str, object] = {
            "office": self.office,
            "officer": new,
            "name": "Frida Friend",
            "role": "officer",
            "duty": ["triage", "handle"],
            "csrf_token": token,
        }
        return self.of(by).client.post(
            "/people/invite", data={**fields, **typed}, base_url="https://desk.test"
        )

    def enrol(self, officer: str, code: str, password: str = PASSWORD) -> str:
        """Go through the enrolment; returns the digits."""
        browser = Browser(self.instance)
        second = browser.send(browser.get("/enrol"), "/enrol", name=officer, code=code)
        assert second.status_code == 200, second.text
        found = SECRET.search(second.text)
        assert found is not None
        done = browser.send(second, "/enrol/keys", code=now(found[1]), password=password, again=password)
        assert done.status_code == 200, done.text
        digits = DIGITS.search(done.text)
        assert digits is not None
        self.instance.people = {**self.instance.people, officer: Person(officer, password, found[1])}
        self.instance.forget_pair(officer)
        return digits[0]

    def sign_first(self, by: str, officer: str, kind: str, **typed: object) -> TestResponse:
        """Fill in the form of the first signature that the page has for this officer and this."""
        forms = [
            form
            for form in forms_to(self.page(by), "/people/ask")
            if (form["officer"], form["kind"]) == (officer, kind)
        ]
        assert len(forms) == 1, f"{by} is not offered {kind} for {officer}"
        return self.of(by).client.post(
            "/people/ask", data={**forms[0], **typed}, base_url="https://desk.test"
        )

    def second_form(self, by: str, officer: str) -> dict[str, str]:
        """The form of the second signature as it is shown."""
        forms = forms_to(self.page(by), "/people/confirm")
        return next(form for form in forms if form["officer"] == officer)

    def sign_second(self, by: str, officer: str, **typed: str) -> TestResponse:
        """Fill it in."""
        return self.of(by).post("/people/confirm", **{**self.second_form(by, officer), **typed})

    def appoint(self, officer: str, **invited: object) -> None:
        """Everything from the invitation to the second signature."""
        answer = self.invite("nora", officer, **invited)
        assert answer.status_code == 200, answer.text
        code = CODE.search(answer.text)
        assert code is not None
        digits = self.enrol(officer, code[0])
        kind = "keys" if officer in self.instance.roster.certified else "appoint"
        assert digits in self.page("nora").text
        answer = self.sign_first("nora", officer, kind, compared="1")
        assert answer.status_code == 303, answer.text
        assert digits in self.page("nils").text
        answer = self.sign_second("nils", officer, compared="1")
        assert answer.status_code == 303, answer.text

    def log_in(self, officer: str) -> TestResponse:
        """With the next code: the one of the enrolment opens nothing more."""
        person = self.instance.people[officer]
        return Browser(self.instance).try_login(officer, code=now(person.totp_secret, step=1))


def now(secret: str, *, step: int = 0) -> str:
    """The app's code of now, or of ``step`` time steps later."""
    return code_at(secret, int(time.time()) + step * STEP_SECONDS)
