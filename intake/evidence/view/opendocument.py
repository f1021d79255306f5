"""OpenDocument: text, sheets, slides and drawings as headings, paragraphs and tables; remarks, notes and what is hidden."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from intake.evidence.clean import package, xmltree
from intake.evidence.clean.job import damaged
from intake.evidence.clean.xmltree import local
from intake.evidence.view.ooxml import attribute, children
from intake.evidence.view.sheet import letters
from intake.evidence.view.work import Work
from intake.evidence.views import MAX_COLUMNS, MAX_ROWS, Label, Note, Shows

_AROUND = {"header": Label.HEADER, "header-left": Label.HEADER, "header-first": Label.HEADER, "footer": Label.FOOTER,
           "footer-left": Label.FOOTER, "footer-first": Label.FOOTER}  # fmt: skip
_MAX_SPACES = 100
_SHEETS_OWN = frozenset({"table-header-rows", "table-row-group", "table-rows"})
_ASIDE = frozenset(
    {"annotation", "note", "image", "tracked-changes", "text-box", "object", "object-ole", "desc", "title"}
)


def show(work: Work) -> Shows:
    """A document as text."""
    document = _Document(work)
    root = document.tree("content.xml")
    document.read_styles(root)
    for tag, one in children(root):
        if tag == "body":
            for kind, body in children(one):
                document.flow(body, sheets=kind == "spreadsheet")
    document.around()
    return Shows.TEXT


class _Document:
    """One document on its way into blocks."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.parts = package.read(work.data, work.job)
        self.hidden_styles: set[str] = set()
        self.slide = 0
        if any(name.startswith(("Basic/", "Scripts/")) for name in self.parts):
            work.note(Note.ACTIVE_LEFT_OUT)
        if any(name.startswith("Object ") for name in self.parts):
            work.note(Note.CHARTS_LEFT_OUT)
        if b"encryption-data" in self.parts.get("META-INF/manifest.xml", b""):
            damaged("encrypted opendocument")

    def tree(self, name: str) -> Any:
        """A part's root element. Raises NotCleanableError."""
        if name not in self.parts:
            damaged("opendocument part")
        return xmltree.parse(self.parts[name], self.work.job)

    def read_styles(self, root: Any) -> None:
        """Which styles of sheets and slides hide them."""
        for style in root.iter():
            if not isinstance(style.tag, str) or local(style.tag) != "style":
                continue
            for _, one in children(style):
                if attribute(one, "display") == "false" or attribute(one, "visibility") == "hidden":
                    self.hidden_styles.add(attribute(style, "name"))

    def around(self) -> None:
        """Headers and footers of every kind of page."""
        for one in self.tree("styles.xml").iter() if "styles.xml" in self.parts else ():
            if isinstance(one.tag, str) and local(one.tag) in _AROUND:
                self.work.paragraph(_flat(one), _AROUND[local(one.tag)])

    def flow(self, element: Any, mark: str = "", *, sheets: bool = False) -> None:
        """What stands one below the other."""
        for tag, one in children(element):
            if tag == "h":
                level = attribute(one, "outline-level")
                self.work.heading(_words(one), int(level) if level in set("123456") else 1)
                self._asides(one)
            elif tag == "p":
                text = _words(one)
                self.work.paragraph(f"{mark}{text}" if text.strip() else "")
                mark = ""
                self._asides(one)
            elif tag == "list-item":
                self.flow(one, "• ")
            elif tag == "table":
                self._table(one, sheet=sheets)
            elif tag == "page":
                self._page(one)
            elif tag in _ASIDE or tag == "notes":
                self._aside(tag, one)
            elif tag not in {"forms", "shapes", "table-source"} or sheets:
                self.flow(one, sheets=sheets and tag != "shapes")

    def _page(self, page: Any) -> None:
        self.slide += 1
        hidden = attribute(page, "style-name") in self.hidden_styles
        self.work.heading(str(self.slide), 1, Label.HIDDEN_SLIDE if hidden else Label.SLIDE)
        self.flow(page)

    def _asides(self, element: Any) -> None:
        """What hangs on a paragraph: pictures, remarks, notes, boxes with text."""
        for tag, one in children(element):
            if tag in _ASIDE:
                self._aside(tag, one)
            else:
                if tag in {"hidden-text", "hidden-paragraph"}:
                    self.work.paragraph(attribute(one, "string-value") or _words(one), Label.HIDDEN)
                self._asides(one)

    def _aside(self, tag: str, one: Any) -> None:
        if tag == "annotation":
            self.work.paragraph(_flat(one), Label.COMMENT)
        elif tag in {"note", "notes"}:
            self.work.paragraph(_flat(one), Label.FOOTNOTE if tag == "note" else Label.NOTE)
        elif tag == "tracked-changes":
            for change in one.iter():
                if isinstance(change.tag, str) and local(change.tag) == "deletion":
                    self.work.paragraph(_flat(change), Label.DELETED)
        elif tag == "text-box":
            self.flow(one)
        elif tag == "image":
            self._picture(one)

    def _picture(self, image: Any) -> None:
        target = attribute(image, "href")
        name = posixpath.normpath(target) if target else ""
        if name not in self.parts:
            if target:
                self.work.note(Note.REMOTE_LEFT_OUT)
            return
        frame = image.getparent()
        words = [_flat(one) or (one.text or "") for tag, one in children(frame) if tag in {"desc", "title"}]
        self.work.picture_inside(name, self.parts[name], " ".join(words))

    def _table(self, table: Any, *, sheet: bool) -> None:
        if sheet:
            hidden = attribute(table, "style-name") in self.hidden_styles
            self.work.heading(attribute(table, "name"), 1, Label.HIDDEN_SHEET if hidden else Label.SHEET)
        rows = list(self._rows(table))
        width = max((len(cells) for _, cells in rows), default=0)
        if sheet and width:
            self.work.table(
                [["", *map(letters, range(width))], *([str(number), *cells] for number, cells in rows)]
            )
        elif width:
            self.work.table([cells for _, cells in rows])
        self._cells_asides(table)

    def _cells_asides(self, element: Any) -> None:
        for tag, one in children(element):
            if tag == "p":
                self._asides(one)
            elif tag in _ASIDE:
                self._aside(tag, one)
            else:
                self._cells_asides(one)

    def _rows(self, table: Any) -> Iterator[tuple[int, list[str]]]:
        """Rows that have something in them, by their number; one that is repeated is there as often, within the limit."""
        number = 0
        for row in _table_rows(table):
            cells = self._cells(row)
            times = _times(row, "number-rows-repeated")
            for repeat in range(min(times, MAX_ROWS + 1) if any(cells) else 0):
                yield number + 1 + repeat, cells
            number += times

    def _cells(self, row: Any) -> list[str]:
        cells: list[str] = []
        for tag, cell in children(row):
            if tag not in {"table-cell", "covered-table-cell"}:
                continue
            text = _cell(cell)
            times = _times(cell, "number-columns-repeated")
            if text and len(cells) + times > MAX_COLUMNS:
                self.work.note(Note.COLUMNS_CUT)
            cells += [text] * min(times, MAX_COLUMNS + 1 - len(cells))
        while cells and not cells[-1]:
            cells.pop()
        return cells


