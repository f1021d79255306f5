"""What an officer sees of a file: pictures made of pixels, text as plain data, or why there is nothing to see.

Values and their limits, on both sides of the sandbox. What comes out of it is read by ``read`` and ``read_blocks`` alone, which
believe nothing. Codes are in this module, words in ``words``. It knows no format.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.types import Kind

MAX_PARTS = 10_000
"""Pages that can be asked for."""
MAX_WIDTH, MAX_HEIGHT = 1_600, 8_000
"""Pixels of a picture as it is shown. A long screenshot is as wide as a page and many times as high."""
MAX_TEXT = 200_000
"""Characters of all blocks together."""
MAX_BLOCKS = 20_000
MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 5_000, 200, 100_000
MAX_BODY = 8 * 1024 * 1024
"""Bytes of all blocks as the sandbox sends them."""


class Shows(StrEnum):
    """What a view consists of."""

    PICTURES = "pictures"
    TEXT = "text"
    NONE = "none"


class Style(StrEnum):
    """How a block is set: ``lines`` keeps its line ends and spaces."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LINES = "lines"
    TABLE = "table"


class Label(StrEnum):
    """What a block is, where its text alone does not say so."""

    SLIDE = "slide"
    HIDDEN_SLIDE = "hidden_slide"
    SHEET = "sheet"
    HIDDEN_SHEET = "hidden_sheet"
    COMMENT = "comment"
    NOTE = "note"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    DELETED = "deleted"
    HIDDEN = "hidden"
    PICTURE = "picture"
    FROM = "from"
    TO = "to"
    COPY_TO = "copy_to"
    SUBJECT = "subject"
    DATE = "date"
    ATTACHMENTS = "attachments"
    FILES = "files"
    PAGE_TEXT = "page_text"


class Note(StrEnum):
    """What a view leaves out or changes."""

    TEXT_CUT = "text_cut"
    ROWS_CUT = "rows_cut"
    COLUMNS_CUT = "columns_cut"
    PARTS_CUT = "parts_cut"
    SMALLER = "smaller"
    FIRST_FRAME = "first_frame"
    REMOTE_LEFT_OUT = "remote_left_out"
    ACTIVE_LEFT_OUT = "active_left_out"
    FILES_INSIDE = "files_inside"
    DRAWING_AS_TEXT = "drawing_as_text"
    CHARTS_LEFT_OUT = "charts_left_out"
    FILES_LOCKED = "files_locked"


class Fact(StrEnum):
    """Numbers about a file: whole ones."""

    WIDTH = "width"
    HEIGHT = "height"
    FRAMES = "frames"
    SECONDS = "seconds"
    SAMPLE_RATE = "sample_rate"
    CHANNELS = "channels"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text. ``level``: 1 to 6, of a heading. ``part``: a picture to ask for. ``rows``: the cells of a table."""

    style: Style
    text: str = ""
    label: Label | None = None
    level: int = 0
    part: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, coded on this side of the sandbox from pixels: ``image/png`` or ``image/jpeg``."""

    media_type: str
    width: int
    height: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class View:
    """What can be shown. ``kind`` is the value of a ``types.Kind``, empty when not even that is known.

    ``pictures``: ``count`` pages; ``picture`` is the page ``part`` that was asked for, and ``blocks`` the words on it if it
    has any as text. ``text``: ``blocks``, and ``count`` pictures inside that can be asked for. ``none``: ``reason``.
    """

    shows: Shows
    kind: str = ""
    count: int = 0
    part: int | None = None
    picture: Picture | None = None
    blocks: tuple[Block, ...] = ()
    notes: tuple[Note, ...] = ()
    facts: Mapping[Fact, int] = field(default_factory=dict)
    reason: Reason | None = None


_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPECIAL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e"
                      "\u2060-\u206f\u115f\u1160\u3164\uffa0\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe"
                      "\uffff\U000e0000-\U000e0fff]")  # fmt: skip
_JOINERS = frozenset("\xad\u200c\u200d")  # soft hyphens, and what letters of many scripts are joined with
_PICTURES_OF_CONTROLS = 0x2400


def legible(text: str) -> str:
    """``text`` with every character that nobody sees, or that turns others around, written out: as ``⟨U+202E⟩``."""
    return _SPECIAL.sub(_written_out, _BREAKS.sub("\n", text))


def is_legible(text: str) -> bool:
    """Whether ``legible`` would leave it as it is."""
    return not any(one not in _JOINERS for one in _SPECIAL.findall(text)) and not _BREAKS.search(text)


def _written_out(match: re.Match[str]) -> str:
    one = match.group()
    if one in _JOINERS:
        return one
    if one < " ":
        return chr(_PICTURES_OF_CONTROLS + ord(one))
    if unicodedata.category(one) == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return f"⟨U+{ord(one):04X}⟩"


def write_blocks(blocks: list[Block]) -> bytes:
    """Blocks as the sandbox sends them."""
    rows = [[one.style, one.label, one.level, one.part, one.text, one.rows] for one in blocks]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def read(header: Mapping[str, Any]) -> View:
    """The view that a header announces, without what follows. Raises NotCleanableError when it is nonsense."""
    try:
        kind = Kind(header["kind"]).value if header["kind"] else ""
        shows, part = Shows(header["shows"]), header["part"]
        count = _number(header["count"], MAX_PARTS)
        if part is not None:
            _number(_number(part, MAX_PARTS) - 1, count - 1)
        notes = tuple(Note(one) for one in header["notes"])
        facts = {Fact(name): _number(value, 2**53) for name, value in header["facts"].items()}
        reason = Reason(header["why"]) if shows is Shows.NONE else None
    except (KeyError, ValueError, TypeError, AttributeError):
        raise NotCleanableError(Reason.CRASHED) from None
    if len(notes) > len(Note):
        raise NotCleanableError(Reason.CRASHED)
    return View(shows, kind, count, part, notes=notes, facts=facts, reason=reason)


def read_blocks(body: bytes) -> tuple[Block, ...]:
    """What ``write_blocks`` made. Raises NotCleanableError for anything else, and for what goes beyond a limit."""
    try:
        rows = json.loads(body.decode())
        blocks = tuple(_block(*row) for row in rows)
    except (ValueError, TypeError, RecursionError):
        raise NotCleanableError(Reason.CRASHED) from None
    if len(blocks) > MAX_BLOCKS:
        raise NotCleanableError(Reason.CRASHED)
    cells = [cell for block in blocks for row in block.rows for cell in row]
    length = sum(map(len, cells)) + sum(len(block.text) for block in blocks)
    if length > MAX_TEXT or len(cells) > MAX_CELLS or sum(len(block.rows) for block in blocks) > MAX_ROWS:
        raise NotCleanableError(Reason.CRASHED)
    return blocks


def _block(style: str, label: str | None, level: object, part: object, text: object, rows: object) -> Block:
    if type(rows) is not list or any(type(row) is not list or len(row) > MAX_COLUMNS + 1 for row in rows):
        raise ValueError("rows are lists")
    read_rows = tuple(tuple(_text(cell) for cell in row) for row in rows)
    name = Label(label) if label is not None else None
    return Block(Style(style), _text(text), name, _number(level, 6), _number(part, MAX_PARTS), read_rows)


def _text(value: object) -> str:
    if type(value) is not str or not is_legible(value):
        raise ValueError("no plain text")
    return value


def _number(value: object, limit: int) -> int:
    if type(value) is not int or not 0 <= value <= limit:
        raise ValueError("no such number")
    return value
