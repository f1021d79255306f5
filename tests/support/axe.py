"""A page before axe-core (WCAG 2.2 AA, and AAA's contrast of 7:1). The page's context must allow scripts: axe is one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Error, Page

from tests.support.readable import UNFOLD

_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
_LOOK = f"""() => axe.run({json.dumps(_RULES)}).then(found => found.violations.map(
  each => `${{each.id}}: ${{JSON.stringify(each.nodes.slice(0, 3).map(node => node.target))}}`))"""
_LOOKS = 5  # at most, at a page that keeps moving


@contextmanager
def moving(page: Page) -> Iterator[None]:
    """What is done in here leads to another page, which stands when this ends: nobody looks at the one before by mistake."""
    with page.expect_navigation():
        yield


def violations(page: Page, *, unfolded: bool = False) -> list[str]:
    """What axe finds on the page that stands there, ``unfolded`` or as it came. When the page is replaced meanwhile, it looks
    again at the one that follows, and so do the rules that the caller asks of it next.
    """
    for _ in range(_LOOKS):
        before = _standing(page)
        try:
            if unfolded:
                page.evaluate(UNFOLD)
            page.evaluate(AXE_SCRIPT)
            found: list[str] = page.evaluate(_LOOK)
        except Error:
            if _standing(page) == before:
                raise
            continue
        if _standing(page) == before:
            return found
    raise AssertionError(f"{page.url} does not come to rest")


def _standing(page: Page) -> float | None:
    """Which page stands there, by the moment at which it began; None while one goes and another comes."""
    page.wait_for_load_state("load")
    try:
        return float(page.evaluate("performance.timeOrigin"))
    except Error:
        return None
