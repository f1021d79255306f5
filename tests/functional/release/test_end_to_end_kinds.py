"""Overdue, review and complaint from the portal's pages to the back office's: who can open the case afterwards is the decision.

The reporter taps, officers act in their browsers, the worker releases. Then everybody who has an account tries the case's page,
and everybody's own key is tried on the case: both must let in exactly those whom the rules name, on facts written down here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from crypto.kdf import UNSAFE_TEST_COST
from crypto.receipt import parse_code
from intake.drafts import Draft
from intake.log import configure
from intake.wordlists import all_wordlists
from portal.app import create_app as create_portal
from tests.functional.portal.conftest import PatientClock, Reporter
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.releases import Moving
from tests.support.reports import Filed, Offices
from triage.app import create_app as create_triage
from triage.casework.panel import open_proposal

DAY = timedelta(days=1)
REFUSAL = {
    "act": "refuse",
    "reason": "other_authority",
    "text": "Not ours.",
    "told": "Please write to the labour court.",
}
ACCUSED: dict[str, tuple[dict[str, str], list[str]]] = {
    "an employee": ({"name": "Rosa Medina", "post": "staff", "body": "millbrook-water"}, ["p-plumber"]),
    "a head": ({"name": "Hugo Stein", "post": "head", "body": "millbrook-water"}, ["p-water"]),
    "a mayor": ({"name": "Greta Holm", "post": "head", "body": "millbrook-hall"}, ["p-mayor-m"]),
    "a governor": ({"name": "Paul Weber", "post": "head", "body": "north-council"}, ["p-governor"]),
}  # fmt: skip
"""Somebody as a reporter types them, and as the rules know them."""


@dataclass
class Story:
    """One report, its reporter's browser, and every officer's."""

    instance: Instance
    subjects: list[str]
    clock: PatientClock
    reporter: Reporter
    code: str
    case: str
    browsers: dict[str, Browser] = field(default_factory=dict)
    worked: list[str] = field(default_factory=list)
    """Who proposed or voted."""

    @property
    def today(self) -> date:
        return self.clock.today()

    @property
    def moving(self) -> Moving:
        offices = Offices(self.instance, self.instance.today)
        master = offices.mailbox.open(parse_code(self.code, all_wordlists("en")))
        return Moving(Filed(offices, Draft.new(), self.case, master))

    def until(self, day: date) -> None:
        """Days pass, and every program knows it."""
        object.__setattr__(self.clock, "fixed", day)
        settings, databases = self.instance.triage, self.instance.triage_db
        app = create_triage(settings, databases, configure("triage"), cost=UNSAFE_TEST_COST, today=day)
        for browser in self.browsers.values():
            browser.app = browser.client.application = app

    def at(self, officer: str) -> Browser:
        """An officer's browser, logged in."""
        if officer not in self.browsers:
            self.browsers[officer] = Browser(self.instance, today=self.today)
            self.browsers[officer].log_in(officer)
        return self.browsers[officer]

    def send(self, officer: str, form: str, /, **typed: str) -> None:
        """Fill in a form of the case's page."""
        path = f"/cases/{self.case}"
        page = self.at(officer).get(path)
        hidden = forms_of(page)[f"{path}/note"].fields
        sent = {
            "csrf_token": hidden["csrf_token"],
            **({} if form == "vote" else {"seen": hidden["seen"]}),
            **typed,
        }
        answer = self.at(officer).post(f"{path}/{form}", **sent)
        assert answer.status_code == 303, answer.text

    def is_refused_by_a_panel(self) -> None:
        """The office decides, and tells the reporter with it."""
        first, *_ = sorted(self.moving.who_can_open())
        self.send(first, "acknowledge", text="")
        second = next(who for who in sorted(self.moving.who_can_open()) if who != first)
        self.send(second, "propose", **REFUSAL)
        file = self.moving.opened()
        proposal = open_proposal(file)
        assert proposal is not None
        for seat in proposal.seats:
            self.send(seat, "vote", proposal=proposal.id, vote="agree", text="")
        self.worked += [second, *proposal.seats]

    def taps(self, path: str, **typed: str) -> None:
        """The reporter comes back and presses a button."""
        self.reporter.returns(self.code)
        assert self.reporter.sends(path, {**typed}).status_code == 303

    def worker_works(self) -> None:
        """What was asked for, and what is due."""
        assert self.moving.worker(self.today).round()

    def expected(self, kind: str, office: str, received: date | None = None) -> set[str]:
        """Whom the rules name for this kind of case, coming from this office."""
        prior = {"handling_unit": office, "assigned": [], "decided_by": sorted(set(self.worked))}
        facts: dict[str, Any] = {"kind": kind, "subjects": self.subjects, "prior": prior}
        facts["received"] = (received or self.instance.today).isoformat()
        if kind == "overdue":
            facts["trigger_date"] = self.today.isoformat()
        return self.moving.expected(**facts)

    def check_that_only(self, expected: set[str]) -> None:
        """Everybody tries: with the browser, and with their own key past every page."""
        assert expected
        assert self.moving.who_can_open() == expected
        path = f"/cases/{self.case}"
        for officer in sorted(self.instance.people):
            page = self.at(officer).get(path)
            assert page.status_code == (200 if officer in expected else 404), officer
            assert (path in self.at(officer).get("/cases").text) == (officer in expected), officer


def filed(instance: Instance, accused: str) -> Story:
    """A report that was filed on the portal's pages."""
    clock = PatientClock(instance.today)
    settings, databases = instance.portal, instance.portal_db
    app = create_portal(settings, databases, configure("portal"), clock=clock, cost=UNSAFE_TEST_COST)
    reporter = Reporter(app)
    typed, subjects = ACCUSED[accused]
    reporter.begins()
    reporter.names(0, **typed)
    reporter.opens("/report/check")
    reporter.sends("/report/check", send="1")
    code = reporter.reads_the_code()
    reporter.sends("/receipt", saved="1")
    (case,) = Offices(instance, instance.today).cases()
    return Story(instance, subjects, clock, reporter, code, case)


def _office(story: Story) -> str:
    return str(story.moving.opened().progress.circle["office"])


def _reviewed(story: Story) -> None:
    story.is_refused_by_a_panel()
    office = _office(story)
    story.until(story.today + 3 * DAY)
    story.taps("/mailbox/review")
    asked = story.today
    story.worker_works()
    story.check_that_only(story.expected("review", office, asked))


def _complained(story: Story) -> None:
    office = _office(story)
    story.taps("/mailbox/complaint", text="Nobody answers.")
    story.worker_works()
    story.check_that_only(story.expected("handling_complaint", office))


def _overdue(story: Story) -> None:
    office = _office(story)
    story.until(story.instance.today + 7 * DAY)
    story.worker_works()
    assert _office(story) == office, "the last day is on time"
    story.until(story.today + DAY)
    story.worker_works()
    story.check_that_only(story.expected("overdue", office))


@pytest.mark.parametrize(
    ("accused", "goes_up"),
    [
        pytest.param("an employee", _reviewed, id="review"),
        pytest.param("a head", _reviewed, id="review about a head"),
        pytest.param("a head", _complained, id="complaint about a head"),
        pytest.param("a governor", _complained, id="complaint about a governor"),
        pytest.param("a mayor", _overdue, id="overdue about a mayor"),
        pytest.param("an employee", _overdue, id="overdue"),
    ],
)
def test_whoever_can_open_the_case_afterwards_is_whom_the_rules_name(
    instance: Instance, accused: str, goes_up: Callable[[Story], None]
) -> None:
    story = filed(instance, accused)
    goes_up(story)
    story.moving.check_consequences()
