"""A file goes through the sandbox piece by piece: the caller never holds it, and believes nothing before the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.evidence import sandbox, viewer
from intake.evidence.process import AT_ONCE, Limits
from intake.evidence.traces import Drop, NotCleanableError, Reason
from intake.evidence.views import Shows
from tests.support import evidence_pictures as pictures
from tests.support import evidence_sounds

NOTHING_DROPPED: frozenset[Drop] = frozenset()


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    yield b""
    for at in range(0, len(data), size):
        yield data[at : at + size]


def _long_sound(seconds: int = 40) -> bytes:
    """More than a pipe holds, so that both sides write and read at once."""
    data = evidence_sounds.wav()
    at = data.index(b"data")
    body = os.urandom(16_000) * seconds
    return data[: at + 4] + len(body).to_bytes(4, "little") + body


def test_a_copy_that_comes_in_pieces_is_the_same_copy() -> None:
    data = _long_sound()
    out: list[bytes] = []
    copy = sandbox.clean_stream(_pieces(data, 100_000), len(data), NOTHING_DROPPED, out.append)
    whole = sandbox.clean(data)
    assert b"".join(out) == whole.data
    assert len(out) > 1
    assert max(map(len, out)) <= sandbox.MIB
    assert (copy.kind, copy.media_type, copy.extension) == (whole.kind, whole.media_type, whole.extension)
    assert copy.size == len(whole.data)
    assert copy.findings == whole.findings


@pytest.mark.parametrize("said", [-1, 1])
def test_a_file_that_is_shorter_or_longer_than_it_said_is_not_cleaned(said: int) -> None:
    data = pictures.jpeg()
    out: list[bytes] = []
    with pytest.raises(ValueError, match="do not come to the size"):
        sandbox.clean_stream(_pieces(data, 1_000), len(data) + said, NOTHING_DROPPED, out.append)
    assert out == []


def test_a_source_that_breaks_and_a_writer_that_is_full_end_the_process() -> None:
    def broken() -> Iterator[bytes]:
        yield pictures.jpeg()[:1_000]
        raise ConnectionResetError

    def full(_piece: bytes) -> None:
        raise OSError("no room")

    data = pictures.jpeg()
    with pytest.raises(ConnectionResetError):
        sandbox.clean_stream(broken(), len(data), NOTHING_DROPPED, lambda _: None)
    with pytest.raises(OSError, match="no room"):
        sandbox.clean_stream([data], len(data), NOTHING_DROPPED, full)
    assert _children() == []


def _children() -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == os.getpid() and b"intake.evidence.child" in command:
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the process in /proc")
def test_what_came_before_the_process_died_is_never_called_clean() -> None:
    out: list[bytes] = []

    def kill(piece: bytes) -> None:
        if not out:
            for one in _children():
                os.kill(one, signal.SIGKILL)
        out.append(piece)

    data = _long_sound()
    with pytest.raises(NotCleanableError):
        sandbox.clean_stream([data], len(data), NOTHING_DROPPED, kill)
    assert out
    assert len(b"".join(out)) < len(data)


def test_only_so_many_sandboxes_run_at_once_and_the_others_are_told() -> None:
    data = pictures.jpeg()
    go, waiting, done = threading.Event(), threading.Semaphore(0), []

    def slow() -> Iterator[bytes]:
        waiting.release()
        go.wait(60)
        yield data

    def clean() -> None:
        done.append(sandbox.clean_stream(slow(), len(data), NOTHING_DROPPED, lambda _: None).kind)

    threads = [threading.Thread(target=clean) for _ in range(AT_ONCE)]
    for one in threads:
        one.start()
    try:
        assert all(waiting.acquire(timeout=60) for _ in threads)
        limits = Limits(wait_seconds=0.01)
        with pytest.raises(NotCleanableError) as caught:
            sandbox.clean(data, limits=limits)
        assert caught.value.reason is Reason.BUSY
        view = viewer.view(data, 1, limits)
        assert (view.shows, view.reason) == (Shows.NONE, Reason.BUSY)
    finally:
        go.set()
        for one in threads:
            one.join()
    assert done == ["jpeg"] * AT_ONCE
    assert sandbox.clean(data, limits=limits).kind == "jpeg"


MEASURED = """
import resource, sys
from intake.evidence import sandbox
size, piece = 90 * sandbox.MIB, bytes(range(256)) * 1024
head = b"RIFF" + (size - 8).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
head += bytes.fromhex("0100010044ac000088580100" "02001000") + b"data" + (size - 44).to_bytes(4, "little")
def pieces():
    yield head
    left = size - len(head)
    while left:
        yield piece[:left]
        left -= len(piece[:left])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
written = 0
def out(part):
    global written
    written += len(part)
copy = sandbox.clean_stream(pieces(), size, frozenset(), out)
assert copy.size == written > 89 * sandbox.MIB
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
def test_a_process_that_has_a_large_file_cleaned_does_not_grow_by_it() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, check=True, timeout=300)
    assert int(done.stdout) < 16  # MiB, for 90 in and 90 out
