"""The whole corpus: one file of each kind, with a canary in every hiding place that we know."""

from __future__ import annotations

import json
from collections.abc import Callable

from intake.evidence import viewer
from intake.evidence.traces import NotCleanableError
from intake.evidence.view import engine
from intake.evidence.views import Shows, View
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


def seen(data: bytes, part: int | None = None) -> View:
    """What the viewer shows of a file, by the code of both sides, without a process between them."""
    try:
        header, body = engine.view(data, part)
        return viewer.answered(json.loads(header), body, part)
    except NotCleanableError as error:
        return View(Shows.NONE, reason=error.reason)


def words_of(view: View) -> str:
    """Every word of a view, one below the other."""
    return "\n".join("\n".join([one.text, *("\t".join(row) for row in one.rows)]) for one in view.blocks)
