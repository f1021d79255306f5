"""Somebody without a mouse and without scripts: at 400 % zoom, in forced colours, from right to left, all by keys alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.portal.conftest import SENTENCE, profile
from tests.browser.portal.walk import UNREAL, Walker
from tests.support.processes import Process

pytestmark = pytest.mark.browser

_MANY = 90
"""More stops than any page has that this story comes to."""

# What has the focus: can it be seen, does its outline show, does the head of the page cover it?
_STANDS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return {at: 'nothing'};
  const box = e.getBoundingClientRect(), head = document.querySelector('.top').getBoundingClientRect();
  const top = document.elementFromPoint(Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 2),
                                        Math.min(Math.max(box.y + Math.min(box.height / 2, 20), 1), innerHeight - 2));
  const style = getComputedStyle(e);
  const covered = !e.closest('.top') && top !== null && top.closest('.top') !== null;
  return {at: e.outerHTML.slice(0, 90), outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
          seen: box.bottom > 0 && box.top < innerHeight, covered, main: e.id === 'main'};
}"""
_IS = "selector => document.activeElement !== null && document.activeElement.matches(selector)"
_BEFORE = """() => { const stops = [...document.querySelectorAll('a, button, input, select, textarea, summary')];
  return stops.indexOf(document.activeElement); }"""


class Keys:
    """A page and the keys of a keyboard; every stop on the way is looked at."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []

    def tabs_to(self, selector: str) -> None:
        """Press Tab until this has the focus. The order is the one of the page's text."""
        before = -1
        for _ in range(_MANY):
            self.page.keyboard.press("Tab")
            self._look()
            here = self.page.evaluate(_BEFORE)
            if here < before:
                self.found.append(f"the order jumps back before {selector}")
            before = here
            if self.page.evaluate(_IS, selector):
                return
        raise AssertionError(f"no key leads to {selector} on {self.page.url}")

    def presses(self, key: str) -> None:
        """A key that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def _look(self) -> None:
        stands = self.page.evaluate(_STANDS)
        if stands["at"] != "nothing" and (stands["covered"] or not (stands["outline"] and stands["seen"])):
            self.found.append(str(stands))


@pytest.fixture
def keys(chromium: Browser, server: Process) -> Iterator[Keys]:
    context = profile(chromium, 320)
    page = context.new_page()
    page.emulate_media(forced_colors="active")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{server.url}/language/ar")
    yield Keys(page)
    context.close()


def test_a_report_is_filed_by_keys_alone(keys: Keys) -> None:
    page = keys.page
    page.keyboard.press("Tab")
    assert page.evaluate(_IS, ".exit"), "the way out comes first"
    page.keyboard.press("Tab")
    assert page.evaluate(_IS, ".skip")
    page.keyboard.press("Enter")
    assert page.evaluate(_IS, "#main")
    keys.tabs_to("main a.button[href='/report']")
    keys.presses("Enter")
    keys.tabs_to("main form .buttons button")
    keys.presses("Enter")
    # What is wrong has the focus by itself, and leads to the field.
    assert page.evaluate(_IS, ".summary")
    keys.tabs_to(".summary a")
    page.keyboard.press("Enter")
    assert page.evaluate(_IS, "#what")
    page.keyboard.type(SENTENCE)
    keys.tabs_to("main form .buttons button")
    keys.presses("Enter")
    keys.tabs_to("[name='subject-0-name']")
    page.keyboard.type("Hugo Stein")
    keys.tabs_to("[name='subject-0-find']")
    page.keyboard.type("water")
    keys.tabs_to("#person-0 button")
    keys.presses("Space")
    keys.tabs_to("[name='subject-0-body']")
    page.keyboard.press("Space")
    keys.tabs_to("[name='subject-0-post']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.locator("[name='subject-0-post'][value='head']").is_checked()
    for _step in ("who", "evidence", "safety"):
        keys.tabs_to("main form .buttons button")
        keys.presses("Enter")
    keys.tabs_to("button[name='send']")
    keys.presses("Enter")
    assert re.fullmatch(r"(\d{3} ?){9}", page.locator("#receipt-code").inner_text())
    keys.tabs_to("#saved")
    page.keyboard.press("Space")
    keys.tabs_to("main form .buttons button")
    keys.presses("Enter")
    assert page.url.endswith("/done")
    page.keyboard.press("Shift+Tab")
    assert keys.found == []


# Where each letter of what follows a name stands, from the left: a name must not turn it around.
_AFTER = """selector => {
  const name = document.querySelector(selector), range = document.createRange();
  const places = text => [...text.data].map((_, i) => { range.setStart(text, i); range.setEnd(text, i + 1);
    return range.getBoundingClientRect().left });
  const walker = document.createTreeWalker(name.parentElement, NodeFilter.SHOW_TEXT);
  let text, after = null, passed = false;
  while ((text = walker.nextNode())) {
    if (name.contains(text)) passed = true;
    else if (passed && text.data.trim().length > 3) { after = text; break }
  }
  return places(after).slice(1, 5);
}"""


def test_a_name_does_not_turn_around_what_follows_it(chromium: Browser, server: Process) -> None:
    """U+202E turns what comes after it, and U+2069 would let it out of its element (docs/attacks.md)."""
    context = profile(chromium, 1280)
    page = context.new_page()
    walker = Walker(page, server.url, lambda _name: None)
    walker.speaks("en")
    walker.opens("/report/who")
    walker.fills("involved", f"{UNREAL}\nSomebody Else")
    walker.goes_on()
    walker.opens("/report/check")
    assert page.locator("p.hint bdi").first.inner_text() == "NobodyereH"
    places = page.evaluate(_AFTER, "p.hint bdi")
    assert places == sorted(places)
    context.close()
