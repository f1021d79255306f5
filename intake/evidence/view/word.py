"""Word documents: headings, paragraphs and tables in their order; headers, remarks, notes and hidden words by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from intake.evidence.view.ooxml import Package, attribute, below, children
from intake.evidence.view.work import Work
from intake.evidence.views import Label, Shows

_HEADING = re.compile(r"heading ?([1-9])", re.IGNORECASE)
_CONTAINERS = frozenset({"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"})
_GONE = frozenset({"del", "moveFrom"})
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": "▪"}
"""What stands for a character; ``sym`` is one of a font of signs, a ticked box perhaps."""
_NO_NOTES = frozenset({"separator", "continuationSeparator", "continuationNotice"})


def show(work: Work) -> Shows:
    """A Word document as text."""
    _Document(Package(work)).show()
    return Shows.TEXT


class _Document:
    """One document on its way into blocks."""

    def __init__(self, package: Package) -> None:
        self.package, self.work = package, package.work
        self.levels = dict(self._levels())

    def show(self) -> None:
        """The body, and what stands around it."""
        main = self.package.main
        for body in below(self.package.tree(main), "body"):
            self._body(main, body)
        for kind, label in (("header", Label.HEADER), ("footer", Label.FOOTER)):
            for root in self.package.related(main, kind):
                self.work.paragraph(self._flat(root), label)
        for root in self.package.related(main, "footnotes", "endnotes"):
            for tag, note in children(root):
                if tag in {"footnote", "endnote"} and attribute(note, "type") not in _NO_NOTES:
                    self.work.paragraph(f"[{attribute(note, 'id')}] {self._flat(note)}", Label.FOOTNOTE)
        for root in self.package.related(main, "comments"):
            for comment in below(root, "comment"):
                self.work.paragraph(f"[#{attribute(comment, 'id')}] {self._flat(comment)}", Label.COMMENT)

    def _levels(self) -> Iterator[tuple[str, int]]:
        """Which styles are headings: by the name that is the same in every language."""
        for root in self.package.related(self.package.main, "styles"):
            for style in below(root, "style"):
                name = next((attribute(one, "val") for tag, one in children(style) if tag == "name"), "")
                found = _HEADING.fullmatch(name)
                if found or name.lower() == "title":
                    yield attribute(style, "styleId"), min(int(found[1]), 6) if found else 1

    def _body(self, part: str, element: Any) -> None:
        for tag, one in children(element):
            if tag == "p":
                self._paragraph(part, one)
            elif tag == "tbl":
                self._table(part, one)
            elif tag in _CONTAINERS or tag == "txbxContent":
                self._body(part, one)

    def _paragraph(self, part: str, element: Any) -> None:
        words = _Words()
        words.read(element)
        style, listed = "", False
        for tag, one in children(element):
            if tag == "pPr":
                style = next((attribute(each, "val") for name, each in children(one) if name == "pStyle"), "")
                listed = any(name == "numPr" for name, _ in children(one))
        text = "".join(words.shown)
        if style in self.levels:
            self.work.heading(text, self.levels[style])
        else:
            self.work.paragraph(f"• {text}" if listed and text.strip() else text)
        self.work.paragraph("".join(words.hidden), Label.HIDDEN)
        self.work.paragraph("".join(words.deleted), Label.DELETED)
        for one in words.drawings:
            self.package.picture(part, one)
            for box in below(one, "txbxContent"):
                self._body(part, box)

    def _table(self, part: str, table: Any) -> None:
        rows = [[self._cell(cell) for cell in below(row, "tc")] for row in below(table, "tr")]
        self.work.table(rows)
        for paragraph in below(table, "p"):
            words = _Words()
            words.read(paragraph)
            self.work.paragraph("".join(words.hidden), Label.HIDDEN)
            self.work.paragraph("".join(words.deleted), Label.DELETED)
            for one in words.drawings:
                self.package.picture(part, one)

    def _cell(self, cell: Any) -> str:
        return "\n".join(_plain(paragraph) for paragraph in below(cell, "p"))

    def _flat(self, root: Any) -> str:
        return "\n".join(text for text in (_plain(one) for one in below(root, "p")) if text.strip())


def _plain(paragraph: Any) -> str:
    words = _Words()
    words.read(paragraph)
    return "".join(words.shown) + "".join(words.hidden)


class _Words:
    """What runs say, and what they show."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.hidden: list[str] = []
        self.deleted: list[str] = []
        self.drawings: list[Any] = []

    def read(self, element: Any, *, gone: bool = False) -> None:
        """Runs at any depth, in their order."""
        for tag, one in children(element):
            if tag == "r":
                self._run(one, self.deleted if gone else self.hidden if _is_hidden(one) else self.shown)
            elif tag not in {"pPr", "tbl"}:
                self.read(one, gone=gone or tag in _GONE)

    def _run(self, run: Any, to: list[str]) -> None:
        for tag, one in children(run):
            if tag in {"t", "delText"}:
                to.append(one.text or "")
            elif tag in _SIGNS:
                to.append(_SIGNS[tag])
            elif tag in {"footnoteReference", "endnoteReference"}:
                to.append(f"[{attribute(one, 'id')}]")
            elif tag == "ruby":
                self.read(one)
            elif tag == "commentReference":
                to.append(f"[#{attribute(one, 'id')}]")
            elif tag in {"drawing", "pict", "object"}:
                self.drawings.append(one)


def _is_hidden(run: Any) -> bool:
    for tag, one in children(run):
        if tag == "rPr":
            return any(name in {"vanish", "webHidden"} and attribute(each, "val") not in {"0", "false", "off"}
                       for name, each in children(one))  # fmt: skip
    return False
