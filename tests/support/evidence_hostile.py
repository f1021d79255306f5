"""Files that are made to break or to fool whoever looks at them, small enough to be made here."""

from __future__ import annotations

import io
import itertools
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, Stream

from tests.support import evidence_office as office
from tests.support import evidence_pdf, evidence_texts
from tests.support import evidence_pictures as pictures
from tests.support.canaries import CANARY

MARKUP = f"<script>alert('{CANARY}')</script><img src=https://{CANARY}.example/a.png>"
"""What would run or load if any page took it for markup."""


def huge_png() -> bytes:
    """60,000 pixels a side, in a few kilobytes."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    chunk = pictures.png_chunk
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )


def huge_gif() -> bytes:
    """A screen of 65,535 pixels a side."""
    data = bytearray(pictures.gif())
    data[6:10] = b"\xff\xff\xff\xff"
    return bytes(data)


def _pdf(fill: Callable[[pikepdf.Pdf, pikepdf.Page], None]) -> bytes:
    made = pikepdf.Pdf.new()
    fill(made, made.add_blank_page(page_size=(300, 300)))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def pdf_that_draws_for_ever() -> bytes:
    """Ten forms, each of which draws the next one ten times."""

    def fill(made: pikepdf.Pdf, page: pikepdf.Page) -> None:
        forms = [Stream(made, b"/X Do " * 10) for _ in range(10)] + [Stream(made, b"0 0 10 10 re f")]
        for one in forms:
            one.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 300, 300]))
        placed = [made.make_indirect(one) for one in forms]
        for outer, inner in itertools.pairwise(placed):
            outer.Resources = Dictionary(XObject=Dictionary(X=inner))
        page.Resources = Dictionary(XObject=Dictionary(X=placed[0]))
        page.Contents = Stream(made, b"/X Do")

    return _pdf(fill)


def pdf_with_a_picture_bomb() -> bytes:
    """A picture of 60,000 pixels a side on a page."""

    def fill(made: pikepdf.Pdf, page: pikepdf.Page) -> None:
        bomb = Stream(made, zlib.compress(bytes(10**6)))
        bomb.stream_dict = Dictionary(
            Type=Name.XObject, Subtype=Name.Image, Width=60_000, Height=60_000, BitsPerComponent=8,
            ColorSpace=Name.DeviceRGB, Filter=Name.FlateDecode,
        )  # fmt: skip
        page.Resources = Dictionary(XObject=Dictionary(X=made.make_indirect(bomb)))
        page.Contents = Stream(made, b"300 0 0 300 0 0 cm /X Do")

    return _pdf(fill)


def pdf_with_an_endless_page() -> bytes:
    """A page as wide as Germany."""

    def fill(_made: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.MediaBox = Array([0, 0, 10**9, 10**9])

    return _pdf(fill)


def locked_pdf() -> bytes:
    """One that opens with a password only."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(evidence_pdf.pdf())) as made:
        made.save(out, encryption=Encryption(user="open", owner="owner"))
    return out.getvalue()


def docx_with_entities(target: str = "file:///etc/passwd") -> bytes:
    """Entities that multiply, and one that reads a file."""
    text = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "{"lol" * 100}"><!ENTITY b "{"&a;" * 100}"><!ENTITY c "{"&b;" * 100}">'
        f'<!ENTITY x SYSTEM "{target}">]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&c;&x;</w:t></w:r></w:p></w:body></w:document>'
    )
    return office.repacked(office.docx_file(), {"word/document.xml": lambda _: text.encode()})


def drawing_with_an_entity(target: str = "file:///etc/passwd") -> bytes:
    """A drawing that would read a file."""
    return (
        f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "{target}">]>'
        f'<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
    ).encode()


def macro_document() -> bytes:
    """A Word document with macros, as its type says."""

    def macro(body: bytes) -> bytes:
        plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        assert plain in body
        return body.replace(plain, b"application/vnd.ms-word.document.macroEnabled.main+xml")

    extra = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + MARKUP.encode()}
    return office.repacked(office.docx_file(), {"[Content_Types].xml": macro}, extra)


def endless_sheet() -> bytes:
    """A sheet whose one row and cell are repeated ten million times."""

    def repeated(body: bytes) -> bytes:
        rows = body.replace(
            b"<table:table-row>", b'<table:table-row table:number-rows-repeated="9999999">', 1
        )
        return rows.replace(
            b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="9999999" ', 1
        )

    return office.repacked(
        evidence_texts.opendocument("spreadsheet", "spreadsheet"), {"content.xml": repeated}
    )


def deep_mail() -> bytes:
    """HTML nested five thousand deep."""
    head = b"From: a@example.org\r\nDate: Mon, 02 Mar 2026 10:11:12 +0100\r\nContent-Type: text/html\r\n\r\n"
    return head + b"<div>" * 5_000 + b"deep" + b"</div>" * 5_000


def nested_archive(depth: int = 40) -> bytes:
    """An archive in an archive in an archive."""
    data = b" " * 2_000 + MARKUP.encode()
    for number in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            made.writestr(f"{number} <img src=x onerror={CANARY}()>.zip", data)
        data = out.getvalue()
    return data


def bomb_archive() -> bytes:
    """A hundred megabytes of nothing, and an entry that claims four gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("nothing.bin", bytes(100_000_000))
    return out.getvalue().replace(struct.pack("<I", 100_000_000), b"\xfe\xff\xff\xff")


def hostile_mail() -> bytes:
    """HTML that would run, load, send and hide."""
    return (
        f"From: =?utf-8?q?=E2=80=AE?=moc.example <a@example.org>\r\nTo: b@example.org\r\nSubject: {MARKUP}\r\nDate: Mon, 02 Mar 2026\r\n"
        f'Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><base href="https://{CANARY}.example"><style>@import url(https://x)</style>'
        f'</head><body onload="{CANARY}()"><p>Pay now.</p>{MARKUP}<iframe src="https://{CANARY}.example"></iframe>'
        f'<form action="https://{CANARY}.example"><input name=a></form><svg><script>{CANARY}</script></svg>'
        f'<a href="javascript:{CANARY}()">a link</a><table><tr><td>left</td><td>right</td></tr></table>&lt;script&gt;</body></html>'
    ).encode()


BROKEN: dict[str, Callable[[], bytes]] = {
    "png bomb": huge_png,
    "gif bomb": huge_gif,
    "endless page": pdf_with_an_endless_page,
    "picture bomb in a page": pdf_with_a_picture_bomb,
    "locked pdf": locked_pdf,
    "cut pdf": lambda: evidence_pdf.pdf()[:3000],
    "empty pdf": lambda: b"%PDF-1.7\n" + b"garbage\n" * 100,
    "entities": docx_with_entities,
    "entity in a drawing": drawing_with_an_entity,
    "macros": macro_document,
    "endless sheet": endless_sheet,
    "deep mail": deep_mail,
    "nested archive": nested_archive,
    "bomb archive": bomb_archive,
    "hostile mail": hostile_mail,
    "cut picture": lambda: pictures.jpeg()[:4000],
    "noise": lambda: bytes(range(256)) * 20,
    "page and archive": lambda: evidence_pdf.pdf() + nested_archive(1),
}
"""Each ends as a view, or as a reason for none."""
