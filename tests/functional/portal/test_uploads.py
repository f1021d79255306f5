"""Bodies that bring files, over raw lines to the server itself: each ends in a page or a closed line, and nothing stays."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from intake.evidence.store import open_store
from tests.conftest import TODAY
from tests.functional.portal.conftest import SENTENCE
from tests.support.instances import Instance, build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import Process, serving
from tests.support.uploads import eventually, objects, set_limits, staged
from tests.support.visitor import BOUNDARY, MULTIPART, Visitor, multipart

PATH = "/report/evidence"


@dataclass
class Scene:
    """A portal that takes little, and what it keeps."""

    instance: Instance
    portal: Process
    lines: list[socket.socket] = field(default_factory=list)

    def visitor(self) -> Visitor:
        """Somebody who wrote the first step and stands before the files."""
        visitor = Visitor(self.portal.url)
        visitor.get("/report")
        visitor.post("/report", {"what": SENTENCE, "go": "next"})
        visitor.get(PATH)
        return visitor

    def head(self, visitor: Visitor, *more: str) -> bytes:
        """The request line and headers of a form with files."""
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        lines = (f"POST {PATH} HTTP/1.1", "Host: x", "Sec-Fetch-Site: same-origin", f"Cookie: {cookies}",
                 f"Content-Type: {MULTIPART}", *more)  # fmt: skip
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def line(self) -> socket.socket:
        """An open line to the portal."""
        self.lines.append(socket.create_connection(("127.0.0.1", self.portal.port), timeout=60))
        return self.lines[-1]

    def speak(self, data: bytes) -> bytes:
        """Send raw bytes, say that nothing more comes, and read to the end."""
        line = self.line()
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        return read(line)

    def staged(self) -> set[str]:
        """Rows of files on their way."""
        return staged(self.instance)

    def objects(self) -> set[str]:
        """Files in the store, whole or half."""
        return objects(self.instance)

    def nothing_stays(self) -> bool:
        """Whether neither row nor object is left, as soon as the portal has seen that the line is closed."""
        return eventually(lambda: not self.staged() and not self.objects())


def read(line: socket.socket) -> bytes:
    """Everything up to the end of the line."""
    answer = b""
    while part := line.recv(65536):
        answer += part
    return answer


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One portal for all of these. The database makes no difference here."""
    workspace = tmp_path_factory.mktemp("uploads")
    instance = build_instance(workspace / "instance", small_organisation(), today=TODAY)
    limits: dict[str, str | int] = {"per_file": "1 MiB", "per_report": "3 MiB", "per_day": "300 MiB"}
    set_limits(instance.directory, **limits, files_per_report=5)
    with serving("portal", workspace / "instance", workspace, today=TODAY.isoformat()) as portal:
        yield Scene(instance, portal)
    instance.close()


@pytest.fixture
def scene(served: Scene) -> Iterator[Scene]:
    """With nothing on its way, before and after."""
    yield served
    while served.lines:
        served.lines.pop().close()
    open_store(served.instance.portal.evidence).sweep()


def test_files_that_fit_are_added_and_the_draft_can_be_left_again(scene: Scene) -> None:
    visitor = scene.visitor()
    page = visitor.send_files(PATH, [("bill.txt", b"a bill\n"), ("photo.txt", b"p" * 900_000)], {"go": "add"})
    assert (page.status, page.path) == (200, PATH)
    assert "2 files are ready" in page.text
    assert len(scene.staged()) == len(scene.objects()) == 4  # each as it came, and cleaned
    visitor.get("/exit")
    assert scene.nothing_stays()


def test_a_file_that_is_too_large_does_not_lose_the_others(scene: Scene) -> None:
    visitor = scene.visitor()
    files = [("a.txt", b"first\n"), ("big.bin", b"x" * 1_200_000), ("empty.txt", b""), ("c.txt", b"third\n")]
    page = visitor.send_files(PATH, files, {"go": "next"})
    assert page.status == 422
    assert "2 files were not added" in page.text
    assert "larger than 1 MB" in page.text
    assert "The file is empty" in page.text
    assert "2 files are ready" in page.text
    page = visitor.send_files(PATH, [(f"{n}.txt", b"%d\n" % n) for n in range(5)], {"go": "add"})
    assert "There can be 5 files" in page.text
    assert "5 files are ready" in page.text
    visitor.get("/exit")
    assert scene.nothing_stays()


