"""What kind of file some bytes are. Decided by content alone: a name or a declared type is a claim of whoever sends it.

A file that more than one program would open as its own (a polyglot) is refused, because whoever checks one half may be shown
the other. It knows no cleaner.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from enum import StrEnum

from intake.evidence.traces import NotCleanableError, Reason

BROKEN_ZIP = (
    zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, struct.error, zlib.error,
)  # fmt: skip
"""What reading a damaged or hostile zip can raise."""


class Kind(StrEnum):
    """The kinds that are told apart. Those of ``REFUSED`` are known, and not cleaned."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    TIFF = "tiff"
    HEIF = "heif"
    SVG = "svg"
    EMF = "emf"
    WMF = "wmf"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    ODG = "odg"
    MP3 = "mp3"
    FLAC = "flac"
    OGG = "ogg"
    WAV = "wav"
    M4A = "m4a"
    MP4 = "mp4"
    MOV = "mov"
    ZIP = "zip"
    EML = "eml"
    TEXT = "text"
    OLE = "ole"
    MARKUP = "markup"
    EXECUTABLE = "executable"
    ARCHIVE = "archive"
    OTHER = "other"


MEDIA: dict[Kind, tuple[str, str]] = {
    Kind.JPEG: ("image/jpeg", "jpg"),
    Kind.PNG: ("image/png", "png"),
    Kind.GIF: ("image/gif", "gif"),
    Kind.WEBP: ("image/webp", "webp"),
    Kind.TIFF: ("image/tiff", "tiff"),
    Kind.HEIF: ("image/heif", "heic"),
    Kind.SVG: ("image/svg+xml", "svg"),
    Kind.EMF: ("image/emf", "emf"),
    Kind.WMF: ("image/wmf", "wmf"),
    Kind.PDF: ("application/pdf", "pdf"),
    Kind.DOCX: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    Kind.XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    Kind.PPTX: ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    Kind.ODT: ("application/vnd.oasis.opendocument.text", "odt"),
    Kind.ODS: ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    Kind.ODP: ("application/vnd.oasis.opendocument.presentation", "odp"),
    Kind.ODG: ("application/vnd.oasis.opendocument.graphics", "odg"),
    Kind.MP3: ("audio/mpeg", "mp3"),
    Kind.FLAC: ("audio/flac", "flac"),
    Kind.OGG: ("audio/ogg", "ogg"),
    Kind.WAV: ("audio/wav", "wav"),
    Kind.M4A: ("audio/mp4", "m4a"),
    Kind.MP4: ("video/mp4", "mp4"),
    Kind.MOV: ("video/quicktime", "mov"),
    Kind.ZIP: ("application/zip", "zip"),
    Kind.EML: ("message/rfc822", "eml"),
    Kind.TEXT: ("text/plain", "txt"),
}
"""Media type and extension of what can be cleaned."""

REFUSED = frozenset({Kind.OLE, Kind.MARKUP, Kind.EXECUTABLE, Kind.ARCHIVE, Kind.OTHER})

_EOCD = b"PK\x05\x06"
_MAX_COMMENT = 65_535
_MARKUP = re.compile(
    rb"(<!doctype|<html|<\?xml|<head|<body|<script|<svg|<iframe|<object|<embed|\{\\rtf|%!ps|begin:v|<!--)",
    re.IGNORECASE,
)
_PICTURE_AS_TEXT = re.compile(rb"P[1-7]\s|/\* XPM|#define \w+_width\s|#FIG ")
"""Pictures that are written as text: what a reader of the text sees, a viewer of the picture does not."""
_SVG_ROOT = re.compile(rb"<(?:[a-z]+:)?svg[\s>]", re.IGNORECASE)
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,76}:[ \t].*")
_MAIL_FIELDS = (
    b"from",
    b"received",
    b"return-path",
    b"date",
    b"message-id",
    b"mime-version",
    b"delivered-to",
    b"subject",
)
_WINDOW = 1024


def _is_riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda data: data[:4] == b"RIFF" and data[8:12] == form


def _brand(data: bytes) -> bytes:
    return data[8:12] if data[4:8] == b"ftyp" else b""


_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")
_BARE_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def _is_mp3(data: bytes) -> bool:
    if data[:3] == b"ID3":
        return True
    return len(data) > 4 and data[0] == 0xFF and data[1] & 0xE6 in {0xE2} and data[2] >> 4 not in {0, 15}


