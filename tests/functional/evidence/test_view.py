"""What an officer sees of each kind of file: the right words and pixels, and nothing of the file itself."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
from datetime import datetime

import openpyxl
import pikepdf
import pytest
from PIL import Image

from intake.evidence import viewer
from intake.evidence.traces import Reason
from intake.evidence.types import Kind
from intake.evidence.view.engine import VIEWERS
from intake.evidence.views import MAX_ROWS, MAX_TEXT, MAX_WIDTH, Fact, Label, Note, Shows, Style, View
from tests.support import evidence_office as office
from tests.support import evidence_pdf, evidence_sounds, evidence_texts
from tests.support import evidence_pictures as pictures
from tests.support.canaries import CANARY
from tests.support.evidence import CORPUS, seen, words_of

LOCKED = """
import json, os, struct, sys
from intake.evidence.view import engine
from intake.evidence.confine import limit, lock
engine.load()
limit(2**31, 120)
lock()
said, loaded = {}, set(sys.modules)
for _ in range(int(sys.argv[1])):
    name, size = struct.unpack(">16sI", sys.stdin.buffer.read(20))
    data = sys.stdin.buffer.read(size)
    key = name.strip(b"\\0").decode()
    for part in (None, 1):
        try:
            header, body = engine.view(data, part)
            said[f"{key} {part}"] = json.loads(header)["shows"]
        except Exception as error:
            said[f"{key} {part}"] = repr(error)
