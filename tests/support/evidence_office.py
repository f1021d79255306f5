"""Office documents made by the common libraries, with canaries written into every part afterwards."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pptx
from docx.shared import Inches
from openpyxl.comments import Comment

from tests.support import evidence_pictures as pictures
from tests.support.canaries import CANARY

TEXT = "The invoice was paid twice."
Change = Callable[[bytes], bytes]
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PATH = rf"C:\Users\{CANARY}\secret.dotx"
_RELATIONSHIP = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def repacked(data: bytes, changes: dict[str, Change], extra: dict[str, bytes] | None = None) -> bytes:
    """The same container with changed and added entries, each with an owner's traces."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        entries = {info.filename: old.read(info) for info in old.infolist()} | (extra or {})
        for name, body in entries.items():
            info = zipfile.ZipInfo(name, (2026, 3, 2, 10, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.comment = CANARY.encode()
            for part, change in changes.items():
                body = change(body) if part == name else body  # noqa: PLW2901 - one change after the other
            new.writestr(info, body)
        new.comment = CANARY.encode()
    return out.getvalue()


def inserted(before: str, text: str) -> Change:
    """Put ``text`` before the first ``before``, which must be there."""

    def change(body: bytes) -> bytes:
        assert before.encode() in body, before
        return body.replace(before.encode(), text.encode() + before.encode(), 1)

    return change


def both(*changes: Change) -> Change:
    """One change after another."""

    def change(body: bytes) -> bytes:
        for one in changes:
            body = one(body)
        return body

    return change


def _relationship(number: int, kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    uri = kind if "/" in kind else f"{_RELATIONSHIP}/{kind}"
    return f'<Relationship Id="rIdQ{number}" Type="{uri}" Target="{target}"{mode}/>'


def _named_pictures(body: bytes) -> bytes:
    name = CANARY.encode()
    return body.replace(b'name="Picture', b'descr="C:\\Users\\' + name + b'\\p.png" name="' + name + b".png")


def docx_file() -> bytes:
    """A Word document: changes, moves, fields, comments, a template, custom parts, a picture, a link."""
    made = docx.Document()
    made.core_properties.author = made.core_properties.last_modified_by = CANARY
    made.core_properties.title = made.core_properties.comments = CANARY
    made.add_heading("Report", 1)
    paragraph = made.add_paragraph(TEXT)
    made.add_comment(paragraph.runs, text="Look here", author=CANARY, initials="QK")
    made.add_picture(io.BytesIO(pictures.png()), Inches(1))
    made.add_picture(io.BytesIO(pictures.jpeg()), Inches(1))
    made.add_table(1, 2).cell(0, 0).text = "A cell"
    made.sections[0].header.paragraphs[0].text = "Head line"
    out = io.BytesIO()
    made.save(out)
    who = f'w:id="901" w:author="{CANARY}" w:date="2026-03-02T10:00:00Z"'
    changes = f"""<w:p w:rsidR="00AB12CD"><w:ins {who}><w:r><w:t>added words</w:t></w:r></w:ins><w:del {who}><w:r><w:delText>{CANARY}</w:delText></w:r></w:del>
<w:moveFromRangeStart {who} w:name="{CANARY}"/><w:moveFrom {who}><w:r><w:t>{CANARY} from</w:t></w:r></w:moveFrom><w:moveFromRangeEnd w:id="901"/>
<w:moveToRangeStart {who} w:name="{CANARY}"/><w:moveTo {who}><w:r><w:t>moved words</w:t></w:r></w:moveTo><w:moveToRangeEnd w:id="901"/>
<w:r><w:rPr><w:b/><w:rPrChange {who}><w:rPr/></w:rPrChange></w:rPr><w:t>bold words</w:t></w:r>
<w:fldSimple w:instr=" AUTHOR "><w:r><w:t>{CANARY}</w:t></w:r></w:fldSimple>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> FILENAME \\p </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>
<w:r><w:t>{CANARY}.docx</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> INCLUDEPICTURE "C:\\\\Users\\\\{CANARY}\\\\a.png" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>
<w:r><w:t>field result</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
<w:sdt><w:sdtPr><w:alias w:val="{CANARY}"/><w:tag w:val="{CANARY}"/></w:sdtPr><w:sdtContent><w:r><w:t>control words</w:t></w:r></w:sdtContent></w:sdt>
<w:smartTag w:uri="urn:{CANARY}" w:element="x"><w:smartTagPr><w:attr w:name="a" w:val="{CANARY}"/></w:smartTagPr><w:r><w:t>smart words</w:t></w:r></w:smartTag>
<w:permStart w:id="1" w:ed="{CANARY}"/><w:permEnd w:id="1"/></w:p>
<w:p><w:pPr><w:rPr><w:del {who}/></w:rPr></w:pPr><w:r><w:t>first half, </w:t></w:r></w:p><w:p><w:r><w:t>second half</w:t></w:r></w:p>
<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden words</w:t></w:r></w:p>
<w:p><w:bookmarkStart w:id="7" w:name="Here_{CANARY}"/><w:r><w:t>marked words</w:t></w:r><w:bookmarkEnd w:id="7"/><w:hyperlink w:anchor="Here_{CANARY}"><w:r><w:t>inner link</w:t></w:r></w:hyperlink></w:p>
<w:p><w:hyperlink r:id="rIdQ1"><w:r><w:t>web link</w:t></w:r></w:hyperlink><w:hyperlink r:id="rIdQ2"><w:r><w:t>local link</w:t></w:r></w:hyperlink></w:p>
<!-- {CANARY} --><?secret {CANARY}?>"""
    links = _relationship(1, "hyperlink", "https://example.org/x", external=True)
    links += _relationship(2, "hyperlink", f"file:///C:/Users/{CANARY}/a.xlsx", external=True)
    links += _relationship(3, "http://schemas.microsoft.com/office/2011/relationships/people", "people.xml")
    links += _relationship(4, "customXml", "../customXml/item9.xml") + _relationship(
        5, "printerSettings", "printerSettings1.bin"
    )
    links += _relationship(
        6, "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin"
    )
    return repacked(
        out.getvalue(),
        {
            "word/document.xml": both(
                inserted("<w:sectPr", changes),
                _named_pictures,
            ),
            "word/_rels/document.xml.rels": inserted("</Relationships>", links),
            "word/settings.xml": inserted(
                "</w:settings>",
                f'<w:attachedTemplate r:id="rIdQ1" xmlns:r="{_RELATIONSHIP}"/><w:rsids><w:rsidRoot w:val="00AB12CD"/></w:rsids>'
                f'<w:docVars><w:docVar w:name="a" w:val="{CANARY}"/></w:docVars>',
            ),
            "[Content_Types].xml": inserted("</Types>", '<Default Extension="bin" ContentType="application/octet-stream"/>'),
        },
        {
            "word/_rels/settings.xml.rels": (
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                + _relationship(1, "attachedTemplate", f"file:///{_PATH}", external=True)
                + "</Relationships>"
            ).encode(),
            "word/people.xml": f'<x author="{CANARY}"/>'.encode(),
            "customXml/item9.xml": f"<x>{CANARY}</x>".encode(),
            "word/vbaProject.bin": CANARY.encode(),
            "word/printerSettings1.bin": CANARY.encode(),
            "word/nobody.bin": CANARY.encode(),
        },
    )  # fmt: skip


def xlsx_file() -> bytes:
    """A workbook: a formula, a hidden sheet and row, comments, a header, a link to another workbook."""
    made = openpyxl.Workbook()
    made.properties.creator = made.properties.lastModifiedBy = CANARY
    sheet = made.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["A3"] = TEXT, 1200, "=A2*2"
    sheet["A1"].comment = Comment(f"{CANARY}:\nLook here", CANARY)
    sheet["B5"] = "in a hidden row"
    sheet.row_dimensions[5].hidden = True
    sheet["A4"] = "see there"
    sheet["A4"].hyperlink = f"file:///C:/Users/{CANARY}/a.xlsx"
    sheet.oddHeader.center.text = "Head line"
    secret = made.create_sheet("Second")
    secret["A1"] = "on a hidden sheet"
    secret.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    x15 = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"'
    return repacked(
        out.getvalue(),
        {
            "xl/workbook.xml": inserted(
                "<bookViews",
                f'<fileSharing userName="{CANARY}"/><mc:AlternateContent {x15}><mc:Choice Requires="x15"><x15ac:absPath '
                f'xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="{_PATH}"/></mc:Choice>'
                f"</mc:AlternateContent>",
            ),
            "xl/_rels/workbook.xml.rels": inserted(
                "</Relationships>", _relationship(1, "connections", "connections.xml")
            ),
            "xl/worksheets/sheet1.xml": inserted("</worksheet>", f'<extLst><ext uri="{CANARY}"/></extLst>'),
        },
        {"xl/connections.xml": CANARY.encode(), "xl/revisions/userNames.xml": CANARY.encode()},
    )


def xlsx_with_shared_strings() -> bytes:
    """The same workbook as Excel writes it: texts in a list of their own, one of them deleted from its sheet."""
    texts: list[str] = [CANARY]

    def shared(body: bytes) -> bytes:
        def number(match: re.Match[str]) -> str:
            texts.append(match.group(1))
            return f't="s"><v>{len(texts) - 1}</v>'

        return re.sub(r't="inlineStr"><is>(<t.*?</t>)</is>', number, body.decode()).encode()

    data = repacked(xlsx_file(), {"xl/worksheets/sheet1.xml": shared, "xl/worksheets/sheet2.xml": shared})
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    listed = "".join(f"<si>{text}</si>" for text in [f"<t>{CANARY}</t>", *texts[1:]])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    return repacked(
        data,
        {
            "xl/_rels/workbook.xml.rels": inserted(
                "</Relationships>", _relationship(8, "sharedStrings", "sharedStrings.xml")
            ),
            "[Content_Types].xml": inserted(
                "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/>'
            ),
        },
        {"xl/sharedStrings.xml": f"<sst {space}>{listed}</sst>".encode()},
    )


def pptx_file() -> bytes:
    """A presentation: two slides, the second hidden, with notes and a picture."""
    made = pptx.Presentation()
    made.core_properties.author = CANARY
    for number in range(2):
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = f"{TEXT} {number}"
        slide.shapes.add_picture(io.BytesIO(pictures.jpeg()), 0, 0).name = f"{CANARY}.jpg"
        slide.notes_slide.notes_text_frame.text = f"Say this {number}"
    made.slides[1]._element.set("show", "0")
    out = io.BytesIO()
    made.save(out)
    return repacked(
        out.getvalue(),
        {
            "ppt/_rels/presentation.xml.rels": inserted(
                "</Relationships>", _relationship(1, "tags", "tags/tag1.xml")
            ),
            "ppt/presentation.xml": inserted("</p:presentation>", f'<p:modifyVerifier saltData="{CANARY}"/>'),
            "ppt/theme/theme1.xml": lambda body: body.replace(
                b'name="Office Theme"', f'name="{CANARY}"'.encode()
            ),
        },
        {"ppt/tags/tag1.xml": CANARY.encode(), "ppt/changesInfos/changesInfo1.xml": CANARY.encode()},
    )
