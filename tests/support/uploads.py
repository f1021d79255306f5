"""What stories about files on their way need: an operator's limits, and what is left in an instance."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from intake.database.evidence_tables import Staged
from tests.support.instances import Instance
from tests.support.processes import Process
from tests.support.visitor import MULTIPART, Visitor, multipart

_PATH = "/report/evidence"
_MIB = 1024 * 1024


def set_limits(instance: Path, **limits: str | int) -> None:
    """As an operator with an editor: ``set_limits(directory, per_file="1 MiB")``."""
    path = instance / "underseal.toml"
    text = path.read_text("utf-8")
    for name, value in limits.items():
        words = f'"{value}"' if isinstance(value, str) else str(value)
        text, found = re.subn(rf"(?m)^{name} = .*$", f"{name} = {words}", text)
        assert found == 1, name
    path.write_text(text, "utf-8")


def staged(instance: Instance) -> set[str]:
    """Rows of files on their way."""
    with instance.owner.volatile() as session:
        return set(session.scalars(select(Staged.id)))


def objects(instance: Instance) -> set[str]:
    """Names of files in the store, whole or half."""
    return {path.name for path in (instance.directory / "evidence").rglob("*") if path.is_file()}


def eventually(true: Callable[[], object], seconds: float = 30) -> bool:
    """Whether ``true()`` comes true soon."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return bool(true())


def workers_of(portal: Process) -> list[int]:
    """The processes that answer."""
    children = Path(f"/proc/{portal.popen.pid}/task/{portal.popen.pid}/children")
    return [int(number) for number in children.read_text().split()]


def growth_of(portal: Process, size: int) -> int:
    """By how many bytes the portal's resident memory grew at most, in the process that grew most, while ``size`` came."""
    visitor = Visitor(portal.url)
    visitor.get(_PATH)
    visitor.send_files(_PATH, [("a.bin", b"warm" * _MIB)], {"go": "add"})  # what the first file loads stays
    before = {worker: _peak(worker, reset=True) for worker in workers_of(portal)}
    start = multipart([("csrf_token", visitor.token), ("go", "add")], [("film.bin", b"")], end=False)
    end = b"\r\n" + multipart([], [])
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    head = (f"POST {_PATH} HTTP/1.1", "Host: x", f"Cookie: {cookies}", f"Content-Type: {MULTIPART}", "Connection: close",
            f"Content-Length: {len(start) + size + len(end)}")  # fmt: skip
    with socket.create_connection(("127.0.0.1", portal.port), timeout=120) as line:
        line.sendall(("\r\n".join(head) + "\r\n\r\n").encode() + start)
        piece = os.urandom(_MIB)
        for at in range(0, size, _MIB):
            line.sendall(piece[: min(_MIB, size - at)])
        line.sendall(end)
        assert line.recv(12) == b"HTTP/1.1 303"
    assert "film" in visitor.get(_PATH).text
    return max(_peak(worker) - before[worker] for worker in before)


def _peak(process: int, *, reset: bool = False) -> int:
    """The most resident memory since the last reset, in bytes."""
    if reset:
        Path(f"/proc/{process}/clear_refs").write_text("5")
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024
