"""The whole corpus: one file of each kind, with a canary in every hiding place that we know."""

from __future__ import annotations

from collections.abc import Callable

from tests.support import evidence_office as office
from tests.support import evidence_pdf, evidence_sounds, evidence_texts
from tests.support import evidence_pictures as pictures

CORPUS: dict[str, Callable[[], bytes]] = {
    "jpeg": pictures.jpeg,
    "png": pictures.png,
    "gif": pictures.gif,
    "webp": pictures.webp,
    "tiff": pictures.tiff,
    "heif": pictures.heif,
    "emf": pictures.emf,
    "wmf": pictures.wmf,
    "svg": evidence_texts.svg,
    "pdf": evidence_pdf.pdf,
    "docx": office.docx_file,
    "xlsx": office.xlsx_file,
    "pptx": office.pptx_file,
    "odt": lambda: evidence_texts.opendocument("text", "text"),
    "ods": lambda: evidence_texts.opendocument("spreadsheet", "spreadsheet"),
    "odp": lambda: evidence_texts.opendocument("presentation", "presentation"),
    "mp3": evidence_sounds.mp3,
    "flac": evidence_sounds.flac,
    "ogg": evidence_sounds.opus,
    "wav": evidence_sounds.wav,
    "mp4": evidence_sounds.film,
    "mov": lambda: evidence_sounds.film(b"qt  "),
    "zip": evidence_texts.archive,
    "eml": evidence_texts.mail,
}
