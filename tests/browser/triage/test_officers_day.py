"""An officer's day in a real browser without scripts, on a phone and at a desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from intake.database.volatile_tables import SealedSession
from tests.browser.triage.conftest import Desk
from tests.support.readable import TOO_FAINT, UNFOLD, WIDER
from tests.support.reports import SENTENCE
from triage.casework.writing import answer

pytestmark = pytest.mark.browser


def test_a_report_is_acknowledged_answered_assigned_and_left(page: Page, desk: Desk) -> None:
    desk.log_in(page, "milo")
    expect(page.locator("table.cases tbody tr")).to_have_count(3)
    case = desk.filed[0].case
    page.locator(f'a[href="/cases/{case}"]').click()
    expect(page.locator("#report")).to_contain_text(SENTENCE)

    page.fill("#acknowledge-text", "We have your report.")
    page.click("#acknowledge > button")
    expect(page.locator("#acknowledge")).to_have_count(0)
    expect(page.locator("#messages")).to_contain_text("We have your report.")
    page.fill("#message-text", "Which night was it?")
    page.click("#message button")
    expect(page.locator("#messages")).to_contain_text("Which night was it?")

    page.get_by_label("Marc Dubois").check()
    page.get_by_label("to investigate it").check()
    page.click("#assign button")
    expect(page.locator("#people")).to_contain_text("Marc Dubois, investigates")

    page.click("#recuse summary")
    page.click("#recuse button")
    expect(page.locator("table.cases tbody tr")).to_have_count(2)
    page.goto(f"{desk.address}/cases/{case}")
    expect(page.locator("h1")).to_have_text("There is no such page")

    page.goto(f"{desk.address}/cases")
    page.get_by_role("button", name="Log out").click()
    assert page.url == f"{desk.address}/login"
    desk.log_in(page, "marc")
    page.locator(f'a[href="/cases/{case}"]').click()
    expect(page.locator("#messages")).to_contain_text("Which night was it?")


def test_a_page_left_open_overnight_gives_the_text_back(page: Page, desk: Desk) -> None:
    desk.log_in(page, "milo")
    page.goto(f"{desk.address}/cases/{desk.filed[0].case}")
    page.fill("#message-text", "Two hours of careful typing.\nAnd a second line.")
    with desk.instance.owner.volatile.begin() as session:
        session.execute(delete(SealedSession))
    page.click("#message button")
    expect(page.locator("[role=alert]")).to_contain_text("nothing was sent")
    expect(page.locator("#kept_text")).to_have_value("Two hours of careful typing.\nAnd a second line.")
    person = desk.instance.people["milo"]
    page.fill("#name", "milo")
    page.fill("#password", person.password)
    page.fill("#code", desk.next_code("milo"))
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#message-text")).to_have_value("Two hours of careful typing.\nAnd a second line.")
    page.click("#message button")
    expect(page.locator("#messages")).to_contain_text("And a second line.")


def test_two_officers_at_once_lose_nothing(page: Page, desk: Desk) -> None:
    desk.log_in(page, "moss")
    case = desk.filed[0].case
    page.goto(f"{desk.address}/cases/{case}")
    page.fill("#message-text", "Another says this.")
    answer(desk.back_office.desk, desk.back_office.officer("milo"), case, "Somebody was first.")
    page.click("#message button")
    expect(page.locator("[role=alert]")).to_contain_text("Somebody else acted on this case")
    expect(page.locator("#messages")).to_contain_text("Somebody was first.")
    expect(page.locator("#message-text")).to_have_value("Another says this.")
    page.click("#message button")
    expect(page.locator("[role=alert]")).to_have_count(0)
    expect(page.locator("#messages article.answer")).to_have_count(2)


def test_everything_can_be_done_from_the_keyboard(page: Page, desk: Desk) -> None:
    desk.log_in(page, "milo")
    page.goto(f"{desk.address}/cases")  # a key pressed while a page still loads is lost
    page.locator("body").press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the page's text")
    page.goto(f"{desk.address}/cases/{desk.filed[0].case}")
    page.locator("#decisions summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#decisions details li").first).to_be_visible()


def test_several_reports_are_acknowledged_and_everything_is_handed_over(page: Page, desk: Desk) -> None:
    desk.log_in(page, "milo")
    page.select_option("#filter-due", "week")
    page.get_by_role("button", name="Show", exact=True).click()
    assert page.url.startswith(f"{desk.address}/cases?")
    assert "due=week" in page.url
    page.goto(page.url)
    expect(page.locator("#filter-due")).to_have_value("week")
    for box in page.locator('input[name="case"]').all()[:2]:
        box.check()
    page.locator("#batch-acts summary").first.click()
    page.locator("#batch-acts").get_by_label("It arrived, and your safety comes first").check()
    page.get_by_role("button", name="Put this text below").click()
    expect(page.locator("#batch-text")).to_have_value(re.compile("Your safety comes first"))
    page.get_by_role("button", name="Acknowledge the chosen reports").click()
    expect(page.locator("[role=status]")).to_contain_text("2 reports were acknowledged.")

    page.get_by_role("link", name="Hand over all your cases").click()
    page.select_option("#officer", "moss")
    page.get_by_role("button", name="Hand over all my cases").click()
    expect(page.locator("[role=status]")).to_contain_text("3 cases were handed over.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_readable_and_never_scroll_sideways(
    chromium: Browser, desk: Desk, scheme: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
    page = context.new_page()
    cases = [f"/cases/{filed.case}" for filed in desk.filed[:2]]
    paths = ["/cases", "/cases?due=week&whose=nobody", "/hand-over", *cases, "/cases/nothing"]
    page.goto(f"{desk.address}/login")
    page.fill("#name", "milo")
    page.fill("#password", "wrong")
    page.fill("#code", "1")
    page.click("main button")
    assert page.evaluate(TOO_FAINT) == []
    assert page.evaluate(WIDER) <= 0
    desk.log_in(page, "milo")
    for path in paths:
        page.goto(desk.address + path)
        page.evaluate(UNFOLD)
        assert page.evaluate(TOO_FAINT) == [], path
        assert page.evaluate(WIDER) <= 0, path
    context.close()
