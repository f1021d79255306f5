"""A reporter contests a result in a real browser, scripts off: one tap, a complaint, a name, an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from intake.drafts import Draft
from intake.events import EventKind
from tests.browser.portal.conftest import Telephone, profile
from tests.conftest import TODAY
from tests.support.axe import violations
from tests.support.evidence_office import docx_file
from tests.support.instances import Instance, build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import serving
from tests.support.reports import Filed, Offices

pytestmark = pytest.mark.browser


@dataclass
class Served:
    """A served portal, and the officers behind it."""

    instance: Instance
    url: str

    def is_told_the_result(self, case: str) -> None:
        """Mara acknowledges, concludes, tells and closes: long ago, as the two questions have it."""
        filed = Filed(Offices(self.instance, TODAY), Draft.new(), case, b"")
        met = {name: TODAY.isoformat() for name in ("ack_due", "accept_due", "feedback_due")}
        asked = {"first_question": TODAY.isoformat(), "second_question": (TODAY + timedelta(180)).isoformat()}
        with filed.act("mara") as acting:
            acting.tell(EventKind.ACKNOWLEDGED, {"state": "acknowledged", "met": met})
        with filed.act("mara") as acting:
            acting.tell(EventKind.ASSESSED, {"step": "findings"})
            acting.tell(
                EventKind.PROPOSED, {"proposal": "p", "act": "close", "reason": "examined", "size": 1}
            )
            acting.tell(EventKind.DECIDED, {"proposal": "p", "act": "close", "state": "concluded"})
        with filed.act("mara") as acting:
            acting.tell(EventKind.TOLD, acting.answer("It was not established. We asked everybody."))
        with filed.act("mara") as acting:
            acting.tell(EventKind.CLOSED, {"state": "closed", "clocks": asked})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The small organisation."""
    workspace = tmp_path_factory.mktemp("mailbox")
    instance = build_instance(workspace / "instance", small_organisation(), today=TODAY)
    with serving("portal", workspace / "instance", workspace, today=TODAY.isoformat()) as process:
        yield Served(instance, process.url)
    instance.close()


def has_a_result(telephone: Telephone, served: Served) -> None:
    """From the report to the mailbox with a result."""
    before = set(Offices(served.instance, TODAY).cases())
    telephone.writes_a_report()
    code = telephone.sends_it()
    (case,) = set(Offices(served.instance, TODAY).cases()) - before
    served.is_told_the_result(case)
    comes_back(telephone, code)


def has_opened_the_mailbox(telephone: Telephone) -> None:
    """From the report to the mailbox of a case that nobody has opened."""
    telephone.writes_a_report()
    comes_back(telephone, telephone.sends_it())


def comes_back(telephone: Telephone, code: str) -> None:
    """With the code."""
    telephone.opens("/return")
    telephone.page.get_by_label("Your code").fill(code)
    telephone.presses("Open my mailbox")


@pytest.fixture
def visitor(chromium: Browser, served: Served, width: int) -> Iterator[Telephone]:
    """Somebody with scripts off, who has a result."""
    context = profile(chromium, width)
    telephone = Telephone(context.new_page(), served.url)
    has_a_result(telephone, served)
    yield telephone
    context.close()


def test_a_reporter_contests_a_result_with_one_tap(visitor: Telephone) -> None:
    main = visitor.page.locator("main")
    assert "The result\nThe head of the office" in main.inner_text()
    assert visitor.page.locator('[aria-current="step"]').inner_text() == "Closed"
    visitor.presses("Ask for a review")
    assert "That was sent." in main.inner_text()
    assert "You asked for a review. The office above gets your report" in main.inner_text()


def test_a_reporter_complains_names_and_answers(visitor: Telephone) -> None:
    main = visitor.page.locator("main")
    visitor.chooses("Partly")
    visitor.presses("Send the answer")
    assert "Was the matter solved?" not in main.inner_text()
    visitor.follows("Say that an officer must not read it")
    visitor.page.get_by_label("Names of officers").fill("Milo Fernandez")
    visitor.presses("Shut them out")
    visitor.chooses("Milo Fernandes")
    visitor.presses("Shut them out")
    assert "That was sent." in main.inner_text()
    visitor.follows("Complain about how your report is handled")
    visitor.page.get_by_label("What is wrong?").fill("Nobody asked me anything.")
    visitor.presses("Send the complaint")
    assert "You complained." in main.inner_text()
    assert "Nobody asked me anything." not in main.inner_text()
    assert visitor.page.get_by_role("link", name="Exit this page").is_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_mailbox_with_a_result_stands_in_nobodys_way(
    chromium: Browser, served: Served, *, dark: bool
) -> None:
    context = profile(chromium, 320, scripts=True, dark=dark)
    telephone = Telephone(context.new_page(), served.url)
    has_a_result(telephone, served)
    found: list[str] = []

    def look() -> None:
        found.extend(violations(telephone.page))
        if telephone.page.evaluate("document.documentElement.scrollWidth") > 320:
            found.append("wider than the telephone")

    steps: tuple[Callable[[], None], ...] = (
        lambda: telephone.presses("Send the answer"),
        lambda: telephone.opens("/mailbox/review"),
        lambda: telephone.presses("Ask for a review"),
    )
    look()
    for step in steps:
        step()
        look()
    context.close()
    assert found == []


def test_a_message_brings_files_that_are_looked_at_first(
    chromium: Browser, served: Served, width: int, tmp_path: Path
) -> None:
    """A letter with comments, and something nobody can clean: nothing is sent before its sender has decided."""
    for name, content in (("to the head.docx", docx_file()), ("thing.dat", b"\x00\x01 no known kind")):
        (tmp_path / name).write_bytes(content)
    context = profile(chromium, width)
    telephone = Telephone(context.new_page(), served.url)
    has_opened_the_mailbox(telephone)
    page = telephone.page
    page.get_by_label("Your message").fill("Here is the letter.")
    page.get_by_text("Add files: photos, papers, recordings").click()
    page.get_by_label("Choose files").set_input_files(sorted(tmp_path.iterdir()))
    telephone.presses("Send the message")
    text = page.locator("main").inner_text()
    assert "Look at what is still in this file" in text
    assert "This file could not be cleaned." in text
    assert page.get_by_label("Your message").input_value() == "Here is the letter."
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    telephone.chooses("Take out the comments")
    telephone.chooses("Remove this file: thing.dat")
    telephone.presses("Send the message")
    assert "Your message was sent." in page.locator("main").inner_text()
    assert page.get_by_label("Your message").input_value() == ""
    context.close()


def test_a_message_with_files_stands_in_nobodys_way(
    chromium: Browser, served: Served, tmp_path: Path
) -> None:
    (tmp_path / "to the head.docx").write_bytes(docx_file())
    (tmp_path / "thing.dat").write_bytes(b"\x00\x01 no known kind")
    context = profile(chromium, 320, scripts=True)
    telephone = Telephone(context.new_page(), served.url)
    has_opened_the_mailbox(telephone)
    page = telephone.page
    page.get_by_text("Add files: photos, papers, recordings").click()
    found = violations(page)
    page.get_by_label("Choose files").set_input_files(sorted(tmp_path.iterdir()))
    for button in ("Add these files", "Send the message"):
        telephone.presses(button)
        found += violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            found.append("wider than the telephone")
    context.close()
    assert found == []