def test_files_that_are_too_many_bytes_together_are_told_apart(scene: Scene) -> None:
    visitor = scene.visitor()
    visitor.send_files(PATH, [(f"{n}.txt", b"%d" % n * 900_000) for n in range(3)], {"go": "add"})
    page = visitor.send_files(PATH, [("3.txt", b"3" * 900_000), ("4.txt", b"small\n")], {"go": "add"})
    assert page.text.count("would be more than 3 MB together") == 1
    assert "4 files are ready" in page.text
    visitor.get("/exit")
    assert scene.nothing_stays()


def test_ten_gibibytes_announced_and_ten_bytes_sent(scene: Scene) -> None:
    visitor = scene.visitor()
    line = scene.line()
    line.sendall(scene.head(visitor, f"Content-Length: {10 << 30}", "Connection: close") + b"-" * 10)
    answer = read(line)  # at once: nobody waits for the rest
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"3 MB" in answer
    assert SENTENCE in visitor.get("/report").text
    assert scene.nothing_stays()


def test_ten_bytes_announced_and_endless_ones_sent(scene: Scene) -> None:
    visitor = scene.visitor()
    line = scene.line()
    body = multipart([("csrf_token", visitor.token)], [("f", b"x" * 100_000)], end=False)
    line.sendall(scene.head(visitor, "Content-Length: 10", "Connection: close") + body)
    assert line.recv(12) == b"HTTP/1.1 422"
    assert scene.nothing_stays()


def test_an_endless_body_in_chunks_is_cut_off_with_the_limit(scene: Scene) -> None:
    visitor = scene.visitor()
    body = multipart([("csrf_token", visitor.token)], [("f", b"x" * 7_000_000)], end=False)
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(body[at : at + 65536]), body[at : at + 65536])
        for at in range(0, len(body), 65536)
    )
    answer = scene.speak(scene.head(visitor, "Transfer-Encoding: chunked", "Connection: close") + chunks)
    assert answer.startswith(b"HTTP/1.1 413")
    assert scene.nothing_stays()


def test_files_in_chunks_without_a_length_are_taken(scene: Scene) -> None:
    visitor = scene.visitor()
    body = multipart([("csrf_token", visitor.token), ("go", "add")], [("f.txt", b"sealed as it comes\n")])
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(body[at : at + 50]), body[at : at + 50]) for at in range(0, len(body), 50)
    )
    answer = scene.speak(
        scene.head(visitor, "Transfer-Encoding: chunked", "Connection: close") + chunks + b"0\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 303")
    assert "1 file is ready" in visitor.get(PATH).text
    visitor.get("/exit")
    assert scene.nothing_stays()


@pytest.mark.parametrize("tail", [b"", b"\r\n", f"\r\n--{BOUNDARY}".encode(), f"\r\n--{BOUNDARY}\r\n".encode(),
                                  f"\r\n--{BOUNDARY[:-1]}--\r\n".encode()])  # fmt: skip
def test_a_body_whose_end_is_missing_keeps_nothing_and_says_so(scene: Scene, tail: bytes) -> None:
    visitor = scene.visitor()
    whole = (
        multipart([("csrf_token", visitor.token), ("go", "next")], [("f", b"x" * 50_000)], end=False) + tail
    )
    for length in (len(whole), len(whole) + 500):
        answer = scene.speak(scene.head(visitor, f"Content-Length: {length}", "Connection: close") + whole)
        assert answer.startswith(b"HTTP/1.1 422")
        assert b"We could not read that form" in answer
        assert b'name="go" value="next"' in answer
        assert scene.nothing_stays()


