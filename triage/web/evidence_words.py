"""The words about files: what kind each is, what was done with it, why it was not cleaned, and what is the matter with it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, format_decimal, gettext, lazy_gettext

from intake.evidence.traces import Drop
from intake.evidence.traces import Reason as Uncleaned
from intake.evidence.types import Kind
from triage.casework.evidence import Fault, Harm
from triage.casework.refusals import Reason

_ = lazy_gettext

EVENTS: Mapping[str, LazyString] = {
    "secured": _("Marked the evidence as secured"),
    "exported": _("Took copies of the files"),
}

REFUSALS: Mapping[Reason, LazyString] = {
    Reason.EVIDENCE_NOT_SECURED: _(
        "The evidence is not marked as secured yet. Until it is, nobody speaks to the person reported: evidence could be lost."
    ),
    Reason.NOTHING_TO_EXPORT: _("There is no whole file to take along."),
}

KINDS: Mapping[Kind, LazyString] = {
    Kind.JPEG: _("Photo (JPEG)"),
    Kind.PNG: _("Picture (PNG)"),
    Kind.GIF: _("Picture (GIF)"),
    Kind.WEBP: _("Picture (WebP)"),
    Kind.TIFF: _("Scan or picture (TIFF)"),
    Kind.HEIF: _("Photo (HEIC or AVIF)"),
    Kind.SVG: _("Drawing (SVG)"),
    Kind.EMF: _("Drawing (EMF)"),
    Kind.WMF: _("Drawing (WMF)"),
    Kind.PDF: _("PDF document"),
    Kind.DOCX: _("Text document (Word)"),
    Kind.XLSX: _("Spreadsheet (Excel)"),
    Kind.PPTX: _("Slides (PowerPoint)"),
    Kind.ODT: _("Text document (OpenDocument)"),
    Kind.ODS: _("Spreadsheet (OpenDocument)"),
    Kind.ODP: _("Slides (OpenDocument)"),
    Kind.ODG: _("Drawing (OpenDocument)"),
    Kind.MP3: _("Sound (MP3)"),
    Kind.FLAC: _("Sound (FLAC)"),
    Kind.OGG: _("Sound (Ogg)"),
    Kind.WAV: _("Sound (WAV)"),
    Kind.M4A: _("Sound (M4A)"),
    Kind.MP4: _("Film (MP4)"),
    Kind.MOV: _("Film (MOV)"),
    Kind.ZIP: _("Archive (ZIP)"),
    Kind.EML: _("E-mail"),
    Kind.TEXT: _("Plain text"),
    Kind.OLE: _("Old Office file"),
    Kind.MARKUP: _("Web page or other markup"),
    Kind.EXECUTABLE: _("Program"),
    Kind.ARCHIVE: _("Archive"),
    Kind.OTHER: _("Unknown kind of file"),
}

UNCLEANED: Mapping[Uncleaned, LazyString] = {
    Uncleaned.EMPTY: _("it is empty"),
    Uncleaned.TOO_LARGE: _("it is too large to be cleaned"),
    Uncleaned.UNKNOWN: _("its kind is not known"),
    Uncleaned.UNSUPPORTED: _("this kind of file cannot be cleaned"),
    Uncleaned.TWO_TYPES: _("it is two kinds of file at once; what you see may not be what others see"),
    Uncleaned.ENCRYPTED: _("it is locked with a password"),
    Uncleaned.OLD_OFFICE: _("it is an old Office file, which may hold macros"),
    Uncleaned.DAMAGED: _("it is damaged or not complete"),
    Uncleaned.NOT_UNDERSTOOD: _("it holds something that could not be checked"),
    Uncleaned.TOO_COMPLEX: _("it unpacks to far more than could be checked"),
    Uncleaned.TOO_DEEP: _("there are files inside files inside files"),
    Uncleaned.NESTED: _("a file inside it could not be cleaned"),
    Uncleaned.STILL_TRACED: _("not everything could be taken out"),
    Uncleaned.TIMEOUT: _("cleaning it took too long"),
    Uncleaned.MEMORY: _("cleaning it takes too much memory"),
    Uncleaned.CRASHED: _("it could not be read"),
    Uncleaned.BUSY: _("there was no room to clean it at that time"),
}
"""After "Not cleaned:"."""

DROPS: Mapping[Drop, LazyString] = {
    Drop.HIDDEN: _("what was hidden in it"),
    Drop.COMMENTS: _("comments"),
    Drop.NOTES: _("speaker notes"),
    Drop.HEADERS: _("headers and footers"),
}

FAULTS: Mapping[Fault, LazyString] = {
    Fault.UNREADABLE: _("A file is listed here in a way that nobody can read. It cannot be opened."),
    Fault.UNPROVED: _(
        "A file stands in a message that is not proved to be the reporter's. It is not opened, because it may come from"
        " somebody else."
    ),
    Fault.TWICE: _("A file is listed here by the name of another one. It cannot be opened."),
}

HARMS: Mapping[Harm, LazyString] = {
    Harm.MISSING: _("The file is not where it was kept."),
    Harm.DAMAGED: _("The file is damaged, or somebody changed it."),
}

_STEPS = ((1024**3, _("%(number)s GB")), (1024**2, _("%(number)s MB")), (1024, _("%(number)s KB")))


def size_words(size: int) -> str:
    """How large a file is, in two or three digits."""
    for step, words in _STEPS:
        if size >= step:
            value = size / step
            return str(words) % {"number": format_decimal(round(value, 1 if value < 10 else 0))}
    return str(gettext("%(number)s bytes", number=size))


def fingerprint(sha256: bytes) -> str:
    """SHA-256 in groups of eight digits, as people compare it."""
    digits = sha256.hex()
    return " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
