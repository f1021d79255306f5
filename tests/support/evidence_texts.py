"""OpenDocument files, mails, drawings and archives, written here as text with canaries in every hiding place."""

from __future__ import annotations

import base64
import io
import zipfile
from email.message import EmailMessage

from tests.support import evidence_pictures as pictures
from tests.support.canaries import CANARY

TEXT = "The invoice was paid twice."
_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"), ("meta", "meta"),
        ("presentation", "presentation"), ("svg", "svg-compatible"), ("fo", "xsl-fo-compatible"), ("script", "script"),
        ("config", "config"), ("form", "form"),
    )
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" xmlns:officeooo="http://openoffice.org/2009/office"'  # fmt: skip
_WHO = f"<dc:creator>{CANARY}</dc:creator><dc:date>2026-03-02T10:00:00</dc:date>"
_NOTE = f"<office:annotation>{_WHO}<meta:creator-initials>QK</meta:creator-initials><text:p>Look here</text:p></office:annotation>"
_CHANGES = (
    f'<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info>{_WHO}</office:change-info>'
    f"<text:p>{CANARY}</text:p></text:deletion></text:changed-region></text:tracked-changes>"
)
_IMAGE = '<draw:frame draw:name="{name}.jpg" svg:width="2cm" svg:height="2cm"><draw:image xlink:href="{target}"/></draw:frame>'
_STYLES = (
    f'<office:automatic-styles><style:style style:name="P1" style:family="paragraph"><style:text-properties officeooo:rsid="00{CANARY}"/>'
    '</style:style><style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
    '<style:style style:name="dark" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/>'
    "</style:style></office:automatic-styles>"
)


def _frame(target: str) -> str:
    return _IMAGE.format(name=CANARY, target=target)


def _body(kind: str) -> str:
    if kind == "text":
        return (
            f'{_CHANGES}<text:p text:style-name="P1">{TEXT}<text:change text:change-id="c1"/>{_NOTE}</text:p>'
            f"<text:p><text:change-start text:change-id='c1'/>added words<text:change-end text:change-id='c1'/>"
            f"<text:author-name>{CANARY}</text:author-name><text:file-name text:display='full'>C:/{CANARY}</text:file-name>"
            f'<text:a xlink:href="https://example.org/x">web link</text:a><text:a xlink:href="file:///home/{CANARY}/a">local link</text:a>'
            f'<text:bookmark-start text:name="__RefMoveTo__{CANARY}"/>moved words<text:bookmark-end text:name="__RefMoveTo__{CANARY}"/>'
            f'<text:a xlink:href="#__RefMoveTo__{CANARY}">inner link</text:a><draw:frame><svg:desc>C:\\Users\\{CANARY}\\p.png</svg:desc></draw:frame>'
            f"{_frame('Pictures/a.jpg')}{_frame('../../home/' + CANARY)}{_frame('https://' + CANARY + '.example/p.png')}"
            f'<loext:thing loext:a="{CANARY}">kept words</loext:thing><office:dde-source office:dde-topic="{CANARY}"/></text:p>'
            f'<text:p><text:hidden-text text:string-value="hidden words" text:is-hidden="true">hidden words</text:hidden-text></text:p>'
        )
    if kind == "spreadsheet":
        return (
            f'<table:tracked-changes>{_WHO}</table:tracked-changes><table:table table:name="One"><table:table-source xlink:href="file:///{CANARY}"/>'
            f'<table:table-row><table:table-cell office:value-type="float" office:value="1200"><text:p>1200</text:p>{_NOTE}</table:table-cell>'
            f'</table:table-row><table:table-row table:visibility="collapse"><table:table-cell><text:p>in a hidden row</text:p></table:table-cell>'
            f'</table:table-row></table:table><table:table table:name="Two" table:style-name="off"><table:table-row><table:table-cell>'
            f"<text:p>on a hidden sheet</text:p></table:table-cell></table:table-row></table:table>"
        )
    return (
        f'<draw:page draw:name="page1"><draw:frame><draw:text-box><text:p>{TEXT}</text:p></draw:text-box></draw:frame>'
        f"{_frame('Pictures/a.jpg')}<presentation:notes><draw:frame><draw:text-box><text:p>Say this</text:p></draw:text-box>"
        f'</draw:frame></presentation:notes></draw:page><draw:page draw:name="page2" draw:style-name="dark"><draw:frame><draw:text-box>'
        f"<text:p>on a hidden slide</text:p></draw:text-box></draw:frame></draw:page>"
    )


