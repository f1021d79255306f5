"""A reporter at the portal: methods are what a person does. The application is real, with the portal's own database rights."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, stream_encode_multipart

from crypto.kdf import UNSAFE_TEST_COST
from intake.casefile import CaseFile
from intake.circle import holders
from intake.database.case_tables import OutboxJob
from intake.drafts import Draft
from intake.events import EventKind
from intake.log import configure
from intake.time import Clock
from portal.app import create_app
from portal.flood.purses import LONG
from templates.web.app import StrictFlask
from templates.web.ticks import UNSAFE_NO_TICK
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices
from tests.support.visitor import BOUNDARY
from triage.worker.context import Context
from triage.worker.loop import Worker

RESULT = "We asked everybody who was there. It was not established."
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
        if isinstance(data, dict) and _brings_files(data):
            data, options["content_type"] = _as_a_browser_writes(data)
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


def _brings_files(data: Values) -> bool:
    return any(isinstance(each, tuple) for value in data.values() for each in _listed(value))


def _as_a_browser_writes(data: Values) -> tuple[bytes, str]:
    """With a boundary as long as a browser's: the test client's own is sometimes longer than any may be."""
    form = MultiDict[str, Any](
        (name, FileStorage(*each) if isinstance(each, tuple) else each)
        for name, value in data.items()
        for each in _listed(value)
    )
    stream, _, boundary = stream_encode_multipart(form, boundary=BOUNDARY)
    return stream.read(), f"multipart/form-data; boundary={boundary}"


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


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
        instance.portal,
        instance.portal_db,
        configure("portal"),
        clock=clock,
        cost=UNSAFE_TEST_COST,
        tick=UNSAFE_NO_TICK,
    )


@pytest.fixture
def reporter(app: StrictFlask) -> Reporter:
    """Somebody who opened the first page."""
    return Reporter(app)


@pytest.fixture
def another(app: StrictFlask) -> Callable[[], Reporter]:
    """More people, each with a browser of their own."""
    return lambda: Reporter(app)


@dataclass
class Story:
    """A filed report, its reporter in front of the opened mailbox, and the office that has it."""

    reporter: Reporter
    instance: Instance
    clock: PatientClock
    code: str
    case: str

    @property
    def today(self) -> date:
        return self.clock.today()

    @property
    def filed(self) -> Filed:
        return Filed(Offices(self.instance, self.today), Draft.new(), self.case, b"")

    def days_pass(self, days: int) -> None:
        object.__setattr__(self.clock, "fixed", self.today + timedelta(days=days))
        self.clock.wait(
            LONG
        )  # what one visit may do at once is measured in these; a visit outlasts a day only in stories

    def is_told_the_result(self, officer: str = "mara") -> None:
        """The panel's part is told elsewhere; here its end is enough."""
        met = {
            name: self.today.isoformat() for name in ("ack_due", "accept_due", "feedback_due", "review_due")
        }
        with self.filed.act(officer) as acting:
            acting.tell(EventKind.ACKNOWLEDGED, {"state": "acknowledged", "met": met})
        with self.filed.act(officer) as acting:
            acting.tell(EventKind.ASSESSED, {"step": "findings"})
            acting.tell(
                EventKind.PROPOSED, {"proposal": "p", "act": "close", "reason": "examined", "size": 1}
            )
            acting.tell(EventKind.DECIDED, {"proposal": "p", "act": "close", "state": "concluded"})
        with self.filed.act(officer) as acting:
            acting.tell(EventKind.TOLD, acting.answer(RESULT))

    def is_closed(self, officer: str = "mara") -> None:
        questions = {"first_question": 30, "second_question": 180}
        clocks = {name: (self.today + timedelta(days=days)).isoformat() for name, days in questions.items()}
        with self.filed.act(officer) as acting:
            acting.tell(EventKind.CLOSED, {"state": "closed", "clocks": clocks})

    def worker_works(self) -> None:
        instance = self.instance
        log = configure("worker")
        context = Context(instance.worker, instance.worker_db, instance.rosters, self.clock, log)
        assert Worker(context).round()

    def opened_by(self, officer: str) -> CaseFile:
        file = self.filed.opened_by(officer)
        assert file is not None
        return file

    def holders(self) -> list[str]:
        with self.instance.owner.reading() as session:
            return holders(session, self.case)

    def messages(self, officer: str) -> list[str]:
        return [entry.text for entry in self.opened_by(officer).written if entry.author == "reporter"]

    def jobs(self) -> int:
        with self.instance.owner.reading() as session:
            return len(session.scalars(select(OutboxJob).where(OutboxJob.job == "request")).all())


@pytest.fixture
def story(reporter: Reporter, instance: Instance, clock: PatientClock) -> Story:
    """About the head of the waterworks: Mara, Milo and Marc of Millbrook have it."""
    code = reporter.files()
    (case,) = Offices(instance, instance.today).cases()
    reporter.returns(code)
    return Story(reporter, instance, clock, code, case)
