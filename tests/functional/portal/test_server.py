"""The portal as a process: what the server itself adds, refuses and writes down."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from templates.web.listen import Listen
from tests.conftest import TODAY
from tests.functional.portal.conftest import SENTENCE
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import Process, free_port, serving
from tests.support.uploads import eventually
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A portal on its own instance. The database makes no difference here."""
    workspace = tmp_path_factory.mktemp("server")
    build_instance(workspace / "instance", small_organisation(), today=TODAY).close()
    with serving("portal", workspace / "instance", workspace, today=TODAY.isoformat()) as process:
        yield process


def speak(server: Process, data: bytes) -> bytes:
    """Send raw bytes, and read to the end."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(data)
        answer = b""
        while part := line.recv(65536):
            answer += part
        return answer


def test_the_server_does_not_say_what_it_is(server: Process) -> None:
    answer = speak(server, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").lower()
    assert answer.startswith(b"http/1.1 200")
    assert b"\r\nserver:" not in answer
    assert b"gunicorn" not in answer


@pytest.mark.parametrize("garbage", [
    b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n",
    b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Y: z\r\n" * 80 + b"\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nHost: Bad Header\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: Bad Header\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x@Bad Header\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
    b"GET /\r\n\r\n",
    b"get / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: Bad Header\r\n\r\n",
    b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
    b"GET / HTTP/1.1\nHost: x\n\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\na",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\na",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na",
    b"POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
])  # fmt: skip
def test_what_is_not_http_is_answered_with_strict_headers_and_no_echo(
    server: Process, garbage: bytes
) -> None:
    answer = speak(server, garbage)
    assert re.match(rb"HTTP/1.1 [45]\d\d ", answer)
    assert b"Content-Security-Policy: default-src 'none'" in answer
    assert b"Cache-Control: no-store" in answer
    assert b"Server:" not in answer
    assert b"Bad Header" not in answer
    assert b"Traceback" not in answer


def test_what_stands_in_a_body_is_no_request_of_its_own(server: Process) -> None:
    hidden = b"GET /safety HTTP/1.1\r\nHost: x\r\n\r\n"
    head = b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(hidden)
    last = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = speak(server, head + hidden + last)
    assert answer.count(b"HTTP/1.1 200") == answer.count(b"Content-Security-Policy") == 2
    assert answer.endswith(b"ok")
    assert b"How to stay safe</h1>" not in answer


def test_no_header_of_a_visitor_moves_an_address_or_changes_a_method(server: Process) -> None:
    answer = speak(
        server,
        b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Original-URL: /safety\r\nSCRIPT_NAME: /evil\r\n"
        b"X-Forwarded-Prefix: /evil\r\nX-Forwarded-Host: evil.example\r\nX-HTTP-Method-Override: POST\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"ok")
    for target in (
        b"//evil.example/?x=1",
        b"/\\evil.example?x=1",
        b"http://evil.example/safety?x=1",
        b"/safety?to=//evil.example",
    ):
        answer = speak(server, b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % target)
        location = re.search(rb"\r\nLocation: ([^\r]*)", answer)
        assert location is None or location[1] == b"/safety"


def test_a_program_of_old_days_gets_its_answer(server: Process) -> None:
    assert speak(server, b"GET /health HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 200")


def test_a_body_in_endless_chunks_is_cut_off(server: Process) -> None:
    head = b"POST /report HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
    head += b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    answer = speak(server, head + chunk * 40 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_body_over_the_limit_is_refused_unread(server: Process) -> None:
    head = b"POST /report HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 99999999\r\n"
    answer = speak(server, head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"larger than this site takes" in answer


def test_a_connection_that_drops_half_way_changes_nothing(server: Process) -> None:
    visitor = Visitor(server.url)
    visitor.get("/report")
    assert visitor.post("/report", {"what": SENTENCE, "go": "next"}, follow=False).status == 303
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    body = f"csrf_token={visitor.token}&what=half"
    head = f"POST /report HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\nContent-Length: 5000\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall((head + "Content-Type: application/x-www-form-urlencoded\r\n\r\n" + body).encode())
        line.shutdown(socket.SHUT_WR)
        assert b" 422 " in line.recv(100)
    assert SENTENCE in visitor.get("/report").text


def test_idle_and_dripping_connections_keep_nobody_out(server: Process) -> None:
    """As many as one worker has threads to spare: the kernel may give all of them to the same one."""
    count = Listen("127.0.0.1", 0, https=False).threads - 2
    lines = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(count)]
    dripping = lines[::2]
    try:
        for line in dripping:
            line.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert Visitor(server.url).get("/").status == 200
        for line in dripping:  # the page did not wait until these were given up
            line.setblocking(False)
            with pytest.raises(BlockingIOError):
                line.recv(1)
    finally:
        for line in lines:
            line.close()


RENEWED_SOON = """
import os, sys
from templates.web import server

