"""Somebody on the machine tries to speak to reporters in the office's name, or to make a secret file a page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from intake.guidance.folder import MAX_ENTRIES, Folder, read_folder, stamp
from intake.guidance.shelf import Guidance, Languages
from intake.guidance.written import Marks

GOOD = "# Whom you can call\n\nThe union.\n"
MARKS = {"en": Marks(), "fr": Marks()}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """The English pages of an instance, one among them."""
    folder = tmp_path / "pages" / "en"
    folder.mkdir(parents=True, mode=0o755)
    (folder / "good.md").write_text(GOOD)
    (folder / "good.md").chmod(0o644)
    return folder


def read(pages: Path) -> Folder:
    """What the portal makes of it."""
    return read_folder(pages.parent.parent, MARKS)


def said(pages: Path) -> str:
    """The one fault."""
    folder = read(pages)
    (fault,) = folder.faults
    assert not fault.shown
    return str(fault)


def test_a_link_to_a_file_or_a_folder_elsewhere_is_never_followed(pages: Path, tmp_path: Path) -> None:
    secret = tmp_path / "portal.secret"
    secret.write_text(GOOD)
    (pages / "secret.md").symlink_to(secret)
    assert "en/secret.md: this is a link" in said(pages)
    (pages / "secret.md").unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "other.md").write_text(GOOD)
    (pages.parent / "fr").symlink_to(elsewhere)
    assert "fr: this " in said(pages)
    assert set(read(pages).pages) == {"en"}


def test_a_secret_file_with_a_second_name_here_is_no_page(pages: Path, tmp_path: Path) -> None:
    secret = tmp_path / "portal.secret"
    secret.write_text(GOOD)
    os.link(secret, pages / "secret.md")
    assert "second name elsewhere" in said(pages)


def test_a_file_or_a_folder_that_everybody_may_change_speaks_for_nobody(pages: Path) -> None:
    (pages / "good.md").chmod(0o666)
    assert "en/good.md: everybody on this machine can change it" in said(pages)
    (pages / "good.md").chmod(0o644)
    pages.chmod(0o777)
    assert "en: everybody on this machine can change it" in said(pages)
    pages.chmod(0o755)
    pages.parent.chmod(0o777)
    assert "pages: everybody on this machine can change it" in said(pages)
    assert not read(pages).pages


def test_what_would_never_end_or_is_no_file_keeps_nobody_waiting(pages: Path) -> None:
    os.mkfifo(pages / "pipe.md", 0o600)
    assert "en/pipe.md: this is no file" in said(pages)
    (pages / "pipe.md").unlink()
    (pages / "folder.md").mkdir(mode=0o700)
    assert "en/folder.md: this is no file" in said(pages)


@pytest.mark.parametrize(
    "name", ["Whom.md", "whom_to.md", "-x.md", "x--y.md", "é.md", "x.MD", "x.txt", "x" * 41 + ".md", "x.md\n"]
)
def test_a_name_that_could_be_read_in_two_ways_is_none(pages: Path, name: str) -> None:
    (pages / name).write_text(GOOD)
    assert "a page is called like whom-to-call.md" in said(pages)
    assert said(pages).isprintable()


def test_what_editors_leave_behind_is_neither_shown_nor_said(pages: Path) -> None:
    for name in (".good.md.swp", "good.md~", ".gitkeep"):
        (pages / name).write_text("x")
    assert not read(pages).faults


def test_thousands_of_files_are_not_looked_at(pages: Path) -> None:
    for number in range(MAX_ENTRIES * 2):
        (pages / f"n-{number}.md").write_text("x")
    assert len(read(pages).faults) <= MAX_ENTRIES


def test_no_place_for_pages_or_one_that_cannot_be_read_is_no_failure(tmp_path: Path) -> None:
    told: list[int] = []
    languages = Languages("en", MARKS)
    assert Guidance(tmp_path, languages, told.append).titles("en") == ()
    assert told == []
    (tmp_path / "pages").write_text("x")
    assert Guidance(tmp_path, languages, told.append).titles("en") == ()
    assert told == [1]


def test_what_changes_is_noticed_without_reading_a_file(pages: Path) -> None:
    instance = pages.parent.parent
    folder = read(pages)
    (pages / "good.md").chmod(0)  # whoever is not root could not read it now
    before = stamp(instance, folder, MARKS)
    assert before == stamp(instance, folder, MARKS)
    (pages.parent / "fr").mkdir(mode=0o700)
    (after,) = {stamp(instance, folder, MARKS)}
    assert after != before


def test_a_page_is_shown_in_the_default_language_where_it_is_not_translated(pages: Path) -> None:
    (pages.parent / "fr").mkdir(mode=0o755)
    (pages.parent / "fr" / "ailleurs.md").write_text(
        "# Ailleurs\n\nIci : [rien](/guidance/nulle-part), [bon](/guidance/good).\n"
    )
    instance = pages.parent.parent
    guidance = Guidance(instance, Languages("en", MARKS))
    assert [(page.name, page.tag) for page in guidance.titles("fr")] == [("ailleurs", "fr"), ("good", "en")]
    assert [page.name for page in guidance.titles("en")] == ["good"]
    folder = read(pages)
    assert [str(fault) for fault in folder.faults] == [
        "fr/ailleurs.md, line 3: /guidance/nulle-part leads to a page that is not there"
    ]
    assert [str(fault) for fault in Languages("en", MARKS).missing(folder)] == [
        "en/ailleurs.md: this translation is missing; its readers get none",
        "fr/good.md: this translation is missing; its readers get the one in 'en'",
    ]