def opendocument(kind: str, media: str) -> bytes:
    """A document of ``kind`` (text, spreadsheet, presentation) with traces in every part."""
    content = (
        f'<?xml version="1.0"?><office:document-content {_SPACES} office:version="1.3"><office:scripts><office:event-listeners/></office:scripts>'
        f"{_STYLES}<office:body><office:{kind}>{_body(kind)}</office:{kind}></office:body></office:document-content>"
    )
    styles = (
        f'<?xml version="1.0"?><office:document-styles {_SPACES} office:version="1.3"><office:styles/><office:automatic-styles>'
        f'<style:page-layout style:name="L"/></office:automatic-styles><office:master-styles><style:master-page style:name="Default" '
        f'style:page-layout-name="L"><style:header><text:p>Head line</text:p></style:header></style:master-page></office:master-styles>'
        f"</office:document-styles>"
    )
    meta = f"<office:document-meta {_SPACES}><office:meta><meta:initial-creator>{CANARY}</meta:initial-creator>{_WHO}</office:meta></office:document-meta>"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{media}", zipfile.ZIP_STORED)
        for name, body in {
            "content.xml": content, "styles.xml": styles, "meta.xml": meta, "META-INF/manifest.xml": manifest,
            "settings.xml": f"<s>PrinterName {CANARY}</s>", "Thumbnails/thumbnail.png": CANARY, "Basic/Standard/a.xml": CANARY,
            "Configurations2/a.xml": CANARY, "Versions/Version1": CANARY, "layout-cache": CANARY, "manifest.rdf": CANARY,
            f"Pictures/{CANARY}.bin": CANARY,
        }.items():  # fmt: skip
            archive.writestr(name, body)
        archive.writestr("Pictures/a.jpg", pictures.jpeg())
    return out.getvalue()


def svg() -> bytes:
    """A drawing with an editor's marks, scripts, outside references and an embedded picture."""
    inner = base64.b64encode(pictures.png()).decode()
    return (
        f'<?xml version="1.0"?><!-- {CANARY} --><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" inkscape:export-filename="/home/{CANARY}/a.png" width="40" height="40">'
        f"<metadata><x>{CANARY}</x></metadata><script>{CANARY}</script><inkscape:path-effect id='{CANARY}'/>"
        f'<rect width="10" height="10" onclick="{CANARY}()" fill="red" data-x="{CANARY}"/><text x="1" y="20">{TEXT}</text>'
        f'<image width="9" height="9" xlink:href="data:image/png;base64,{inner}"/><image href="https://{CANARY}.example/a.png"/>'
        f'<image href="file:///home/{CANARY}/a.png"/><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">{CANARY}</p></foreignObject>'
        f'<style>@import "https://{CANARY}.example/a.css";</style><a href="javascript:{CANARY}"><text>in a link</text></a></svg>'
    ).encode()


def mail() -> bytes:
    """A message with text, HTML, a picture and another message, and everything that its way wrote on it."""
    inner = EmailMessage()
    inner["From"], inner["Subject"], inner["X-Secret"] = "Someone <one@example.org>", "Earlier", CANARY
    inner.set_content("The first message.")
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = (
        "Alice <alice@example.org>",
        "bob@example.org",
        "About the invoice",
    )
    made["Date"] = "Mon, 02 Mar 2026 10:11:12 +0100"
    made["Received"] = f"from {CANARY} ([10.1.2.3]) by mx; Mon, 02 Mar 2026 10:11:12 +0100"
    made["Message-ID"], made["X-Mailer"], made["X-Originating-IP"] = f"<{CANARY}@host>", CANARY, f"[{CANARY}]"
    made["Return-Path"], made["DKIM-Signature"] = f"<{CANARY}@x>", CANARY
    made.set_content(TEXT)
    made.add_alternative(
        f'<html><head><meta name="g" content="{CANARY}"><style>p {{background: url(https://{CANARY}.example)}}</style></head><body>'
        f'<!-- {CANARY} --><p id="{CANARY}">{TEXT} <b>Bold.</b> <a href="https://example.org/x">link</a></p>'
        f'<img src="https://t.example/{CANARY}.gif"><script>{CANARY}</script></body></html>',
        subtype="html",
    )
    made.add_attachment(pictures.jpeg(), maintype="image", subtype="jpeg", filename="C:\\Users\\x\\photo.jpg")
    made.add_attachment(inner)
    return made.as_bytes()


def archive() -> bytes:
    """An archive with a picture, a text and litter, in a folder of somebody's machine."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in (
            ("holiday/photo.jpg", pictures.jpeg()),
            (f"C:\\Users\\{CANARY}\\notes.txt", TEXT.encode()),
            (f"/home/{CANARY}/../plan.svg", svg()),
            ("__MACOSX/._photo.jpg", CANARY.encode()),
            (".DS_Store", CANARY.encode()),
        ):
            info = zipfile.ZipInfo(name, (2026, 3, 2, 10, 0, 0))
            info.extra = b"\x99\x99\x08\0" + CANARY.encode()
            info.comment = CANARY.encode()
            made.writestr(info, body)
        made.comment = CANARY.encode()
    return out.getvalue()
