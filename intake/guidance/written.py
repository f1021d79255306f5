"""One guidance page, from what a person wrote in Markdown: its title, its body as safe markup, and what is not shown as typed.

It knows no file. The dialect is CommonMark without raw HTML, pictures, code and reference links: whoever writes it is no
programmer, and a line that begins with four spaces is a paragraph to them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from intake.richtext import RichTextError, may_lead_to, reduce

MAX_BYTES = 16 * 1024  # of one page as it was typed
MAX_BODY = 20 * 1024
"""Bytes of its markup: with everything around it, in any language, the page is as long as every other page of the portal."""
MAX_TITLE = 80  # characters
_DEEPEST = 12
"""Levels of lists and quotations in each other, a list being two. The reader of Markdown drops what is deeper than twenty."""
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They could show a telephone number backwards. The marks U+200E and U+200F, which right-to-left writers use, cannot."""
_MARKUP = re.compile(r"<[A-Za-z/!?]")
_TABLE = re.compile(r"\|\s*:?-{3,}")


class FaultyPageError(Exception):
    """This page is not shown. The text says what to do; ``line`` (from 1) where, when it is about a line."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.line = line


@dataclass(frozen=True, slots=True)
class Marks:
    """What is added to a link in the page's language, so that nobody gives themselves away by following it."""

    web: str = ""
    mail: str = ""
    call: str = ""

    def of(self, address: str) -> str:
        """The words for a link to ``address``; none for a page of this site."""
        if address.startswith("/"):
            return ""
        return {"mailto": self.mail, "tel": self.call}.get(address.partition(":")[0], self.web)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is shown otherwise than it was typed."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Written:
    """A page as it is shown."""

    title: str
    body: Markup
    notes: tuple[Note, ...]
    own_links: tuple[tuple[int, str], ...]
    """Line and address of each link to a page of this site."""


def read_page(raw: bytes, marks: Marks) -> Written:
    """The page that ``raw`` is. Raises FaultyPageError, before any work when it is too large or no text."""
    tokens = _parser().parse(_text(raw))
    deepest = max(tokens, key=_level, default=None)
    if deepest is not None and _level(deepest) >= _DEEPEST:
        raise FaultyPageError(
            "lists, quotations or emphasis stand too deep in each other here; make it flatter", _line(deepest)
        )
    title = _title(tokens)
    body = _Body(marks)
    rest = body.shown(tokens[3:])
    if not rest:
        raise FaultyPageError("there is nothing below the title; write the page, or take the file away")
    try:
        markup = reduce(str(_parser().renderer.render(rest, _parser().options, {})))
    except RichTextError as error:
        raise FaultyPageError(str(error)) from None
    if len(markup.encode()) > MAX_BODY:
        raise FaultyPageError(f"as a page it has more than {MAX_BODY // 1024} KiB; make two pages of it")
    return Written(title, markup, tuple(body.notes), tuple(body.own_links))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})
    parser.disable(["code", "fence", "backticks", "reference"])
    # Every link is looked at below, where it can be said which one is not shown, and why.
    parser.validateLink = _taken  # type: ignore[method-assign]  # the library's own way
    return parser


def _taken(url: str) -> bool:
    return True


def _text(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise FaultyPageError(f"the file has more than {MAX_BYTES // 1024} KiB; make two pages of it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = raw[: error.start].count(b"\n") + 1
        raise FaultyPageError("this is not UTF-8; save the file as UTF-8", place) from None
    text = text.replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if any(sign in _DIRECTIONS or (unicodedata.category(sign) == "Cc" and sign != "\t") for sign in line):
            raise FaultyPageError(
                "an unseen sign stands here that could show words in another order; type the line anew",
                number,
            )
    return text


def _title(tokens: Sequence[Token]) -> str:
    if not tokens or tokens[0].type != "heading_open" or tokens[0].tag != "h1":
        raise FaultyPageError('the page has no title; begin with a line such as "# Whom you can call"', 1)
    words = "".join(each.content if each.type == "text" else " " for each in tokens[1].children or ())
    title = " ".join(words.split())
    if not title or len(title) > MAX_TITLE:
        raise FaultyPageError(f"a title has 1 to {MAX_TITLE} characters", _line(tokens[0]))
    return title


def _level(token: Token) -> int:
    return max([token.level, *(child.level for child in token.children or ())])


def _line(token: Token) -> int:
    return 1 if token.map is None else token.map[0] + 1


class _Body:
    """Goes through a page's tokens once and changes what is not shown as it was typed."""

    def __init__(self, marks: Marks) -> None:
        self.notes: list[Note] = []
        self.own_links: list[tuple[int, str]] = []
        self._marks = marks
        self._heading = 1
        self._line = 1

    def shown(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens to render."""
        kept: list[Token] = []
        above = self._heading
        for token in tokens:
            self._line = self._line if token.map is None else _line(token)
            if token.type == "heading_open":
                above = self._heading
                self._shift(token)
            elif token.type == "heading_close":
                token.tag = f"h{self._heading}"
            elif token.type == "inline":
                token.children = self._inline(token.children or [])
            kept.append(token)
            if token.type == "heading_close" and not _says_something(kept[-2].children or []):
                del kept[-3:]
                self._heading = above
        return kept

    def _shift(self, token: Token) -> None:
        # No level is left out: a screen reader's list of headings is a tree.
        wanted = _HEADINGS[token.tag]
        if token.tag == "h1":
            self._note(
                "only the title is a heading of the first level; this one is shown as one of the second"
            )
        self._heading = min(wanted, self._heading + 1)
        token.tag = f"h{self._heading}"

    def _inline(self, children: Sequence[Token]) -> list[Token]:
        kept: list[Token] = []
        begun: list[tuple[str, int]] = []
        for token in children:
            if token.type == "image":
                self._note("a picture is not shown, only its description")
                kept.append(_plain(token.content))
            elif token.type == "link_open":
                begun.append((str(token.attrGet("href") or ""), len(kept)))
            elif token.type == "link_close":
                address, place = begun.pop()
                kept[place:] = self._link(address, kept[place:])
            else:
                self._look_at(token)
                kept.append(token)
        return kept

    def _link(self, address: str, words: list[Token]) -> list[Token]:
        if not may_lead_to(address):
            self._note(
                "this link is not shown as one; links begin with https://, http://, mailto: or tel:,"
                " or with / for a page of this site"
            )
            return words
        if not _says_something(words):
            self._note("a link without words is not shown; say what it leads to")
            return words
        if address.startswith("/"):
            self.own_links.append((self._line, address))
        mark = self._marks.of(address)
        # What the link says is isolated: a number, or a name in another script, does not turn what stands around it.
        return [
            Token("link_open", "a", 1, attrs={"href": address}),
            Token("bdi_open", "bdi", 1),
            *words,
            Token("bdi_close", "bdi", -1),
            *([_plain(f" ({mark})")] if mark else []),
            Token("link_close", "a", -1),
        ]

    def _look_at(self, token: Token) -> None:
        if token.type == "text" and _MARKUP.search(token.content):
            self._note("HTML is shown as it was typed; use Markdown")
        if token.type == "text" and _TABLE.search(token.content):
            self._note("a table is shown as it was typed; use a list, which fits a telephone")

    def _note(self, words: str) -> None:
        self.notes.append(Note(self._line, words))


def _says_something(tokens: Sequence[Token]) -> bool:
    return any(token.content.strip() for token in tokens)


def _plain(text: str) -> Token:
    token = Token("text", "", 0)
    token.content = text
    return token
