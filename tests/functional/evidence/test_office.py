"""Office documents keep text, values, slides and pictures, and lose names, sessions, changes, places and everything unseen."""

from __future__ import annotations

import io

import docx
import openpyxl
import pptx
import pytest

from intake.evidence.clean.engine import clean
from intake.evidence.traces import Cleaned, Drop, NotCleanableError, Reason, Trace
from tests.support import evidence_office as office
from tests.support.canaries import CANARY, found

_KEPT = ["added words", "moved words", "bold words", "field result", "control words", "smart words", "first half, second half",
         "hidden words", "web link", "local link"]  # fmt: skip


def text_of(data: bytes) -> str:
    return "\n".join(
        "".join(paragraph.itertext()) for paragraph in docx.Document(io.BytesIO(data)).element.body
    )


def cleaned(data: bytes, *drop: Drop) -> Cleaned:
    assert found(data)
    result = clean(data, frozenset(drop))
    assert found(result.data) == []
    return result


def test_a_word_document_keeps_its_words_and_loses_every_trace() -> None:
    result = cleaned(office.docx_file())
    text = text_of(result.data)
    assert [words for words in [office.TEXT, "A cell", *_KEPT] if words not in text] == []
    assert b"2026-03-02" not in b"".join(found_parts(result.data).values())
    assert len(docx.Document(io.BytesIO(result.data)).inline_shapes) == 2
    assert b'w:anchor="place1"' in found_parts(result.data)["word/document.xml"]
    assert {
        Trace.TRACKED_CHANGE, Trace.TRACKED_MOVE, Trace.COMMENT_AUTHOR, Trace.REVISION_ID, Trace.TEMPLATE_PATH, Trace.MACRO,
        Trace.FIELD, Trace.CUSTOM_DATA, Trace.LOCAL_PATH, Trace.PRINTER, Trace.PLACE, Trace.HIDDEN_DATA,
    } <= set(result.findings.removed)  # fmt: skip
    assert {Trace.COMMENT, Trace.HEADER, Trace.HIDDEN_TEXT, Trace.LINK} <= set(result.findings.left)


def found_parts(data: bytes) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_workbook_keeps_its_values_and_formulas() -> None:
    result = cleaned(office.xlsx_file())
    book = openpyxl.load_workbook(io.BytesIO(result.data))
    sheet = book.worksheets[0]
    assert [sheet["A1"].value, sheet["A2"].value, sheet["A3"].value] == [office.TEXT, 1200, "=A2*2"]
    assert sheet["A1"].comment is not None
    assert sheet["A1"].comment.text.strip() == "Look here"
    assert book.worksheets[1]["A1"].value == "on a hidden sheet"
    assert {Trace.HIDDEN_SHEET, Trace.HIDDEN_CELLS, Trace.COMMENT, Trace.HEADER} <= set(result.findings.left)


def test_texts_that_no_cell_shows_any_more_are_gone() -> None:
    data = office.xlsx_with_shared_strings()
    book = openpyxl.load_workbook(io.BytesIO(cleaned(data).data))
    assert book.worksheets[0]["A1"].value == office.TEXT
    assert book.worksheets[1]["A1"].value == "on a hidden sheet"
    assert found(cleaned(data, Drop.HIDDEN).data, "on a hidden sheet") == []


def test_a_presentation_keeps_its_slides_pictures_and_notes() -> None:
    result = cleaned(office.pptx_file())
    slides = pptx.Presentation(io.BytesIO(result.data)).slides
    assert [slide.shapes.title.text for slide in slides] == [f"{office.TEXT} 0", f"{office.TEXT} 1"]
    assert slides[0].notes_slide.notes_text_frame.text == "Say this 0"
    assert result.findings.left[Trace.HIDDEN_SLIDE] == 1
    assert result.findings.left[Trace.NOTE] == 2


@pytest.mark.parametrize(
    ("make", "gone"),
    [
        (office.docx_file, ["hidden words", "Look here", "Head line"]),
        (office.xlsx_file, ["on a hidden sheet", "in a hidden row", "Look here", "Head line"]),
        (office.pptx_file, ["Say this", "twice. 1"]),
    ],
    ids=["docx", "xlsx", "pptx"],
)
def test_what_looks_like_content_goes_only_when_somebody_chooses_so(make: object, gone: list[str]) -> None:
    data = make()  # type: ignore[operator]
    kept = cleaned(data)
    dropped = cleaned(data, *Drop)
    for words in gone:
        assert found(kept.data, words), words
        assert found(dropped.data, words) == [], words
    opened = {"docx": docx.Document, "xlsx": openpyxl.load_workbook, "pptx": pptx.Presentation}[dropped.kind]
    opened(io.BytesIO(dropped.data))


@pytest.mark.parametrize(
    "make", [office.docx_file, office.xlsx_file, office.pptx_file], ids=["docx", "xlsx", "pptx"]
)
def test_cleaning_a_clean_document_changes_nothing(make: object) -> None:
    once = clean(make()).data  # type: ignore[operator]
    again = clean(once)
    assert again.data == once


def test_an_entity_bomb_in_a_part_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    data = office.repacked(
        office.docx_file(),
        {"word/document.xml": lambda body: body.replace(b"<w:document", bomb + b"<w:document", 1)},
    )
    with pytest.raises(NotCleanableError) as caught:
        clean(data)
    assert caught.value.reason is Reason.NOT_UNDERSTOOD
    assert CANARY not in str(caught.value)
