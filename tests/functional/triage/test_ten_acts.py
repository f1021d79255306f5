"""A triage officer with 200 open cases: the ten acts of every day, each within two pages of the list, over real HTTP.

The officer follows the links and sends the forms that the page in view shows, and types no address.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from crypto.kdf import UNSAFE_TEST_COST
from intake.log import configure
from intake.states import CaseState
from templates.web.ticks import UNSAFE_NO_TICK
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, water_report
from tests.support.visitor import Page, Visitor
from triage.app import create_app
from triage.casework.acknowledge import acknowledge

OPEN_CASES = 200
BEGUN, LATE = 30, 5
"""So many were filed some weeks ago; of these so many were forgotten, the others acknowledged in time."""
WEEKS_AGO = timedelta(days=17)
AT_MOST = 2  # pages between the list and the act that is done, the page that says so included
_LINK = re.compile(r'href="([^"#]+)')
_CASE = re.compile(r"/cases/([A-Za-z0-9_-]{22})")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Tests print no request."""


@dataclass
class Day:
    """An officer who counts the pages that are shown. What a POST answers with 303 is not a page; where it leads is."""

    visitor: Visitor
    page: Page
    pages: int = 0
    acted: dict[str, int] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def follow(self, link: str) -> None:
        """Follow a link of the page in view."""
        assert link in self.links(), f"no link to {link} on {self.page.path}"
        self._show(self.visitor.get(link))

    def narrow(self, name: str, value: str) -> None:
        """Use the list's filter."""
        assert f'<select id="filter-{name}"' in self.page.text
        assert f'<option value="{value}"' in self.page.text
        self._show(self.visitor.get(f"/cases?{name}={value}"))

    def send(self, action: str, **typed: str | Sequence[str]) -> None:
        """Fill in a form of the page in view and send it, and see where it leads."""
        shown: Mapping[str, str | Sequence[str]] = forms_of(self.page)[action].fields
        fields = {**shown, **typed}
        fields.pop("csrf_token")
        for number in typed.get("case", ()):
            assert f'name="case" value="{number}"' in self.page.text, "not on this page"
        self._show(self.visitor.post(action, fields))

    def links(self) -> list[str]:
        """Where the page in view leads."""
        return [link.replace("&amp;", "&") for link in _LINK.findall(self.page.text)]

    def fresh(self, state: str, number: int = 1) -> list[str]:
        """The first cases of the page in view in this state that no act of today was about."""
        rows = [row for row in self.page.text.split("<tr>")[1:] if f'data-label="State">{state}<' in row]
        cases = [found[1] for row in rows if (found := _CASE.search(row))]
        chosen = [case for case in cases if case not in self.used][:number]
        assert len(chosen) == number, f"{number} cases that are {state} do not stand on {self.page.path}"
        self.used |= set(chosen)
        return chosen

    def act(self, name: str, steps: Callable[[], object]) -> None:
        """One of the ten, begun at the list."""
        self.page, self.pages = self.visitor.get("/cases"), 0
        steps()
        self.acted[name] = self.pages

    def _show(self, page: Page) -> None:
        assert page.status == 200, (page.path, page.status)
        self.pages += 1
        self.page = page


@pytest.fixture
def today_there(today: date) -> date:
    """The day of the story: some weeks after the first reports."""
    return today + WEEKS_AGO


@pytest.fixture
def cases(instance: Instance, offices: Offices, back_office: BackOffice, engine_kind: str) -> list[Filed]:
    """Everything that is open: reports of some weeks ago, and those of this morning."""
    if engine_kind == "postgresql":
        pytest.skip("filing 200 reports twice teaches nothing new")
    old = [offices.file(water_report(what=f"Report {number}.")) for number in range(BEGUN)]
    for filed in old[LATE:]:
        acknowledge(back_office.desk, back_office.officer("moss"), filed.case)
    now = replace(offices, today=offices.today + WEEKS_AGO)
    return old + [now.file(water_report(what=f"Report {number}.")) for number in range(BEGUN, OPEN_CASES)]


@pytest.fixture
def day(instance: Instance, cases: list[Filed], today_there: date) -> Iterator[Day]:
    """Milo, logged in at a back office that listens on loopback."""
    assert len(cases) == OPEN_CASES
    app = create_app(
        instance.triage,
        instance.triage_db,
        configure("triage"),
        today=today_there,
        cost=UNSAFE_TEST_COST,
        tick=UNSAFE_NO_TICK,
    )
    server = make_server("127.0.0.1", 0, app, _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    visitor = Visitor(f"http://127.0.0.1:{server.server_port}")
    visitor.get("/login")
    code = Browser(instance).code("milo")
    name, password = "milo", instance.people["milo"].password
    yield Day(visitor, visitor.post("/login", {"name": name, "password": password, "code": code}))
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_ten_most_common_acts_take_at_most_two_pages_each(day: Day, cases: list[Filed]) -> None:
    assert "Page 1 of 4, 200 cases" in day.page.text
    filed = {entry.case: entry for entry in cases}

    def state(case: str) -> CaseState:
        file = filed[case].opened_by("milo")
        assert file is not None
        return file.progress.state

    def on_case(state: str, form: str, **typed: str) -> str:
        (case,) = day.fresh(state)
        day.follow(f"/cases/{case}")
        day.send(f"/cases/{case}/{form}", **typed)
        return case

    day.act("see what is late", lambda: day.narrow("due", "late"))
    assert all(entry.case in day.page.text for entry in cases[:LATE])
    assert cases[LATE].case not in day.page.text
    day.act("find a case by a word", lambda: day.send("/cases/search", q="Report 177."))
    assert f"/cases/{cases[177].case}" in day.links()
    day.act("read a case", lambda: day.follow(f"/cases/{day.fresh('Received')[0]}"))
    did: list[str] = []
    day.act("acknowledge one from a template", lambda: did.append(on_case("Received", "acknowledge")))
    assert state(did[0]) is CaseState.ACKNOWLEDGED
    day.act("write to the reporter", lambda: on_case("Received", "message", text="Which night was it?"))
    day.act("write a note", lambda: did.append(on_case("Received", "note", text="Ask the archive.")))
    assert "Ask the archive." in day.page.text
    day.act(
        "assign a case",
        lambda: did.append(on_case("Acknowledged", "assign", officer="marc", **{"as": "investigate"})),
    )
    assert filed[did[-1]].opened_by("marc") is not None
    day.act("assess a case", lambda: did.append(on_case("Acknowledged", "assess")))
    assert state(did[-1]) is CaseState.ASSESSED

    several: list[str] = []

    def on_several(state: str, number: int, **typed: str) -> None:
        several[:] = day.fresh(state, number)
        day.send("/cases/batch", case=several, **typed)

    day.act("acknowledge several at once", lambda: on_several("Received", 12, do="acknowledge"))
    assert {state(case) for case in several} == {CaseState.ACKNOWLEDGED}
    day.act(
        "assign several at once",
        lambda: on_several("Acknowledged", 20, do="assign", officer="mona", **{"as": "handle"}),
    )
    assert all(filed[case].opened_by("mona") for case in several)

    assert len(day.acted) == 10
    assert {name: pages for name, pages in day.acted.items() if pages > AT_MOST} == {}
