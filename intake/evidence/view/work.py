"""One view in the making: what was asked for, what was found so far, and the limits that end it. It knows no format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from PIL import Image

from intake.evidence.clean.job import Job
from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.types import Kind, detect
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


_LONG = 4_000
"""Characters of a block of lines."""


class FullError(Exception):
    """A limit of what is shown is met. What was found up to it is shown, with a note."""


def _is_drawn(data: bytes) -> bool:
    """Whether a picture of a document can be asked for."""
    try:
        return bool(data) and detect(data) in PICTURES
    except NotCleanableError:
        return False


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
    full: bool = False
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
        """Text whose line ends and spaces stay, in blocks that end at a line's end where they can. None when it is empty."""
        waiting: list[str] = []
        size = 0
        for line in text.strip("\r\n").splitlines(keepends=True) if text.strip() else ():
            for at in range(0, len(line), _LONG):
                piece = line[at : at + _LONG]
                if size + len(piece) > _LONG:
                    self._add(Block(Style.LINES, self._cut("".join(waiting)), label))
                    waiting, size = [], 0
                waiting.append(piece)
                size += len(piece)
        if waiting:
            self._add(Block(Style.LINES, self._cut("".join(waiting)), label))

    def table(self, rows: Sequence[Sequence[str]], label: Label | None = None) -> None:
        """A table. One that is too long is cut, and ends the view; one that is too wide is cut, and does not."""
        kept: list[tuple[str, ...]] = []
        for row in rows:
            self._rows -= 1
            self._cells -= min(len(row), MAX_COLUMNS + 1)
            if self._rows < 0 or self._cells < 0:
                self._full(Note.ROWS_CUT)
            if self.full:
                break
            if len(row) > MAX_COLUMNS + 1:
                self.note(Note.COLUMNS_CUT)
            kept.append(tuple(self._cut(cell) for cell in row[: MAX_COLUMNS + 1]))
        if kept:
            self._add(Block(Style.TABLE, "", label, rows=tuple(kept)))

    def picture_inside(self, name: str, data: bytes, text: str = "") -> None:
        """A picture of a document, at its place. One that can be drawn gets a number, the same one wherever it stands again."""
        part = 0
        if _is_drawn(data) and (name in self.inside or len(self.inside) < MAX_PARTS):
            self.inside.setdefault(name, data)
            part = self._numbers.setdefault(name, len(self.inside))
        self._add(Block(Style.PARAGRAPH, self._cut(text.strip()), Label.PICTURE, part=part))

    def _full(self, note: Note) -> None:
        self.note(note)
        self.full = True

    def _cut(self, text: str) -> str:
        """``text`` as it is shown, as far as there is room."""
        shown = legible(text[: MAX_TEXT + 1])
        if len(shown) > self._text:
            self._full(Note.TEXT_CUT)
            shown = shown[: self._text]
        self._text -= len(shown)
        return shown

    def _add(self, block: Block) -> None:
        self.blocks.append(block)
        if len(self.blocks) >= MAX_BLOCKS:
            self._full(Note.TEXT_CUT)
        if self.full:
            raise FullError
