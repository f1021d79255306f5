"""A sheet of paper: text in any script and direction, QR codes as lines, and a file that says nothing of who made it.

Lengths are millimetres, sizes of type are points. It knows no words. The file has no producer, person, machine or time in it,
and the same sheet is the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pikepdf
import segno
from fpdf import FPDF
from fpdf.enums import Align, MethodReturnValue, WrapMode

from triage.paper.fonts import Font, Script

QUIET_ZONE = 4
"""Modules of white around a code (ISO/IEC 18004)."""
_POINT = 25.4 / 72
_LEADING = 1.35
_NEVER_FIRST = frozenset("。，、；：？！）》」』”’·…")
"""No line of Chinese begins with one of these (GB/T 15834)."""
_DAY_OF_ALL = datetime(2000, 1, 1, tzinfo=UTC)

Colour = tuple[int, int, int]
BLACK: Colour = (22, 25, 29)
SOFT: Colour = (67, 73, 79)
ACCENT: Colour = (11, 68, 104)
FAINT: Colour = (213, 218, 222)


@dataclass(frozen=True, slots=True)
class Type:
    """How a text is set."""

    size: float
    bold: bool = False
    colour: Colour = BLACK
    role: str = "P"
    """Its place in the document's structure: ``P``, ``H1``, ``H2``."""
    centred: bool = False
    anywhere: bool = False
    """Broken wherever a line is full, with nothing added: for addresses."""


