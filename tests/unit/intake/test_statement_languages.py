"""Papers in every language: each says what the English says, writes its days as its readers do, and is checked all the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any, cast

import pytest

from crypto.encoding import canonical_json, to_text
from intake.statements.document import AlteredError, Form, read
from intake.statements.page import LANGUAGES
from intake.strict_json import parse
from templates.web import language as interface
from tests.support.documents import CASE, Reporter

DATA = files("intake") / "data" / "statements"
OTHERS = LANGUAGES[1:]
OPTIONAL = {"day", "first", "colon", "is_day"}
"""Keys that a language has where it writes days or labels in another way."""
DAYS = {
    "en": ("1 March 2026", "29 November 2026"),
    "ar": ("1 آذار/مارس 2026", "29 تشرين الثاني/نوفمبر 2026"),
    "es": ("1 de marzo de 2026", "29 de noviembre de 2026"),
    "fr": ("1er mars 2026", "29 novembre 2026"),
    "ru": ("1 марта 2026", "29 ноября 2026"),
    "zh": ("2026年3月1日", "2026年11月29日"),
}
BEGIN, END = b'<pre id="proof">', b"</pre>"
_TAG = re.compile(r"</?(\w+)")
_OWN = {"bdi", "strong", "em"}
"""Elements that a language may need more or fewer of; the others are those of the English."""


def text(name: str) -> str:
    """A file of the data."""
    return (DATA / name).read_text("utf-8")


def words(tag: str) -> dict[str, Any]:
    """The words of a language."""
    return cast("dict[str, Any]", parse(text(f"words-1.{tag}.json").encode(), what=tag, limit=100_000))


def shape(value: Any, path: str = "") -> dict[str, int]:
    """Where something is said → how many texts stand there, without the keys that are a language's own."""
    if isinstance(value, dict):
        found: dict[str, int] = {}
        for key, inner in value.items():
            if key not in OPTIONAL:
                found |= shape(inner, f"{path}/{key}")
        return found
    assert all(
        isinstance(each, str) and each.strip() for each in (value if isinstance(value, list) else [value])
    )
    return {path: len(value) if isinstance(value, list) else 1}


def test_no_file_of_a_language_stands_alone() -> None:
    """Half of a translation would be offered to nobody, and nobody would notice."""
    there = {entry.name.split(".")[1] for entry in DATA.iterdir() if entry.name.count(".") == 2}
    assert there == set(LANGUAGES)
    assert LANGUAGES[0] == "en"
    assert set(LANGUAGES) <= set(interface.LANGUAGES)


@pytest.mark.parametrize("tag", OTHERS)
def test_its_words_are_those_that_the_english_has(tag: str) -> None:
    found = words(tag)
    assert shape(found) == shape(words("en"))
    assert len(set(found["months"])) == 12
    assert "%d" not in found["left_out"]["one"]
    assert re.findall("%.", found["left_out"]["more"]) == ["%d"]
    for field in found["fields"]["detriment"].values():
        said = list(field.get("values", {}).values())
        assert len(said) == len(set(said)), "two things are called the same"


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("tag", OTHERS)
def test_its_page_is_built_as_the_english_one(tag: str, form: Form) -> None:
    own, english = text(f"{form}-1.{tag}.html"), text(f"{form}-1.en.html")
    chosen = interface.LANGUAGES[tag]
    turned = ' dir="rtl"' if chosen.direction == interface.RIGHT_TO_LEFT else ""
    assert f'<html lang="{chosen.html}"{turned}>' in own
    blanks = re.compile(r"\$\w+")
    assert Counter(blanks.findall(own)) == Counter(blanks.findall(english))
    elements = [[each for each in _TAG.findall(page) if each not in _OWN] for page in (own, english)]
    assert elements[0] == elements[1]
    for kept in (
        "underseal verify document FILE --url ADDRESS",
        "Content-Security-Policy",
        "default-src 'none'",
    ):
        assert kept in own
    assert "<script" not in own
    assert "http:" not in own
    assert "https:" not in own


@pytest.mark.parametrize("tag", LANGUAGES)
def test_its_days_are_written_as_its_readers_write_them(tag: str) -> None:
    first, last = DAYS[tag]
    for day, written in ((date(2026, 3, 1), first), (date(2026, 11, 29), last)):
        reporter = Reporter(filed=day)
        page = reporter.signed(reporter.document(form=Form.CERTIFICATE, language=tag)).decode()
        assert f"<dd>{written}</dd>" in page


@pytest.mark.parametrize("tag", OTHERS)
def test_a_day_within_a_line_is_written_too_and_what_is_no_day_stays(tag: str) -> None:
    reporter = Reporter()
    for said, shown in (("2026-03-01", DAYS[tag][0]), ("20260301", "20260301"), ("2026-02-30", "2026-02-30")):
        document = reporter.document(reporter.said("detriment", 3, when=said), language=tag)
        assert f"{shown}</td>" in reporter.signed(document).decode()


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if interface.LANGUAGES[tag].direction == "rtl"])
def test_keys_marks_and_commands_run_from_the_left_in_a_page_from_the_right(tag: str) -> None:
    for form in Form:
        page = text(f"{form}-1.{tag}.html")
        assert page.count("<code") == page.count('<code dir="ltr">')
        for blank in ("$rules", "$mark"):
            assert f'<bdi dir="ltr">{blank}</bdi>' in page
        assert "pre { direction: ltr; text-align: left; }" in page
    assert "th, td { text-align: right;" in text(f"timeline-1.{tag}.html")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_paper_is_worth_nothing_in_the_words_of_another_language(tag: str) -> None:
    """The same proof in another page: somebody translated it, or wants it to say something else."""
    reporter = Reporter()
    data = reporter.signed(reporter.document(form=Form.CERTIFICATE, language=tag))
    assert read(data).language == tag
    other = reporter.signed(reporter.document(form=Form.CERTIFICATE, language=_after(tag)))
    proof = data[data.index(BEGIN) : data.index(END)]
    mixed = other[: other.index(BEGIN)] + proof + other[other.index(END) :].rstrip(b" ")
    with pytest.raises(AlteredError, match="says something else"):
        read(mixed.ljust(len(data)))


@pytest.mark.parametrize("tag", ["", "EN", "xx", "en.html", "../statements/words-1.en", "en\x00"])
def test_a_language_that_is_none_is_said_to_be_of_another_version(tag: str) -> None:
    reporter = Reporter()
    content = replace(reporter.document(form=Form.CERTIFICATE), language=tag).content
    signatures = [to_text(reporter.codes.statements(CASE).sign(content))]
    proof = canonical_json({"content": to_text(content), "signatures": signatures})
    page = reporter.certificate()
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    with pytest.raises(AlteredError, match="another version"):
        read(page[:begin] + proof + page[end:])


def _after(tag: str) -> str:
    return LANGUAGES[(LANGUAGES.index(tag) + 1) % len(LANGUAGES)]
