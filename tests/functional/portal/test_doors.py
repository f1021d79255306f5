"""The portal behind a reverse proxy and behind Tor: two doors of one process, and what each may say of the other."""

from __future__ import annotations

import http.client
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from intake.settings import read_public
from intake.site import SiteTable
from templates.web.circuit import circuit_line
from tests.conftest import TODAY
from tests.functional.portal.conftest import SENTENCE
from tests.support.doors import ONION, Doors, connects, serving_at_doors, speak
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.uploads import eventually
from triage.instances.files import write_public

LINE = circuit_line(b"\0\0\x02\x9a")
ONION_HOST = ONION.removeprefix("http://").encode()


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    """A portal that is on the ordinary web by https, and an onion service. The database makes no difference here."""
    workspace = tmp_path_factory.mktemp("doors")
    build_instance(workspace / "instance", small_organisation(), today=TODAY).close()
    public = read_public(workspace / "instance")
    portal = public.portal.model_copy(update={"https": True})
    site = SiteTable(
        address="https://report.example.org",
        onion=ONION,
        office_networks=(ip_network("192.0.2.0/24"),),
        client_address="x-forwarded-for",
    )
    write_public(workspace / "instance", public.model_copy(update={"portal": portal, "site": site}))
    with serving_at_doors(workspace / "instance", workspace, today=TODAY.isoformat()) as served:
        yield served


def test_the_sockets_are_open_to_their_group_alone(doors: Doors) -> None:
    for path in (doors.web, doors.tor):
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_a_report_is_filed_and_its_mailbox_opened_by_tor(doors: Doors) -> None:
    visitor = doors.by_tor(666)
    visitor.get("/report")
    visitor.post("/report", {"what": SENTENCE, "go": "next"})
    visitor.get("/report/check")
    page = visitor.post("/report/check", {"send": "1"})
    code = page.element("receipt-code")
    back = doors.by_tor(667)
    back.get("/return")
    assert "Your mailbox" in back.post("/return", {"code": code}).text


def test_the_web_points_at_the_onion_by_the_path_alone(doors: Doors) -> None:
    visitor = doors.by_proxy()
    assert visitor.get("/").headers["onion-location"] == f"{ONION}/"
    page = doors.by_proxy().get("/safety")
    assert page.headers["onion-location"] == f"{ONION}/safety"
    assert page.headers["strict-transport-security"].startswith("max-age=")
    asked = speak(
        doors.web, b"GET /mailbox?part=1 HTTP/1.1\r\nHost: report.example.org\r\nConnection: close\r\n\r\n"
    )
    assert asked.startswith(b"HTTP/1.1 303")
    assert b"Onion-Location" not in asked


def test_whoever_has_begun_something_is_not_led_away_from_it(doors: Doors) -> None:
    """Tor Browser may follow by itself, and the cookie stays behind: the draft or the mailbox would be gone."""
    visitor = doors.by_proxy()
    assert "onion-location" in visitor.get("/report").headers
    assert "onion-location" in visitor.get("/safety").headers, "a form was seen, and nothing was kept"
    visitor.post("/report", {"what": SENTENCE, "go": "next"})
    for path in ("/report", "/report/who", "/safety", "/return"):
        assert "onion-location" not in visitor.get(path).headers
    refused = doors.by_proxy()
    refused.get("/return")
    assert "onion-location" not in refused.post("/return", {"code": "abandon"}).headers


def test_the_onion_says_nothing_of_https_and_does_not_point_at_itself(doors: Doors) -> None:
    visitor = doors.by_tor(1)
    for path in ("/", "/safety", "/no-such-page", "/static/none"):
        headers = visitor.get(path).headers
        assert "strict-transport-security" not in headers
        assert "onion-location" not in headers
        assert "default-src 'none'" in headers["content-security-policy"]
    bad = speak(doors.tor, LINE + b"GET / HTTP/9.9\r\n\r\n")
    assert bad.startswith(b"HTTP/1.1 400")
    assert b"Strict-Transport-Security" not in bad
    assert b"Strict-Transport-Security" in speak(doors.web, b"GET / HTTP/9.9\r\n\r\n")


