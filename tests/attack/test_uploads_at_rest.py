"""P1 for files: a thief takes the disk while a file is on its way, after the portal was killed, and when everything was sent.

Real processes, real HTTP. Nothing of a file's words or name is found in any usual disguise, and nothing of a broken-off upload
stays behind the worker's next round.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from intake.evidence.staging import KEPT_SECONDS, expire, remove_orphans
from intake.evidence.store import open_store
from tests.support.forensics import traces
from tests.support.instances import Instance
from tests.support.processes import Process, serving
from tests.support.uploads import eventually, growth_of, objects, staged, workers_of
from tests.support.visitor import MULTIPART, Visitor, multipart

PATH = "/report/evidence"
SENTENCE = "Pumpernickel appendix: the invoice was paid twice in Ashford."
NAME = "Xylophone-Quartermaster-memo"
MIB = 1024 * 1024
PLANTED = (SENTENCE + "\n").encode() * 20_000  # 1.2 MiB


@dataclass
class Scene:
    """An instance whose portal runs, and where a thief looks."""

    instance: Instance
    portal: Process
    workspace: Path
    lines: list[socket.socket] = field(default_factory=list)

    def traces(self) -> list[str]:
        """Where the planted words are found."""
        return traces((SENTENCE, NAME), [self.instance.directory, self.workspace])

    def visitor(self) -> Visitor:
        """Somebody before the page of the files."""
        visitor = Visitor(self.portal.url)
        visitor.get(PATH)
        return visitor

    def begins(self, visitor: Visitor, length: int, body: bytes) -> socket.socket:
        """Send a form's head and the beginning of its body."""
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        head = (f"POST {PATH} HTTP/1.1", "Host: x", f"Cookie: {cookies}", f"Content-Type: {MULTIPART}",
                "Connection: close", f"Content-Length: {length}")  # fmt: skip
        line = socket.create_connection(("127.0.0.1", self.portal.port), timeout=120)
        self.lines.append(line)
        line.sendall(("\r\n".join(head) + "\r\n\r\n").encode() + body)
        return line

    def half(self) -> None:
        """A file of which the first megabyte is there, and the rest never comes."""
        visitor = self.visitor()
        body = multipart([("csrf_token", visitor.token)], [(f"{NAME}.txt", PLANTED)], end=False)
        self.begins(visitor, 100 * MIB, body)
        assert eventually(lambda: any((self.instance.directory / "evidence").rglob("*")))
        assert eventually(lambda: self.sealed_so_far() > MIB // 2)

    def sealed_so_far(self) -> int:
        """Bytes of the file that is coming in."""
        place = self.instance.directory / "evidence"
        return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())

    def workers(self) -> list[int]:
        """The processes that answer."""
        return workers_of(self.portal)


WORKERS = 2
"""Processes of one portal, where nobody says otherwise."""


@pytest.fixture
def scene(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    workspace = tmp_path_factory.mktemp("workspace")
    with serving("portal", instance.directory, workspace, today=instance.today.isoformat()) as portal:
        made = Scene(instance, portal, workspace)
        yield made
        for line in made.lines:
            line.close()


def test_nothing_of_a_file_is_readable_while_it_comes_and_after_a_kill(scene: Scene) -> None:
    scene.half()
    assert scene.traces() == []
    assert list((scene.workspace / "tmp").iterdir()) == []
    scene.portal.kill()
    assert scene.traces() == []
    assert len(staged(scene.instance)) == 1
    databases, store = scene.instance.worker_db, open_store(scene.instance.worker.evidence)
    # The kernel lets go of a killed writer's lock when it has buried the process, which can be a moment later.
    assert eventually(store.sweep)
    expire(databases, store, int(time.time()) + KEPT_SECONDS + 1)
    remove_orphans(databases, store)
    assert objects(scene.instance) == staged(scene.instance) == set()


def test_nothing_of_a_file_is_readable_when_it_was_cleaned_and_sent(scene: Scene) -> None:
    visitor = scene.visitor()
    page = visitor.send_files(
        PATH, [(f"{NAME}.txt", PLANTED), ("x.dat", PLANTED + b"\0\1")], {"traces": "keep"}
    )
    assert "2 files are ready" in page.text
    assert NAME in page.text
    assert scene.traces() == []
    visitor.get("/exit")
    assert eventually(lambda: not objects(scene.instance))
    assert scene.traces() == []


def test_a_large_file_leaves_the_memory_of_the_portal_flat(scene: Scene) -> None:
    assert growth_of(scene.portal, 300 * MIB) < 64 * MIB


@pytest.mark.slow
def test_a_gibibyte_leaves_the_memory_of_the_portal_flat(scene: Scene) -> None:
    assert growth_of(scene.portal, 1024 * MIB - 1) < 64 * MIB


@pytest.mark.slow
def test_no_file_is_opened_for_writing_outside_the_instance(scene: Scene, tmp_path: Path) -> None:
    """Every open(2) of portal and sandbox during uploads, as the kernel saw them."""
    log = tmp_path / "calls"
    with _watched(scene, log):
        visitor = scene.visitor()
        files = [(f"{NAME}.txt", PLANTED), ("big.bin", os.urandom(30 * MIB))]
        assert "2 files are ready" in visitor.send_files(PATH, files, {"go": "add"}).text
    calls = log.read_text("utf-8", "replace")
    written = set(re.findall(r'open(?:at)?\([^"]*"([^"]*)", [^)]*O_(?:WRONLY|RDWR|CREAT|TMPFILE)', calls))
    assert any("volatile" in path or len(path) >= 22 for path in written), "the watch saw the portal at work"
    for path in written:
        # Names without a folder are opened beside the open folder of the store.
        inside = path.startswith((str(scene.instance.directory), "/dev/null", "/proc/self"))
        assert inside or "/" not in path, path
    assert "memfd_create" not in calls


@contextmanager
def _watched(scene: Scene, log: Path) -> Iterator[None]:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: nobody else sees every file that is opened")
    # All workers first: one that begins later would not be seen.
    assert eventually(lambda: len(scene.workers()) == WORKERS, 20)
    watch: list[str] = [strace, "-f", "-qq", "-e", "trace=open,openat,creat,memfd_create", "-o", str(log)]
    for worker in scene.workers():
        watch += ["-p", str(worker)]
    with subprocess.Popen(watch, stderr=subprocess.DEVNULL) as process:
        try:
            watched = eventually(
                lambda: all(map(_is_watched, scene.workers())) or process.poll() is not None, 20
            )
            if not watched or process.poll() is not None:
                pytest.skip("this machine lets no process be watched")
            yield
        finally:
            process.send_signal(signal.SIGINT)


def _is_watched(process: int) -> bool:
    """Whether every thread of it is."""
    threads = Path(f"/proc/{process}/task").glob("*/status")
    return all("TracerPid:\t0" not in status.read_text() for status in threads)
