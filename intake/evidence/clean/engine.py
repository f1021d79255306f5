"""The one way into the cleaners: the kind by content, the cleaner of that kind, and a last look at what it made.

A format without a cleaner is not cleanable. Whatever a parser raises on a hostile file ends as an answer.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping

from PIL import Image

from intake.evidence.clean import (
    archive,
    audio,
    gif,
    heif,
    jpeg,
    mail,
    metafile,
    ogg,
    ooxml,
    opendocument,
    pdf,
    png,
    svg,
    text,
    tiff,
    video,
    webp,
)
from intake.evidence.clean.job import Job, still
from intake.evidence.traces import Cleaned, Drop, NotCleanableError, Reason
from intake.evidence.types import MEDIA, Kind, detect

Cleaner = Callable[[bytes, Job], bytes]
"""A clean copy of the bytes; raises NotCleanableError. A cleaner ends with its own look at what it made."""

CLEANERS: Mapping[Kind, Cleaner] = {
    Kind.JPEG: jpeg.clean,
    Kind.PNG: png.clean,
    Kind.GIF: gif.clean,
    Kind.WEBP: webp.clean,
    Kind.TIFF: tiff.clean,
    Kind.HEIF: heif.clean,
    Kind.PDF: pdf.clean,
    Kind.DOCX: ooxml.clean,
    Kind.XLSX: ooxml.clean,
    Kind.PPTX: ooxml.clean,
    **dict.fromkeys((Kind.ODT, Kind.ODS, Kind.ODP, Kind.ODG), opendocument.clean),
    Kind.MP3: audio.clean_mp3,
    Kind.FLAC: audio.clean_flac,
    Kind.WAV: audio.clean_wav,
    Kind.OGG: ogg.clean,
    **dict.fromkeys((Kind.M4A, Kind.MP4, Kind.MOV), video.clean),
    Kind.EMF: metafile.clean_emf,
    Kind.WMF: metafile.clean_wmf,
    Kind.SVG: svg.clean,
    Kind.ZIP: archive.clean,
    Kind.EML: mail.clean,
    Kind.TEXT: text.clean,
}

_ENCODINGS = (
    "ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp437", "koi8-r", "koi8-u",
    *(f"cp125{page}" for page in range(9)), *(f"iso8859-{part}" for part in range(1, 17) if part != 12),
    "shift_jis", "euc_jp", "iso2022_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr", "idna", "mac_roman",
)  # fmt: skip
"""Encodings of mails and documents: each is a file to Python, and must be read before the doors are shut."""


def clean(data: bytes, drop: frozenset[Drop] = frozenset()) -> Cleaned:
    """A clean copy, and what was found. Raises NotCleanableError; MemoryError only when the limit of the process is met."""
    job = Job(drop, _clean_nested)
    kind, out = _clean_nested(job, data)
    media_type, extension = MEDIA[Kind(kind)]
    return Cleaned(kind, media_type, extension, out, job.findings)


def _clean_nested(job: Job, data: bytes) -> tuple[str, bytes]:
    try:
        kind = detect(data)
        out = _cleaner(kind, data)(data, job)
        if detect(out) is not kind:
            still("kind")
    except (NotCleanableError, MemoryError):
        raise
    except RecursionError:
        raise NotCleanableError(Reason.TOO_COMPLEX, "nesting") from None
    except Exception as error:  # noqa: BLE001 - a parser may raise anything; its words may hold what is in the file
        raise NotCleanableError(Reason.DAMAGED, type(error).__name__) from None
    return kind.value, out


def _cleaner(kind: Kind, data: bytes) -> Cleaner:
    """The cleaner of a kind. Raises NotCleanableError that says why there is none."""
    if kind not in CLEANERS:
        raise no_cleaner(kind, data)
    return CLEANERS[kind]


def no_cleaner(kind: Kind, data: bytes) -> NotCleanableError:
    """Why nothing can be done with a file of a kind that is known by its name only."""
    if kind is Kind.OTHER:
        return NotCleanableError(Reason.UNKNOWN)
    if kind is not Kind.OLE:
        return NotCleanableError(Reason.UNSUPPORTED, kind.value)
    locked = "EncryptedPackage".encode("utf-16-le") in data
    return NotCleanableError(Reason.ENCRYPTED if locked else Reason.OLD_OFFICE, "office")


def load() -> None:
    """Load what the parsers would load on first use: afterwards no file can be opened."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before a picture is opened
    Image.init()
    for name in _ENCODINGS:
        codecs.lookup(name)