def test_an_onions_cookies_need_no_https_and_count_at_the_onion_alone(doors: Doors) -> None:
    """Most browsers hold back Secure cookies from plain http, and know no onions. What is planted for the web is not read."""
    by_tor, by_proxy = doors.by_tor(5), doors.by_proxy()
    for visitor, name, other in (
        (by_tor, "p-draft", "__Host-p-draft"),
        (by_proxy, "__Host-p-draft", "p-draft"),
    ):
        visitor.get("/report")
        answer = visitor.post("/report", {"what": SENTENCE, "go": "next"}, follow=False)
        line = answer.headers["set-cookie"]
        assert line.startswith(f"{name}=")
        assert ("Secure" in line) == (visitor is by_proxy)
        for word in ("HttpOnly", "SameSite=Strict", "Path=/"):
            assert word in line
        assert "Domain" not in line
        assert SENTENCE in visitor.get("/report").text
        visitor.cookies[other] = visitor.cookies.pop(name)
        assert SENTENCE not in visitor.get("/report").text


def test_the_web_does_not_answer_to_an_onions_name(doors: Doors) -> None:
    """Somebody who asks every server of the web for the onion's name learns nothing of which one has it."""
    for host in (ONION_HOST, ONION_HOST.upper() + b":80", b"www." + ONION_HOST + b"."):
        answer = speak(doors.web, b"GET / HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 421 ")
        assert b"Test" not in answer
        assert b"Strict-Transport-Security" not in answer