def _table_rows(table: Any) -> Iterator[Any]:
    for tag, one in children(table):
        if tag == "table-row":
            yield one
        elif tag in _SHEETS_OWN:
            yield from _table_rows(one)


def _cell(cell: Any) -> str:
    """A cell's paragraphs, lists and tables, one below the other."""
    found = [_words(one) if name in {"p", "h"} else _flat(one) for name, one in children(cell)
             if name in {"p", "h", "list", "table", "section"}]  # fmt: skip
    return "\n".join(found)


def _times(element: Any, name: str) -> int:
    said = attribute(element, name)
    return int(said) if said.isascii() and said.isdigit() and 0 < len(said) < 8 and int(said) else 1


def _flat(element: Any) -> str:
    """The paragraphs inside, at any depth."""
    found = []
    for tag, one in children(element):
        text = _words(one) if tag in {"p", "h"} else "" if tag in {"creator", "date"} else _flat(one)
        if text.strip():
            found.append(text)
    return "\n".join(found)


def _words(paragraph: Any) -> str:
    parts: list[str] = []
    _collect(paragraph, parts)
    return "".join(parts)


def _collect(element: Any, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        tag = local(child.tag) if isinstance(child.tag, str) else ""
        if tag == "s":
            count = attribute(child, "c")
            parts.append(
                " "
                * min(
                    int(count) if count.isascii() and count.isdigit() and len(count) < 9 else 1, _MAX_SPACES
                )
            )
        elif tag == "tab":
            parts.append("\t")
        elif tag == "line-break":
            parts.append("\n")
        elif tag and tag not in _ASIDE and tag not in {"hidden-text", "hidden-paragraph", "frame"}:
            _collect(child, parts)
        parts.append(child.tail or "")
