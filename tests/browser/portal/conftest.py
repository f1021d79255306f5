"""A served portal, and people in front of it: a fresh profile each, scripts on for axe alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import TODAY
from tests.support.axe import moving
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import Process, serving

SENTENCE = "The wells are measured at night and the numbers changed before noon."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A portal of the small organisation, with some more schools to search among."""
    workspace = tmp_path_factory.mktemp("portal")
    document = small_organisation()
    document["bodies"] += [
        {
            "id": f"school-{number}",
            "kind": "subordinate_body",
            "region": "ashford",
            "name": f"School No {number}",
        }
        for number in range(30)
    ]
    build_instance(workspace / "instance", document, today=TODAY).close()
    with serving("portal", workspace / "instance", workspace, today=TODAY.isoformat()) as process:
        yield process


@dataclass
class Telephone:
    """A page in a fresh profile, and what a frightened person does with it."""

    page: Page
    base: str

    def opens(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.base + path)

    def presses(self, name: str) -> None:
        """Press the button with these words."""
        with moving(self.page):
            self.page.get_by_role("button", name=name, exact=False).first.click()

    def chooses(self, name: str) -> None:
        """Tick the box, or choose the answer, with these words. By key: a page that just jumped to its hits may still move."""
        choice = self.page.get_by_label(name)
        choice.focus()
        self.page.keyboard.press("Space")
        expect(choice).to_be_checked()

    def enters(self) -> None:
        """Press the Enter key in a field."""
        with moving(self.page):
            self.page.keyboard.press("Enter")

    def follows(self, name: str) -> None:
        """Follow the link with these words."""
        with moving(self.page):
            self.page.get_by_role("link", name=name, exact=False).first.click()

    @property
    def heading(self) -> str:
        """What the page is about."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def writes_a_report(self) -> None:
        """From the first page to the check page."""
        self.opens("/")
        self.follows("Start a report")
        self.page.get_by_label("What happened?").fill(SENTENCE)
        self.presses("Save and continue")
        self.page.get_by_label("Name").fill("Hugo Stein")
        self.chooses("The head: leads the whole place")
        self.page.get_by_label("Where does this person work?").fill("water")
        self.presses("Search")
        self.chooses("Millbrook Waterworks")
        self.presses("Save and continue")
        self.presses("Continue")
        self.chooses("I do not feel safe")
        self.presses("Save and continue")

    def sends_it(self) -> str:
        """Send, write down the code, finish."""
        self.presses("Send the report")
        code = self.page.locator("#receipt-code").inner_text()
        self.chooses("I have written the code down")
        self.presses("Finish")
        return code


@pytest.fixture(params=[360, 1280], ids=["telephone", "desk"])
def width(request: pytest.FixtureRequest) -> int:
    """Both widths that every journey is made at."""
    return int(request.param)


def profile(browser: Browser, width: int, *, scripts: bool = False, dark: bool = False) -> BrowserContext:
    """A fresh profile. With scripts on (for axe alone) the policy that forbids them is lifted."""
    return browser.new_context(
        java_script_enabled=scripts,
        bypass_csp=scripts,
        viewport={"width": width, "height": 780},
        color_scheme="dark" if dark else "light",
        locale="en",
    )


@pytest.fixture
def telephone(chromium: Browser, server: Process, width: int) -> Iterator[Telephone]:
    """Somebody with scripts off."""
    context = profile(chromium, width)
    yield Telephone(context.new_page(), server.url)
    context.close()
