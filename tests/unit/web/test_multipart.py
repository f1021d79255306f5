"""Bodies with files, read as a stream: what browsers send is taken, and what no browser sends ends at once."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder

from templates.web import multipart
from templates.web.multipart import MAX_HEADERS, MAX_PARTS
from templates.web.refusals import (
    FileRefused,
    FilesBusy,
    FilesTooLarge,
    MalformedForm,
    Refused,
    UnreadableText,
)
from templates.web.request import MAX_BODY, Fields, StrictRequest

FIELDS = Fields.of("text", files=("evidence",))
KIND = "multipart/form-data; boundary=b0"


@dataclass
class Kept:
    """A receiver that remembers, and says no when it is told to."""

    limit: int = 1000
    refuses: bool = False
    files: list[tuple[str, bytes]] = field(default_factory=list)
    closed: int = 0
    _name: str = ""
    _data: bytearray = field(default_factory=bytearray)

    def begin(self, name: str) -> None:
        if self.refuses:
            raise FilesBusy
        self._name, self._data = name, bytearray()

    def write(self, data: bytes) -> None:
        self._data += data

    def finish(self) -> None:
        self.files.append((self._name, bytes(self._data)))

    def close(self) -> None:
        self.closed += 1

    def too_large(self) -> Refused:
        return FilesTooLarge("at most 1 KB")


def part(name: str, data: bytes, filename: str | None = None, more: str = "") -> bytes:
    """One part as browsers write it."""
    file = "" if filename is None else f'; filename="{filename}"'
    return (
        f'--b0\r\nContent-Disposition: form-data; name="{name}"{file}\r\n{more}\r\n'.encode() + data + b"\r\n"
    )


def asked(body: bytes, receiver: Kept | None, length: int | None = None, kind: str = KIND) -> StrictRequest:
    """A POST as a server hands it over."""
    environ: dict[str, Any] = EnvironBuilder(method="POST").get_environ()
    environ |= {"CONTENT_TYPE": kind, "wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True}
    if length is None:
        environ.pop("CONTENT_LENGTH", None)
    else:
        environ["CONTENT_LENGTH"] = str(length)
    request = StrictRequest(environ)
    request.take_files(FIELDS, receiver)
    return request


END = b"--b0--\r\n"


def test_text_and_files_are_told_apart_in_any_order() -> None:
    receiver = Kept()
    body = (
        part("evidence", b"1\r\n--b\r\n2", "a.txt")
        + part("text", b"caf\xc3\xa9\r\nx\0")
        + part("evidence", b"", "b")
    )
    request = asked(body + END, receiver, len(body + END))
    assert request.form.getlist("text") == ["café\nx"]
    assert request.form_fault is None
    assert receiver.files == [("a.txt", b"1\r\n--b\r\n2"), ("b", b"")]


@pytest.mark.parametrize(("sent", "name"), [
    ("a%22b%0D%0Ac.txt", 'a"b\r\nc.txt'),
    (r"C:\Users\ines\x.txt", r"C:\Users\ines\x.txt"), (r"a\"b", 'a"b'), ("100%.txt", "100%.txt"),
    ("é; filename=x", "é; filename=x"), ("n" * 4000, "n" * 4000),
])  # fmt: skip
def test_names_are_read_as_browsers_write_them(sent: str, name: str) -> None:
    receiver = Kept()
    _ = asked(part("evidence", b"x", sent) + END, receiver).form
    assert receiver.files == [(name, b"x")]


@pytest.mark.parametrize("line", [
    'form-data; name="text"; name="evidence"', 'attachment; name="text"', "form-data; name=text", "form-data", "",
    "form-data; name*=utf-8''text", 'form-data; name="text"; filename*=utf-8x', 'form-data; name="text',
])  # fmt: skip
def test_a_part_that_two_readers_would_read_in_two_ways_is_refused(line: str) -> None:
    request = asked(f"--b0\r\nContent-Disposition: {line}\r\n\r\nx\r\n".encode() + END, Kept())
    _ = request.form
    assert isinstance(request.form_fault, MalformedForm)


def test_what_other_programs_write_is_taken_too() -> None:
    receiver = Kept()
    bodiless = b'--b0\r\nContent-Disposition: form-data; name="evidence"; filename="f"\r\n\r\n'
    request = asked(b"\r\n" + bodiless + part("text", b"") + END, receiver)
    assert (request.form.to_dict(), request.form_fault) == ({"text": ""}, None)
    assert receiver.files == [("f", b"")]


def test_a_field_in_which_nothing_was_chosen_is_no_file() -> None:
    receiver = Kept()
    request = asked(part("evidence", b"", "") + END, receiver)
    assert (list(request.form), receiver.files) == ([], [])
    _ = asked(part("evidence", b"x", "") + END, receiver).form
    assert receiver.files == [("", b"x")]


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_wherever_the_line_cuts_the_bytes_a_file_stays_the_same(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multipart, "PIECE", size)
    receiver, data = Kept(limit=100_000), b"\r\n--b\r\n--bx\r\n\r--b0\n--b0\r" * 300
    assert asked(part("text", b"t") + part("evidence", data, "f") + END, receiver).form["text"] == "t"
    assert receiver.files == [("f", data)]


@pytest.mark.parametrize("body", [
    b"", b"--b0", part("text", b"t"), part("evidence", b"half", "f")[:-9], b"--b0\r\n\r\nno headers\r\n" + END,
    b"junk before" + part("text", b"t") + END, part("text", b"t") + END + b"junk behind",
    b'--b0\r\nContent-Disposition: form-data; filename="f"\r\n\r\nno name\r\n' + END,
    b'--b0\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n' + END,
    part("evidence", b"eA==", "f", "Content-Transfer-Encoding: base64\r\n") + END,
    b"--b0\r\nX: " + b"x" * (2 * MAX_HEADERS), part("text", b"t") * (MAX_PARTS + 1) + END,
    part("evidence", b"", "f") * 10_000 + END, part("text", b"t") + END + b" " * 5000, part("text", b"t")[:-2] + b"\n" + END,
])  # fmt: skip
def test_what_no_browser_sends_is_refused_and_no_file_of_it_is_kept(body: bytes) -> None:
    receiver = Kept(limit=10_000_000)
    request = asked(body, receiver)
    _ = request.form
    assert isinstance(request.form_fault, MalformedForm)
    assert receiver.closed


@pytest.mark.parametrize("kind", [
    "multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'b' * 71}",
    "multipart/form-data; boundary*=utf-8''%C3%A9",
])  # fmt: skip
def test_a_boundary_that_is_none_is_refused(kind: str) -> None:
    request = asked(part("text", b"t") + END, Kept(), kind=kind)
    with pytest.raises(MalformedForm):
        _ = request.form


def test_a_body_that_is_cut_off_keeps_the_text_that_came() -> None:
    receiver = Kept()
    body = part("text", b"the whole of it") + part("evidence", b"half of", "f")
    request = asked(body[:-3], receiver, len(body) + 500)
    assert request.form["text"] == "the whole of it"
    assert isinstance(request.form_fault, MalformedForm)
    assert (receiver.files, receiver.closed) == ([], 1)


def test_what_announces_too_much_is_refused_unread() -> None:
    request = asked(b"", Kept(), 10 << 30)
    with pytest.raises(FilesTooLarge) as refusal:
        _ = request.form
    assert (refusal.value.code, refusal.value.detail) == (413, "at most 1 KB")


def test_what_announces_nothing_is_cut_off_at_the_limit_and_its_text_is_kept() -> None:
    receiver = Kept()
    request = asked(part("text", b"kept") + part("evidence", b"x" * (MAX_BODY + 2000), "f") + END, receiver)
    assert request.form["text"] == "kept"
    assert isinstance(request.form_fault, FilesTooLarge)
    assert receiver.closed


def test_text_has_a_limit_of_its_own() -> None:
    request = asked(part("text", b"x" * (MAX_BODY + 1)) + END, Kept(limit=10 * MAX_BODY))
    with pytest.raises(HTTPException) as refusal:
        _ = request.form
    assert refusal.value.code == 413


def test_a_receiver_that_is_busy_costs_the_files_and_not_the_text() -> None:
    receiver = Kept(refuses=True)
    request = asked(part("text", b"kept") + part("evidence", b"x", "f") + END, receiver)
    assert request.form["text"] == "kept"
    assert isinstance(request.form_fault, FilesBusy)


def test_without_a_receiver_files_are_passed_over() -> None:
    request = asked(part("text", b"kept") + part("evidence", b"x" * 5000, "f") + END, None)
    assert request.form["text"] == "kept"
    assert request.form_fault is None


def test_a_file_in_another_field_is_refused() -> None:
    request = asked(part("text", b"x", "f") + END, Kept())
    _ = request.form
    assert isinstance(request.form_fault, FileRefused)


def test_text_that_is_not_utf8_is_marked() -> None:
    request = asked(part("text", b"a\xff") + END, Kept())
    assert request.form["text"] == "a�"
    assert isinstance(request.form_fault, UnreadableText)


_LINES = st.sampled_from([
    b"--b0\r\n", b"--b0--\r\n", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b'Content-Disposition: form-data; name="text"',
    b'Content-Disposition: form-data; name="evidence"; filename="f"', b"Content-Disposition: ;;=\"", b"x: y", b"--",
])  # fmt: skip


@given(st.lists(st.one_of(_LINES, st.binary(max_size=20)), max_size=30))
def test_no_body_at_all_does_more_than_be_refused(pieces: list[bytes]) -> None:
    receiver = Kept()
    request = asked(b"".join(pieces), receiver)
    try:
        _ = request.form
    except Refused:
        return
    assert request.form_fault is None or receiver.closed or request.form_fault.reason == "unreadable"
