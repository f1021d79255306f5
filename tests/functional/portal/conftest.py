"""A reporter at the portal: methods are what a person does. The application is real, with the portal's own database rights."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crypto.kdf import UNSAFE_TEST_COST
from intake.log import configure
from intake.time import Clock
from portal.app import create_app
from templates.web.app import StrictFlask
from tests.support.instances import Instance

SENTENCE = "The wells are measured at night and the numbers changed before noon."
Values = dict[str, Any]

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_CODE = re.compile(r'id="receipt-code"[^>]*>([^<]+)<')


@dataclass(frozen=True)
class PatientClock(Clock):
    """A clock on one day whose seconds a story moves on."""

    seconds: list[int] = field(default_factory=lambda: [1_000_000])

    def now(self) -> int:
        return self.seconds[0]

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.seconds[0] += seconds


class Reporter:
    """Somebody with a browser without scripts."""

    def __init__(self, app: StrictFlask) -> None:
        self.client: FlaskClient = app.test_client()
        self._token = ""
        self.page: TestResponse = self.opens("/")

    def opens(self, path: str, **headers: str) -> TestResponse:
        """Follow a link, or type an address."""
        return self._saw(self.client.get(path, headers=headers))

    def sends(self, path: str, values: Values | None = None, **more: Any) -> TestResponse:
        """Press a button of the page last seen. ``values`` for names with dashes."""
        return self.posts(path, {"csrf_token": self._token, **(values or {}), **more})

    def posts(self, path: str, data: Any, **options: Any) -> TestResponse:
        """Send exactly this, as no page would."""
        options.setdefault("headers", {"Sec-Fetch-Site": "same-origin"})
        return self._saw(self.client.post(path, data=data, **options))

    def follows(self) -> TestResponse:
        """Go where the last answer leads."""
        assert self.page.status_code == 303, self.page.text
        return self.opens(self.page.headers["Location"])

    def begins(self, what: str = SENTENCE, **answers: str) -> TestResponse:
        """Write the first step."""
        self.opens("/report")
        return self.sends("/report", {"what": what, "go": "next", **answers})

    def names(self, number: int = 0, **subject: str) -> TestResponse:
        """Write who it is about."""
        self.opens("/report/who")
        return self.sends("/report/who", subject_fields(number, **subject), go="next")

    def writes_about_the_waterworks(self, **answers: str) -> None:
        """Everything up to the check page."""
        self.begins(**answers)
        self.names(name="Hugo Stein", post="head", body="millbrook-water")
        self.opens("/report/check")

    def files(self) -> str:
        """Send a report, and write the code down."""
        self.writes_about_the_waterworks()
        self.sends("/report/check", send="1")
        code = self.reads_the_code()
        self.sends("/receipt", saved="1")
        return code

    def reads_the_code(self) -> str:
        """The code on the receipt page."""
        found = _CODE.search(self.opens("/receipt").text)
        assert found is not None
        return found[1]

    def returns(self, code: str) -> TestResponse:
        """Come back with a code, up to the mailbox."""
        self.opens("/return")
        self.sends("/return", code=code)
        return self.follows()

    @property
    def text(self) -> str:
        """The page as it reads, without markup."""
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page.text)))

    @property
    def cookies(self) -> dict[str, str]:
        """Everything the browser keeps."""
        jar = self.client._cookies or {}
        return {cookie.key: cookie.value for cookie in jar.values()}

    def value_of(self, name: str) -> str:
        """What stands in a text field or area of the page."""
        area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n?(.*?)</textarea>', self.page.text, re.DOTALL)
        line = re.search(rf'<input[^>]* name="{name}" value="([^"]*)"', self.page.text)
        found = area or line
        return html.unescape(found[1]) if found else ""

    def _saw(self, response: TestResponse) -> TestResponse:
        self.page = response
        if found := _TOKEN.search(response.text):
            self._token = found[1]
        return response


def subject_fields(number: int, **values: str) -> Values:
    """The form's fields of one person."""
    return {f"subject-{number}-{name}": value for name, value in values.items()}


@pytest.fixture
def clock(instance: Instance) -> PatientClock:
    """The portal's clock."""
    return PatientClock(instance.today)


@pytest.fixture
def app(instance: Instance, clock: PatientClock) -> StrictFlask:
    """The portal of the small instance."""
    return create_app(
        instance.portal, instance.portal_db, configure("portal"), clock=clock, cost=UNSAFE_TEST_COST
    )


@pytest.fixture
def reporter(app: StrictFlask) -> Reporter:
    """Somebody who opened the first page."""
    return Reporter(app)


@pytest.fixture
def another(app: StrictFlask) -> Callable[[], Reporter]:
    """More people, each with a browser of their own."""
    return lambda: Reporter(app)
