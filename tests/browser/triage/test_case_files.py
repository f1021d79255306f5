"""Files of a case in a real browser, scripts off: the list of fifty, a view, a download, copies; nothing of them runs here."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from intake.evidence.types import Kind
from tests.browser.triage.conftest import TODAY, Desk
from tests.support import evidence_office, evidence_pdf, evidence_pictures
from tests.support.axe import violations
from tests.support.readable import TOO_FAINT, WIDER
from tests.support.reports import Filed, Offices
from tests.support.shelves import Shelves

pytestmark = pytest.mark.browser

LONG = "Verylongword" * 12 + " مدير المحطة"
ACTIVE = b'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'ran\'"><text>words</text></svg>'


def _filed(desk: Desk, more: int = 0) -> tuple[Shelves, Filed]:
    shelves = Shelves(Offices(desk.instance, TODAY))
    return shelves, shelves.file(
        shelves.cleaned(evidence_pictures.jpeg(), "IMG_2034.jpeg", keep_original=True),
        shelves.cleaned(evidence_office.xlsx_file(), f"{LONG}.xlsx"),
        shelves.cleaned(evidence_pdf.pdf(), "bill.pdf"),
        shelves.plain(ACTIVE, "plan.svg", Kind.SVG),
        shelves.uncleaned(b"<script>document.title='ran'</script>", f"{LONG}.html"),
        *(shelves.plain(f"{number}".encode() * 9000, f"scan {number}.txt") for number in range(more)),
    )


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An officer's phone, scripts off: a narrow list and a small picture are the hard case."""
    context = chromium.new_context(viewport={"width": 360, "height": 900}, java_script_enabled=False)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_an_officer_looks_at_a_file_downloads_it_and_takes_copies(
    page: Page, desk: Desk, tmp_path: Path
) -> None:
    shelves, filed = _filed(desk)
    photo, _, _, plan, program = shelves.entries(filed, "milo")
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    desk.log_in(page, "milo")
    page.goto(f"{desk.address}/cases/{filed.case}")
    section = page.locator("#evidence")
    expect(section).to_contain_text("5 files")
    expect(section).to_contain_text("1 not cleaned")
    section.get_by_role("link", name=f"View {photo.name}").click()
    picture = page.get_by_role("img")
    expect(picture).to_have_attribute("alt", "Page 1 of 1 of this file, as a picture.")
    assert picture.bounding_box()["width"] > 20  # type: ignore[index]
    page.get_by_role("link", name="Back to the case").click()
    page.locator("#evidence").get_by_role("link", name="View bill.pdf").click()
    page.get_by_role("link", name="Next page").first.click()
    expect(page.get_by_role("main")).to_contain_text("Page 2 of 2")

    for entry in (plan, program):
        page.goto(f"{desk.address}/cases/{filed.case}")
        with page.expect_download() as waiting:
            page.locator(f"#file-{entry.id}").get_by_role("link", name="Download").click()
        saved = tmp_path / "saved"
        waiting.value.save_as(saved)
        assert hashlib.sha256(saved.read_bytes()).digest() == entry.blob.sha256
        assert waiting.value.suggested_filename == entry.name
        assert page.url == f"{desk.address}/cases/{filed.case}"

    page.get_by_role("link", name="Take copies of all of them").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Record it and take copies").click()
    waiting.value.save_as(tmp_path / "copies.zip")
    with zipfile.ZipFile(tmp_path / "copies.zip") as archive:
        assert len(json.loads(archive.read("manifest.json"))["files"]) == 5
    page.goto(f"{desk.address}/cases/{filed.case}/evidence/export")
    expect(page.get_by_role("main")).to_contain_text("Taken by you today")
    assert {url for url in elsewhere if not url.startswith(f"{desk.address}/")} == set()


def test_fifty_files_and_every_view_are_readable_and_axe_finds_nothing(chromium: Browser, desk: Desk) -> None:
    shelves, filed = _filed(desk, more=45)
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    desk.log_in(page, "milo")
    entries = shelves.entries(filed, "milo")
    assert len(entries) == 50

    def looks_right(path: str) -> None:
        page.goto(f"{desk.address}/cases/{filed.case}{path}")
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(WIDER) <= 0, (path, width)
        assert violations(page, unfolded=True) == [], path
        assert page.evaluate(TOO_FAINT) == [], path

    looks_right("")
    for entry in entries[1:5]:
        looks_right(f"/evidence/{entry.id}/view")
    looks_right("/evidence/export")
    shelves.object_of(entries[0]).unlink()
    looks_right(f"/evidence/{entries[0].id}/view")
    context.close()
