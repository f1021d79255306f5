"""An officer's browser without scripts: it keeps cookies, and sends only the forms that a page really shows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Protocol

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crypto.kdf import UNSAFE_TEST_COST
from intake.log import configure
from templates.web.ticks import UNSAFE_NO_TICK
from tests.support.instances import Instance
from triage.accounts.second_factor import STEP_SECONDS, code_at
from triage.app import create_app


@dataclass
class Form:
    """A form of a page, with what it would send."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given.get("action") or ""))
        elif tag == "input" and self.forms and given.get("name"):
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self.forms[-1].fields[str(given["name"])] = given.get("value") or ""
        elif tag == "select" and self.forms:
            self._select = str(given["name"])
        elif tag == "option" and self.forms and self._select is not None:
            # As a browser does: the selected one, or the first.
            if "selected" in given or self._select not in self.forms[-1].fields:
                self.forms[-1].fields[self._select] = given.get("value") or ""
        elif tag == "textarea" and self.forms:
            self._area = str(given["name"])
            self.forms[-1].fields[self._area] = ""

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.forms[-1].fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "textarea" and self._area is not None:
            typed = self.forms[-1].fields
            typed[self._area] = typed[self._area].removeprefix("\n")
            self._area = None


class Shown(Protocol):
    """A page, however it came."""

    @property
    def text(self) -> str:
        """Its whole text."""


def forms_of(page: Shown) -> dict[str, Form]:
    """The forms of a page by where they go."""
    parser = _Forms()
    parser.feed(page.text)
    return {form.action: form for form in parser.forms}


class Browser:
    """One officer's browser at the back office of an instance."""

    def __init__(self, instance: Instance, **options: Any) -> None:
        options.setdefault("cost", UNSAFE_TEST_COST)
        options.setdefault("tick", UNSAFE_NO_TICK)
        options.setdefault("today", instance.today)
        self.instance = instance
        self.app = instance.serving(
            lambda: create_app(instance.triage, instance.triage_db, configure("triage"), **options),
            (id(instance.triage), id(instance.triage_db), *sorted(options.items())),
        )
        self.client: FlaskClient = self.app.test_client()

    def get(self, path: str) -> TestResponse:
        """Follow a link or type an address."""
        return self.client.get(path, base_url="https://desk.test")

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send exactly these fields."""
        return self.client.post(path, data=fields, base_url="https://desk.test")

    def send(self, page: TestResponse, action: str, **typed: str) -> TestResponse:
        """Fill in the form of ``page`` that goes to ``action``, and send it."""
        return self.post(action, **(forms_of(page)[action].fields | typed))

    def weigh(self, case: str, step: str) -> TestResponse:
        """Send the assessment of a case's page as it stands, for the step that comes next."""
        return self.send(self.get(f"/cases/{case}"), f"/cases/{case}/assess", step=step)

    def code(self, officer: str, *, step: int = 0) -> str:
        """The officer's code of now, or of ``step`` time steps later."""
        return code_at(self.instance.people[officer].totp_secret, int(time.time()) + step * STEP_SECONDS)

    def try_login(
        self, officer: str, *, password: str | None = None, code: str | None = None, **more: str
    ) -> TestResponse:
        """One attempt through the login page."""
        person = self.instance.people.get(officer)
        known = "" if person is None else person.password
        return self.send(
            self.get("/login"),
            "/login",
            name=officer,
            password=known if password is None else password,
            code=(self.code(officer) if code is None else code) if person else code or "000000",
            **more,
        )

    def log_in(self, officer: str) -> TestResponse:
        """Log in and open the list."""
        answer = self.try_login(officer)
        assert answer.status_code == 303, answer.text
        return self.get("/cases")