def _is_ooxml_or_zip(data: bytes) -> bool:
    return data[:4] in {b"PK\x03\x04", _EOCD}


SIGNATURES: tuple[tuple[Kind, Callable[[bytes], bool]], ...] = (
    (Kind.JPEG, lambda data: data[:3] == b"\xff\xd8\xff"),
    (Kind.PNG, lambda data: data[:8] == b"\x89PNG\r\n\x1a\n"),
    (Kind.GIF, lambda data: data[:6] in {b"GIF87a", b"GIF89a"}),
    (Kind.WEBP, _is_riff(b"WEBP")),
    (Kind.WAV, _is_riff(b"WAVE")),
    (Kind.TIFF, lambda data: data[:4] in {b"II*\0", b"MM\0*"}),
    (Kind.HEIF, lambda data: _brand(data) in _HEIF_BRANDS),
    (Kind.M4A, lambda data: _brand(data) in {b"M4A ", b"M4B "}),
    (Kind.MOV, lambda data: _brand(data) == b"qt  " or data[4:8] in _BARE_BOXES),
    (Kind.MP4, lambda data: data[4:8] == b"ftyp"),
    (Kind.PDF, lambda data: data[:5] == b"%PDF-"),
    (Kind.EMF, lambda data: data[:4] == b"\1\0\0\0" and data[40:44] == b" EMF"),
    (Kind.WMF, lambda data: data[:4] == b"\xd7\xcd\xc6\x9a" or data[:6] in {b"\1\0\x09\0\0\3", b"\1\0\x09\0\0\1"}),
    (Kind.FLAC, lambda data: data[:4] == b"fLaC"),
    (Kind.OGG, lambda data: data[:4] == b"OggS"),
    (Kind.ZIP, _is_ooxml_or_zip),
    (Kind.OLE, lambda data: data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    (Kind.EXECUTABLE, lambda data: data[:2] in {b"MZ", b"#!"} or data[:4] == b"\x7fELF" or data[:4] == b"\xca\xfe\xba\xbe"),
    (Kind.ARCHIVE, lambda data: data[:6] in {b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"} or data[:2] == b"\x1f\x8b"
        or data[:3] == b"BZh" or data[:6] == b"\xfd7zXZ\0" or data[257:262] == b"ustar"),
    (Kind.MP3, _is_mp3),
)  # fmt: skip
"""What the first bytes say, the surest first."""


def detect(data: bytes) -> Kind:
    """The one kind that ``data`` is. Raises NotCleanableError: empty, two types at once, encrypted, unknown."""
    if not data:
        raise NotCleanableError(Reason.EMPTY)
    kind = next((kind for kind, test in SIGNATURES if test(data)), None)
    if kind is None:
        kind = _of_text(data)
    others = _other_claims(data, kind)
    if others:
        raise NotCleanableError(Reason.TWO_TYPES, "+".join(sorted({kind.value, *others})))
    if kind is Kind.ZIP:
        kind = _of_package(data)
    return kind


def _other_claims(data: bytes, kind: Kind) -> set[str]:
    """What else a program would take these bytes for."""
    claims = set()
    if kind is not Kind.PDF and b"%PDF-" in data[:_WINDOW]:
        claims.add(Kind.PDF.value)  # readers look for the header in the first kilobyte
    if kind is not Kind.ZIP and _ends_as_zip(data):
        claims.add(Kind.ZIP.value)
    if kind not in {Kind.SVG, Kind.MARKUP, Kind.EML, Kind.TEXT} and _sniffs_as_markup(data):
        claims.add(Kind.MARKUP.value)
    if kind is Kind.TIFF and data[8:12] == b"CR\x02\0":
        claims.add(Kind.OTHER.value)  # a camera's raw picture
    if data[32769:32774] == b"CD001":
        claims.add(Kind.ARCHIVE.value)
    if kind is not Kind.ARCHIVE and data[257:262] == b"ustar" and kind not in {Kind.ZIP}:
        claims.add(Kind.ARCHIVE.value)
    return claims


def _sniffs_as_markup(data: bytes) -> bool:
    head = data[:_WINDOW].lower()
    return b"<script" in head or b"<html" in head or b"<?php" in head


def _ends_as_zip(data: bytes) -> bool:
    """Whether a complete zip directory ends exactly where the file ends: archives are read from their end."""
    at = data.rfind(_EOCD, max(0, len(data) - _MAX_COMMENT - 22))
    if at < 0 or len(data) - at < 22:
        return False
    entries, size, _, comment = struct.unpack("<HIIH", data[at + 10 : at + 22])
    if at + 22 + comment != len(data):
        return False
    return entries == 0 or data[max(0, at - size) : at][:4] == b"PK\x01\x02"


_OPENDOCUMENT = {MEDIA[kind][0].encode(): kind for kind in (Kind.ODT, Kind.ODS, Kind.ODP, Kind.ODG)} | {
    MEDIA[kind][0].encode() + b"-template": kind for kind in (Kind.ODT, Kind.ODS, Kind.ODP, Kind.ODG)
}
_OOXML = (
    (b"wordprocessingml.document.main+xml", Kind.DOCX), (b"wordprocessingml.template.main+xml", Kind.DOCX),
    (b"ms-word.document.macroenabled.main+xml", Kind.DOCX), (b"ms-word.template.macroenabledtemplate.main+xml", Kind.DOCX),
    (b"spreadsheetml.sheet.main+xml", Kind.XLSX), (b"spreadsheetml.template.main+xml", Kind.XLSX),
    (b"ms-excel.sheet.macroenabled.main+xml", Kind.XLSX), (b"ms-excel.template.macroenabled.main+xml", Kind.XLSX),
    (b"presentationml.presentation.main+xml", Kind.PPTX), (b"presentationml.slideshow.main+xml", Kind.PPTX),
    (b"presentationml.template.main+xml", Kind.PPTX),
    (b"ms-powerpoint.presentation.macroenabled.main+xml", Kind.PPTX),
    (b"ms-powerpoint.slideshow.macroenabled.main+xml", Kind.PPTX),
)  # fmt: skip
_MAX_TYPES_PART = 1 << 20


def _of_package(data: bytes) -> Kind:
    """Which document a zip is, or a plain archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                declared = _small(archive, "mimetype").strip()
                if declared in _OPENDOCUMENT:
                    return _OPENDOCUMENT[declared]
                return Kind.OTHER
            if "[Content_Types].xml" in names:
                types = _small(archive, "[Content_Types].xml").lower()
                kinds = {kind for suffix, kind in _OOXML if suffix in types}
                return kinds.pop() if len(kinds) == 1 else Kind.OTHER
    except NotCleanableError:
        raise
    except BROKEN_ZIP:
        raise NotCleanableError(Reason.DAMAGED, "zip") from None
    return Kind.ZIP


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    """A short entry. Raises NotCleanableError when it is encrypted or longer than such an entry ever is."""
    info = archive.getinfo(name)
    if info.flag_bits & 1:
        raise NotCleanableError(Reason.ENCRYPTED, "zip")
    with archive.open(info) as entry:
        read = entry.read(_MAX_TYPES_PART + 1)
    if len(read) > _MAX_TYPES_PART:
        raise NotCleanableError(Reason.TOO_COMPLEX, "zip")
    return read


_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode_text(data: bytes) -> str | None:
    """The characters of a plain text in UTF-8, UTF-16 with its mark, or Windows-1252; None when it is no text."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                text = data[len(bom) :].decode(encoding)
            except UnicodeDecodeError:
                return None
            return None if _CONTROL.search(text) else text
    for encoding in ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None


def _of_text(data: bytes) -> Kind:
    text = decode_text(data)
    if text is None:
        return Kind.OTHER
    head = text[:_WINDOW].lstrip().encode()
    if head[:5] == b"From " or _PICTURE_AS_TEXT.match(head):
        return Kind.OTHER  # a whole mail folder; a picture with remarks
    if _MARKUP.match(head) or head[:1] == b"<":
        start = text[: 64 * 1024].encode()
        is_svg = _SVG_ROOT.search(start) and b"<html" not in start.lower() and head[:1] == b"<"
        return Kind.SVG if is_svg else Kind.MARKUP
    if _is_mail(text):
        return Kind.EML
    return Kind.MARKUP if _sniffs_as_markup(head) else Kind.TEXT


def _is_mail(text: str) -> bool:
    """Whether it begins with header lines of a message, two well-known ones among them."""
    known = 0
    for number, line in enumerate(text[: 64 * 1024].replace("\r\n", "\n").split("\n")):
        raw = line.encode()
        if not raw:
            break
        if raw[:1] in b" \t" and number:
            continue
        if not _HEADER_LINE.match(raw + b" "):
            return False
        known += raw.split(b":", 1)[0].lower() in _MAIL_FIELDS
    return known >= 2
