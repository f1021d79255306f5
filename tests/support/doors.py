"""A portal behind sockets in the file system, as a reverse proxy and Tor come to it, and visitors who come by them."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from crypto.onion import onion_host
from templates.web.circuit import circuit_line
from tests.support.processes import Process
from tests.support.uploads import eventually
from tests.support.visitor import Visitor

ONION = "http://" + onion_host(bytes(range(32)))
"""A true address of an onion service that is nowhere."""


@dataclass
class ByProxy(Visitor):
    """Somebody whose requests a reverse proxy passes on to ``path``."""

    path: Path = field(default_factory=Path)

    def _connection(self) -> http.client.HTTPConnection:
        return _Unix(self.path, b"")


@dataclass
class ByTor(Visitor):
    """Somebody whose streams Tor passes on to ``path``, all of them by one circuit (4 bytes)."""

    path: Path = field(default_factory=Path)
    circuit: bytes = bytes(4)

    def _connection(self) -> http.client.HTTPConnection:
        return _Unix(self.path, circuit_line(self.circuit))


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: Path, first: bytes) -> None:
        super().__init__("report.example.org" if not first else ONION.removeprefix("http://"), timeout=60)
        self._path, self._first = path, first

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(60)
        self.sock.connect(str(self._path))
        self.sock.sendall(self._first)


@dataclass
class Doors:
    """A portal that serves, and its two doors."""

    process: Process
    web: Path
    tor: Path

    def by_proxy(self) -> ByProxy:
        """A new visitor of the ordinary web."""
        return ByProxy("http://report.example.org", path=self.web)

    def by_tor(self, circuit: int) -> ByTor:
        """A new visitor who comes by this circuit."""
        return ByTor(ONION, path=self.tor, circuit=circuit.to_bytes(4, "big"))


@contextmanager
def serving_at_doors(directory: Path, workspace: Path, *, today: str | None = None) -> Iterator[Doors]:
    """``python -P -m portal DIR`` behind two sockets in ``workspace``; what it says goes there too."""
    web, tor = workspace / "web" / "portal", workspace / "tor" / "portal"
    for folder in (web.parent, tor.parent, workspace / "tmp"):
        folder.mkdir(mode=0o750, exist_ok=True)
    played = ["--today", today] if today else []
    command = [
        sys.executable,
        "-P",
        "-m",
        "portal",
        str(directory),
        "--socket",
        str(web),
        "--onion-socket",
        str(tor),
    ]
    output = workspace / "doors.log"
    with output.open("wb") as file:
        popen = subprocess.Popen(
            [*command, *played],
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=os.environ | {"TMPDIR": str(workspace / "tmp")},
        )
    doors = Doors(Process(popen, 0, output), web, tor)
    try:
        assert eventually(lambda: popen.poll() is not None or _answers(doors)), (
            "the portal did not begin to answer"
        )
        assert popen.poll() is None, output.read_text()[-2000:]
        yield doors
    finally:
        doors.process.stop()


def _answers(doors: Doors) -> bool:
    try:
        return doors.by_proxy().get("/health").status == 200
    except OSError:
        return False


def connects(path: Path) -> bool:
    """Whether somebody listens there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        return line.connect_ex(str(path)) == 0


def speak(path: Path, data: bytes) -> bytes:
    """Send raw bytes to a socket, and read to the end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(30)
        line.connect(str(path))
        with suppress(BrokenPipeError):  # refused before everything was sent
            line.sendall(data)
        answer = b""
        with suppress(ConnectionResetError):
            while part := line.recv(65536):
                answer += part
        return answer
