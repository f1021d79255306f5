"""Journeys of a citizen in a real browser, scripts off, on a telephone and at a desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import ConsoleMessage, Request, expect

from tests.browser.portal.conftest import SENTENCE, Telephone

pytestmark = pytest.mark.browser


def test_a_citizen_reports_and_comes_back(telephone: Telephone) -> None:
    complaints: list[str] = []
    elsewhere: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # Which features there are to forbid differs between releases; to name one too many harms nobody.
        if "Permissions-Policy" not in message.text:
            complaints.append(message.text)

    def follow(request: Request) -> None:
        if not request.url.startswith(telephone.base):
            elsewhere.append(request.url)

    telephone.page.on("console", note)
    telephone.page.on("request", follow)
    telephone.writes_a_report()
    assert telephone.heading == "Check and send"
    main = telephone.page.locator("main")
    assert "Office of Millbrook" in main.inner_text()
    assert SENTENCE in main.inner_text()
    code = telephone.sends_it()
    assert telephone.heading == "You are done here"
    telephone.follows("Come back with a code")
    telephone.page.get_by_label("Your code").fill("  ".join(word[:4].upper() for word in code.split()))
    telephone.presses("Open my mailbox")
    assert telephone.heading == "Your mailbox"
    telephone.page.get_by_label("Your message").fill("One more thing.")
    telephone.presses("Send the message")
    assert "Your message was sent" in main.inner_text()
    telephone.presses("End this visit")
    telephone.opens("/mailbox")
    assert telephone.page.url.endswith("/return")
    assert complaints == []
    assert elsewhere == []


def test_the_card_comes_out_of_the_printer_alone(telephone: Telephone) -> None:
    """Not the name of the site, not a word of what the page is for; and a calendar file, under a name that says nothing."""
    telephone.writes_a_report()
    telephone.presses("Send the report")
    telephone.follows("Get a small card")
    shown = telephone.page.locator(".wallet").inner_text()
    telephone.page.emulate_media(media="print")
    printed = telephone.page.locator("body").inner_text()
    assert printed.split() == shown.split()
    assert re.fullmatch(r"(\w+ \d{1,2}, \d{4}\s*)+", printed.strip())
    telephone.page.emulate_media(media="screen")
    telephone.chooses("Library books")
    with telephone.page.expect_download() as download:
        telephone.page.get_by_role("button", name="Get the calendar file").click()
    assert download.value.suggested_filename == "dates.ics"


def test_the_browsers_own_back_button_loses_nothing(telephone: Telephone) -> None:
    telephone.opens("/report")
    telephone.page.get_by_label("What happened?").fill(SENTENCE)
    telephone.presses("Save and continue")
    telephone.page.get_by_label("Name").fill("Somebody")
    telephone.presses("Save and go back")
    assert telephone.page.get_by_label("What happened?").input_value() == SENTENCE
    telephone.presses("Save and continue")
    assert telephone.page.get_by_label("Name").input_value() == "Somebody"
    telephone.page.go_back()
    assert telephone.page.get_by_label("What happened?").input_value() == SENTENCE


def test_a_fault_leads_to_its_field(telephone: Telephone) -> None:
    telephone.opens("/report")
    telephone.page.get_by_label("What happened?").fill(SENTENCE)
    telephone.page.get_by_label("When?").fill("2026-02-30")
    telephone.presses("Save and continue")
    alert = telephone.page.get_by_role("alert")
    assert "There is no such day" in alert.inner_text()
    alert.get_by_role("link").click()
    assert telephone.page.locator("#when:focus").count() == 1
    assert telephone.page.get_by_label("What happened?").input_value() == SENTENCE


def test_a_place_is_found_among_many_and_enter_searches(telephone: Telephone) -> None:
    telephone.opens("/report/who")
    telephone.page.get_by_label("Where does this person work?").fill("school")
    telephone.enters()
    assert "Type more letters" in telephone.page.locator("#person-0").inner_text()
    telephone.page.get_by_label("Where does this person work?").fill("school 29")
    telephone.enters()
    assert telephone.page.locator('input[name="subject-0-body"]').count() == 2
    telephone.chooses("School No 29")
    telephone.chooses("Works there")
    telephone.presses("Save and continue")
    assert telephone.heading == "Evidence"


def test_the_way_out_leaves_no_cookie_and_nothing_behind_the_back_button(telephone: Telephone) -> None:
    telephone.opens("/report")
    telephone.page.get_by_label("What happened?").fill(SENTENCE)
    telephone.presses("Save and continue")
    assert telephone.page.context.cookies()
    telephone.page.get_by_role("link", name="Exit this page").click()  # to a site that no test reaches
    expect(telephone.page).not_to_have_url(re.compile(re.escape(telephone.base)))
    assert telephone.page.context.cookies() == []
    telephone.page.go_back()
    telephone.opens("/report")
    assert telephone.page.get_by_label("What happened?").input_value() == ""


def test_on_paper_there_is_the_code_and_nothing_else(telephone: Telephone) -> None:
    telephone.writes_a_report()
    telephone.presses("Send the report")
    code = telephone.page.locator("#receipt-code").inner_text()
    telephone.page.emulate_media(media="print")
    assert telephone.page.locator("body").inner_text().split() == code.split()


def test_a_keyboard_is_enough_and_meets_the_way_out_early(telephone: Telephone) -> None:
    telephone.opens("/")
    reached = []
    for _ in range(3):
        telephone.page.keyboard.press("Tab")
        reached.append(telephone.page.locator(":focus").inner_text())
    assert reached == ["Exit this page", "Skip to the page's text", "Office forms"]
