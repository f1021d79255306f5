"""OpenDocument, drawings, mails, archives and plain text: what they say stays, who and where goes."""

from __future__ import annotations

import email
import email.policy
import io
import re
import zipfile

import pytest
from odf import teletype
from odf.opendocument import load

from intake.evidence.clean.engine import clean
from intake.evidence.names import MAX_BYTES, safe_name
from intake.evidence.traces import Cleaned, Drop, NotCleanableError, Reason, Trace
from tests.support import evidence_pictures as pictures
from tests.support import evidence_texts as texts
from tests.support.canaries import CANARY, found

KINDS = [("text", "text"), ("spreadsheet", "spreadsheet"), ("presentation", "presentation")]


def cleaned(data: bytes, *drop: Drop) -> Cleaned:
    assert found(data)
    result = clean(data, frozenset(drop))
    assert found(result.data) == []
    assert clean(result.data, frozenset(drop)).data == result.data
    return result


@pytest.mark.parametrize(("kind", "media"), KINDS)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_opendocument_keeps_what_it_says(kind: str, media: str) -> None:
    result = cleaned(texts.opendocument(kind, media))
    said = teletype.extractText(load(io.BytesIO(result.data)).body)
    wanted = {
        "text": [texts.TEXT, "added words", "kept words", "web link", "local link"],
        "spreadsheet": ["1200", "in a hidden row", "on a hidden sheet"],
        "presentation": [texts.TEXT, "Say this", "on a hidden slide"],
    }[kind]
    assert [words for words in wanted if words not in said] == []
    assert {Trace.AUTHOR, Trace.MACRO, Trace.PRINTER, Trace.THUMBNAIL, Trace.EARLIER_VERSION} <= set(
        result.findings.removed
    )


@pytest.mark.parametrize(("kind", "media"), KINDS)
def test_hidden_parts_notes_and_comments_go_when_somebody_chooses_so(kind: str, media: str) -> None:
    kept, dropped = cleaned(texts.opendocument(kind, media)), cleaned(texts.opendocument(kind, media), *Drop)
    words = {
        "text": ["hidden words", "Look here", "Head line"],
        "spreadsheet": ["on a hidden sheet", "in a hidden row", "Look here"],
        "presentation": ["on a hidden slide", "Say this"],
    }[kind]
    assert [one for one in words if not found(kept.data, one)] == []
    assert [one for one in words if found(dropped.data, one)] == []


def test_a_drawing_keeps_its_shapes_and_its_picture() -> None:
    out = cleaned(texts.svg()).data.decode()
    assert texts.TEXT in out
    assert 'fill="red"' in out
    assert out.count("data:image/png;base64,") == 1
    assert not re.search(r"script|onclick|https?://(?!www\.w3\.org)|javascript", out)


def test_a_mail_keeps_its_people_and_words_and_forgets_its_way() -> None:
    result = cleaned(texts.mail())
    message = email.message_from_bytes(result.data, policy=email.policy.default)
    assert (
        str(message["From"]) == '"Alice" <alice@example.org>'
        or str(message["From"]) == "Alice <alice@example.org>"
    )
    assert str(message["Subject"]) == "About the invoice"
    assert str(message["Date"]) == "Mon, 02 Mar 2026 00:00:00 +0000"
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == texts.TEXT
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["photo.jpg", "message.eml"]
    assert {Trace.MAIL_HEADER, Trace.TIME, Trace.PLACE} <= set(result.findings.removed)


def test_an_archive_holds_the_same_files_without_owners_and_times() -> None:
    result = cleaned(texts.archive())
    with zipfile.ZipFile(io.BytesIO(result.data)) as archive:
        assert archive.namelist() == ["holiday/photo.jpg", "notes.txt", "plan.svg"]
        assert archive.read("notes.txt").decode() == texts.TEXT


def test_archives_in_archives_end_in_an_answer() -> None:
    data = texts.TEXT.encode()
    for level in range(40):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(f"{level}.zip" if level else "a.txt", data)
        data = out.getvalue()
    with pytest.raises(NotCleanableError) as caught:
        clean(data)
    assert caught.value.reason is Reason.TOO_DEEP


@pytest.mark.slow
def test_a_bomb_in_an_archive_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60):
            archive.writestr(f"{number}.txt", bytes(10_000_000))
    with pytest.raises(NotCleanableError):
        clean(out.getvalue())


def test_a_file_that_cannot_be_cleaned_spoils_the_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(NotCleanableError) as caught:
        clean(out.getvalue())
    assert caught.value.reason is Reason.NESTED


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbfa\r\nb\n", "é\n".encode("utf-16"), b"caf\xe9 a\r", "ü".encode()]
)
def test_plain_text_is_not_changed_by_a_byte(data: bytes) -> None:
    assert clean(data).data == data


def test_what_nobody_sees_in_a_text_is_said() -> None:
    left = clean("one\u200btwo C:\\Users\\x\\a.txt and /home/x/b".encode()).findings.left
    assert left == {Trace.INVISIBLE_CHARACTER: 1, Trace.PATH_IN_TEXT: 2}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pictures.jpeg() + texts.archive(), Reason.TWO_TYPES),
        (b"GIF89a<script>" + pictures.gif()[6:], Reason.TWO_TYPES),
        (b"<html><body>x</body></html>", Reason.UNSUPPORTED),
        (b"MZ" + bytes(100), Reason.UNSUPPORTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Reason.OLD_OFFICE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Reason.ENCRYPTED),
        (bytes(range(256)) * 4, Reason.UNKNOWN),
        (b"P3\n# drawn by Ana\n1 1 1\n1 0 1\n", Reason.UNKNOWN),
        (b"/* XPM */\n/* drawn by Ana */\nstatic char *a[] = {};\n", Reason.UNKNOWN),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
         Reason.NOT_UNDERSTOOD),
    ],
    ids=["jpeg+zip", "gif+html", "html", "exe", "doc", "locked", "noise", "ppm", "xpm", "xxe"],
)  # fmt: skip
def test_what_cannot_be_cleaned_says_why(data: bytes, reason: Reason) -> None:
    with pytest.raises(NotCleanableError) as caught:
        clean(data)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\jane\\photo.JPG", "photo.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ('a\0b\r\n".png', "ab_.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        ("CON", "file.jpg"),
        ("ü e\u0301.tar.gz", "ü é.tar.jpg"),
    ],
)
def test_a_name_becomes_one_that_nobody_misunderstands(name: str, safe: str) -> None:
    assert safe_name(name, "jpg") == safe


def test_a_name_of_4000_characters_is_cut() -> None:
    for letter in ("a", "ü", "\U0001f600", "\u202e"):
        assert 0 < len(safe_name(letter * 4000, "jpg").encode()) <= MAX_BYTES
    assert CANARY not in safe_name("/home/" + CANARY + "/x", "txt")
