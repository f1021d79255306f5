"""Sealed files in a directory: what only a file system can get wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crypto.keys import new_id
from intake.evidence.store.copies import copies_in
from intake.evidence.store.directory import INCOMING, DirectoryStore
from intake.evidence.store.protocol import StoreError
from tests.support.stores import put


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    """An empty one."""
    return DirectoryStore(tmp_path)


def test_names_and_times_say_nothing_and_nobody_else_may_look(store: DirectoryStore, tmp_path: Path) -> None:
    blob_id = put(store, b"sealed")
    put(store, b"another")
    b"".join(store.read(blob_id))
    dict(store.list())
    assert (tmp_path / blob_id[:2] / blob_id).read_bytes() == b"sealed"
    os.utime(tmp_path / blob_id[:2] / blob_id, (0, 0))  # this test's own look
    store.delete(put(store, b"gone"))
    b"".join(store.read(blob_id))
    for path in [tmp_path, *tmp_path.rglob("*")]:
        found = path.stat()
        assert found.st_mtime == 0, path
        if path.is_file():
            assert (found.st_atime, found.st_mode & 0o777) == (0, 0o600)
        elif path != tmp_path:
            assert found.st_mode & 0o777 == 0o700


def test_links_and_strangers_are_not_followed_read_or_listed(store: DirectoryStore, tmp_path: Path) -> None:
    blob_id, pipe, outside = new_id(), new_id(), tmp_path / "outside"
    outside.write_text("not ours")
    for name in (blob_id, pipe):
        (tmp_path / name[:2]).mkdir(exist_ok=True)
    (tmp_path / blob_id[:2] / blob_id).symlink_to(outside)
    os.mkfifo(tmp_path / pipe[:2] / pipe)
    (tmp_path / pipe[:2] / "notes.txt").write_text("x")
    (tmp_path / "zz").write_text("a file, no folder")
    put(store, b"sealed", kept := new_id())
    assert list(store.list()) == [(kept, 6)]
    for name in (blob_id, pipe):
        assert store.size(name) is None
        with pytest.raises(StoreError):
            store.read(name)
    store.delete(blob_id)
    assert outside.read_text() == "not ours"


def test_a_directory_that_is_gone_is_no_empty_store(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "unmounted")
    acts = (
        lambda: store.create(new_id()),
        lambda: store.size(new_id()),
        lambda: list(store.list()),
        store.sweep,
    )
    for act in acts:
        with pytest.raises(StoreError, match=r"unmounted.*mounted"):
            act()


def test_no_copy_is_made_where_the_second_place_is_gone(store: DirectoryStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="mounted"):
        copies_in(tmp_path / "unmounted")


def test_a_full_disk_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", FULL, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == f"{tmp_path} is full; make room for sealed files"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_sweep_takes_what_a_killed_writer_left_and_not_what_a_living_one_holds(
    store: DirectoryStore, tmp_path: Path
) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-P", "-c", WAITS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    with writer:
        assert writer.stdout.readline() == "written\n"
        mine = store.create(new_id())
        mine.write(b"mine")
        assert store.sweep() == 0
        assert len(list((tmp_path / INCOMING).iterdir())) == 2
        writer.kill()
        writer.wait(timeout=30)
        assert store.sweep() == 1
        mine.commit()
    assert [size for _, size in store.list()] == [4]


def test_a_sweep_at_the_same_moment_takes_nothing_from_a_writer(store: DirectoryStore) -> None:
    written: list[str] = []

    def write() -> None:
        written.extend(put(store, b"sealed") for _ in range(40))

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        store.sweep()
    assert len(written) == 120
    assert {blob_id for blob_id, _ in store.list()} == set(written)


def test_a_writer_killed_at_any_step_leaves_a_whole_file_or_none(
    store: DirectoryStore, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", DIES, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    ends = [line.split() for line in done.stdout.splitlines()]
    assert {int(status) for *_, status in ends[:-1]} == {-signal.SIGKILL}
    sizes = [store.size(blob_id) for blob_id, _ in ends]
    assert set(sizes) == {None, len(WRITTEN)}
    assert sizes == sorted(sizes, key=bool), "whole from one step on"
    left = len(list((tmp_path / INCOMING).iterdir()))
    assert store.sweep() == left
    assert 5 < left < len(ends), "cut before, between and after"
    assert list((tmp_path / INCOMING).iterdir()) == []
    assert all(b"".join(store.read(blob_id)) == WRITTEN for blob_id, _ in store.list())


WRITTEN = bytes(range(256)) * 4000

FULL = """
import resource, signal, sys
from pathlib import Path
from crypto.keys import new_id
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.store.objects import ObjectStore
from intake.evidence.store.protocol import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
incoming = DirectoryStore(Path(sys.argv[1])).create(new_id())
try:
    incoming.write(bytes(200_000))
except StoreError as error:
    print(error)
"""

WAITS = """
import sys, time
from pathlib import Path
from crypto.keys import new_id
from intake.evidence.store.directory import DirectoryStore
incoming = DirectoryStore(Path(sys.argv[1])).create(new_id())
incoming.write(b"half of it")
print("written", flush=True)
time.sleep(60)
"""

DIES = """
import os, signal, sys
from pathlib import Path
from crypto.keys import new_id
from intake.evidence.store.directory import DirectoryStore

def dying(act):
    def wrapped(*args, **names):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return act(*args, **names)
    return wrapped

for left in range(100):
    blob_id = new_id()
    child = os.fork()
    if child == 0:
        for name in ("mkdir", "open", "utime", "fsync", "rename"):
            setattr(os, name, dying(getattr(os, name)))
        incoming = DirectoryStore(Path(sys.argv[1])).create(blob_id)
        for _ in range(4):
            incoming.write(bytes(range(256)) * 1000)
        incoming.commit()
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(blob_id, status)
    if status == 0:
        break
"""
