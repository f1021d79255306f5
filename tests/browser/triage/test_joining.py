"""Joining two cases in a real browser: the page to choose, and each case with the other, at both widths."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.triage.conftest import TODAY, Desk
from tests.support.axe import violations
from tests.support.handling import Handled
from tests.support.joined import WHY, Pair
from tests.support.readable import TOO_FAINT, WIDER
from tests.support.reports import Offices, plumber_report

pytestmark = pytest.mark.browser


def _pair(desk: Desk) -> Pair:
    offices = Offices(desk.instance, TODAY)
    leading = Handled(desk.back_office, offices.file(plumber_report())).addressed()
    second = plumber_report(what="Pipes were billed twice in the school, and nobody looked at the bills.")
    return Pair(desk.back_office, Handled(desk.back_office, offices.file(second)).assessed(), leading)


def test_a_case_is_joined_with_another_one(page: Page, desk: Desk) -> None:
    pair = _pair(desk)
    desk.log_in(page, "milo")
    page.goto(f"{desk.address}/cases/{pair.led.filed.case}")
    page.get_by_label("What you can do now").get_by_role(
        "link", name="Handle it together with another case"
    ).click()
    page.locator("#merge").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Handle it together with another case")
    page.get_by_role("button", name="Propose it to the panel").scroll_into_view_if_needed()
    page.locator("#merge").get_by_role("radio").first.check()
    page.select_option("#merge-reason", "known_matter")
    page.fill("#merge-text", WHY)
    page.get_by_role("button", name="Propose it to the panel").click()
    expect(page.locator("#decisions")).to_contain_text("Together with")
    pair.agrees()
    page.goto(f"{desk.address}/cases/{pair.led.filed.case}")
    expect(page.locator("#together")).to_contain_text("The matter is handled in this case:")
    page.locator("#together").get_by_role("link").first.click()
    expect(page.locator("#together")).to_contain_text("Handled here as well:")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_a_join_are_readable_and_axe_finds_nothing(
    chromium: Browser, desk: Desk, width: int
) -> None:
    pair = _pair(desk)
    context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    desk.log_in(page, "milo")

    def looks_right(path: str) -> None:
        page.goto(f"{desk.address}{path}")
        assert violations(page, unfolded=True) == [], path
        assert page.evaluate(TOO_FAINT) == [], path
        assert page.evaluate(WIDER) <= 0, path

    looks_right(f"/cases/{pair.led.filed.case}/merge")
    pair.joined()
    pair.leading.secured_and_found().propose_closing().agree()
    looks_right(f"/cases/{pair.led.filed.case}")
    looks_right("/cases")
    context.close()
