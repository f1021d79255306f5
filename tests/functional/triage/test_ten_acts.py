"""A triage officer with 200 open cases: the ten acts of every day, each within two pages of the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from werkzeug.test import TestResponse

from intake.states import CaseState
from tests.functional.triage.conftest import BackOffice
from tests.support.backoffice import Browser, forms_of
from tests.support.instances import Instance
from tests.support.reports import Filed, Offices, water_report
from triage.casework.acknowledge import acknowledge

OPEN_CASES = 200
AT_MOST = 2  # pages between the list and the act that is done


@dataclass
class Day:
    """A browser that counts the pages it shows. What a POST answers with 303 is not a page; where it leads is."""

    browser: Browser
    page: TestResponse
    pages: int = 0
    acted: dict[str, int] = field(default_factory=dict)

    def open(self, path: str) -> TestResponse:
        """Follow a link."""
        self.pages += 1
        self.page = self.browser.get(path)
        assert self.page.status_code == 200, path
        return self.page

    def send(self, action: str, **typed: object) -> TestResponse:
        """Send a form of the page in view, and see where it leads."""
        fields = {**forms_of(self.page)[action].fields, **typed}
        answer = self.browser.client.post(action, data=fields, base_url="https://desk.test")
        if answer.status_code == 303:
            return self.open(answer.location.split("#")[0])
        assert answer.status_code == 200, answer.text
        self.pages += 1
        self.page = answer
        return answer

    def act(self, name: str, steps: Callable[[], object]) -> None:
        """One of the ten, begun at the list."""
        self.page, self.pages = self.browser.get("/cases"), 0
        steps()
        self.acted[name] = self.pages


@pytest.fixture
def cases(offices: Offices, engine_kind: str) -> list[Filed]:
    """Everything that is open."""
    if engine_kind == "postgresql":
        pytest.skip("filing 200 reports twice teaches nothing new")
    return [offices.file(water_report(what=f"Report {number}.")) for number in range(OPEN_CASES)]


def _state(filed: Filed) -> CaseState:
    file = filed.opened_by("milo")
    assert file is not None
    return file.progress.state


def test_the_ten_most_common_acts_take_at_most_two_pages_each(
    instance: Instance, back_office: BackOffice, cases: list[Filed]
) -> None:
    desk, moss = back_office.desk, back_office.officer("moss")
    acknowledge(desk, moss, cases[5].case)
    browser = Browser(instance)
    day = Day(browser, browser.log_in("milo"))
    assert "Page 1 of 4, 200 cases" in day.page.text
    url = [f"/cases/{filed.case}" for filed in cases]

    def on_case(number: int, form: str, **typed: object) -> None:
        day.open(url[number])
        day.send(f"{url[number]}/{form}", **typed)

    day.act("see what is late", lambda: day.open("/cases?due=late"))
    day.act("find a case by a word", lambda: day.send("/cases/search", q="Report 77."))
    assert cases[77].case in day.page.text
    day.act("read a case", lambda: day.open(url[0]))
    day.act("acknowledge one from a template", lambda: on_case(1, "acknowledge"))
    assert _state(cases[1]) is CaseState.ACKNOWLEDGED
    day.act(
        "acknowledge several at once",
        lambda: day.send("/cases/batch", do="acknowledge", case=[filed.case for filed in cases[10:30]]),
    )
    assert {_state(filed) for filed in cases[10:30]} == {CaseState.ACKNOWLEDGED}
    day.act("write to the reporter", lambda: on_case(2, "message", text="Which night was it?"))
    day.act("write a note", lambda: on_case(3, "note", text="Ask the archive."))
    day.act("assign a case", lambda: on_case(4, "assign", officer="marc", **{"as": "investigate"}))
    assert cases[4].opened_by("marc") is not None
    day.act(
        "assign several at once",
        lambda: day.send(
            "/cases/batch",
            do="assign",
            officer="mona",
            case=[f.case for f in cases[10:30]],
            **{"as": "handle"},
        ),
    )
    assert all(filed.opened_by("mona") for filed in cases[10:30])
    day.act("assess a case", lambda: on_case(5, "assess"))
    assert _state(cases[5]) is CaseState.ASSESSED

    assert len(day.acted) == 10
    assert {name: pages for name, pages in day.acted.items() if pages > AT_MOST} == {}
