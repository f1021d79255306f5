"""A file over real HTTP: whole or visibly broken, whatever happens to it while it is on its way."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from intake.evidence.attachments import Entry
from tests.conftest import TODAY
from tests.functional.triage.conftest import office_with_duties
from tests.support.backoffice import Browser
from tests.support.instances import Instance, build_instance
from tests.support.processes import Process
from tests.support.reports import Filed, Offices
from tests.support.shelves import Shelves, listening_desk
from tests.support.visitor import Visitor
from triage.casework.evidence import MAX_PROVED

LARGE = MAX_PROVED + 5_000_000


@dataclass
class Answer:
    """What a browser got. Not ``whole``: it says so, and keeps no file."""

    status: int
    headers: Message
    body: bytes
    whole: bool


@dataclass
class Desk:
    """A listening back office, an officer who is logged in, and one report with a small and a large file."""

    process: Process
    visitor: Visitor
    shelves: Shelves
    filed: Filed
    small: Entry
    large: Entry
    content: bytes

    def ask(self, path: str, method: str = "GET", *, version: str = "HTTP/1.1") -> Answer:
        """One request with the officer's cookies, and what came of the answer."""
        line = HTTPConnection("127.0.0.1", self.process.port, timeout=60)
        line._http_vsn_str = version  # type: ignore[attr-defined]  # what old proxies speak
        cookies = "; ".join(f"{name}={value}" for name, value in self.visitor.cookies.items())
        with closing(line):
            line.request(method, path, headers={"Cookie": cookies})
            with line.getresponse() as answer:
                try:
                    return Answer(answer.status, answer.headers, answer.read(), whole=True)
                except IncompleteRead as broken:
                    return Answer(answer.status, answer.headers, broken.partial, whole=False)

    def address(self, entry: Entry) -> str:
        """Where a file is downloaded."""
        return f"/cases/{self.filed.case}/evidence/{entry.id}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The database makes no difference here."""
    workspace = tmp_path_factory.mktemp("desk")
    instance: Instance = build_instance(workspace / "instance", office_with_duties(), today=TODAY)
    shelves = Shelves(Offices(instance, TODAY))
    content = secrets.token_bytes(LARGE)
    filed = shelves.file(shelves.plain(b"small" * 1000, "small.txt"), shelves.plain(content, "large.txt"))
    small, large = shelves.entries(filed, "milo")
    with listening_desk(instance.directory, workspace, TODAY) as process:
        visitor = Visitor(process.url)
        visitor.get("/login")
        code = Browser(instance).code("milo")
        visitor.post("/login", {"name": "milo", "password": instance.people["milo"].password, "code": code})
        yield Desk(process, visitor, shelves, filed, small, large, content)
    instance.close()


@pytest.fixture
def harmed(desk: Desk) -> Iterator[Callable[[Entry, Callable[[bytes], bytes]], None]]:
    """Changes a stored object until the end of the story."""
    kept: dict[Path, bytes] = {}

    def harm(entry: Entry, change: Callable[[bytes], bytes]) -> None:
        path = desk.shelves.object_of(entry)
        kept[path] = path.read_bytes()
        path.write_bytes(change(kept[path]))

    yield harm
    for path, data in kept.items():
        path.write_bytes(data)


def last_byte(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def in_the_padding(data: bytes) -> bytes:
    return data[: -(1 << 16)] + bytes([data[-(1 << 16)] ^ 1]) + data[-(1 << 16) + 1 :]


def cut(data: bytes) -> bytes:
    return data[: len(data) * 3 // 4]


def at_a_chunk(data: bytes) -> bytes:
    return data[: -(1 << 20)]


def test_a_large_file_comes_whole_and_says_before_how_long_it_is(desk: Desk) -> None:
    answer = desk.ask(desk.address(desk.large))
    assert answer.status == 200
    assert answer.headers["Content-Length"] == str(LARGE)
    assert answer.headers["Transfer-Encoding"] is None
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert (answer.whole, answer.body == desk.content) == (True, True)


def test_head_sends_no_byte(desk: Desk) -> None:
    answer = desk.ask(desk.address(desk.large), "HEAD")
    assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, str(LARGE), b"")


@pytest.mark.parametrize("change", [last_byte, in_the_padding, cut, at_a_chunk])
@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
def test_a_large_file_whose_end_is_not_proved_never_comes_whole(
    desk: Desk, harmed: Callable[..., None], change: Callable[[bytes], bytes], version: str
) -> None:
    harmed(desk.large, change)
    answer = desk.ask(desk.address(desk.large), version=version)
    assert answer.status == 200
    assert answer.headers["Content-Length"] == str(LARGE)
    assert not answer.whole
    assert 0 < len(answer.body) < LARGE
    assert desk.content.startswith(answer.body)
    assert desk.ask("/health").status == 200


@pytest.mark.parametrize("change", [last_byte, cut])
def test_a_small_file_that_is_not_whole_is_a_page_that_says_so(
    desk: Desk, harmed: Callable[..., None], change: Callable[[bytes], bytes]
) -> None:
    harmed(desk.small, change)
    answer = desk.ask(desk.address(desk.small))
    assert answer.status == 409
    page = answer.body.decode()
    assert "This file cannot be given out" in page
    assert "small" * 3 not in page


def test_the_first_bytes_of_a_large_file_are_proved_before_they_go(
    desk: Desk, harmed: Callable[..., None]
) -> None:
    harmed(desk.large, lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:])
    assert desk.ask(desk.address(desk.large)).status == 409


def test_copies_end_broken_when_a_file_is_changed_after_it_was_proved(
    desk: Desk, harmed: Callable[..., None]
) -> None:
    desk.visitor.get(f"/cases/{desk.filed.case}/evidence/export")
    sent = desk.visitor.post(f"/cases/{desk.filed.case}/evidence/export", {}, follow=False)
    address = urlsplit(sent.headers["location"]).path
    whole = desk.ask(address)
    assert len(whole.body) == int(whole.headers["Content-Length"])
    with zipfile.ZipFile(io.BytesIO(whole.body)) as archive:
        assert archive.testzip() is None
        assert len(json.loads(archive.read("manifest.json"))["files"]) == 2
    harmed(desk.large, last_byte)
    answer = desk.ask(address)
    assert not answer.whole
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(answer.body))


def test_nothing_of_it_is_written_down(desk: Desk, harmed: Callable[..., None]) -> None:
    harmed(desk.large, last_byte)
    assert not desk.ask(desk.address(desk.large)).whole
    log = desk.process.output.read_text()
    assert desk.filed.case not in log
    assert desk.large.id not in log
    assert "127.0.0.1" not in log
