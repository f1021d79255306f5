"""Every page of the portal before axe-core (WCAG 2.2 AA, and AAA's contrast of 7:1) and rules of our own, in every language.

Only here are scripts on, and our policy against them lifted: axe is one. Each page is looked at in several widths and colours
before the next one is opened: to come to a page costs more than to look at it.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from templates.web.language import LANGUAGES
from tests.browser.portal.conftest import profile
from tests.browser.portal.looks import EVERY, QUICK, Look, looked_at
from tests.browser.portal.walk import Walker
from tests.support.processes import Process

pytestmark = pytest.mark.browser


def found_on_every_page(chromium: Browser, server: Process, tag: str, looks: tuple[Look, ...]) -> list[str]:
    """What is wrong anywhere, each with the page and the look."""
    context = profile(chromium, 360, scripts=True)
    page = context.new_page()
    found: list[str] = []

    def look(name: str) -> None:
        page.wait_for_load_state("load")
        for each in looks:
            found.extend(f"{tag}, {name}, {fault}" for fault in looked_at(page, each, tag))
        page.set_viewport_size({"width": 360, "height": 780})

    walker = Walker(page, server.url, look)
    walker.speaks(tag)
    walker.sees_everything(tag)
    context.close()
    return found


def test_no_page_stands_in_anybodys_way(chromium: Browser, server: Process) -> None:
    """In Arabic: what is right from right to left, in the largest letters, is seldom wrong from left to right."""
    found = found_on_every_page(chromium, server, "ar", QUICK)
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_page_in_any_language_and_look_stands_in_anybodys_way(
    chromium: Browser, server: Process, tag: str
) -> None:
    found = found_on_every_page(chromium, server, tag, EVERY)
    assert not found, "\n".join(found)
