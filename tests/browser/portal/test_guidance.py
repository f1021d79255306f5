"""The office's own pages in a browser: at a writer's desk before anybody reads them, and with whatever somebody hid in them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from intake.richtext import TAGS, reduce
from tests.browser.portal.conftest import Telephone, profile
from tests.conftest import TODAY
from tests.support.axe import violations
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import Process, free_port, started

pytestmark = pytest.mark.browser

HOSTILE = (
    (Path(__file__).parents[2] / "corpora/richtext/hostile.html.txt").read_text(encoding="utf-8").splitlines()
)
PAGE = """# Whom you can call

The union knows the law: [+33 1 23 45 67 89](tel:+33-1-23-45-67-89), or read [their page](https://union.example/help).

#### Before you call

1. Do it from a telephone that is **not** your work's.
2. Then [start a report](/report).

> Nobody may ask you *who* you are.

---

- a-word-without-any-place-at-which-it-could-be-broken-on-a-small-telephone
"""


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, Path]]:
    """`underseal pages DIR preview`, and the folder of its pages in English."""
    workspace = tmp_path_factory.mktemp("pages")
    build_instance(workspace / "instance", small_organisation(), today=TODAY).close()
    folder = workspace / "instance" / "pages" / "en"
    folder.mkdir(parents=True)
    (workspace / "tmp").mkdir()
    port = free_port()
    command = [
        sys.executable, "-P", "-m", "triage.cli", "pages", str(workspace / "instance"), "preview", "--port", str(port),
    ]  # fmt: skip
    with started(command, port, workspace / "preview.log", workspace / "tmp") as process:
        yield process, folder


def test_a_writer_sees_a_page_as_reporters_will_and_changes_it(
    chromium: Browser, preview: tuple[Process, Path], width: int
) -> None:
    process, folder = preview
    (folder / "whom-to-call.md").write_text(PAGE)
    context = profile(chromium, width, scripts=True)
    writer = Telephone(context.new_page(), process.url)
    writer.opens("/")
    assert violations(writer.page) == []
    writer.follows("Whom you can call")
    assert writer.heading == "Whom you can call"
    levels = writer.page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(each => each.localName)")
    assert levels == ["h1", "h2"]
    assert violations(writer.page) == []
    assert writer.page.evaluate("document.documentElement.scrollWidth") <= width
    (folder / "whom-to-call.md").write_text(PAGE.replace("Whom you can call", "Who helps you"))
    writer.page.reload()
    assert writer.heading == "Who helps you"
    context.close()


def test_a_browser_finds_nothing_to_run_or_to_fetch_in_what_is_left_of_hostile_text(
    chromium: Browser,
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content("<!doctype html><main>" + "".join(reduce(text) for text in HOSTILE) + "</main>")
    # Written out by the browser and read again: markup that changes its meaning on the way would show itself now.
    page.evaluate("document.querySelector('main').innerHTML = document.querySelector('main').innerHTML")
    for address in page.evaluate(
        "[...document.querySelectorAll('main a[href]')].map(a => a.getAttribute('href'))"
    ):
        assert re.match(r"(?:https?://|mailto:|tel:|/(?:[a-z]|$))", address)
    assert set(page.evaluate("[...document.querySelectorAll('main *')].map(each => each.localName)")) <= TAGS
    assert page.evaluate("window.hit") is None
    assert asked == []
    context.close()
