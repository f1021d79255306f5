"""One case from filing to closing in a real browser without scripts: several officers, each by the page's short ways."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.triage.conftest import TODAY, Desk
from tests.support.axe import violations
from tests.support.handling import TOLD, Handled
from tests.support.readable import WIDER
from tests.support.reports import Offices, plumber_report

pytestmark = pytest.mark.browser


def _goes_to(page: Page, name: str) -> None:
    """Follow a short way; where it leads to a folded form, unfold it."""
    page.get_by_label("What you can do now").get_by_role("link", name=name, exact=True).click()
    form = page.locator(page.evaluate("location.hash"))
    folded = form.locator("xpath=self::details[not(@open)]/summary")
    if folded.count():
        folded.click()


def _opens(page: Page, desk: Desk, officer: str, case: str) -> None:
    page.context.clear_cookies()
    desk.log_in(page, officer)
    page.goto(f"{desk.address}/cases/{case}")


@pytest.mark.parametrize("page", [360], ids=["phone"], indirect=True)
def test_three_officers_bring_a_case_to_its_end(page: Page, desk: Desk) -> None:
    case = Offices(desk.instance, TODAY).file(plumber_report()).case
    _is_received(page, desk, case)
    _is_investigated(page, desk, case)
    _is_voted_on(page, desk, case)
    _is_finished(page, desk, case)
    expect(page.locator(".facts")).to_contain_text("Closed")


def _is_received(page: Page, desk: Desk, case: str) -> None:
    _opens(page, desk, "milo", case)
    expect(page.locator(".doing")).to_contain_text("Next: Acknowledge")
    _goes_to(page, "Acknowledge")
    page.locator("#acknowledge > button").click()
    _goes_to(page, "Assess")
    page.get_by_role("button", name="Keep this assessment").click()
    _goes_to(page, "Assign")
    page.get_by_label("Marc Dubois").check()
    page.get_by_label("to investigate it").check()
    page.locator("#assign").get_by_role("button").click()


def _is_investigated(page: Page, desk: Desk, case: str) -> None:
    _opens(page, desk, "marc", case)
    _goes_to(page, "Take the matter up")
    page.get_by_label("by an investigation").check()
    page.locator("#state-circle-wider").check()
    page.get_by_role("button", name="Go on").click()
    _goes_to(page, "Secure evidence")
    page.fill("#secure-text", "The bills are copied.")
    page.get_by_role("button", name="Mark the evidence as secured").click()
    _goes_to(page, "Write a finding")
    page.locator("#finding").get_by_role("radio").first.check()
    page.get_by_label("established", exact=True).check()
    page.fill("#finding-text", "The bills differ.")
    page.get_by_role("button", name="Keep the finding").click()
    _goes_to(page, "Weigh the risk, then conclude")
    page.get_by_label("before a conclusion is proposed").check()
    page.get_by_role("button", name="Keep this assessment").click()
    _goes_to(page, "Propose the conclusion")
    for answer in ("#knew-none", "#outcome-none", "#correct-some", "#clear-no"):
        page.locator(answer).check()
    page.fill("#correct-0-what", "A second person signs.")
    page.fill("#correct-0-owner", "The town")
    page.fill("#correct-0-due", (TODAY + timedelta(days=30)).isoformat())
    page.fill("#closing-told", TOLD)
    page.select_option("#closing-reason", "examined")
    page.fill("#closing-text", "Everything was looked at.")
    page.get_by_role("button", name="Propose it to the panel").click()
    expect(page.locator("#decisions")).to_contain_text("Waiting for the panel")


def _is_voted_on(page: Page, desk: Desk, case: str) -> None:
    seats = page.locator("#decisions article > p", has_text="Still to vote").inner_text()
    voters = [
        officer for officer, name in (("mona", "Mona"), ("moss", "Moss"), ("mina", "Mina")) if name in seats
    ]
    for officer in [*voters, *(["mara"] if "Mara" in seats else [])]:  # the head votes last
        _opens(page, desk, officer, case)
        _goes_to(page, "Vote")
        page.get_by_label("I agree").check()
        page.get_by_role("button", name="Vote").click()


def _is_finished(page: Page, desk: Desk, case: str) -> None:
    _opens(page, desk, "marc", case)
    _goes_to(page, "Tell the result")
    page.get_by_role("button", name="Tell the result").click()
    _goes_to(page, "Corrective actions")
    page.locator("#correct").get_by_role("radio").first.check()
    page.fill("#correct-text", "Two signatures a day.")
    page.get_by_role("button", name="Keep it", exact=True).click()
    _opens(page, desk, "milo", case)
    _goes_to(page, "Check what was done")
    page.locator("#verify").get_by_role("radio").first.check()
    page.fill("#verify-text", "I looked at a week of them.")
    page.get_by_role("button", name="It is done and checked").click()
    _opens(page, desk, "marc", case)
    _goes_to(page, "Close")
    page.get_by_role("button", name="Close the case").click()


def test_a_case_stands_in_nobodys_way_whatever_its_state(chromium: Browser, desk: Desk) -> None:
    simple = Offices(desk.instance, TODAY).file(plumber_report())
    cases = {
        "acknowledged": Handled(desk.back_office, desk.filed[0]).acknowledged(),
        "proposed": Handled(desk.back_office, desk.filed[2]).found().propose_closing(),
        "corrected": Handled(desk.back_office, simple).concluded().told().corrected(),
    }
    context = chromium.new_context(viewport={"width": 320, "height": 780}, bypass_csp=True)
    page = context.new_page()
    desk.log_in(page, "milo")
    found: list[str] = []
    for state, handled in cases.items():
        page.goto(f"{desk.address}/cases/{handled.filed.case}")
        for link in page.locator("nav.sections a").all():
            if not page.locator(str(link.get_attribute("href"))).count():
                found.append(f"{state}: {link.inner_text()} leads nowhere")
        found += [f"{state}: {each}" for each in violations(page, unfolded=True)]
        if page.evaluate(WIDER) > 0:
            found.append(f"{state}: wider than the screen")
    context.close()
    assert found == []
