"""A real server that speaks Valkey's protocol: Debian's ``valkey-server``, or ``redis-server`` where there is no other."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import valkey

from tests.support.processes import free_port
from tests.support.uploads import eventually

PASSWORD = "a password of the budgets' server"


@dataclass(frozen=True)
class ValkeyServer:
    """A running one, which keeps nothing on a disk."""

    popen: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        """As ``[budgets]`` says it."""
        return f"valkey://127.0.0.1:{self.port}/1"

    def client(self) -> valkey.Valkey:
        """Its operator's."""
        return valkey.Valkey(port=self.port, db=1, password=PASSWORD)

    def stop(self) -> None:
        """It is gone."""
        self.popen.kill()
        self.popen.wait()


@contextmanager
def running_valkey(directory: Path) -> Iterator[ValkeyServer]:
    """Start one; the test is skipped where none is installed."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        pytest.skip("neither valkey-server nor redis-server is installed")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    command += ["--dir", str(directory), "--requirepass", PASSWORD]
    popen = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = ValkeyServer(popen, port)
    try:
        assert eventually(lambda: _answers(server))
        yield server
    finally:
        server.stop()


def _answers(server: ValkeyServer) -> bool:
    try:
        with server.client() as client:
            return bool(client.ping())
    except valkey.ValkeyError:
        return False
