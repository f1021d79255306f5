"""A PDF keeps its pages, text, links, fields and structure, and loses everything that nobody sees."""

from __future__ import annotations

import io

import pikepdf
import pytest

from intake.evidence.clean.engine import clean
from intake.evidence.traces import Drop, NotCleanableError, Reason, Trace
from tests.functional.evidence.test_pictures import frames
from tests.support import evidence_pdf as made
from tests.support import evidence_pictures as pictures
from tests.support.canaries import CANARY, found


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def test_a_pdf_loses_every_trace_and_keeps_what_it_shows() -> None:
    data = made.pdf()
    assert found(data)
    cleaned = clean(data)
    assert found(cleaned.data) == []
    with opened(cleaned.data) as again:
        assert len(again.pages) == 2
        assert made.SHOWN.encode() in again.pages[0].Contents.read_bytes()
        assert again.Root.StructTreeRoot.K.Alt == "A red car"
        assert again.Root.AcroForm.Fields[0].V == "1200"
        assert again.Root.Outlines.First.Title == "Chapter"
        assert again.Root.Outlines.First.Dest[0].objgen == again.pages[1].objgen
        drawn = again.pages[0].Resources.Font["/F2"]
        assert str(drawn.Encoding.Differences[1]) in drawn.CharProcs
        notes = list(again.pages[0].Annots)
        assert notes[0].Contents == "Please check"
        assert notes[1].A.URI == "https://example.org/a"
        photos = [
            one for one in again.pages[0].Resources.XObject.values() if one.get("/Filter") == "/DCTDecode"
        ]
        assert frames(photos[0].read_raw_bytes()) == frames(_without_exif(pictures.jpeg()))


def _without_exif(data: bytes) -> bytes:
    from intake.evidence.clean import jpeg
    from intake.evidence.clean.job import Job

    return jpeg.clean_stream(data, Job(frozenset(), lambda _job, inner: ("", inner)))


def test_the_reporter_learns_what_was_in_a_pdf() -> None:
    findings = clean(made.pdf()).findings
    assert {
        Trace.AUTHOR, Trace.SCRIPT, Trace.EMBEDDED_FILE, Trace.SIGNATURE, Trace.COMMENT_AUTHOR, Trace.LOCAL_PATH,
        Trace.METADATA, Trace.THUMBNAIL, Trace.CUSTOM_DATA, Trace.SOFTWARE,
    } <= set(findings.removed)  # fmt: skip
    assert {Trace.COMMENT, Trace.LAYER, Trace.FORM_FIELD, Trace.LINK} <= set(findings.left)


def test_remarks_go_when_somebody_chooses_so() -> None:
    cleaned = clean(made.pdf(), frozenset({Drop.COMMENTS}))
    assert b"Please check" not in b"".join(bytes(str(one), "utf-8") for one in opened(cleaned.data).objects)
    assert Trace.COMMENT not in cleaned.findings.left


def test_an_earlier_revision_is_not_in_the_copy() -> None:
    plain = made.revised(made.pdf(object_stream_mode=pikepdf.ObjectStreamMode.disable))
    cleaned = clean(plain)
    assert cleaned.findings.removed[Trace.EARLIER_VERSION] == 1
    assert found(cleaned.data) == []


def test_a_locked_pdf_is_said_to_be_locked() -> None:
    locked = made.pdf(encryption=pikepdf.Encryption(user="x", owner="y"))
    with pytest.raises(NotCleanableError) as caught:
        clean(locked)
    assert caught.value.reason is Reason.ENCRYPTED


def test_cleaning_twice_finds_nothing_more() -> None:
    once = clean(made.pdf())
    again = clean(once.data)
    assert not again.findings.removed
    assert again.data == once.data


@pytest.mark.parametrize("size", [20, 400, 2000])
def test_a_broken_pdf_is_an_answer(size: int) -> None:
    with pytest.raises(NotCleanableError):
        clean(made.pdf()[:size])


def test_the_canary_is_what_it_should_be() -> None:
    assert found(CANARY.encode())
