"""A new officer, from the invitation to the first report, in a real browser: two of the office above, and the newcomer."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.triage.conftest import TODAY, Desk
from tests.support.appointments import organisation_with_appointers
from tests.support.axe import moving, violations
from tests.support.instances import Person
from tests.support.people import PASSWORD
from tests.support.readable import TOO_FAINT, WIDER
from tests.support.reports import Offices, plumber_report
from triage.accounts.second_factor import STEP_SECONDS, code_at

pytestmark = pytest.mark.browser


@pytest.fixture
def document() -> dict[str, Any]:
    return organisation_with_appointers()


def _clicks(place: Locator) -> None:
    with moving(place.page):
        place.click()


def _goes_to_millbrook(desk: Desk, page: Page, officer: str) -> None:
    desk.log_in(page, officer)
    _clicks(page.get_by_role("link", name="People", exact=True))
    _clicks(page.get_by_role("link", name="Office of Millbrook"))


def _leaves(page: Page) -> None:
    _clicks(page.get_by_role("button", name="Log out"))


def _invites(page: Page) -> str:
    page.get_by_label("Login name").fill("frida")
    page.get_by_label("Name", exact=True).fill("Frida Friend")
    _clicks(page.locator("#invite").get_by_role("button", name="Make an invitation code"))
    code = page.locator("dd.digits").inner_text()
    _clicks(page.get_by_role("link", name="I wrote it down"))
    return code


def _enrols(desk: Desk, page: Page, code: str) -> str:
    _clicks(page.get_by_role("link", name="I was invited: enrol"))
    page.get_by_label("Login name").fill("frida")
    page.get_by_label("Invitation code").fill(code.lower())
    _clicks(page.get_by_role("button", name="Go on"))
    secret = page.locator("code.secret").inner_text()
    assert page.locator(".qr svg").bounding_box()["width"] > 100  # type: ignore[index]
    step = int(time.time()) // STEP_SECONDS
    page.get_by_label("Code from your authenticator app").fill(code_at(secret, step * STEP_SECONDS))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    _clicks(page.get_by_role("button", name="Make my account"))
    desk.instance.people = {**desk.instance.people, "frida": Person("frida", PASSWORD, secret)}
    desk._steps["frida"] = step
    return page.locator(".digits").inner_text()


def _signs(page: Page, digits: str, button: str) -> None:
    assert page.locator(".digits").inner_text() == digits
    page.get_by_label("I heard the officer read out these digits, and they are the same").check()
    _clicks(page.locator("form", has=page.locator(".digits")).get_by_role("button", name=button))


def test_a_new_officer_is_invited_enrols_is_signed_for_twice_and_reads_the_next_report(
    desk: Desk, page: Page
) -> None:
    _goes_to_millbrook(desk, page, "nora")
    code = _invites(page)
    assert "Invited by Nora Adeyemi" in page.inner_text("main")
    _leaves(page)
    digits = _enrols(desk, page, code)
    page.goto(f"{desk.address}/login")
    _goes_to_millbrook(desk, page, "nora")
    _signs(page, digits, "Sign as the first person")
    assert "You signed as the first" in page.inner_text("main")
    _leaves(page)
    _goes_to_millbrook(desk, page, "nils")
    _signs(page, digits, "Sign as the second person")
    assert "Both have signed" in page.inner_text("main")
    _leaves(page)
    Offices(desk.instance, TODAY).file(plumber_report())
    page.fill("#name", "frida")
    page.fill("#password", PASSWORD)
    page.fill("#code", desk.next_code("frida"))
    page.press("#code", "Enter")
    _clicks(page.get_by_role("link", name="Your ties"))
    _clicks(page.get_by_role("button", name="Sign that I have no ties"))
    assert page.locator(".cases tbody tr").count() == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_of_people_are_readable_and_axe_finds_nothing(
    chromium: Browser, desk: Desk, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    seen = []

    def look(name: str) -> None:
        assert violations(page, unfolded=True) == [], name
        assert page.evaluate(TOO_FAINT) == [], name
        assert page.evaluate(WIDER) <= 0, name
        seen.append(name)

    _goes_to_millbrook(desk, page, "nora")
    look("an office")
    page.locator("#invite #officer").fill("nora")
    page.get_by_label("Name", exact=True).fill("N" * 190)
    _clicks(page.locator("#invite").get_by_role("button", name="Make an invitation code"))
    look("a refused invitation")
    page.locator("#invite #officer").fill("frida")
    _clicks(page.locator("#invite").get_by_role("button", name="Make an invitation code"))
    look("the code")
    code = page.locator("dd.digits").inner_text()
    _clicks(page.get_by_role("link", name="I wrote it down"))
    look("an invitation that waits")
    _leaves(page)
    _clicks(page.get_by_role("link", name="I was invited: enrol"))
    page.get_by_label("Login name").fill("frida")
    page.get_by_label("Invitation code").fill("wrong")
    _clicks(page.get_by_role("button", name="Go on"))
    look("a wrong code")
    _clicks(page.get_by_role("link", name="I have an account"))
    digits = _enrols(desk, page, code)
    look("the digits")
    page.goto(f"{desk.address}/login")
    _goes_to_millbrook(desk, page, "nora")
    look("somebody to sign for")
    _signs(page, digits, "Sign as the first person")
    assert "You signed as the first" in page.inner_text("main")
    look("a first signature")
    _leaves(page)
    _goes_to_millbrook(desk, page, "nils")
    look("the second person's page")
    _signs(page, digits, "Sign as the second person")
    look("both have signed")
    _clicks(page.get_by_role("link", name="All offices below"))
    look("the offices")
    assert len(seen) == 11
    context.close()
