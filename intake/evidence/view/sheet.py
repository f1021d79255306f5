"""Spreadsheets: each sheet's cells as they were last calculated, days as days. Nothing is calculated."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from intake.evidence.view.ooxml import Package, below, children, show_comments
from intake.evidence.view.work import Work
from intake.evidence.views import MAX_COLUMNS, Label, Note, Shows

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_DATE_FORMATS = frozenset(
    {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
)  # ECMA-376, 18.8.30
_NO_DATE = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.|general', re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_DAYS = 2_958_466
"""To the end of the year 9999."""


def show(work: Work) -> Shows:
    """A spreadsheet as tables."""
    package = Package(work)
    book = _Book(package)
    for sheet in below(package.tree(package.main), "sheet"):
        book.sheet(sheet)
    return Shows.TEXT


class _Book:
    """What the sheets share: strings, and which styles of cells are dates."""

    def __init__(self, package: Package) -> None:
        self.package, self.work = package, package.work
        main = package.tree(package.main)
        first_day = any(one.get("date1904") in {"1", "true"} for one in below(main, "workbookPr"))
        self.day_zero = datetime(1904, 1, 1) if first_day else datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's days have no zone
        self.targets = {
            one.id: one.target for one in package.relationships(package.main) if one.kind == "worksheet"
        }
        self.strings = [
            _string(one)
            for root in package.related(package.main, "sharedStrings")
            for one in below(root, "si")
        ]
        self.dates = {index for root in package.related(package.main, "styles") for index in _dated(root)}

    def sheet(self, sheet: Any) -> None:
        """A sheet's name and cells, what is remarked on them, and its pictures."""
        hidden = sheet.get("state", "visible") != "visible"
        target = self.targets.get(_relationship(sheet), "")
        self.work.heading(sheet.get("name", ""), 1, Label.HIDDEN_SHEET if hidden else Label.SHEET)
        if target not in self.package.parts:
            self.work.note(Note.CHARTS_LEFT_OUT)  # a sheet that is one chart
            return
        rows = list(self._rows(self.package.tree(target)))
        if rows:
            width = max(len(cells) for _, cells in rows)
            self.work.table(
                [["", *map(letters, range(width))], *([str(number), *cells] for number, cells in rows)]
            )
        for root in self.package.related(target, "comments", "threadedComment"):
            show_comments(self.work, root)
        for one in self.package.relationships(target):
            if one.kind == "drawing" and one.target in self.package.parts:
                for picture in below(self.package.tree(one.target), "pic"):
                    self.package.picture(one.target, picture)

    def _rows(self, root: Any) -> Iterator[tuple[int, list[str]]]:
        """Rows that have something in them, by their number."""
        number = 0
        for data in below(root, "sheetData"):
            for row in below(data, "row"):
                said = row.get("r", "")
                number = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else number + 1
                cells = self._cells(row)
                if any(cells):
                    yield number, cells

    def _cells(self, row: Any) -> list[str]:
        cells: list[str] = []
        for cell in below(row, "c"):
            found = _REFERENCE.fullmatch(cell.get("r", ""))
            column = _column(found[1]) if found else len(cells)
            if column > MAX_COLUMNS:
                self.work.note(Note.COLUMNS_CUT)
                break
            if column >= len(cells):
                cells += [""] * (column + 1 - len(cells))
            cells[column] = self._value(cell)
        while cells and not cells[-1]:
            cells.pop()
        return cells

    def _value(self, cell: Any) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(_string(one) for one in below(cell, "is"))
        value = next((one.text or "" for one in below(cell, "v")), "")
        if not value:
            return "".join(f"={one.text}" for one in below(cell, "f") if one.text)
        if kind == "s":
            index = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
            return self.strings[index] if 0 <= index < len(self.strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "n" and cell.get("s", "") in self.dates:
            return self._day(value)
        return value

    def _day(self, value: str) -> str:
        try:
            days = float(value)
        except ValueError:
            return value
        if not math.isfinite(days) or not 0 <= days < _DAYS:
            return value
        if days < 1:
            return str(timedelta(seconds=round(days * 86_400)))
        try:
            moment = self.day_zero + timedelta(seconds=round(days * 86_400))
        except OverflowError:
            return value
        return moment.date().isoformat() if days == int(days) else moment.isoformat(sep=" ")


def letters(column: int) -> str:
    """A column's name: A for 0, AA for 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _column(name: str) -> int:
    column = 0
    for one in name:
        column = column * 26 + ord(one) - 64
    return column - 1


def _relationship(sheet: Any) -> str:
    return next((str(value) for key, value in sheet.attrib.items() if key.endswith("}id")), "")


def _string(item: Any) -> str:
    """A string, its parts put together; what only says how it is read aloud is left out."""
    found = []
    for tag, one in children(item):
        if tag == "t":
            found.append(one.text or "")
        elif tag == "r":
            found += [each.text or "" for name, each in children(one) if name == "t"]
    return "".join(found)


def _dated(root: Any) -> Iterator[str]:
    """Numbers of the cell styles that show a number as a day or a time."""
    own = {one.get("numFmtId", ""): one.get("formatCode", "") for one in below(root, "numFmt")}
    for styles in below(root, "cellXfs"):
        for index, one in enumerate(below(styles, "xf")):
            id_ = one.get("numFmtId", "0")
            if id_ in own:
                dated = bool(_DATE.search(_NO_DATE.sub("", own[id_])))
            else:
                dated = id_.isascii() and id_.isdigit() and len(id_) < 6 and int(id_) in _DATE_FORMATS
            if dated:
                yield str(index)
