"""Files made to break the viewer or to reach a browser through it, and a sandbox that was taken over."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from markupsafe import escape
from PIL import Image

from intake.evidence import viewer
from intake.evidence.process import Limits
from intake.evidence.traces import NotCleanableError, Reason
from intake.evidence.views import MAX_HEIGHT, MAX_WIDTH, Fact, Label, Note, Shows, is_legible
from intake.evidence.words import FACTS, LABELS, NOT_SHOWN, NOTES, REASONS
from tests.support import evidence_hostile as hostile
from tests.support import evidence_office as office
from tests.support import evidence_pictures as pictures
from tests.support import evidence_texts
from tests.support.canaries import CANARY
from tests.support.evidence import seen, words_of

REFUSED = {
    "png bomb": Reason.TOO_COMPLEX, "gif bomb": Reason.TOO_COMPLEX, "locked pdf": Reason.ENCRYPTED, "cut pdf": Reason.DAMAGED,
    "empty pdf": Reason.DAMAGED, "entities": Reason.NOT_UNDERSTOOD, "entity in a drawing": Reason.NOT_UNDERSTOOD,
    "deep mail": Reason.TOO_COMPLEX, "noise": Reason.UNKNOWN, "page and archive": Reason.TWO_TYPES,
}  # fmt: skip


@pytest.mark.parametrize("name", hostile.BROKEN)
def test_a_hostile_file_ends_as_a_view_or_a_reason(name: str) -> None:
    data = hostile.BROKEN[name]()
    view = seen(data)
    assert view.reason is REFUSED.get(name)
    assert "root:" not in words_of(view)
    if view.count:
        page = seen(data, 1)
        assert page.picture is not None or page.reason is Reason.DAMAGED
        if page.picture is not None:
            assert page.picture.width <= MAX_WIDTH
            assert page.picture.height <= MAX_HEIGHT


def test_a_package_whose_list_of_parts_is_damaged_says_so() -> None:
    data = bytearray(office.docx_file())
    at = data.index(b"[Content_Types].xml") + len("[Content_Types].xml")
    data[at : at + 4] = bytes(4)
    assert seen(bytes(data)).reason is Reason.DAMAGED


def test_a_page_that_draws_for_ever_ends_with_the_process() -> None:
    view = viewer.view(hostile.pdf_that_draws_for_ever(), 1, Limits(cpu_seconds=2, seconds=60))
    assert (view.shows, view.reason) == (Shows.NONE, Reason.TIMEOUT)
    assert view.picture is None


@pytest.mark.parametrize(
    ("limits", "reasons"),
    [
        (Limits(size=1000), {Reason.TOO_LARGE}),
        (Limits(output=1000), {Reason.TOO_LARGE}),
        (Limits(seconds=0), {Reason.TIMEOUT}),
        (Limits(memory=1 << 20), {Reason.CRASHED, Reason.MEMORY}),
    ],
    ids=["input", "output", "time", "memory"],
)
def test_every_limit_ends_in_a_reason(limits: Limits, reasons: set[Reason]) -> None:
    assert viewer.view(pictures.jpeg(), 1, limits).reason in reasons


def _planted() -> dict[str, bytes]:
    plain = hostile.MARKUP.replace("&", "&amp;").replace("<", "&lt;").encode()

    def put(body: bytes) -> bytes:
        return body.replace(office.TEXT.encode(), plain)

    content: dict[str, office.Change] = {"content.xml": put}
    return {
        "docx": office.repacked(office.docx_file(), {"word/document.xml": put}),
        "xlsx": office.repacked(office.xlsx_file(), {"xl/worksheets/sheet1.xml": put}),
        "pptx": office.repacked(office.pptx_file(), {"ppt/slides/slide1.xml": put}),
        "odt": office.repacked(evidence_texts.opendocument("text", "text"), content),
        "odp": office.repacked(evidence_texts.opendocument("presentation", "presentation"), content),
        "svg": put(evidence_texts.svg()),
        "text": b"Look here. " * 100 + hostile.MARKUP.encode(),
        "zip": hostile.nested_archive(2),
        "eml": put(evidence_texts.mail()),
    }


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt", "odp", "svg", "text", "zip", "eml"])
def test_markup_in_a_text_stays_a_text(kind: str) -> None:
    view = seen(_planted()[kind])
    words = words_of(view)
    assert view.shows is Shows.TEXT, view.reason
    assert CANARY in words  # it is what the file says
    assert all(type(one.text) is str and not hasattr(one.text, "__html__") for one in view.blocks)
    assert "<" not in str(escape(words))
    assert is_legible(words)


def test_a_mail_in_html_runs_nothing_loads_nothing_and_hides_no_link() -> None:
    view = seen(hostile.hostile_mail())
    words = words_of(view)
    assert {Note.ACTIVE_LEFT_OUT, Note.REMOTE_LEFT_OUT} <= set(view.notes)
    assert f"a link <javascript:{CANARY}()>" in words
    assert "left\tright" in words
    assert "⟨U+202E⟩=moc.example" in words or "⟨U+202E⟩" in words
    body = words.partition("Pay now.")[2]
    assert "alert" not in body
    assert "@import" not in body
    assert "<script>" in body  # what the mail wrote as text


def test_characters_that_deceive_are_written_out() -> None:
    view = seen("pay \u202egnp.exe\u2066 to\u200b A\u2028B \x1b[31m \U000e0041 שלום نستعلیق‌ها".encode())
    assert (
        words_of(view).strip() == "pay ⟨U+202E⟩gnp.exe⟨U+2066⟩ to⟨U+200B⟩ A\nB ␛[31m ⟨U+E0041⟩ שלום نستعلیق‌ها"
    )


GOOD = {"shows": "text", "kind": "text", "count": 0, "part": None, "notes": [], "facts": {}}
PAGE = GOOD | {"shows": "pictures", "count": 1, "part": 1, "wide": 2, "high": 1}
BLOCK: list[object] = ["paragraph", None, 0, 0, "text", []]


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ({}, b""),
        (GOOD | {"shows": "html"}, b""),
        (GOOD | {"kind": "<script>"}, b""),
        (GOOD | {"count": -1}, b""),
        (GOOD | {"count": True}, b""),
        (GOOD | {"notes": ["<script>"]}, b""),
        (GOOD | {"notes": ["text_cut"] * 50}, b""),
        (GOOD | {"facts": {"seconds": "<script>"}}, b""),
        (GOOD | {"facts": []}, b""),
        (GOOD | {"shows": "none"}, b""),
        (GOOD | {"shows": "none", "why": "<script>"}, b""),
        (GOOD | {"count": 1, "part": 2}, b""),
        (GOOD, b"[[]]"),
        (GOOD, b"\xff"),
        (GOOD, b"[" * 200_000),
        (GOOD, json.dumps([BLOCK] * 20_001).encode()),
        (GOOD, json.dumps([["script", *BLOCK[1:]]]).encode()),
        (GOOD, json.dumps([[*BLOCK[:4], "a\u202eb", []]]).encode()),
        (GOOD, json.dumps([[*BLOCK[:4], "a\0b", []]]).encode()),
        (GOOD, json.dumps([[*BLOCK[:4], "\ud800", []]]).encode()),
        (GOOD, json.dumps([[*BLOCK[:4], 5, []]]).encode()),
        (GOOD, json.dumps([[*BLOCK[:4], "x" * 200_001, []]]).encode()),
        (GOOD, json.dumps([["table", None, 0, 0, "", [["x"]] * 5_001]]).encode()),
        (GOOD, json.dumps([["table", None, 0, 0, "", [["x"] * 202]]]).encode()),
        (GOOD, json.dumps([["table", None, 0, 0, "", [{"x": 1}]]]).encode()),
        (GOOD, json.dumps([["heading", None, 7, 0, "", []]]).encode()),
        (GOOD, b" " * (8 * 1024 * 1024 + 1)),
        (PAGE, b"\0" * 5),
        (PAGE | {"wide": MAX_WIDTH + 1}, bytes((MAX_WIDTH + 1) * 3)),
        (PAGE | {"high": MAX_HEIGHT + 1}, bytes(2 * (MAX_HEIGHT + 1) * 3)),
        (PAGE | {"wide": "2"}, bytes(6)),
        (PAGE | {"wide": -2, "high": -1}, bytes(6)),
    ],
)  # fmt: skip
def test_a_sandbox_that_was_taken_over_is_believed_nothing(header: dict[str, Any], body: bytes) -> None:
    with pytest.raises(NotCleanableError) as caught:
        viewer.answered(header, body, 1 if header.get("wide") or header.get("part") else None)
    assert caught.value.reason is Reason.CRASHED


def test_whatever_pixels_it_sends_are_coded_on_this_side() -> None:
    """The most that a parser under somebody else's command can do: draw."""
    pixels = (hostile.MARKUP.encode() * 10)[: 16 * 3]
    view = viewer.answered(PAGE | {"wide": 4, "high": 4}, pixels + json.dumps([BLOCK]).encode(), 1)
    assert view.picture is not None
    assert view.picture.data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
    assert b"<script" not in view.picture.data
    with Image.open(io.BytesIO(view.picture.data)) as shown:
        assert shown.tobytes() == pixels


def test_every_code_has_its_words() -> None:
    assert set(NOT_SHOWN) == set(REASONS) == set(Reason)
    for words, codes in ((NOTES, Note), (LABELS, Label), (FACTS, Fact)):
        assert set(words) == set(codes)
