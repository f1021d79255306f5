"""A nurse comes back when she is asked, and says that she is not safe: from a telephone, scripts off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from crypto.kdf import RECEIPT_COST
from intake.wordlists import all_wordlists
from tests.browser.portal.conftest import Telephone, profile
from tests.browser.portal.test_mailbox import comes_back
from tests.conftest import TODAY
from tests.support.axe import violations
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import serving
from tests.support.reports import Offices
from tests.support.safety import Safe

pytestmark = pytest.mark.browser

ASKED = TODAY + timedelta(days=16)
"""At medium a slot is open on this day, wherever it was moved: it opens between the 12th and the 16th day."""
WORDS = "He asks everybody where I was on Monday."


@pytest.fixture(scope="module")
def nurse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Safe, str]]:
    """A report of two weeks ago, and where its reporter comes back."""
    workspace = tmp_path_factory.mktemp("safety")
    instance = build_instance(workspace / "instance", small_organisation(), today=TODAY)
    safe = Safe.file(Offices(instance, TODAY, cost=RECEIPT_COST))
    with serving("portal", workspace / "instance", workspace, today=ASKED.isoformat()) as process:
        yield safe, process.url
    instance.close()


def code(safe: Safe) -> str:
    (english, *_) = all_wordlists("en")
    return safe.filed.draft.code.as_words(english)


def test_three_taps_and_everything_else_only_who_wants(
    chromium: Browser, nurse: tuple[Safe, str], width: int
) -> None:
    safe, url = nurse
    context = profile(chromium, width)
    telephone = Telephone(context.new_page(), url)
    main = telephone.page.locator("main")
    comes_back(telephone, code(safe))
    telephone.presses("I am not safe")
    assert "We have it" in main.inner_text()
    assert "Call the emergency number" in main.inner_text()
    assert "Please come back between" in main.inner_text()
    telephone.chooses("Something changed")
    telephone.page.get_by_label("What should those who look after your safety know?").fill(WORDS)
    telephone.page.get_by_label("Has anything bad happened to you").select_option("signs")
    telephone.presses("Send this")
    assert "We have it" in main.inner_text()
    assert WORDS not in main.inner_text()
    telephone.follows("Give a day on which we should ask you")
    telephone.page.get_by_label("The day").fill((ASKED + timedelta(days=30 + width)).isoformat())
    telephone.page.get_by_label("What is it about?").select_option("contract")
    telephone.presses("Add this day")
    assert "That was sent." in main.inner_text()
    telephone.follows("Say what is to happen if you do not come back")
    telephone.chooses("A text that I leave here")
    telephone.page.get_by_label("On which day?").fill((ASKED + timedelta(days=60)).isoformat())
    telephone.presses("Let this be done")
    assert "Write the text" in main.inner_text()
    telephone.page.get_by_label("The text that I leave").fill(WORDS)
    telephone.presses("Let this be done")
    assert "That was sent." in main.inner_text()
    assert telephone.page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_about_safety_stand_in_nobodys_way(
    chromium: Browser, nurse: tuple[Safe, str], *, dark: bool
) -> None:
    safe, url = nurse
    context = profile(chromium, 320, scripts=True, dark=dark)
    telephone = Telephone(context.new_page(), url)
    comes_back(telephone, code(safe))
    found: list[str] = []
    for path, button in (
        ("/mailbox", None),
        ("/mailbox/check-in?done=1", "Send this"),
        ("/mailbox/dates", "Add this day"),
        ("/mailbox/promise", "Let this be done"),
    ):
        telephone.opens(path)
        found += violations(telephone.page)
        if button is not None:
            telephone.presses(button)
            found += violations(telephone.page)
        if telephone.page.evaluate("document.documentElement.scrollWidth") > 320:
            found.append(f"{path} is wider than the telephone")
    context.close()
    assert found == []