@pytest.mark.parametrize("first", [
    b"", b"PROXY UNKNOWN\r\n", b"PROXY TCP4 192.0.2.7 127.0.0.1 666 80\r\n", LINE.replace(b"\r\n", b"\n"),
    b"PROXY TCP6 fc00:dead:beef:4dad::0:29a ::1 667 80\r\n", b"P" * 9000, b" " + LINE,
])  # fmt: skip
def test_a_stream_without_tors_line_is_closed_without_a_word(doors: Doors, first: bytes) -> None:
    assert speak(doors.tor, first + b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == b""


def test_the_line_is_not_taken_by_the_other_door_nor_twice(doors: Doors) -> None:
    request = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert speak(doors.web, LINE + request).startswith(b"HTTP/1.1 400")
    assert speak(doors.tor, LINE + LINE + request).startswith(b"HTTP/1.1 400")
    assert speak(doors.tor, LINE + request).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("header", [
    b"Script_Name: /elsewhere", b"SCRIPT_NAME: /elsewhere", b"X-Forwarded-Proto: https", b"X-Forwarded-For: 192.0.2.7",
    b"Upgrade: h2c", b"Host: here:port",
])  # fmt: skip
def test_a_visitor_of_a_socket_is_no_trusted_proxy(doors: Doors, header: bytes) -> None:
    """gunicorn takes whoever comes by a socket in the file system for one."""
    host = b"" if header.startswith(b"Host") else b"Host: x\r\n"
    for path, first in ((doors.web, b""), (doors.tor, LINE)):
        request = b"GET /health HTTP/1.1\r\n" + host + header + b"\r\nConnection: close\r\n\r\n"
        answer = speak(path, first + request)
        assert re.match(rb"HTTP/1.1 (200|400) ", answer), answer[:100]
        assert b"elsewhere" not in answer
    assert re.match(rb"HTTP/1.0 (200|400) ", speak(doors.tor, LINE + b"GET /health HTTP/1.0\r\n\r\n"))


def test_what_the_proxy_says_of_an_office_is_believed_at_its_own_door_alone(doors: Doors) -> None:
    """Through the proxy's socket its word is taken for the warning; whoever comes by Tor can say nothing of the kind."""
    request = b"GET / HTTP/1.1\r\nHost: %s\r\nX-Forwarded-For: %s\r\nConnection: close\r\n\r\n"
    warned = b'id="office-network"'
    assert warned in speak(doors.web, request % (b"report.example.org", b"192.0.2.7"))
    assert warned not in speak(doors.web, request % (b"report.example.org", b"192.0.2.7, 198.51.100.7"))
    assert warned not in speak(doors.tor, LINE + request % (ONION_HOST, b"192.0.2.7"))


def test_a_body_over_the_limit_and_endless_chunks_are_refused_by_tor_too(doors: Doors) -> None:
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    head = LINE + b"POST /report HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    assert speak(doors.tor, head + b"Content-Length: 99999999\r\n" + kind).startswith(b"HTTP/1.1 413")
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    chunked = head + b"Transfer-Encoding: chunked\r\n" + kind + chunk * 40 + b"0\r\n\r\n"
    assert speak(doors.tor, chunked).startswith(b"HTTP/1.1 413")


def test_nothing_of_these_visits_is_in_the_log(doors: Doors) -> None:
    visitor = doors.by_tor(0xABCDEF)
    visitor.get("/report")
    speak(doors.tor, b"GARBAGE\r\n\r\n")
    text = doors.process.output.read_text()
    assert "fc00" not in text
    assert "GARBAGE" not in text
    assert len(text.splitlines()) == 1, text


WHOSE = """
import sys
from pathlib import Path
from templates.web import server
from templates.web.listen import Listen

def application(environ, start):
    environ["wsgi.input"].read()
    body = repr([environ.get("underseal.circuit"), sorted(name for name, value in environ.items()
        if "fc00" in repr(value) or name != "gunicorn.socket" and "portal" in repr(value)),
        environ["REMOTE_ADDR"], environ["SERVER_NAME"]]).encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]

listen = Listen("127.0.0.1", 1, https=False, workers=1, unix=Path(sys.argv[1]), onion=Path(sys.argv[2]))
server.serve(lambda: application, listen)
"""


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A server whose application says what it was told of the visitor."""
    (tmp_path / "s").mkdir(mode=0o700)
    web, tor = tmp_path / "s" / "portal-web", tmp_path / "s" / "portal-tor"
    command = [sys.executable, "-P", "-c", WHOSE, str(web), str(tor)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            assert eventually(lambda: process.poll() is not None or (connects(web) and connects(tor)))
            yield web, tor
        finally:
            process.send_signal(signal.SIGTERM)
    assert not web.exists(), "a server that stops takes its sockets away"
    assert not tor.exists()


def _answer(line: socket.socket) -> bytes:
    response = http.client.HTTPResponse(line)
    response.begin()
    assert response.status == 200
    return response.read()


def test_the_application_is_told_the_circuit_of_every_request_and_nothing_else(
    told: tuple[Path, Path],
) -> None:
    web, tor = told
    for circuit in (b"\0\0\x02\x9a", b"\xff\xff\xff\xff", b"\0\0\0\0"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(60)
            line.connect(str(tor))
            for piece in (circuit_line(circuit)[:20], circuit_line(circuit)[20:]):
                line.sendall(piece)
            for _ in range(3):  # one connection, kept alive
                line.sendall(
                    b"GET / HTTP/1.1\r\nHost: x\r\nUnderseal-Circuit: 1234\r\nUnderseal.Circuit: 5\r\n\r\n"
                )
                assert _answer(line) == repr([circuit, [], "127.0.0.1", "localhost"]).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(60)
        line.connect(str(web))
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nUnderseal-Circuit: 1234\r\n\r\n")
        assert _answer(line) == repr([None, [], "127.0.0.1", "localhost"]).encode()


def test_a_socket_that_cannot_be_made_is_said_in_one_line(doors: Doors, tmp_path: Path) -> None:
    build_instance(tmp_path / "instance", small_organisation(), today=TODAY).close()
    command = [
        sys.executable,
        "-P",
        "-m",
        "portal",
        str(tmp_path / "instance"),
        "--onion-socket",
        str(doors.tor),
    ]
    for extra, said in (
        (["--socket", str(tmp_path / "gone" / "web")], "install -d -m 2750"),
        (["--port", "0"], "--port"),
        (["--socket", str(doors.web), "--port", "8499"], "one or the other"),
    ):
        done = subprocess.run([*command, *extra], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode in {1, 2}
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert doors.by_tor(3).get("/health").status == 200, "the other portal's door is where it was"
