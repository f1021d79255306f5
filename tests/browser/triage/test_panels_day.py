"""A panel in a real browser without scripts: proposed, voted on, refused; on a phone and at a desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.datastructures import MultiDict

from tests.browser.triage.conftest import Desk
from tests.support.readable import TOO_FAINT, WIDER
from triage.casework.acknowledge import acknowledge
from triage.casework.propose import propose

pytestmark = pytest.mark.browser

WHY = "This belongs to the labour inspectorate."
TOLD = "Please write to the labour inspectorate."


def _acknowledged(desk: Desk) -> str:
    case = desk.filed[0].case
    acknowledge(desk.back_office.desk, desk.back_office.officer("milo"), case)
    return case


def test_a_report_is_refused_together(page: Page, desk: Desk) -> None:
    case = _acknowledged(desk)
    desk.log_in(page, "milo")
    page.goto(f"{desk.address}/cases/{case}")
    form = page.locator("#propose details", has_text="Not for this office")
    form.locator("summary").click()
    form.get_by_label("Reason").select_option("other_authority")
    form.get_by_label("What the reporter is told").fill(TOLD)
    form.get_by_role("button").click()
    expect(page.locator("[role=alert]")).to_contain_text("Write something first.")
    expect(page.get_by_label("What the reporter is told")).to_have_value(TOLD)
    page.get_by_label("In your own words, for the panel").first.fill(WHY)
    page.locator("#propose details[open] button").click()
    expect(page.locator("#decisions")).to_contain_text("Waiting for the panel")

    for officer in ("marc", "mona"):
        page.context.clear_cookies()
        desk.log_in(page, officer)
        page.get_by_role("link", name="My votes").click()
        page.locator("table.cases a").click()
        expect(page.locator("#decisions")).to_contain_text(WHY)
        page.get_by_label("I agree").check()
        page.get_by_role("button", name="Vote").click()
        expect(page.locator("main")).to_contain_text("No panel waits for your vote.")

    page.goto(f"{desk.address}/cases/{case}")
    expect(page.locator("#decisions")).to_contain_text("Not for this office")
    expect(page.locator(".facts")).to_contain_text("Redirected")


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_panels_are_readable_and_never_scroll_sideways(
    chromium: Browser, desk: Desk, width: int
) -> None:
    case = _acknowledged(desk)
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    desk.log_in(page, "milo")
    for officer in ("milo", "marc"):
        if officer == "marc":
            sent = MultiDict(
                {"reason": "other_authority", "text": WHY, "told": "Longword" * 60, "basis": "x" * 300}
            )
            propose(desk.back_office.desk, desk.back_office.officer("milo"), case, "refuse", sent)
            context.clear_cookies()
            desk.log_in(page, "marc")
        for path in ("/panels", f"/cases/{case}"):
            page.goto(desk.address + path)
            for summary in page.locator("#decisions summary").all():
                summary.click()
            assert page.evaluate(TOO_FAINT) == [], path
            assert page.evaluate(WIDER) <= 0, path
            unnamed = page.locator("main :is(input:not([type=hidden]), textarea, select)").evaluate_all(
                "all => all.filter(each => each.labels.length === 0).map(each => each.name)"
            )
            assert unnamed == [], path
    context.close()