print(json.dumps([said, sorted(set(sys.modules) - loaded)]))
sys.stdout.flush()
os._exit(0)
"""
PICTURES = {"jpeg", "png", "gif", "webp", "tiff", "pdf"}
WORDS = {"docx", "xlsx", "pptx", "odt", "ods", "odp", "svg", "zip", "eml"}
WITH_PICTURES = {"docx", "pptx", "odt", "odp", "svg"}


def test_every_kind_is_seen_behind_closed_doors() -> None:
    files = {name: make() for name, make in CORPUS.items()}
    stream = b"".join(
        name.encode().ljust(16, b"\0") + len(data).to_bytes(4, "big") + data for name, data in files.items()
    )
    command = [sys.executable, "-P", "-c", LOCKED, str(len(files))]
    done = subprocess.run(command, input=stream, capture_output=True, check=True, timeout=120)
    said, late = json.loads(done.stdout)
    for name in files:
        first = "pictures" if name in PICTURES else "text" if name in WORDS else "none"
        assert said[f"{name} None"] == first, name
        assert said[f"{name} 1"] == ("pictures" if name in WITH_PICTURES else first), name
    assert late == []


def test_a_page_comes_back_from_the_sandbox_as_a_picture_of_ours() -> None:
    data = evidence_pdf.pdf()
    whole, page = viewer.view(data), viewer.view(data, 2)
    assert (whole.shows, whole.kind, whole.count, whole.picture) == (Shows.PICTURES, "pdf", 2, None)
    assert page.picture is not None
    assert page.picture.data not in data
    with Image.open(io.BytesIO(page.picture.data)) as shown:
        assert shown.size == (page.picture.width, page.picture.height) == (1200, 800)
        assert shown.getbbox() is not None
    assert evidence_pdf.SHOWN in words_of(page)
    assert (Label.COMMENT, "Please check") in _labelled(viewer.view(data, 1))
    assert CANARY.encode() not in page.picture.data
    for none in (0, 3):
        with pytest.raises(viewer.NoSuchPartError):
            viewer.view(data, none)


def test_a_document_comes_back_from_the_sandbox_as_plain_data() -> None:
    data = office.docx_file()  # made once: another one of a second later may be a byte longer
    pieces = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    view = viewer.view_stream(pieces, len(data))
    assert view.shows is Shows.TEXT
    assert view.blocks[0].style is Style.HEADING
    assert view.blocks[0].text == "Report"


QUARTERS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0))


def _quarters(size: int = 64) -> Image.Image:
    made = Image.new("RGB", (size, size // 2))
    for index, colour in enumerate(QUARTERS):
        box = (index % 2 * size // 2, index // 2 * size // 4)
        made.paste(Image.new("RGB", (size // 2, size // 4), colour), box)
    return made


def _corners(view: View) -> list[tuple[int, ...]]:
    assert view.picture is not None
    with Image.open(io.BytesIO(view.picture.data)) as shown:
        wide, high = shown.size
        places = ((3, 3), (wide - 4, 3), (3, high - 4), (wide - 4, high - 4))
        return [tuple(round(one / 255) * 255 for one in shown.convert("RGB").getpixel(at)) for at in places]  # type: ignore[union-attr]


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "TIFF packed"])
def test_a_photo_stands_upright(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held so that the left side is on top
    out = io.BytesIO()
    options = {"compression": "tiff_adobe_deflate"} if form == "TIFF packed" else {}
    _quarters().save(out, form.split(maxsplit=1)[0], exif=exif, **options)
    view = seen(out.getvalue(), 1)
    assert view.picture is not None
    assert (view.picture.width, view.picture.height) == (32, 64)
    assert (view.facts[Fact.WIDTH], view.facts[Fact.HEIGHT]) == (32, 64)
    red, green, blue, yellow = QUARTERS
    assert _corners(view) == [blue, red, yellow, green]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1", "CMYK", "I;16", "F", "I"])
def test_every_way_of_storing_colours_is_shown(mode: str) -> None:
    out = io.BytesIO()
    made = (
        _quarters().convert("L").convert("F").convert(mode)
        if mode in {"I;16", "F", "I"}
        else _quarters().convert(mode)
    )
    made.save(out, "TIFF")
    view = seen(out.getvalue(), 1)
    assert view.picture is not None, view.reason
    if mode in {"RGB", "RGBA", "P", "CMYK"}:
        assert _corners(view) == list(QUARTERS)
    else:
        assert len(set(_corners(view))) > 1


def test_what_shows_through_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert set(_corners(seen(out.getvalue(), 1))) == {(255, 255, 255)}


def test_a_large_picture_is_made_smaller_and_a_moving_one_stands_still() -> None:
    out = io.BytesIO()
    _quarters(4000).save(out, "JPEG")
    view = seen(out.getvalue(), 1)
    assert view.picture is not None
    assert (view.picture.width, view.picture.height) == (MAX_WIDTH, MAX_WIDTH // 2)
    assert view.notes == (Note.SMALLER,)
    assert _corners(view) == list(QUARTERS)
    moving = io.BytesIO()
    _quarters().save(
        moving,
        "GIF",
        save_all=True,
        append_images=[Image.new("RGB", (64, 32), one) for one in ("white", "red")],
    )
    still = seen(moving.getvalue(), 1)
    assert (still.count, still.notes, still.facts[Fact.FRAMES]) == (1, (Note.FIRST_FRAME,), 3)
    assert _corners(still) == list(QUARTERS)
    pages = seen(pictures.tiff(), 2)
    assert (pages.count, pages.part, pages.facts[Fact.WIDTH]) == (2, 2, 40)


def test_a_photo_of_a_phone_in_avif_is_shown_and_one_in_heic_is_said_to_be_not() -> None:
    assert seen(pictures.heif("AVIF"), 1).picture is not None
    assert seen(pictures.heif(), 1).reason is Reason.UNSUPPORTED


def test_what_was_typed_into_a_form_is_on_the_page() -> None:
    made = pikepdf.Pdf.new()
    page = made.add_blank_page(page_size=(300, 200))
    shown = []
    for value in ("", "QQQQQ"):
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        field = made.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="name", V=value,
                Rect=[20, 20, 280, 80], DA="/Helv 24 Tf 0 g", F=4,
            )
        )  # fmt: skip
        page.obj.Annots = pikepdf.Array([field])
        made.Root.AcroForm = pikepdf.Dictionary(
            Fields=[field], DA="/Helv 24 Tf 0 g", DR=pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
        )
        out = io.BytesIO()
        made.save(out)
        view = seen(out.getvalue(), 1)
        assert view.picture is not None
        with Image.open(io.BytesIO(view.picture.data)) as image:
            shown.append(image.convert("L").histogram()[0])
    assert shown[0] < 10 < shown[1]


def _labelled(view: View) -> set[tuple[Label, str]]:
    return {(one.label, one.text) for one in view.blocks if one.label}


def test_a_word_document_is_read_as_it_stands_with_what_is_beside_it() -> None:
    view = seen(office.docx_file())
    words = words_of(view)
    for text in (
        office.TEXT,
        "added words",
        "moved words",
        "control words",
        "smart words",
        "A cell",
        "field result",
    ):
        assert text in words
    assert {
        (Label.HEADER, "Head line"),
        (Label.COMMENT, "[#0] Look here"),
        (Label.HIDDEN, "hidden words"),
    } <= _labelled(view)
    assert f"{office.TEXT}[#0]" in words  # where the remark stands
    places = [one.part for one in view.blocks if one.label is Label.PICTURE]
    assert places == [1, 2]
    assert view.count == 2
    assert seen(office.docx_file(), 2).picture is not None
    assert seen(office.docx_file(), 1).blocks == ()
    assert Note.ACTIVE_LEFT_OUT in view.notes


def test_a_sheet_has_its_letters_numbers_and_days() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["C7"], sheet["D7"], sheet["E7"] = datetime(2026, 3, 2), datetime(2026, 3, 2, 14, 30), 45_000  # noqa: DTZ001 - a sheet's
    sheet["C9"], sheet["D9"] = True, "=1+1"
    out = io.BytesIO()
    made.save(out)
    (table,) = (one for one in seen(out.getvalue()).blocks if one.style is Style.TABLE)
    assert table.rows == (
        ("", "A", "B", "C", "D", "E"),
        ("7", "", "", "2026-03-02", "2026-03-02 14:30:00", "45000"),
        ("9", "", "", "TRUE", "=1+1"),
    )
    view = seen(office.xlsx_with_shared_strings())
    assert (Label.HIDDEN_SHEET, "Second") in _labelled(view)
    assert (Label.COMMENT, f"A1: {CANARY}:\nLook here") in _labelled(view)
    assert "on a hidden sheet" in words_of(view)
    assert office.TEXT in words_of(view)


def test_slides_have_their_numbers_notes_and_pictures() -> None:
    view = seen(office.pptx_file())
    assert {
        (Label.SLIDE, "1"),
        (Label.HIDDEN_SLIDE, "2"),
        (Label.NOTE, "Say this 0"),
        (Label.NOTE, "Say this 1"),
    } <= _labelled(view)
    assert f"{office.TEXT} 1" in words_of(view)
    assert seen(office.pptx_file(), 1).picture is not None


def test_open_documents_are_read_alike() -> None:
    text = seen(evidence_texts.opendocument("text", "text"))
    assert evidence_texts.TEXT in words_of(text)
    assert {
        (Label.COMMENT, "Look here"),
        (Label.HIDDEN, "hidden words"),
        (Label.HEADER, "Head line"),
    } <= _labelled(text)
    assert Note.REMOTE_LEFT_OUT in text.notes
    sheets = seen(evidence_texts.opendocument("spreadsheet", "spreadsheet"))
    assert {(Label.SHEET, "One"), (Label.HIDDEN_SHEET, "Two"), (Label.COMMENT, "Look here")} <= _labelled(
        sheets
    )
    assert ("1", "1200") in [row for one in sheets.blocks for row in one.rows]
    slides = seen(evidence_texts.opendocument("presentation", "presentation"))
    assert {(Label.SLIDE, "1"), (Label.HIDDEN_SLIDE, "2"), (Label.NOTE, "Say this")} <= _labelled(slides)


def test_a_mail_says_who_wrote_what_and_what_hangs_on_it() -> None:
    view = seen(evidence_texts.mail())
    assert {
        (Label.SUBJECT, "About the invoice"), (Label.FROM, "Alice <alice@example.org>"), (Label.TO, "bob@example.org"),
        (Label.DATE, "Mon, 02 Mar 2026 10:11:12 +0100"),
    } <= _labelled(view)  # fmt: skip
    words = words_of(view)
    assert "Bold. link <https://example.org/x>" in words
    (photo, inner), *_ = [one.rows for one in view.blocks if one.label is Label.ATTACHMENTS]
    assert photo[:2] == ("C:\\Users\\x\\photo.jpg", "image/jpeg")
    assert photo[2].isdigit()
    assert inner == ("", "message/rfc822", "")
    assert {Note.REMOTE_LEFT_OUT, Note.ACTIVE_LEFT_OUT, Note.FILES_INSIDE} == set(view.notes)
    assert "Received" not in words


def test_an_archive_is_a_list_and_a_text_a_text() -> None:
    view = seen(evidence_texts.archive())
    assert view.facts == {Fact.FILES: 5}
    assert [row[0] for row in view.blocks[0].rows][:2] == [
        "holiday/photo.jpg",
        f"C:\\Users\\{CANARY}\\notes.txt",
    ]
    assert view.blocks[0].rows[1][1] == str(len(evidence_texts.TEXT))
    text = seen("One,two\r\n3,4\n\n  Grüße aus Łódź".encode())
    assert [(one.style, one.text) for one in text.blocks] == [
        (Style.LINES, "One,two\n3,4\n\n  Grüße aus Łódź")
    ]


def test_sound_is_not_played_and_says_how_long_it_is() -> None:
    second = bytearray(evidence_sounds.wav())
    at = second.index(b"data")
    body = bytes(2 * 8000 * 3)
    second[at + 4 : at + 8 + 800] = struct.pack("<I", len(body)) + body
    view = seen(bytes(second))
    assert (view.shows, view.kind, view.reason) == (Shows.NONE, Kind.WAV, Reason.UNSUPPORTED)
    assert view.facts == {Fact.CHANNELS: 1, Fact.SAMPLE_RATE: 8000, Fact.SECONDS: 3}
    assert seen(evidence_sounds.film()).facts == {Fact.SECONDS: 3}
    assert seen(evidence_sounds.flac()).facts[Fact.SAMPLE_RATE] == 44_100


def test_long_texts_and_tables_end_with_a_word_about_it() -> None:
    long = seen(b"All work and no play.\n" * 40_000)
    assert long.notes == (Note.TEXT_CUT,)
    assert len(words_of(long).replace("\n\n", "\n")) <= MAX_TEXT + len(long.blocks)
    assert sum(len(one.text) for one in long.blocks) == MAX_TEXT
    rows = "".join(
        f"<row r='{number}'><c r='A{number}'><v>{number}</v></c><c r='ZZ{number}'><v>1</v></c></row>"
        for number in range(1, 7000)
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    many = seen(office.repacked(office.xlsx_file(), {"xl/worksheets/sheet1.xml": lambda _: sheet.encode()}))
    assert set(many.notes) == {Note.ROWS_CUT, Note.COLUMNS_CUT}
    assert sum(len(one.rows) for one in many.blocks) == MAX_ROWS


def test_every_kind_that_is_cleaned_is_shown_or_said_to_be_not() -> None:
    assert {Kind.EMF, Kind.WMF} == set(Kind) - set(VIEWERS) - {
        Kind.OLE,
        Kind.MARKUP,
        Kind.EXECUTABLE,
        Kind.ARCHIVE,
        Kind.OTHER,
    }
    assert seen(b"").reason is Reason.EMPTY
    assert seen(b"<html><body>hello</body></html>").reason is Reason.UNSUPPORTED
    assert seen(b"MZ" + bytes(100)).reason is Reason.UNSUPPORTED
