"""One view in the making: what was asked for, what was found so far, and the limits that end it. It knows no format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from PIL import Image

from intake.evidence.clean.job import Job
from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.types import Kind
from intake.evidence.views import (
    MAX_BLOCKS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_ROWS,
    MAX_TEXT,
    Block,
    Fact,
    Label,
    Note,
    Style,
    legible,
)

PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.GIF, Kind.WEBP, Kind.TIFF, Kind.HEIF})
"""Kinds that are drawn, alone or inside of a document."""


class FullError(Exception):
    """A limit of what is shown is met. What was found up to it is shown, with a note."""


def _no_nesting(_job: Job, _data: bytes) -> NoReturn:
    raise NotCleanableError(Reason.TOO_DEEP)


@dataclass(slots=True)
class Work:
    """``part`` is the page that was asked for. Raises of its methods: FullError."""

    data: bytes
    kind: Kind
    part: int | None
    job: Job = field(default_factory=lambda: Job(frozenset(), _no_nesting))
    count: int = 0
    picture: Image.Image | None = None
    blocks: list[Block] = field(default_factory=list)
    notes: dict[Note, None] = field(default_factory=dict)
    facts: dict[Fact, int] = field(default_factory=dict)
    inside: dict[str, bytes] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _text: int = MAX_TEXT
    _rows: int = MAX_ROWS
    _cells: int = MAX_CELLS

    def note(self, note: Note) -> None:
        """Say something once."""
        self.notes.setdefault(note)

    def heading(self, text: str, level: int = 1, label: Label | None = None) -> None:
        """A heading; one without words is left out unless its label says something."""
        if text.strip() or label:
            self._add(Block(Style.HEADING, self._cut(text.strip()), label, max(1, min(level, 6))))

    def paragraph(self, text: str, label: Label | None = None) -> None:
        """A paragraph, unless it is empty."""
        if text.strip():
            self._add(Block(Style.PARAGRAPH, self._cut(text.strip("\n")), label))

    def lines(self, text: str, label: Label | None = None) -> None:
        """Text whose line ends and spaces stay, unless it is empty."""
        if text.strip():
            self._add(Block(Style.LINES, self._cut(text.strip("\r\n")), label))

    def table(self, rows: Sequence[Sequence[str]], label: Label | None = None) -> None:
        """A table. One that is too long is cut, and ends the view; one that is too wide is cut, and does not."""
        kept: list[tuple[str, ...]] = []
        try:
            for row in rows:
                kept.append(self._row(row))
        finally:
            if kept:
                self._add(Block(Style.TABLE, "", label, rows=tuple(kept)))

    def picture_inside(self, name: str, data: bytes, *, drawn: bool, text: str = "") -> None:
        """A picture of a document, at its place. One that can be drawn gets a number, the same one wherever it stands again."""
        part = 0
        if drawn and (name in self.inside or len(self.inside) < MAX_PARTS):
            self.inside.setdefault(name, data)
            part = self._numbers.setdefault(name, len(self.inside))
        self._add(Block(Style.PARAGRAPH, self._cut(text.strip()), Label.PICTURE, part=part))

    def _row(self, row: Sequence[str]) -> tuple[str, ...]:
        if len(row) > MAX_COLUMNS + 1:
            self.note(Note.COLUMNS_CUT)
            row = row[: MAX_COLUMNS + 1]
        self._rows -= 1
        self._cells -= len(row)
        if self._rows < 0 or self._cells < 0:
            self.note(Note.ROWS_CUT)
            raise FullError
        return tuple(self._cut(cell) for cell in row)

    def _cut(self, text: str) -> str:
        """``text`` as it is shown. The one that meets the limit is left out: half a sentence may say something else."""
        shown = legible(text[: MAX_TEXT + 1])
        if len(shown) > self._text:
            self.note(Note.TEXT_CUT)
            if self.blocks or self._text < MAX_TEXT:
                raise FullError
            shown = shown[: self._text]
        self._text -= len(shown)
        return shown

    def _add(self, block: Block) -> None:
        if len(self.blocks) >= MAX_BLOCKS - 1:
            self.note(Note.TEXT_CUT)
            raise FullError
        self.blocks.append(block)