def soon(self, load=server._Server.load_config):
    load(self)
    self.cfg.set("max_requests", 3)
    self.cfg.set("max_requests_jitter", 0)

def application(environ, start):
    while environ["wsgi.input"].read(65536):
        pass
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"%d" % os.getpid()]

server._Server.load_config = soon
server.serve(lambda: application, server.Listen("127.0.0.1", int(sys.argv[1]), https=False, workers=1))
"""


def test_a_worker_that_serves_little_is_renewed_all_the_same() -> None:
    """What it saw lies in its memory no longer than its time, however few come."""
    port = free_port()
    program = RENEWED_SOON.replace('"max_requests", 3', '"max_requests", 100_000')
    program = program.replace("def application", "server.RENEWED_AFTER = 2\n\ndef application")
    command = [sys.executable, "-P", "-c", program, str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            assert eventually(lambda: _answers(port))
            first = _answers(port)
            assert eventually(lambda: _answers(port) not in {first, b""})
        finally:
            process.terminate()


def test_a_worker_is_not_renewed_under_a_file_that_is_on_its_way() -> None:
    port, size = free_port(), 6 * 1024 * 1024
    command = [sys.executable, "-P", "-c", RENEWED_SOON, str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            assert eventually(lambda: _answers(port))
            with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
                line.sendall(
                    b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size
                )
                line.sendall(bytes(size - 1))
                answers = {_answers(port) for _ in range(8)}
                line.sendall(b"x")
                last = b"".join(iter(lambda: line.recv(4096), b"")).split()[-1]
            assert answers == {last}
        finally:
            process.terminate()


def _answers(port: int) -> bytes:
    """The number of the process that answers, or nothing."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return b"".join(iter(lambda: line.recv(4096), b"")).split()[-1]
    except (OSError, IndexError):
        return b""


def test_a_visit_leaves_no_line_in_the_log(server: Process) -> None:
    before = server.output.read_text()
    visitor = Visitor(server.url)
    visitor.get("/report")
    visitor.post("/report", {"what": SENTENCE, "when": "2026-02-30", "go": "next"})
    visitor.get("/no-such-page")
    speak(server, b"GARBAGE\r\n\r\n")
    after = server.output.read_text()
    assert after == before
    assert "127.0.0.1" not in after


def test_nothing_is_listened_to_but_the_one_port(server: Process) -> None:
    sockets = Path("/proc/net/unix").read_text()
    assert "gunicorn" not in sockets


def test_a_port_in_use_is_said_in_one_line(server: Process, tmp_path: Path) -> None:
    build_instance(tmp_path / "instance", small_organisation(), today=TODAY).close()
    command = [sys.executable, "-P", "-m", "portal", str(tmp_path / "instance"), "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert f"port {server.port}" in last
    assert "choose another with --port" in last
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_no_instance_is_said_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "portal", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "underseal init" in done.stderr
    assert "Traceback" not in done.stderr