class Sheet:
    """One page. Places are measured from the side on which the language begins, so that right-to-left is the mirror image."""

    def __init__(
        self, size: tuple[float, float], language: str, title: str, fonts: Sequence[Font], *, mirrored: bool
    ) -> None:
        self.width, self.height = size
        self._mirrored, self._title, self._language = mirrored, title, language
        self._pdf = FPDF(unit="mm", format=size)
        self._pdf.set_creation_date(_DAY_OF_ALL)
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_margin(0)
        self._pdf.c_margin = 0
        self._pdf.set_lang(language)
        self._pdf.set_title(title)
        for font in fonts:
            self._pdf.add_font(font.name, "", font.regular)
            self._pdf.add_font(font.name, "B", font.bold)
        self._font = fonts[0].name
        # A heading of which the Latin letters alone are bold looks like a mistake.
        self._has_bold = fonts[0].bold != fonts[0].regular
        self._latin = next((font.name for font in fonts if font.name == Script.LATIN), self._font)
        self._pdf.set_fallback_fonts([font.name for font in fonts[1:]])
        self._pdf.set_text_shaping(use_shaping_engine=True)
        self._pdf.add_page()

    def text(self, place: tuple[float, float], width: float, text: str, kind: Type) -> float:
        """Write; returns the height that it took."""
        with self._part(kind.role):
            return self._write(place, width, text, kind, measure=False)

    def height_of(self, width: float, text: str, kind: Type) -> float:
        """What ``text`` would return."""
        return self._write((0, 0), width, text, kind, measure=True)

    def code(self, place: tuple[float, float], side: float, content: str, *, flush: bool = False) -> None:
        """A QR code of exactly ``content``, its quiet zone included in ``side``, error correction M or better.

        ``flush``: it is moved to the edge by the width of that zone, which must be white there, so that what is dark begins at
        ``place``.
        """
        matrix = segno.make(content, error="M", micro=False, boost_error=True).matrix
        module = side / (len(matrix) + 2 * QUIET_ZONE)
        start = place[0] - QUIET_ZONE * module * flush
        left = self._left(start, side) + QUIET_ZONE * module
        with self._part("Figure", content), self._pdf.local_context(fill_color=(0, 0, 0)):
            for number, row in enumerate(matrix):
                for start, end in _runs(row):
                    top = place[1] + (QUIET_ZONE + number) * module
                    # A hair taller than its row: viewers draw a white line between rectangles that only touch.
                    self._pdf.rect(
                        left + start * module, top, (end - start) * module, module * 1.02, style="F"
                    )

    def dot(self, place: tuple[float, float], radius: float) -> None:
        """A bullet with its middle at ``place``."""
        with self._ornament(), self._pdf.local_context(fill_color=ACCENT):
            self._pdf.circle(self._left(place[0], 0), place[1], radius, style="F")

    def frame(
        self, place: tuple[float, float], size: tuple[float, float], colour: Colour, *, dashed: bool = False
    ) -> None:
        """A line around a box; dashed where somebody is to cut."""
        with self._ornament(), self._pdf.local_context(draw_color=colour, line_width=0.2 if dashed else 0.6):
            if dashed:
                self._pdf.set_dash_pattern(dash=1, gap=1)
            self._pdf.rect(self._left(place[0], size[0]), place[1], *size)

    def to_bytes(self) -> bytes:
        """The file."""
        with pikepdf.open(io.BytesIO(bytes(self._pdf.output()))) as file:
            for name in (pikepdf.Name.Metadata, pikepdf.Name.OpenAction):
                if name in file.Root:
                    del file.Root[name]
            file.trailer.Info = file.make_indirect(pikepdf.Dictionary(Title=self._title))
            file.Root.Lang = self._language
            file.Root.ViewerPreferences = pikepdf.Dictionary(
                DisplayDocTitle=True, Direction=pikepdf.Name.R2L if self._mirrored else pikepdf.Name.L2R
            )
            out = io.BytesIO()
            file.save(out, deterministic_id=True)
        return out.getvalue()

    def _write(
        self, place: tuple[float, float], width: float, text: str, kind: Type, *, measure: bool
    ) -> float:
        # The context sets the font anew: after a line of nothing but a fallback font the library forgets to.
        with self._pdf.local_context(text_color=kind.colour):
            font = self._latin if kind.anywhere else self._font
            self._pdf.set_font(font, "B" if kind.bold and self._has_bold else "", kind.size)
            # An address runs from left to right, whatever the language around it does.
            self._pdf.set_text_shaping(use_shaping_engine=True, direction="ltr" if kind.anywhere else None)
            lines = self._lines(width, text, kind)
            height = kind.size * _POINT * _LEADING
            for number, line in enumerate([] if measure else lines):
                self._pdf.set_xy(self._left(place[0], width), place[1] + number * height)
                self._pdf.multi_cell(width, height, line, align=self._align(kind), wrapmode=self._wrap(kind))
        return height * len(lines)

    def _lines(self, width: float, text: str, kind: Type) -> list[str]:
        narrow = width
        while True:
            lines = self._pdf.multi_cell(
                narrow, text=text, wrapmode=self._wrap(kind), dry_run=True, output=MethodReturnValue.LINES
            )
            assert isinstance(lines, list)
            if narrow < width / 2 or not any(line[:1] in _NEVER_FIRST for line in lines):
                return lines
            narrow -= kind.size * _POINT

    def _align(self, kind: Type) -> Align:
        if kind.centred:
            return Align.C
        return Align.R if self._mirrored else Align.L

    @staticmethod
    def _wrap(kind: Type) -> WrapMode:
        return WrapMode.CHAR if kind.anywhere else WrapMode.WORD

    def _left(self, start: float, width: float) -> float:
        return self.width - start - width if self._mirrored else start

    @contextmanager
    def _part(self, role: str, instead: str | None = None) -> Iterator[None]:
        # The library marks pictures alone for screen readers, and offers this to nobody else.
        mark = self._pdf.struct_builder.next_mcid_for_page(self._pdf.page)
        self._pdf._add_marked_content(struct_type=f"/{role}", mcid=mark, alt_text=instead)
        self._pdf._out(f"/{role} <</MCID {mark}>> BDC")
        yield
        self._pdf._out("EMC")

    @contextmanager
    def _ornament(self) -> Iterator[None]:
        self._pdf._out("/Artifact BMC")
        yield
        self._pdf._out("EMC")


def _runs(row: bytearray) -> Iterator[tuple[int, int]]:
    start = None
    for place, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place
            start = None
