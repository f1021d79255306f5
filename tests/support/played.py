"""One story from both sides: a reporter at the portal, officers at desks, the worker's rounds, on one clock that it moves.

The pages are the real ones. Who logs in stays logged in while days pass, as the cookie does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from werkzeug.test import TestResponse

from crypto.receipt import parse_code
from intake.drafts import Draft
from intake.protection.compartment import present_contacts
from intake.protection.opening import ProtectionFile
from intake.wordlists import all_wordlists
from tests.functional.portal.conftest import PatientClock, Reporter, Values
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser
from tests.support.handling import Handled
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices
from tests.support.safety import Safe
from tests.support.served import serving

DAY = timedelta(days=1)


def reads(page: TestResponse) -> str:
    """A page as it reads, without markup."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


@dataclass
class Play:
    """Everybody around one report."""

    instance: Instance
    clock: PatientClock
    someone: Callable[[], Reporter]
    reporter: Reporter
    code: str = ""
    case: str = ""
    _seats: dict[str, Browser] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.clock.today()

    @property
    def offices(self) -> Offices:
        return Offices(self.instance, self.today)

    @property
    def filed(self) -> Filed:
        """The case by its code, on this day."""
        code = parse_code(self.code, all_wordlists("en"))
        return Filed(self.offices, Draft.new(), self.case, self.offices.mailbox.open(code))

    @property
    def watched(self) -> Safe:
        """What the worker and the officers make of it."""
        return Safe(self.filed)

    @property
    def back_office(self) -> BackOffice:
        return BackOffice(self.instance, self.today)

    def handled(self, triage: str = "milo", investigator: str = "marc") -> Handled:
        """The case as officers carry it on, on this day."""
        return Handled(self.back_office, self.filed, triage, investigator)

    def files(self, what: str, who: Values, **safety: str) -> None:
        """The reporter sends a report through the form, and keeps the code."""
        before = set(self.offices.cases())
        self.reporter.begins(what)
        self.reporter.names(**who)
        self.reporter.opens("/report/safety")
        assert self.reporter.sends("/report/safety", safety, go="next").status_code == 303
        self.reporter.opens("/report/check")
        assert self.reporter.sends("/report/check", send="1").status_code == 303, self.reporter.text
        self.code = self.reporter.reads_the_code()
        self.reporter.sends("/receipt", saved="1")
        (self.case,) = set(self.offices.cases()) - before

    def comes_back(self) -> Reporter:
        """The reporter opens the mailbox."""
        self.reporter.returns(self.code)
        return self.reporter

    def tells(self, day: str, *, who: Values, file: tuple[str, bytes] | None = None, **answers: str) -> str:
        """The reporter tells what was done because of the report; returns the case that it opened."""
        base, before, reporter = "/mailbox/detriment", set(self.offices.cases()), self.reporter
        reporter.opens(base)
        typed = {"happened": "c", "done": "done", "victim": "reporter", "day": day, **answers}
        reporter.sends(base, typed, go="next")
        reporter.follows()
        reporter.sends(f"{base}/who", {f"subject-0-{name}": value for name, value in who.items()}, go="next")
        reporter.follows()
        if file is not None:
            reporter.sends(f"{base}/evidence", {"evidence": [(BytesIO(file[1]), file[0])]}, go="add")
            reporter.follows()
        reporter.sends(f"{base}/evidence", traces="remove", go="next")
        reporter.follows()
        if reporter.page.request.path == f"{base}/safety":
            reporter.sends(f"{base}/safety", go="next")
            reporter.follows()
        found = re.search(r'name="entry" value="([^"]+)"', reporter.page.text)
        assert found is not None, reporter.text
        assert reporter.sends(f"{base}/check", send="1", entry=found[1]).status_code == 303, reporter.text
        (case,) = set(self.offices.cases()) - before
        return case

    def at(self, officer: str) -> Browser:
        """An officer's browser on this day, logged in."""
        seat = self._seats.get(officer)
        if seat is None:
            seat = self._seats[officer] = Browser(self.instance)
            seat.log_in(officer)
        elif seat.app is not Browser(self.instance).app:
            fresh = self._seats[officer] = Browser(self.instance)
            fresh.client._cookies = seat.client._cookies
            seat = fresh
        return seat

    def days_pass(self, days: int) -> None:
        """Nobody does anything."""
        day = self.today + days * DAY
        object.__setattr__(self.clock, "fixed", day)
        self.instance.today = day

    def looks(self) -> None:
        """The worker does everything that is due on this day."""
        self.watched.look(self.today)

    def days_pass_with_workers(self, days: int) -> None:
        """The same, and the worker looks on each of them."""
        for _ in range(days):
            self.days_pass(1)
            self.looks()

    def contacts(self, case: str = "") -> list[str]:
        """Who looks after the reporter."""
        with self.instance.owner.reading() as session:
            return present_contacts(session, case or self.case)

    def compartment(self, officer: str) -> ProtectionFile | None:
        """What an officer opens as a contact."""
        return self.watched.compartment(officer)

    def proves(self, paper: bytes, path: Path) -> bool:
        """Whether somebody else's machine, which asks the portal for its log, takes this paper for proved."""
        path.write_bytes(paper)
        with serving(self.instance, self.today) as portal:
            return portal.verify("document", path).exit_code == 0
