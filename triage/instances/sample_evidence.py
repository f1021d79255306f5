"""The demo's evidence: small files made here, with the traces that real ones have. Nothing in them comes from anybody."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from PIL import Image, ImageDraw

_GPS, _EXIF = 0x8825, 0x8769
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType='
    '"application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_PARTS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_WHO = 'w:author="R. Medina" w:date="2026-02-12T09:41:00Z"'


@dataclass(frozen=True, slots=True)
class Sample:
    """A file as its reporter would choose it."""

    name: str
    make: Callable[[], bytes]
    keep_original: bool = False


def photo() -> bytes:
    """A picture of a pipe at a river, as a camera writes it: place, serial number, owner, time."""
    image = Image.new("RGB", (640, 426), (148, 171, 190))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 250, 640, 426), fill=(92, 112, 84))
    draw.polygon([(0, 330), (640, 290), (640, 400), (0, 426)], fill=(70, 96, 120))
    draw.ellipse((250, 210, 370, 330), fill=(96, 92, 88))
    draw.ellipse((272, 232, 348, 308), fill=(38, 36, 34))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = "Norikon", "D-4100", "R. Medina"
    inner = exif.get_ifd(_EXIF)
    inner[0x9003], inner[0xA431] = "2026:02:19 23:12:44", "4100-0093127"
    place = exif.get_ifd(_GPS)
    place[1], place[2], place[3], place[4] = "N", (47.0, 12.0, 31.0), "E", (11.0, 3.0, 9.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, exif=exif)
    return out.getvalue()


def scan() -> bytes:
    """A page as an office scanner saves it, with the name of whoever was logged in."""
    page = Image.new("L", (620, 877), 252)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(
        ("WEIGHING SLIP 0417", "Gravel 16/32", "Net weight: 4.2 t", "Invoiced: 16.8 t")
    ):
        draw.text((70, 90 + 60 * number), line, fill=40, font_size=26)
    out = io.BytesIO()
    page.save(out, "PDF", resolution=75, author="R. Medina", title="slip0417", creator="Scan to desk")
    return out.getvalue()


def letter() -> bytes:
    """A letter that two people changed, with their names, and a comment."""
    body = (
        "<w:p><w:r><w:t>To the bidders for the school furniture: the day of opening is moved to Friday</w:t></w:r>"
        f'<w:ins w:id="1" {_WHO}><w:r><w:t>, after all three offers were compared</w:t></w:r></w:ins>'
        f'<w:del w:id="2" {_WHO}><w:r><w:delText> so that the third one can be adjusted</w:delText></w:r></w:del>'
        "<w:r><w:t>.</w:t></w:r></w:p>"
    )
    core = (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>R. Medina</dc:creator>'
        "<cp:lastModifiedBy>head-of-purchasing</cp:lastModifiedBy></cp:coreProperties>"
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _PARTS,
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
        "docProps/core.xml": core,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
    return out.getvalue()


def mail() -> bytes:
    """A mail with the lines that say which machine it came from."""
    message = EmailMessage()
    message["From"], message["To"] = "head@purchasing.example", "office@purchasing.example"
    message["Subject"], message["Date"] = "Offers", "Thu, 12 Feb 2026 09:12:00 +0100"
    message["Received"] = (
        "from DESK-0417 (10.3.7.19) by mail.purchasing.example; Thu, 12 Feb 2026 09:12:01 +0100"
    )
    message["X-Originating-IP"], message["Message-ID"] = "10.3.7.19", "<0417@desk.purchasing.example>"
    message.set_content("Wait with the opening until the third offer is below the other two.\n")
    return message.as_bytes()


def list_of_samples() -> bytes:
    """A table that somebody copied by hand."""
    lines = (
        "day,hour,turbidity before,turbidity after",
        "Thursday,22:40,41.0,3.2",
        "Thursday,23:10,44.5,3.1",
    )
    return "\r\n".join(lines).encode() + b"\r\n"


SAMPLES: Mapping[str, Sample] = {
    "photo": Sample("DSC_0931.JPG", photo, keep_original=True),
    "scan": Sample("slip 0417.pdf", scan),
    "letter": Sample("to the bidders (final 2).docx", letter),
    "mail": Sample("Offers.eml", mail),
    "list": Sample("turbidity.csv", list_of_samples),
}
"""By the words that the sample reports name them with."""
