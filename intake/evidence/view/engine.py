"""The one way into the viewers: the kind by content, the viewer of that kind, and one answer whatever happens."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from PIL import AvifImagePlugin, Image

from intake.evidence.clean import engine as cleaning
from intake.evidence.clean.job import MAX_PIXELS
from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.types import Kind, detect
from intake.evidence.view import archive, mail, opendocument, pdf, pictures, sheet, slides, sound, text, word
from intake.evidence.view.work import PICTURES, FullError, Work
from intake.evidence.views import MAX_PARTS, Note, Shows, write_blocks

Viewer = Callable[[Work], Shows]
"""Fills the work; raises NotCleanableError and FullError."""

VIEWERS: Mapping[Kind, Viewer] = {
    **dict.fromkeys(PICTURES, pictures.show),
    Kind.PDF: pdf.show,
    Kind.DOCX: word.show,
    Kind.XLSX: sheet.show,
    Kind.PPTX: slides.show,
    **dict.fromkeys((Kind.ODT, Kind.ODS, Kind.ODP, Kind.ODG), opendocument.show),
    Kind.EML: mail.show,
    Kind.ZIP: archive.show,
    Kind.TEXT: text.show,
    Kind.SVG: text.show_drawing,
    Kind.WAV: sound.show_wav,
    Kind.FLAC: sound.show_flac,
    **dict.fromkeys((Kind.M4A, Kind.MP4, Kind.MOV), sound.show_film),
    **dict.fromkeys((Kind.MP3, Kind.OGG), sound.show_nothing),
}


def view(data: bytes, part: int | None) -> tuple[bytes, bytes]:
    """The header, and the body: a picture's pixels, then blocks. Raises NotCleanableError when not even the kind is known."""
    work = Work(data, detect(data), part)
    try:
        shows = _shown(work)
    except MemoryError:
        raise
    except NotCleanableError as error:
        return _nothing(work, error.reason), b""
    except (RecursionError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return _nothing(work, Reason.TOO_COMPLEX), b""
    except Exception:  # noqa: BLE001 - a parser may raise anything; its words may hold what is in the file
        return _nothing(work, Reason.DAMAGED), b""
    if shows is Shows.NONE:
        return _nothing(work, Reason.UNSUPPORTED), b""
    return _answer(work, shows)


def _shown(work: Work) -> Shows:
    if work.kind not in VIEWERS:
        raise cleaning.no_cleaner(work.kind, work.data)
    try:
        shows = VIEWERS[work.kind](work)
    except FullError:
        shows = Shows.TEXT
    if shows is not Shows.TEXT:
        return shows
    work.count = len(work.inside)
    if work.part is not None:
        work.blocks, work.notes = [], {}
        if work.part <= work.count:
            pictures.draw(work, list(work.inside.values())[work.part - 1])
            return Shows.PICTURES
    return shows


def _nothing(work: Work, reason: Reason) -> bytes:
    work.part, work.notes, work.count = None, {}, 0
    return _header(work, Shows.NONE, why=reason.value)


def _answer(work: Work, shows: Shows) -> tuple[bytes, bytes]:
    blocks = write_blocks(work.blocks) if work.blocks else b""
    if work.count > MAX_PARTS:
        work.count = MAX_PARTS
        work.note(Note.PARTS_CUT)
    if work.picture is None:
        work.part = None
        return _header(work, shows, size=len(blocks)), blocks
    pixels = work.picture.tobytes()
    width, height = work.picture.size
    return _header(work, shows, wide=width, high=height, size=len(pixels) + len(blocks)), pixels + blocks


def _header(work: Work, shows: Shows, **more: int | str) -> bytes:
    value = {
        "shows": shows.value,
        "kind": work.kind.value,
        "count": work.count,
        "part": work.part,
        "notes": list(work.notes),
        "facts": work.facts,
        **more,
    }
    return json.dumps(value).encode()


def load() -> None:
    """Load what the parsers would load on first use: afterwards no file can be opened and no thread started."""
    cleaning.load()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # a frame may turn out to be larger than its picture
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pdf.load()
