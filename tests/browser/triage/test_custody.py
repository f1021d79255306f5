"""A name is opened in a real browser without scripts, by two custodians and for one officer; on a phone and at a desk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.triage.conftest import Desk
from tests.support.axe import violations
from tests.support.confiding import CONTACT, LAWFUL, NAME, WHY, Confided
from tests.support.readable import TOO_FAINT, WIDER
from tests.support.reports import Offices, plumber_report

pytestmark = pytest.mark.browser


def _confided(desk: Desk) -> Confided:
    offices = Offices(desk.instance, desk.back_office.today)
    draft = plumber_report(identity_name=NAME, identity_contact=CONTACT)
    return Confided(desk.back_office, offices.file(draft)).acknowledged()


def test_two_custodians_open_a_name_for_the_officer_who_asked(page: Page, desk: Desk) -> None:
    confided = _confided(desk)
    case = f"{desk.address}/cases/{confided.filed.case}"
    desk.log_in(page, "milo")
    page.goto(case)
    expect(page.locator("#identity")).to_contain_text("The reporter left a name in confidence.")
    form = page.locator("#propose details", has_text="Ask two custodians")
    form.locator("summary").click()
    form.get_by_label("Reason").select_option("danger")
    form.get_by_label("The reporter is given no time to object").check()
    form.get_by_label("In your own words, for the panel").fill(WHY)
    form.get_by_role("button").click()
    expect(page.locator("[role=alert]")).to_contain_text("Write what would be endangered")
    form = page.locator("#propose details[open]")
    form.get_by_label("What telling the reporter before would endanger").fill("The mailbox is watched.")
    form.get_by_role("button").click()
    expect(page.locator("#decisions")).to_contain_text("The mailbox is watched.")
    confided.agreed_by_panel()
    first, second = confided.asked.custodians
    for custodian, button in ((first, "Agree"), (second, "Open it for the officer who asks")):
        page.context.clear_cookies()
        desk.log_in(page, custodian)
        page.get_by_role("link", name="Custody").click()
        page.get_by_role("link", name="A reporter's name").click()
        expect(page.locator("main")).to_contain_text(WHY)
        page.get_by_label("On what ground you agree").select_option("danger")
        page.get_by_label("Your own reason").fill(LAWFUL)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("main")).to_contain_text("What you did")
        expect(page.locator("main")).not_to_contain_text(NAME)
    page.context.clear_cookies()
    desk.log_in(page, "milo")
    page.goto(case)
    page.get_by_role("link", name="Read what was opened for you").click()
    expect(page.locator("main")).to_contain_text(NAME)
    expect(page.locator("main")).to_contain_text(CONTACT)


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_pages_of_custodians_are_readable_and_never_scroll_sideways(
    chromium: Browser, desk: Desk, width: int
) -> None:
    confided = _confided(desk)
    confided.sought("danger", untold="yes", endangers="Longword" * 60)
    asked = confided.asked
    first, second = asked.custodians
    case = f"/cases/{confided.filed.case}"
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    steps = (
        (first, ("/custody", f"/custody/{asked.id}"), confided.agree),
        (second, (f"/custody/{asked.id}",), confided.open),
        ("milo", (case, f"{case}/identity"), None),
    )
    for officer, paths, done in steps:
        context.clear_cookies()
        desk.log_in(page, officer)
        for path in paths:
            page.goto(desk.address + path)
            assert page.evaluate(TOO_FAINT) == [], path
            assert page.evaluate(WIDER) <= 0, path
            assert violations(page) == [], path
            if shots := os.environ.get("SHOTS"):
                page.screenshot(
                    path=Path(shots) / f"{officer}-{path.rsplit('/', 1)[-1][:8]}-{width}.png", full_page=True
                )
        if done is not None:
            done()
    context.close()
