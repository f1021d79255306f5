"""PDF: a page as pixels, drawn by PDFium, and its words. No script runs, no action is followed, no font is read from disk.

A font that is not in the file is drawn with one that PDFium brings along; letters of scripts that those lack stay blank.
"""

from __future__ import annotations

import math
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from intake.evidence.clean.job import damaged
from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.view.work import FullError, Work
from intake.evidence.views import MAX_HEIGHT, MAX_TEXT, MAX_WIDTH, Label, Note, Shows

_RUNS_SCRIPTS = "V8" in pypdfium2.PDFIUM_INFO.flags
"""Whether somebody exchanged the library for one whose forms would run theirs."""
_CLOSEST = 4.0
"""Pixels for a point (1/72 inch) at most: a stamp is not blown up to a page."""
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})  # how PDFium writes a hyphen at the end of a line


def show(work: Work) -> Shows:
    """The number of pages, and the page that was asked for."""
    try:
        document = pypdfium2.PdfDocument(work.data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise NotCleanableError(Reason.ENCRYPTED, "pdf") from None
        damaged("pdf")
    work.count = len(document)
    if not work.count:
        damaged("pdf pages")
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        work.note(Note.ACTIVE_LEFT_OUT)
    if pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
        work.note(Note.FILES_INSIDE)
    if work.part is not None and work.part <= work.count:
        if not _RUNS_SCRIPTS:
            document.init_forms()  # draws what was typed into a field that has no picture of it
        _page(work, document[work.part - 1])
    return Shows.PICTURES


def _page(work: Work, page: Any) -> None:
    width, height = page.get_size()
    if not (math.isfinite(width) and math.isfinite(height) and width > 0 and height > 0):
        damaged("pdf page size")
    # One pixel less: the sides are rounded up.
    scale = min(_CLOSEST, (MAX_WIDTH - 1) / width, (MAX_HEIGHT - 1) / height)
    bitmap = page.render(scale=scale, fill_color=(255, 255, 255, 255), rev_byteorder=True)
    work.picture = bitmap.to_pil().convert("RGB")
    words = page.get_textpage()
    text = words.get_text_range(0, min(words.count_chars(), MAX_TEXT))
    try:
        work.lines(text.translate(_HYPHENS), Label.PAGE_TEXT)
    except FullError:
        return  # the page itself is there


def load() -> None:
    """Load PDFium whole, and what it would look for on first use."""
    with pypdfium2.PdfDocument.new() as document:
        page = document.new_page(8, 8)
        page.render().to_pil()
        page.get_textpage().get_text_range()
