"""The portal in everybody's language: the page stays, and a code in words of one language opens the mailbox in any."""

from __future__ import annotations

import re
import unicodedata

import pytest

from intake.wordlists import LISTS, wordlist
from templates.loader import Side
from templates.web.language import LANGUAGES, RIGHT_TO_LEFT, languages_of
from tests.functional.portal.conftest import SENTENCE, Reporter

PAGES = ("/", "/safety", "/rights", "/elsewhere", "/can-do", "/report", "/report/who", "/report/evidence", "/report/safety",
         "/return", "/done", "/nowhere")  # fmt: skip

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def words_of(tag: str) -> set[str]:
    """As people see them."""
    found = wordlist(tag)
    assert found is not None
    return {unicodedata.normalize("NFC", word) for word in found.words}


@pytest.mark.parametrize("tag", languages_of(Side.PORTAL))
def test_a_language_is_chosen_where_one_is_and_holds_for_the_visit(reporter: Reporter, tag: str) -> None:
    chosen = LANGUAGES[tag]
    reporter.opens(f"/language/{tag}?to=/report/who")
    assert reporter.follows().request.path == "/report/who"
    for path in PAGES:
        page = reporter.opens(path).text
        assert f'<html lang="{chosen.html}" dir="{chosen.direction}">' in page
        for other in set(languages_of(Side.PORTAL).values()) - {chosen}:
            assert (
                f'hreflang="{other.html}" lang="{other.html}" dir="{other.direction}">{other.name}<' in page
            )
    assert all(cookie.startswith("__Host-") for cookie in reporter.cookies)


@pytest.mark.parametrize("tag", languages_of(Side.PORTAL))
def test_a_code_comes_in_words_of_the_language_or_in_digits_and_opens_the_mailbox_from_any(
    reporter: Reporter, tag: str
) -> None:
    reporter.opens(f"/language/{tag}")
    code = reporter.files()
    if tag in LISTS:
        assert len(code.split(" ")) == 8
        assert set(code.split(" ")) <= words_of(tag)
    else:
        assert re.fullmatch(r"\d{3}( \d{3}){8}", code)
    for other in ("ar", "en", "zh"):
        reporter.opens(f"/language/{other}")
        assert reporter.returns(code).status_code == 200
        assert 'action="/mailbox/message"' in reporter.page.text


def test_who_changes_the_language_on_the_way_gets_the_code_in_the_one_that_is_read_last(
    reporter: Reporter,
) -> None:
    reporter.writes_about_the_waterworks()
    reporter.opens("/language/fr?to=/report/check")
    assert SENTENCE in reporter.follows().text
    reporter.sends("/report/check", send="1")
    code = reporter.reads_the_code()
    assert set(code.split(" ")) <= words_of("fr")
    reporter.opens("/language/en?to=/receipt")
    assert reporter.reads_the_code() == code, "what somebody has begun to copy does not change"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.5", "zh"),
        ("zh-Hans-SG", "zh"),
        ("es-419,es;q=0.9", "es"),
        ("fr-CA", "fr"),
        ("ru-RU,ru;q=0.8,en-US;q=0.5", "ru"),
        ("ar-EG", "ar"),
        ("pt-BR,de;q=0.5", "en"),
        ("en-US,en;q=0.5", "en"),
        ("", "en"),
        ("*", "en"),
        ("x" * 2000, "en"),
    ],
)
def test_a_browser_says_what_its_owner_reads(reporter: Reporter, asked: str, given: str) -> None:
    page = reporter.opens("/", **{"Accept-Language": asked}).text
    assert f'<html lang="{LANGUAGES[given].html}"' in page


def test_a_choice_counts_more_than_what_the_browser_says(reporter: Reporter) -> None:
    reporter.opens("/language/ar")
    page = reporter.opens("/", **{"Accept-Language": "fr"}).text
    assert f'dir="{RIGHT_TO_LEFT}"' in page


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/return", "/return"),
        ("/mailbox/message", "/mailbox"),
        ("/log/tile/0/000", "/"),
        ("/nowhere", "/"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/report/../../x", "/report"),
        ("/report?what=x", "/"),
        ("", "/"),
        ("/" + "a" * 5000, "/"),
    ],
)
def test_choosing_a_language_leads_nowhere_but_to_pages_of_this_site(
    reporter: Reporter, asked: str, led: str
) -> None:
    answer = reporter.client.get("/language/es", query_string={"to": asked})
    assert (answer.status_code, answer.headers["Location"]) == (303, led)


def test_a_language_that_is_none_is_no_page(reporter: Reporter) -> None:
    for tag in ("xx", "EN", "en-US", "..", "%2e"):
        assert reporter.opens(f"/language/{tag}").status_code == 404
