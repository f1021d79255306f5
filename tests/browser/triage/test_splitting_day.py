"""A report is split in a real browser, and its reporter comes back to two parts; on a phone and at a desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from crypto.kdf import RECEIPT_COST
from intake.wordlists import wordlist
from tests.browser.triage.conftest import TODAY, Desk
from tests.support.axe import violations
from tests.support.handling import Handled
from tests.support.processes import serving
from tests.support.readable import TOO_FAINT, WIDER
from tests.support.splitting import agree, two_matters
from triage.casework.writing import answer

pytestmark = pytest.mark.browser

WHY = "The wells and the wages have nothing to do with each other."


@pytest.mark.parametrize("width", [360, 1280])
def test_a_report_is_split_and_read_in_two_parts(
    chromium: Browser, desk: Desk, tmp_path: Path, width: int
) -> None:
    offices = replace(desk.filed[0].offices, cost=RECEIPT_COST)
    handled = Handled(desk.back_office, offices.file(two_matters())).assessed()
    case = handled.filed.case
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    desk.log_in(page, "milo")
    page.goto(f"{desk.address}/cases/{case}")
    form = page.locator("#propose details", has_text="Make a part of the report")
    form.locator("summary").click()
    form.get_by_label("Reason").select_option("separate_matters")
    form.get_by_label("In your own words, for the panel").fill(WHY)
    form.get_by_role("button").click()
    expect(page.locator("[role=alert]").first).to_contain_text("Choose what becomes a case of its own")
    form = page.locator("#propose details[open]")
    expect(form.get_by_label("In your own words, for the panel")).to_have_value(WHY)
    form.get_by_label("Ivo Lang").check()
    assert not page.evaluate(WIDER)
    assert not page.evaluate(TOO_FAINT)
    assert violations(page) == []
    form.get_by_role("button").click()
    expect(page.locator("#decisions")).to_contain_text("Becomes a case of its own")

    agree(desk.back_office, handled.filed)
    page.goto(f"{desk.address}/cases/{case}")
    expect(page.locator("#findings")).not_to_contain_text("Ivo Lang")
    assert not page.evaluate(WIDER)
    page.get_by_role("link", name="A panel made a part of this report a case of its own.").click()
    expect(page.locator("#split")).to_contain_text("this case is for: Ivo Lang")
    assert not page.evaluate(WIDER)
    assert violations(page) == []
    second = page.url.rsplit("/", 1)[1]
    answer(desk.back_office.desk, desk.back_office.officer("milo"), second, "We look at the pay slips.")
    context.close()

    words = wordlist("en")
    assert words is not None
    with serving("portal", desk.instance.directory, tmp_path, today=TODAY.isoformat()) as portal:
        _comes_back(chromium, portal.url, handled.filed.draft.code.as_words(words), width)


def _comes_back(chromium: Browser, url: str, code: str, width: int) -> None:
    """The reporter, with the same code as ever."""
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{url}/return")
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Open my mailbox").click()
    main = page.locator("main")
    expect(main).to_contain_text("Part of your report is handled as a case of its own")
    assert not page.evaluate(WIDER)
    assert violations(page) == []
    page.get_by_role("link", name="Part 2").click()
    expect(main).to_contain_text("We look at the pay slips.")
    assert not page.evaluate(WIDER)
    assert violations(page) == []
    page.get_by_label("Your message").fill("About the wages.")
    page.get_by_role("button", name="Send the message").click()
    expect(main).to_contain_text("Your message was sent")
    expect(main).to_contain_text("Part 2, which you see here")
    context.close()
