"""The forms from the assessment to the closing in a real browser: without scripts, on a phone, with everything open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.triage.conftest import TODAY, Desk
from tests.support.handling import Handled, weigh
from tests.support.readable import TOO_FAINT, UNFOLD, WIDER

pytestmark = pytest.mark.browser


def test_an_investigator_fills_in_the_closing_form_row_by_row(page: Page, desk: Desk) -> None:
    handled = Handled(desk.back_office, desk.filed[0]).found()
    case = handled.filed.case
    weigh(desk.back_office.desk, desk.back_office.officer("marc"), case, "findings")
    desk.log_in(page, "marc")
    page.goto(f"{desk.address}/cases/{case}")
    page.locator("#knew-some").check()
    page.fill("#knew-0-who", "The deputy head")
    page.locator("#outcome-disciplinary").check()
    page.get_by_role("button", name="One more person").click()
    expect(page.locator("#knew-0-who")).to_have_value("The deputy head")
    expect(page.locator("#knew-1-who")).to_be_visible()
    expect(page.locator("#outcome-disciplinary")).to_be_checked()

    page.get_by_role("button", name="Propose it to the panel").click()
    expect(page.locator(".summary")).to_be_visible()
    page.select_option("#closing-reason", "examined")
    page.fill("#closing-text", "Everything was looked at.")
    page.get_by_role("button", name="Propose it to the panel").click()
    expect(page.locator(".summary")).to_contain_text("Some questions have no answer yet")
    page.get_by_role("link", name="What you typed is still in its form.").click()
    assert page.url.endswith("#closing")
    expect(page.locator("#knew-0-what-fault")).to_be_visible()

    page.fill("#knew-0-what", "Saw the changed numbers and told nobody.")
    page.fill("#outcome-disciplinary-person", "The head of the waterworks")
    page.locator("#correct-some").check()
    page.fill("#correct-0-what", "A second person signs.")
    page.fill("#correct-0-owner", "The town")
    page.fill("#correct-0-due", (TODAY + timedelta(days=30)).isoformat())
    page.locator("#clear-no").check()
    page.fill("#closing-told", "It stops, and it will be checked.")
    page.get_by_role("button", name="Propose it to the panel").click()
    expect(page.locator(".summary")).to_have_count(0)
    expect(page.locator("#decisions")).to_contain_text("Saw the changed numbers and told nobody.")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_forms_are_readable_and_never_scroll_sideways(chromium: Browser, desk: Desk, width: int) -> None:
    Handled(desk.back_office, desk.filed[1]).found()
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    for officer in ("marc", "milo"):
        desk.log_in(page, officer)
        page.goto(f"{desk.address}/cases/{desk.filed[1].case}")
        page.evaluate(UNFOLD)
        assert page.evaluate(TOO_FAINT) == [], officer
        assert page.evaluate(WIDER) <= 0, officer
        page.get_by_role("button", name="Log out").click()
    context.close()
