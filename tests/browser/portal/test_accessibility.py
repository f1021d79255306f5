"""Every page of the portal before axe-core (WCAG 2.2 AA, and AAA's contrast of 7:1), in both colour schemes, and at 320 pixels.

Only here are scripts on, and our policy against them lifted: axe is one.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, FilePayload

from tests.browser.portal.conftest import Telephone, profile
from tests.support.axe import violations
from tests.support.evidence_office import docx_file
from tests.support.processes import Process

pytestmark = pytest.mark.browser

PLAIN = ("/", "/safety", "/rights", "/elsewhere", "/can-do", "/guidance", "/accessibility", "/report", "/report/who",
         "/report/evidence", "/report/safety", "/return", "/done", "/nowhere")  # fmt: skip

FILES: list[FilePayload] = [
    {"name": name, "mimeType": "", "buffer": data}
    for name, data in (("letter.docx", docx_file()), ("a.dat", bytes(range(256))), ("empty.txt", b""))
]

Look = Callable[[str], None]


def walk(telephone: Telephone, look: Look) -> None:
    """Open every page that there is, with faults and without, and look at each."""
    for path in PLAIN:
        telephone.opens(path)
        look(path)
    _walk_what_else_is_brought(telephone, look)
    telephone.opens("/report")
    telephone.page.get_by_label("When?").fill("2026-02-30")
    telephone.presses("Save and continue")
    look("step 1 with faults")
    telephone.opens("/report/who")
    telephone.page.get_by_label("Name").fill("N. N.")
    telephone.page.get_by_label("Where does this person work?").fill("school")
    telephone.presses("Search")
    look("step 2 with hits")
    telephone.presses("Save and continue")
    look("step 2 with faults")
    telephone.opens("/report/evidence")
    telephone.page.get_by_label("Choose files").set_input_files(FILES)
    telephone.presses("Add these files")
    look("files, one of them empty, one that cannot be cleaned")
    telephone.presses("Save and continue")
    look("files with a fault")
    telephone.opens("/report/check")
    look("check with faults")
    telephone.page.context.clear_cookies()
    telephone.writes_a_report()
    look("check")
    telephone.opens("/report")
    telephone.page.get_by_label("What happened?").fill("As the night nurse I saw it. Call +47 912 34 567.")
    telephone.presses("Save and continue")
    telephone.opens("/report/check")
    look("check with clues")
    telephone.presses("Send the report")
    look("receipt")
    code = telephone.page.locator("#receipt-code").inner_text()
    _walk_the_card(telephone, look)
    telephone.presses("Finish")
    look("receipt with a fault")
    telephone.opens("/return")
    telephone.page.get_by_label("Your code").fill("one two")
    telephone.presses("Open my mailbox")
    look("return with a fault")
    telephone.page.get_by_label("Your code").fill(code)
    telephone.presses("Open my mailbox")
    look("mailbox")
    _walk_the_mailbox(telephone, look)


def _walk_the_mailbox(telephone: Telephone, look: Look) -> None:
    # There is no certificate before the log has the report.
    for path in ("/mailbox/reminder", "/mailbox/papers", "/mailbox/certificate"):
        telephone.opens(path)
        look(path)
    telephone.opens("/mailbox/review")
    look("review that is not possible")
    telephone.opens("/mailbox/complaint")
    look("complaint")
    telephone.presses("Send the complaint")
    look("complaint with a fault")
    telephone.opens("/mailbox/involved")
    telephone.page.get_by_label("Names of officers").fill("Milo Fernandez\nNobody Here")
    telephone.presses("Shut them out")
    look("names with questions")
    _walk_names(telephone, look)


def _walk_names(telephone: Telephone, look: Look) -> None:
    telephone.opens("/mailbox/identity")
    telephone.presses("Lock it away")
    look("a name with a fault")
    telephone.page.get_by_label("Your name").fill("Ingrid Solheim-Varga")
    telephone.presses("Lock it away")
    look("mailbox with a name")
    telephone.opens("/mailbox/identity")
    look("a name to change or take back")
    telephone.opens("/mailbox/opening")
    telephone.presses("Send it to them")
    look("objection with a fault")


def _walk_the_card(telephone: Telephone, look: Look) -> None:
    telephone.opens("/receipt/reminder?words=1")
    look("card")
    telephone.presses("Get the calendar file")
    look("card with a fault")
    telephone.opens("/receipt")


def _walk_what_else_is_brought(telephone: Telephone, look: Look) -> None:
    for choice, paths in (
        ("An idea for doing something better", ("/report", "/report/who", "/report/check")),
        ("Something wrong was done to me", ("/report/safety", "/report")),
    ):
        telephone.opens("/report")
        telephone.chooses(choice)
        telephone.presses("Show the questions for this")
        for path in paths:
            telephone.opens(path)
            look(f"{path}: {choice}")
    telephone.opens("/report/who")
    telephone.page.get_by_label("Do you work in an office").fill("office")
    telephone.presses("for the office where you work")
    look("offices that were found")
    telephone.page.context.clear_cookies()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_stands_in_anybodys_way(chromium: Browser, server: Process, *, dark: bool) -> None:
    context = profile(chromium, 360, scripts=True, dark=dark)
    telephone = Telephone(context.new_page(), server.url)
    found: list[str] = []

    def look(name: str) -> None:
        found.extend(f"{name}: {each}" for each in violations(telephone.page))

    walk(telephone, look)
    context.close()
    assert found == []


def test_no_page_is_wider_than_a_small_telephone(chromium: Browser, server: Process) -> None:
    """320 CSS pixels are also a screen of 1280 at 400 % zoom (WCAG 1.4.10)."""
    context = profile(chromium, 320, scripts=True)
    telephone = Telephone(context.new_page(), server.url)
    wide = []

    def look(name: str) -> None:
        telephone.page.wait_for_load_state("load")
        width = telephone.page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide.append((name, width))

    walk(telephone, look)
    context.close()
    assert wide == []
