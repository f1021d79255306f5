"""The product's processes, started as an operator starts them, on free ports of 127.0.0.1."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

_PATIENCE = 60  # seconds until a server answers; the machine may be busy


@dataclass
class Process:
    """A running server, with everything that it prints."""

    popen: subprocess.Popen[bytes]
    port: int
    output: Path

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """kill -9, the whole group: no chance to tidy up."""
        os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self) -> int:
        """Ask it to stop, and wait."""
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGTERM)
        return self.popen.wait(timeout=_PATIENCE)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(module: str, directory: Path, workspace: Path, *, today: str | None = None) -> Iterator[Process]:
    """``python -P -m portal DIR`` or ``triage``; temporary files go to ``workspace/tmp``, output to ``workspace``."""
    port = free_port()
    temporary = workspace / "tmp"
    temporary.mkdir(exist_ok=True)
    output = workspace / f"{module}-{port}.log"
    played = ["--today", today] if today else []
    command = [
        sys.executable,
        "-P",
        "-m",
        module,
        str(directory),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        *played,
    ]
    with started(command, port, output, temporary) as process:
        yield process


@contextmanager
def started(command: list[str], port: int, output: Path, temporary: Path) -> Iterator[Process]:
    """``command`` in a session of its own, until it listens on ``port``; what it says goes to ``output``."""
    with output.open("wb") as file:
        popen = subprocess.Popen(
            command,
            stdout=file,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env=os.environ | {"TMPDIR": str(temporary)},
        )
    with listening(Process(popen, port, output)) as process:
        yield process


@contextmanager
def listening(process: Process) -> Iterator[Process]:
    """Wait until it answers; stop it at the end."""
    try:
        _wait(process)
        yield process
    finally:
        process.stop()


def _wait(process: Process) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.popen.poll() is not None:
            raise AssertionError(f"the server stopped at once: {process.output.read_text()[-2000:]}")
        connection = HTTPConnection("127.0.0.1", process.port, timeout=5)
        try:
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the server did not begin to answer")
