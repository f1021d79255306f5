"""A portal that is busy, and one that takes no reports: what people see, at both widths, and that it stands in nobody's way."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser

from crypto.receipt import ReceiptCode
from intake.wordlists import all_wordlists
from tests.browser.portal.conftest import SENTENCE, Telephone, profile
from tests.conftest import TODAY
from tests.support.axe import violations
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import Process, serving
from tests.support.uploads import eventually
from tests.support.visitor import Visitor
from triage.cli.main import main

CODE = ReceiptCode.generate().as_words(all_wordlists("en")[0])


@dataclass(frozen=True)
class Switched:
    """A portal of its own, and its operator's hand at the switch."""

    process: Process
    directory: Path

    def turns(self, mode: str) -> None:
        done = CliRunner().invoke(main, ["portal-mode", str(self.directory), mode])
        assert done.exit_code == 0, done.output
        closed = mode != "open"
        assert eventually(
            lambda: all(
                ("No new reports" in Visitor(self.process.url).get("/").text) is closed for _ in range(6)
            )
        )


@pytest.fixture
def switched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switched]:
    workspace = tmp_path_factory.mktemp("switched")
    directory = workspace / "instance"
    build_instance(directory, small_organisation(), today=TODAY).close()
    with serving("portal", directory, workspace, today=TODAY.isoformat()) as process:
        yield Switched(process, directory)


@pytest.mark.parametrize("width", [360, 1280])
def test_busy_and_closed_pages_keep_what_was_typed_and_stand_in_nobodys_way(
    chromium: Browser, switched: Switched, width: int
) -> None:
    context = profile(chromium, width, scripts=True)
    telephone = Telephone(context.new_page(), switched.process.url)

    def look(name: str) -> None:
        assert violations(telephone.page) == [], name
        assert telephone.page.evaluate("document.documentElement.scrollWidth") <= width, name

    telephone.opens("/report")
    telephone.page.get_by_label("What happened?").fill(SENTENCE)
    telephone.presses("Save and continue")
    assert eventually(lambda: _is_asked_to_wait(telephone))
    assert CODE in telephone.page.content()
    look("busy")
    switched.turns("read-mail-only")
    telephone.opens("/report")
    assert "No new reports are taken here right now" in telephone.heading
    assert SENTENCE in telephone.page.get_by_label("Your text").input_value()
    look("closed")
    telephone.opens("/")
    look("first page")
    context.close()


def _posts(base: str, cookies: dict[str, str], token: str) -> None:
    Visitor(base, dict(cookies), token).post("/return", {"code": CODE}, follow=False)


def _is_asked_to_wait(telephone: Telephone) -> bool:
    """A program uses up what this visit may do at once, then the person does the same."""
    telephone.opens("/return")
    cookies = {each["name"]: each["value"] for each in telephone.page.context.cookies()}
    token = telephone.page.locator("input[name=csrf_token]").first.input_value()
    with ThreadPoolExecutor(12) as program:  # in one window, at both processes of the portal
        list(program.map(lambda _: _posts(telephone.base, cookies, token), range(60)))
    telephone.page.get_by_label("Your code").fill(CODE)
    telephone.presses("Open my mailbox")
    return "Many people are using this right now" in telephone.page.content()
