"""Files from a real browser, scripts off, on a telephone and at a desk: added, looked at, decided, sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.portal.conftest import SENTENCE, Telephone
from tests.support import evidence_office, evidence_pictures

pytestmark = pytest.mark.browser


@pytest.fixture
def pocket(tmp_path: Path) -> dict[str, Path]:
    """What somebody has on a telephone."""
    files = {
        "photo": ("IMG 2031.jpg", evidence_pictures.jpeg()),
        "letter": ("Letter to the board – final (2).docx", evidence_office.docx_file()),
        "unknown": ("backup.dat", bytes(range(256)) * 40),
        "empty": ("empty.txt", b""),
    }
    for key, (name, data) in files.items():
        (tmp_path / name).write_bytes(data)
        files[key] = (name, data)
    return {key: tmp_path / name for key, (name, _) in files.items()}


def test_files_are_added_looked_at_and_sent(telephone: Telephone, pocket: dict[str, Path]) -> None:
    telephone.opens("/report")
    telephone.page.get_by_label("What happened?").fill(SENTENCE)
    telephone.presses("Save and continue")
    telephone.presses("Save and continue")
    assert telephone.heading == "Evidence"
    files = telephone.page.get_by_label("Choose files")
    files.set_input_files([pocket["photo"], pocket["letter"], pocket["unknown"]])
    telephone.presses("Save and continue")
    assert telephone.page.url.endswith("/report/evidence#files")
    main = telephone.page.locator("main")
    assert "3 files are ready" in main.inner_text()
    telephone.page.locator("#file-0 summary").click()
    assert "the place where it was taken or made" in telephone.page.locator("#file-0").inner_text()
    telephone.chooses("Take out the comments")
    telephone.presses("Save and continue")
    alert = telephone.page.get_by_role("alert")
    alert.get_by_role("link").click()
    assert telephone.page.url.endswith("#file-2")
    telephone.page.locator("#file-2").get_by_label("Remove this file").check()
    telephone.page.locator("#file-0").get_by_label("Also keep the untouched original").check()
    telephone.presses("Save and continue")
    assert telephone.heading == "Your safety"
    telephone.presses("Save and continue")
    assert "The cleaned copy is sent, with the untouched original locked apart." in main.inner_text()
    assert "backup" not in main.inner_text()
    assert telephone.sends_it()


def test_what_cannot_be_taken_is_said_and_the_rest_is_kept(
    telephone: Telephone, pocket: dict[str, Path]
) -> None:
    telephone.opens("/report/evidence")
    telephone.presses("Add these files")
    assert "Choose a file first" in telephone.page.get_by_role("alert").inner_text()
    telephone.page.get_by_label("Choose files").set_input_files([pocket["photo"], pocket["empty"]])
    telephone.presses("Add these files")
    assert "1 file was not added" in telephone.page.get_by_role("alert").inner_text()
    assert "1 file is ready" in telephone.page.locator("main").inner_text()
    width = telephone.page.evaluate("document.documentElement.scrollWidth")
    assert width <= telephone.page.viewport_size["width"]  # type: ignore[index]  # it has one


def test_a_body_over_the_limit_ends_on_a_page_that_says_it(telephone: Telephone, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    with film.open("wb") as file:
        file.truncate(3 * 1024**3)  # takes no room on the disk
    telephone.opens("/report")
    telephone.page.get_by_label("What happened?").fill(SENTENCE)
    telephone.presses("Save and continue")
    telephone.opens("/report/evidence")
    telephone.page.get_by_label("Choose files").set_input_files(film)
    telephone.presses("Add these files")
    assert telephone.heading == "These files are too large together"
    assert "2 GB" in telephone.page.locator("main").inner_text()
    telephone.opens("/report")
    assert telephone.page.get_by_label("What happened?").input_value() == SENTENCE
