"""Somebody who may write a page for reporters tries to make it do, load or hide something. What is left is on the list."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from markupsafe import Markup

from intake.guidance.written import MAX_BYTES, FaultyPageError, Marks, read_page
from intake.richtext import (
    ATTRIBUTES,
    MAX_HTML,
    MAX_TAGS,
    RELATION,
    TAGS,
    RichTextError,
    may_lead_to,
    reduce,
)

CORPUS = Path(__file__).parents[1] / "corpora" / "richtext" / "hostile.html.txt"
HOSTILE = CORPUS.read_text(encoding="utf-8").splitlines()
PIECES = [
    *HOSTILE, "<p>", "</p>", "<b>", "<svg>", "<math>", "<style>", "</style>", "<!--", "-->", "<a href='", "'>", '"', "<", ">",
    "&", "&#", ";", "\0", "\n", "]]>", "<table>", "<mglyph>", "<mtext>", "<title>", "</title>", "\u2028", "`", "=", "/", "text",
]  # fmt: skip
MARKS = Marks(web="leaves", mail="shows", call="rings")


class Walker(HTMLParser):
    """Goes through markup and holds everything that is not on the list."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.strange: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.strange.append(tag)
        for name, value in attrs:
            known = name in ATTRIBUTES.get(tag, ()) or (tag, name, value) == ("a", "rel", RELATION)
            if not known or (name == "href" and not may_lead_to(value or "")):
                self.strange.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        self.strange.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.strange.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.strange.append(f"instruction {data}")


def strange_in(markup: str) -> list[str]:
    """What a reader of HTML finds in it that is not on the list."""
    walker = Walker()
    walker.feed(f"{markup} ")
    walker.close()
    return walker.strange


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_is_left_that_could_act_load_or_mislead(text: str) -> None:
    left = reduce(text)
    assert isinstance(left, Markup)
    assert strange_in(left) == []
    # A browser writes markup out and reads it again in its own way: that must not bring anything back.
    again = "".join(
        lxml_html.tostring(part, encoding="unicode")
        for part in lxml_html.fragments_fromstring(f"<p>x</p>{left}")
    )
    assert strange_in(again) == []
    assert reduce(left) == left


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join))
def test_no_mixture_of_them_gets_through_and_reading_twice_changes_nothing(text: str) -> None:
    left = reduce(text)
    assert strange_in(left) == []
    assert reduce(left) == left


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES) | st.sampled_from(["](", "[", ")", "![", "**", "> ", "- ", "\n\n", "# "]),
        max_size=12,
    )
)
def test_a_page_in_markdown_holds_nothing_but_what_is_on_the_list(pieces: list[str]) -> None:
    typed = "# Title\n\n" + "".join(pieces)
    try:
        page = read_page(typed.encode(), MARKS)
    except FaultyPageError:
        return
    assert strange_in(page.body) == []
    assert "<h1" not in page.body


def test_what_is_typed_as_html_is_shown_as_it_was_typed_and_said() -> None:
    page = read_page(b"# A\n\nSee <script>alert(1)</script>\n", MARKS)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.body
    assert [(note.line, "HTML is shown as it was typed" in note.words) for note in page.notes] == [(3, True)]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//evil.example", "/\\evil.example", "https:evil.example",
        "https://portal.example@evil.example/", "https://portal.example%40evil.example/", "http://", "ftp://x.example/",
        "mailto:a@b.example?bcc=c@d.example", "mailto:", "tel:", "tel:*31#", "https://x.example/\n", "https://x.example/ä",
        "/Report", "/report?x=1", "report", "#x", "", "https://x.example/" + "a" * 500, "https://x.example:99999/",
    ],
)  # fmt: skip
def test_no_link_leads_where_its_reader_would_not_expect(address: str) -> None:
    assert not may_lead_to(address)
    assert "href" not in reduce(f'<a href="{address}">x</a>')


def test_links_that_are_what_they_say_stay() -> None:
    for address in (
        "https://union.example/help?a=1&b=2#c", "http://union.example:8080/", "mailto:help@union.example", "tel:+33-1-23-45",
        "/report", "/", "/guidance/whom-to-call", "http://" + "a" * 56 + ".onion/",
    ):  # fmt: skip
        assert may_lead_to(address)
        left = reduce(f'<a href="{Markup.escape(address)}">x</a>')
        assert f'rel="{RELATION}"' in left
        assert "href=" in left


@pytest.mark.parametrize(
    "text", ["<" * (MAX_TAGS + 1), "<p>" * (MAX_TAGS + 1), "x" * (MAX_HTML + 1), "<a><b>" * MAX_TAGS]
)
def test_more_than_is_read_is_refused_before_any_work(text: str) -> None:
    with pytest.raises(RichTextError):
        reduce(text)


@pytest.mark.parametrize(
    "piece", ["<b>", "<a href=/><p>", "<blockquote>", "<table><b>", "<svg>", "<math><mi>", "</p>", "<li>"]
)
def test_deep_nests_are_unravelled_without_breaking(piece: str) -> None:
    text = piece * min(MAX_TAGS // piece.count("<"), MAX_HTML // len(piece))
    assert strange_in(reduce(text)) == []


@pytest.mark.parametrize("text", [">" * 3000 + "x", "- " * 3000 + "x", "*" * 3000 + "x" + "*" * 3000])
def test_a_page_that_stands_too_deep_in_itself_is_left_out_with_its_line(text: str) -> None:
    with pytest.raises(FaultyPageError, match="too deep") as fault:
        read_page(f"# A\n\n{text}".encode(), MARKS)
    assert fault.value.line == 3


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"# A\n\n" + b"x" * MAX_BYTES, "more than 16 KiB"),
        ("# A\n\n+33 1 \u202e98 76\n".encode(), "unseen sign"),
        ("# A\n\n\u2067x\n".encode(), "unseen sign"),
        (b"# A\n\nx\x1b[2J\n", "unseen sign"),
        (b"# A\n\ncaf\xe9\n", "not UTF-8"),
        (b"# A\n\n" + b"[x](/y)" * 1500, "marks|more than 20 KiB"),
    ],
)
def test_a_page_that_shows_other_than_it_holds_or_too_much_is_left_out(raw: bytes, words: str) -> None:
    with pytest.raises(FaultyPageError, match=words):
        read_page(raw, MARKS)
