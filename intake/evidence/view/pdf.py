"""PDF: a page as pixels, drawn by PDFium, and its words. No script runs, no action is followed, no font is read from disk.

A font that is not in the file is drawn with one that PDFium brings along; letters of scripts that those lack stay blank.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
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
_MAX_REMARKS = 1_000
_NO_REMARKS = {
    pdfium.FPDF_ANNOT_LINK,
    pdfium.FPDF_ANNOT_WIDGET,
    pdfium.FPDF_ANNOT_POPUP,
    pdfium.FPDF_ANNOT_FREETEXT,
}
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
        for remark in _remarks(page):
            work.paragraph(remark, Label.COMMENT)
        work.lines(text.translate(_HYPHENS), Label.PAGE_TEXT)
    except FullError:
        return  # the page itself is there


def _remarks(page: Any) -> Iterator[str]:
    """What is written on notes, marks and stamps: the page shows their signs alone."""
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_REMARKS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not annotation:
            continue
        try:
            if pdfium.FPDFAnnot_GetSubtype(annotation) not in _NO_REMARKS:
                yield _contents(annotation)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _contents(annotation: Any) -> str:
    size = pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
    if not 2 < size <= 4 * MAX_TEXT:
        return ""
    text = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(
        annotation, b"Contents", ctypes.cast(text, ctypes.POINTER(pdfium.FPDF_WCHAR)), size
    )
    return text.raw[: size - 2].decode("utf-16-le", "replace")


def load() -> None:
    """Load PDFium whole, and what it would look for on first use."""
    with pypdfium2.PdfDocument.new() as document:
        page = document.new_page(8, 8)
        page.render().to_pil()
        page.get_textpage().get_text_range()