def test_ten_thousand_parts_and_endless_headers_are_refused(scene: Scene) -> None:
    visitor = scene.visitor()
    many = multipart([("csrf_token", visitor.token), *[("files", "")] * 10_000], [])
    bomb = f"--{BOUNDARY}\r\nContent-Disposition: form-data; ".encode() + b"a=b; " * 20_000
    for body in (many, bomb):
        answer = scene.speak(scene.head(visitor, f"Content-Length: {len(body)}", "Connection: close") + body)
        assert answer.startswith(b"HTTP/1.1 422")
    assert scene.nothing_stays()


def test_names_from_the_jungle_are_taken_and_shown_safely(scene: Scene) -> None:
    visitor = scene.visitor()
    names = [
        "../../etc/passwd",
        "C:\\Users\\ines\\x.txt",
        "a\N{RIGHT-TO-LEFT OVERRIDE}txt.exe",
        "n" * 4000 + ".txt",
        "<b>&.txt",
    ]
    page = visitor.send_files(PATH, [(name, b"words\n") for name in names], {"go": "add"})
    assert "5 files are ready" in page.text
    shown = page.text.partition('id="files"')[2]
    for bad in ("..", "etc/", "ines", "\N{RIGHT-TO-LEFT OVERRIDE}", "n" * 90, "<b>"):
        assert bad not in shown
    visitor.get("/exit")
    assert scene.nothing_stays()


def test_a_line_that_drops_leaves_nothing(scene: Scene) -> None:
    visitor = scene.visitor()
    line = scene.line()
    body = multipart([("csrf_token", visitor.token)], [("f", b"x" * 400_000)], end=False)
    line.sendall(scene.head(visitor, "Content-Length: 2000000") + body)
    assert eventually(scene.staged)  # it is being sealed already
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()
    scene.lines.clear()
    assert scene.nothing_stays()
    assert SENTENCE in visitor.get("/report").text


def test_a_form_that_nobody_was_given_has_none_of_its_files_received(scene: Scene) -> None:
    visitor = scene.visitor()
    token, visitor.token = visitor.token, "x"
    page = visitor.send_files(PATH, [("f.txt", b"words\n")], {"go": "add"})
    assert page.status == 403
    assert scene.nothing_stays()
    body = multipart([("csrf_token", token)], [("f", b"x" * 900_000)], end=False)
    for old, new in ((b"same-origin", b"cross-site"), (b"Cookie", b"Crumbs")):
        head = scene.head(visitor, "Content-Length: 2000000", "Connection: close").replace(old, new)
        line = scene.line()
        line.sendall(head + body)
        time.sleep(0.3)
        assert not scene.staged()
        line.close()
    scene.lines.clear()


def test_pages_that_take_no_file_read_none(scene: Scene) -> None:
    visitor = scene.visitor()
    for path in ("/report", "/report/safety", "/return", "/receipt"):
        page = visitor.send_files(path, [("f.txt", b"words\n")])
        assert page.status == 422
        assert "This page cannot take files" in page.text
    assert scene.nothing_stays()


def test_many_silent_uploads_keep_nobody_from_reading_and_writing(scene: Scene) -> None:
    visitor = scene.visitor()
    body = multipart([("csrf_token", visitor.token)], [("f", b"x" * 300_000)], end=False)
    for _ in range(40):  # more than both processes take at once
        scene.line().sendall(scene.head(visitor, "Content-Length: 2000000") + body)
    assert eventually(lambda: len(scene.staged()) >= 16)
    other = Visitor(scene.portal.url)
    other.get("/report")
    assert other.post("/report", {"what": SENTENCE, "go": "next"}, follow=False).status == 303
    for line in scene.lines:
        line.close()
    scene.lines.clear()
    assert scene.nothing_stays()
    page = visitor.send_files(PATH, [("f.txt", b"words\n")], {"go": "add"})
    assert "1 file is ready" in page.text, "the places are free again"
    visitor.get("/exit")
    assert scene.nothing_stays()


def test_the_log_knows_nothing_of_all_this(scene: Scene) -> None:
    output = Path(scene.portal.output).read_text()
    assert "passwd" not in output
    assert "Traceback" not in output
