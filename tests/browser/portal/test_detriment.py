"""A frightened person tells on a telephone, scripts off, what was done because of a report, and finds it beside the report."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.portal.conftest import Telephone, profile
from tests.conftest import TODAY
from tests.support.axe import violations
from tests.support.processes import Process

pytestmark = pytest.mark.browser

WORDS = "Since last week I only get night shifts."


def tells(telephone: Telephone) -> list[str]:
    """From the report to what was sent; what each page shows."""
    page, seen = telephone.page, list[str]()

    def look() -> None:
        seen.append(page.locator("main").inner_text())

    telephone.writes_a_report()
    code = telephone.sends_it()
    telephone.opens("/return")
    page.get_by_label("Your code").fill(code)
    telephone.presses("Open my mailbox")
    telephone.follows("Tell us what was done because of a report")
    look()
    telephone.presses("Save and continue")
    look()
    telephone.chooses("Other duties, another place, other hours, less pay")
    telephone.chooses("It was done")
    page.get_by_label("On which day?").fill(TODAY.isoformat())
    telephone.chooses("Me, because I reported")
    page.get_by_label("In your own words").fill(WORDS)
    telephone.presses("Save and continue")
    look()
    page.get_by_label("Name").fill("Greta Holn")
    telephone.chooses("The head: leads the whole place")
    page.get_by_label("Where does this person work?").fill("town hall")
    telephone.presses("Search")
    telephone.chooses("Millbrook Town Hall")
    telephone.presses("Save and continue")
    telephone.presses("Save and continue")
    look()
    telephone.presses("Save and continue")
    look()
    telephone.presses("Send it")
    look()
    telephone.chooses("Greta Holm")
    telephone.presses("Send it")
    look()
    telephone.presses("Send it")
    look()
    return seen


def test_what_was_done_becomes_a_case_of_its_own(chromium: Browser, server: Process, width: int) -> None:
    context = profile(chromium, width)
    telephone = Telephone(context.new_page(), server.url)
    seen = tells(telephone)
    assert "Give the day if you can" in seen[1]
    assert "Somebody else" not in seen[3]
    assert "Office of North Province" in seen[4]
    assert "Say whether you mean one of these people." in seen[5]
    assert "You told us who you mean." in seen[6]
    assert "Your code opens more than one case" in seen[7]
    assert "Case 1, which you see here" in seen[7]
    assert WORDS not in seen[7]
    telephone.follows("Your report")
    assert "Your report has arrived" in telephone.page.locator("main").inner_text()
    context.close()


def test_its_pages_stand_in_nobodys_way(chromium: Browser, server: Process) -> None:
    context = profile(chromium, 320, scripts=True)
    telephone = Telephone(context.new_page(), server.url)
    tells(telephone)
    found = violations(telephone.page)
    telephone.opens("/mailbox/detriment")
    for button in ("Save and continue", ""):
        found += violations(telephone.page)
        if telephone.page.evaluate("document.documentElement.scrollWidth") > 320:
            found.append("wider than the telephone")
        if button:
            telephone.presses(button)
    telephone.chooses("A bad mark or a bad reference")
    telephone.chooses("It was threatened or announced")
    telephone.chooses("I do not know the day")
    telephone.chooses("A colleague")
    for _ in range(5):
        telephone.presses("Save and continue")
        found += violations(telephone.page)
        if telephone.page.url.endswith("check"):
            break
    context.close()
    assert found == []
