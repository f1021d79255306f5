"""A case about retaliation in a real browser: what was done, the letter to whoever stands above, and no answer in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from intake.drafts import DraftSubject
from tests.browser.triage.conftest import TODAY, Desk
from tests.support.axe import violations
from tests.support.duties import Watched
from tests.support.handling import Handled, weigh
from tests.support.readable import TOO_FAINT, UNFOLD, WIDER
from tests.support.reports import plumber_report
from tests.support.retaliation import entry, told
from triage.casework.justify import requests_of

pytestmark = pytest.mark.browser


def dismissed(desk: Desk) -> Handled:
    """The clerk was dismissed by the mayor; Nils of the province acknowledged it and weighed the risk."""
    first = desk.filed[0].offices.file(plumber_report())
    mayor = DraftSubject(name="Greta Holm", post="head", body="millbrook-hall")
    case = told(first, entry(mayor, day=TODAY, happened="a", words="I was dismissed."))
    handled = Handled(desk.back_office, case, triage="nils", investigator="noel").acknowledged()
    weigh(desk.back_office.desk, desk.back_office.officer("nils"), case.case, "hearing")
    return handled


def test_an_officer_asks_whoever_stands_above_and_keeps_what_comes(page: Page, desk: Desk) -> None:
    handled = dismissed(desk)
    case = handled.filed.case
    desk.log_in(page, "nils")
    page.goto(f"{desk.address}/cases/{case}")
    section = page.locator("#retaliation")
    expect(section).to_contain_text("Dismissal or suspension")
    expect(section).to_contain_text("presumed to be because of the report")
    page.locator("#justify summary").first.click()
    expect(section).to_contain_text("North Province Council")
    page.locator("#justify input[name=circle]").first.check()
    page.get_by_role("button", name="Keep the letter, and let its time run").click()
    expect(section).to_contain_text("The answer is due on 2026-03-16.")
    (request,) = requests_of(handled.filed.opened_by("nils") or handled.file)
    Watched(handled.filed).look(request.due + timedelta(days=1))
    page.goto(f"{desk.address}/cases/{case}")
    expect(section).to_contain_text("Adverse entry")
    page.locator("#justified summary").first.click()
    page.fill("#justified-text", "He was often late.")
    page.get_by_role("button", name="Keep the answer").click()
    expect(section).to_contain_text("He was often late.")
    expect(section).to_contain_text("Adverse entry")


def test_its_page_is_readable_and_never_scrolls_sideways(chromium: Browser, desk: Desk) -> None:
    handled = dismissed(desk)
    context = chromium.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    desk.log_in(page, "nils")
    page.goto(f"{desk.address}/cases/{handled.filed.case}")
    page.evaluate(UNFOLD)
    assert page.evaluate(TOO_FAINT) == []
    assert page.evaluate(WIDER) <= 0
    assert violations(page, unfolded=True) == []
    context.close()
