"""Pages that the office writes for reporters: shown as typed where that is safe, in the reader's language if there is one."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from crypto.kdf import UNSAFE_TEST_COST
from intake.guidance import shelf
from intake.guidance.folder import MAX_PAGES
from intake.guidance.shelf import Guidance
from intake.guidance.written import MAX_BODY
from intake.log import configure
from portal.app import create_app, read_guidance
from templates.loader import Side
from templates.web.catalogues import tags_of
from templates.web.padding import SMALLEST
from tests.functional.portal.conftest import PatientClock, Reporter
from tests.support.instances import Instance

ADVICE = """# Whom you can call

The union knows the law: [call them](tel:+33-1-23), or read [their page](https://union.example/).

## Before you call

Do it from a telephone that is not your work's. Then [start a report](/report).
"""


@pytest.fixture
def pages(instance: Instance) -> Guidance:
    """The office's pages, read anew whenever a story says so."""
    return read_guidance(instance.portal, configure("portal"))


@pytest.fixture
def reader(instance: Instance, clock: PatientClock, pages: Guidance) -> Reporter:
    """Somebody in front of a portal whose pages are kept fresh."""
    return Reporter(
        create_app(
            instance.portal,
            instance.portal_db,
            configure("portal"),
            clock=clock,
            cost=UNSAFE_TEST_COST,
            guidance=pages,
        )
    )


def write(instance: Instance, place: str, text: str | bytes) -> Path:
    """What somebody of the office does."""
    path = instance.directory / "pages" / place
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(0o640)
    return path


def test_a_page_is_found_from_the_first_page_and_reads_as_it_was_written(
    reader: Reporter, instance: Instance, pages: Guidance
) -> None:
    assert "/guidance" not in reader.opens("/").text
    write(instance, "en/whom-to-call.md", ADVICE)
    pages.refresh()
    for path in ("/", "/guidance"):
        page = reader.opens(path).text
        assert re.search(r'<a href="/guidance/whom-to-call"[^>]*>Whom you can call</a>', page)
    assert 'href="/guidance"' in reader.opens("/safety").text
    page = reader.opens("/guidance/whom-to-call").text
    assert "<h1>Whom you can call</h1>" in page
    assert "<h2>Before you call</h2>" in page
    assert "call them (a call can show your number)" in reader.text
    assert "their page (leaves this site)" in reader.text
    assert '<a href="/report" rel="noopener noreferrer nofollow"><bdi>start a report</bdi></a>' in page
    assert "you never have to say who you are" in reader.text


def test_a_page_is_read_in_another_language_without_looking_for_it_again(
    reader: Reporter, instance: Instance, pages: Guidance
) -> None:
    write(instance, "en/whom-to-call.md", ADVICE)
    write(instance, "fr/whom-to-call.md", "# Qui appeler\n\n[Le syndicat](tel:+33-1-23)\n")
    write(instance, "en/hours.md", "# Hours\n\nNine to five.\n")
    pages.refresh()
    page = reader.opens("/guidance/whom-to-call")
    assert 'href="/language/fr?to=/guidance/whom-to-call"' in page.text
    reader.opens("/language/fr?to=/guidance/whom-to-call")
    assert reader.page.headers["Location"] == "/guidance/whom-to-call"
    page = reader.opens("/guidance/whom-to-call")
    assert '<article lang="fr" dir="ltr">' in page.text
    assert "Qui appeler" in page.text
    page = reader.opens("/guidance/hours")
    assert '<article lang="en" dir="ltr">' in page.text
    assert re.search(
        r'<a href="/guidance/hours" lang="en" dir="ltr">Hours</a>', reader.opens("/guidance").text
    )


def test_a_guidance_page_says_no_more_to_a_bystander_than_any_other(
    reader: Reporter, instance: Instance, pages: Guidance
) -> None:
    write(instance, "en/whom-to-call.md", ADVICE)
    pages.refresh()
    plain, page = reader.opens("/safety"), reader.opens("/guidance/whom-to-call")
    assert len(page.data) == len(plain.data) == SMALLEST
    assert page.headers.to_wsgi_list() == plain.headers.to_wsgi_list()
    title = re.compile(r"<title>([^<]*)")
    assert title.findall(page.text) == title.findall(plain.text)


def test_the_longest_page_and_the_longest_list_are_as_long_as_any_page_in_every_language(
    reader: Reporter, instance: Instance, pages: Guidance
) -> None:
    long = "\n\n".join(["字" * 60] * 85)
    for number in range(MAX_PAGES):
        write(instance, f"en/page-{number:02}.md", f"# {'题' * 80}\n\n{long}\n")
    write(instance, "en/zz-one-too-many.md", ADVICE)
    pages.refresh()
    body = pages.page("en", "page-00")
    assert body is not None
    assert 0.75 * MAX_BODY < len(body.body.encode()) <= MAX_BODY
    assert pages.page("en", "zz-one-too-many") is None
    for tag in tags_of(Side.PORTAL):
        reader.opens(f"/language/{tag}")
        for path in ("/", "/guidance", "/guidance/page-00"):
            page = reader.opens(path)
            assert f'<html lang="{tag}' in page.text
            assert len(page.data) == SMALLEST


def test_a_broken_page_is_left_out_and_said_in_the_log_without_its_words(
    reader: Reporter, instance: Instance, pages: Guidance, capsys: pytest.CaptureFixture[str]
) -> None:
    write(instance, "en/good.md", ADVICE)
    write(instance, "en/latin.md", "# Zanzibar caf\xe9\n\nx".encode("latin-1"))
    write(instance, "en/untitled.md", "Zanzibar")
    pages.refresh()
    assert [page.name for page in pages.titles("en")] == ["good"]
    for name in ("latin", "untitled", "nowhere", "%2e%2e", "good.md"):
        assert reader.opens(f"/guidance/{name}").status_code == 404
    read_guidance(instance.portal, configure("portal"))
    said = capsys.readouterr().err
    assert '"event": "guidance.left_out"' in said
    assert '"count": 2' in said
    assert "Zanzibar" not in said


def test_what_is_changed_or_taken_away_is_not_shown_any_more(
    reader: Reporter, instance: Instance, pages: Guidance
) -> None:
    path = write(instance, "en/whom-to-call.md", ADVICE)
    pages.refresh()
    write(instance, "en/whom-to-call.md", ADVICE.replace("union", "ombudsman"))
    pages.refresh()
    assert "ombudsman" in reader.opens("/guidance/whom-to-call").text
    path.unlink()
    pages.refresh()
    assert reader.opens("/guidance/whom-to-call").status_code == 404
    assert "no such pages" in reader.opens("/guidance").text


def test_a_change_is_seen_by_itself(
    instance: Instance, pages: Guidance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "LOOK_SECONDS", 0.01)
    pages.keep_fresh()
    write(instance, "en/whom-to-call.md", ADVICE)
    for _ in range(3000):
        if pages.titles("en"):
            break
        time.sleep(0.01)
    assert [page.name for page in pages.titles("en")] == ["whom-to-call"]


def test_reading_a_page_touches_no_file(reader: Reporter, instance: Instance, pages: Guidance) -> None:
    path = write(instance, "en/whom-to-call.md", ADVICE)
    pages.refresh()
    path.rename(path.with_suffix(".gone"))
    assert reader.opens("/guidance/whom-to-call").status_code == 200
