"""Where sealed files lie: one behaviour for every kind of place, whole or nothing, also when a writer dies."""

from __future__ import annotations

import hashlib
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.keys import new_id
from intake.evidence.store.copies import copies_in, copy_blob
from intake.evidence.store.directory import INCOMING, DirectoryStore
from intake.evidence.store.objects import ObjectStore
from intake.evidence.store.protocol import PIECE, Incoming, MissingError, Store, StoreError
from tests.support.s3 import Line, S3Server, running_s3

MakeStore = Callable[[], Store]


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    """Storage that speaks S3, on this machine."""
    with running_s3() as started:
        yield started


@pytest.fixture(params=["directory", "s3"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> MakeStore:
    """A maker of empty stores."""
    made = count()

    def directory() -> Store:
        place = tmp_path / f"store-{next(made)}"
        place.mkdir()
        return DirectoryStore(place)

    def s3() -> Store:
        server: S3Server = request.getfixturevalue("server")
        return ObjectStore(server.make(prefix="a/b"))

    return {"directory": directory, "s3": s3}[request.param]


@pytest.fixture
def store(make_store: MakeStore) -> Store:
    """An empty store."""
    return make_store()


def put(store: Store, content: bytes, blob_id: str | None = None) -> str:
    """Store ``content`` and return its id."""
    blob_id = blob_id or new_id()
    incoming = store.create(blob_id)
    for start in range(0, len(content), 300_000):
        incoming.write(content[start : start + 300_000])
    incoming.commit()
    return blob_id


@pytest.mark.parametrize("length", [0, 1, PIECE, 3 * PIECE + 17, 20 * PIECE])
def test_what_was_committed_is_read_in_small_pieces(store: Store, length: int) -> None:
    content = secrets.token_bytes(length)
    blob_id = put(store, content)
    pieces = list(store.read(blob_id))
    assert b"".join(pieces) == content
    assert all(0 < len(piece) <= PIECE and type(piece) is bytes for piece in pieces)
    assert store.size(blob_id) == length
    assert list(store.list()) == [(blob_id, length)]


def test_nothing_is_visible_before_it_is_committed(store: Store) -> None:
    blob_id, content = new_id(), secrets.token_bytes(9 * PIECE)
    incoming = store.create(blob_id)
    incoming.write(content)
    assert store.size(blob_id) is None
    assert list(store.list()) == []
    with pytest.raises(MissingError):
        store.read(blob_id)
    incoming.commit()
    assert b"".join(store.read(blob_id)) == content


def test_what_is_aborted_leaves_nothing_and_may_be_aborted_again(store: Store) -> None:
    blob_id = new_id()
    incoming = store.create(blob_id)
    incoming.write(bytes(9 * PIECE))
    incoming.abort()
    incoming.abort()
    assert list(store.list()) == []
    assert store.sweep() == 0
    for act in (incoming.commit, lambda: incoming.write(b"more")):
        with pytest.raises(StoreError, match="ended already"):
            act()
    put(store, b"again", blob_id)


def test_an_abort_after_the_commit_takes_nothing_away(store: Store) -> None:
    blob_id = new_id()
    incoming = store.create(blob_id)
    incoming.write(b"sealed")
    incoming.commit()
    incoming.abort()
    assert b"".join(store.read(blob_id)) == b"sealed"


def test_what_is_deleted_is_gone_and_deleting_again_is_no_error(store: Store) -> None:
    kept, gone = put(store, b"kept"), put(store, b"gone")
    store.delete(gone)
    store.delete(gone)
    store.delete(new_id())
    assert store.size(gone) is None
    assert list(store.list()) == [(kept, 4)]


def test_what_counts_is_never_replaced(store: Store) -> None:
    blob_id = put(store, b"first")
    with pytest.raises(StoreError, match="there already"):
        store.create(blob_id)
    assert b"".join(store.read(blob_id)) == b"first"


@pytest.mark.parametrize(
    "text", ["", ".", "..", "../" + "a" * 19, "/etc/passwd", "a" * 21, "a" * 23, "é" * 22, "aa/" + "a" * 19]
)
def test_no_other_text_than_an_id_reaches_the_place(store: Store, text: str) -> None:
    for act in (store.create, store.read, store.size, store.delete):
        with pytest.raises(StoreError, match="not the id") as refusal:
            act(text)
        assert not isinstance(refusal.value, MissingError)


def test_many_writers_at_once_do_not_meet(store: Store) -> None:
    contents = {new_id(): secrets.token_bytes(PIECE + number) for number in range(8)}
    threads = [threading.Thread(target=put, args=(store, content, key)) for key, content in contents.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {key: b"".join(store.read(key)) for key, _ in store.list()} == contents


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["create", "write", "commit", "abort", "delete", "sweep"]),
        st.integers(0, 2),
        st.binary(max_size=40),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(operations=OPERATIONS)
def _agrees_with_a_dict(make_store: MakeStore, operations: list[tuple[str, int, bytes]]) -> None:
    store, ids = make_store(), [new_id() for _ in range(3)]
    whole: dict[str, bytes] = {}
    being_written: dict[str, tuple[Incoming, bytes]] = {}
    for act, which, piece in operations:
        blob_id = ids[which]
        match act:
            case "create" if blob_id not in whole and blob_id not in being_written:
                being_written[blob_id] = store.create(blob_id), b""
            case "write" if blob_id in being_written:
                incoming, before = being_written[blob_id]
                incoming.write(piece)
                being_written[blob_id] = incoming, before + piece
            case "commit" if blob_id in being_written:
                incoming, whole[blob_id] = being_written.pop(blob_id)
                incoming.commit()
            case "abort" if blob_id in being_written:
                being_written.pop(blob_id)[0].abort()
            case "delete":
                store.delete(blob_id)
                whole.pop(blob_id, None)
            case "sweep":
                assert store.sweep() == 0, "what is being written is nothing left over"
        assert dict(store.list()) == {key: len(content) for key, content in whole.items()}
    for incoming, _ in being_written.values():
        incoming.abort()
    assert {key: b"".join(store.read(key)) for key, _ in store.list()} == whole


def test_every_sequence_of_acts_agrees_with_a_dict(make_store: MakeStore) -> None:
    _agrees_with_a_dict(make_store)


def test_a_copy_is_whole_made_once_and_taken_away_again(store: Store, tmp_path: Path) -> None:
    content = secrets.token_bytes(2 * PIECE + 5)
    blob_id = put(store, content)
    copies = copies_in(tmp_path)
    copy_blob(store, blob_id, copies)
    copy_blob(store, blob_id, copies)
    store.delete(blob_id)
    assert b"".join(copies_in(tmp_path).read(blob_id)) == content
    with pytest.raises(MissingError):
        copy_blob(store, new_id(), copies)
    assert list(copies.list()) == [(blob_id, len(content))]
    copies.delete(blob_id)
    assert list(copies.list()) == []


def test_a_copy_that_was_cut_short_is_made_again(store: Store, tmp_path: Path) -> None:
    blob_id = put(store, b"sealed and whole")
    copies = copies_in(tmp_path)
    put(copies, b"sealed", blob_id)
    copy_blob(store, blob_id, copies)
    assert b"".join(copies.read(blob_id)) == b"sealed and whole"


class TestObjects:
    """What only storage on a network can get wrong."""

    def test_another_program_sees_sealed_bytes_under_prefix_and_id_and_nothing_else(
        self, server: S3Server
    ) -> None:
        place = server.make(prefix="underseal/files")
        blob_id = put(ObjectStore(place), bytes(9 * PIECE))
        (found,) = server.client().list_objects_v2(Bucket=place.bucket)["Contents"]
        assert (found["Key"], found["Size"]) == (f"underseal/files/{blob_id}", 9 * PIECE)
        head = server.client().head_object(Bucket=place.bucket, Key=found["Key"])
        assert head["Metadata"] == {}
        assert head["ContentType"] in {"application/octet-stream", "binary/octet-stream"}

    def test_other_objects_in_the_bucket_are_left_alone(self, server: S3Server) -> None:
        place = server.make(prefix="a")
        for key in ("a/readme.txt", f"a/b/{new_id()}", f"{new_id()}", f"ab/{new_id()}"):
            server.client().put_object(Bucket=place.bucket, Key=key, Body=b"not ours")
        assert list(ObjectStore(place).list()) == []

    def test_a_bucket_that_is_gone_is_no_empty_store(self, server: S3Server) -> None:
        store = ObjectStore(server.place("no-such-bucket"))
        for act in _every_act(store):
            with pytest.raises(
                StoreError, match=r"no-such-bucket at 127.0.0.1:\d+ \(NoSuchBucket\)"
            ) as refusal:
                act()
            assert not isinstance(refusal.value, MissingError)
            assert "\n" not in str(refusal.value)

    def test_a_server_that_is_gone_is_said_and_no_key_is(self) -> None:
        with running_s3() as server:
            place = replace(server.make(), secret_key="hush-hush")
        for act in _every_act(ObjectStore(place))[:2]:
            with pytest.raises(StoreError, match="check that it answers") as refusal:
                act()
            assert "hush" not in str(refusal.value) + repr(refusal.value.__cause__)

    def test_a_line_that_is_cut_in_the_middle_leaves_nothing_visible_nor_hidden(
        self, server: S3Server
    ) -> None:
        place = server.make()
        with Line(server.port) as line:
            store, blob_id = ObjectStore(replace(place, endpoint=line.endpoint)), new_id()
            incoming = store.create(blob_id)
            line.cut_after(10 * PIECE)
            with pytest.raises(StoreError, match="check that it answers"):
                _write(incoming, pieces=60)
            with pytest.raises(StoreError, match="ended already"):
                incoming.commit()
        assert list(ObjectStore(place).list()) == []

    def test_a_line_that_fails_once_is_tried_again(self, server: S3Server) -> None:
        place, content = server.make(), secrets.token_bytes(20 * PIECE)
        with Line(server.port) as line:
            line.cut_after(11 * PIECE, times=1)
            blob_id = put(ObjectStore(replace(place, endpoint=line.endpoint)), content)
        assert line.cuts == 1
        assert b"".join(ObjectStore(place).read(blob_id)) == content

    def test_a_killed_writer_leaves_nothing_visible(self, server: S3Server) -> None:
        place = server.make()
        writer = subprocess.Popen(
            [sys.executable, "-P", "-c", SENDS, place.bucket, place.endpoint],
            stdout=subprocess.PIPE,
            text=True,
        )
        with writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "written\n"
            begun = server.client().list_multipart_uploads(Bucket=place.bucket)["Uploads"]
            writer.kill()
        assert len(begun) == 1, "the upload had begun"
        assert list(ObjectStore(place).list()) == []

    @pytest.mark.slow
    def test_memory_stays_flat_while_much_is_sent_and_read(self, server: S3Server) -> None:
        place = server.make()
        done = subprocess.run(
            [sys.executable, "-P", "-c", MUCH, place.bucket, place.endpoint],
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        read, risen = map(int, done.stdout.split())
        assert read == 256 * PIECE
        assert risen < 64 * PIECE

    def test_no_variable_of_the_environment_sends_evidence_elsewhere(
        self, server: S3Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = server.make()
        for name, value in {
            "AWS_ENDPOINT": "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
            "AWS_BUCKET": "elsewhere",
            "AWS_REGION": "mars-north-1",
            "AWS_ACCESS_KEY_ID": "STRANGER",
            "AWS_SESSION_TOKEN": "strange",
            "AWS_SKIP_SIGNATURE": "true",
            "AWS_UNSIGNED_PAYLOAD": "true",
            "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "true",
        }.items():
            monkeypatch.setenv(name, value)
        with Line(server.port) as line:
            blob_id = put(ObjectStore(replace(place, endpoint=line.endpoint)), b"sealed")
        assert [key for key, _ in ObjectStore(place).list()] == [blob_id]
        sent = bytes(line.sent).lower()
        assert b"credential=key/" in sent
        assert b"/eu-central-1/s3/" in sent
        assert b"stranger" not in sent
        assert b"x-amz-security-token" not in sent
        assert hashlib.sha256(b"sealed").hexdigest().encode() in sent, "signed over the body"


def _write(incoming: Incoming, *, pieces: int) -> None:
    for _ in range(pieces):
        incoming.write(secrets.token_bytes(PIECE))


def _every_act(store: Store) -> list[Callable[[], object]]:
    return [
        lambda: put(store, b"sealed"),
        lambda: store.read(new_id()),
        lambda: store.size(new_id()),
        lambda: store.delete(new_id()),
        lambda: list(store.list()),
    ]


class TestDirectory:
    """What only a directory can get wrong."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> DirectoryStore:
        """An empty one."""
        return DirectoryStore(tmp_path)

    def test_names_and_times_say_nothing_and_nobody_else_may_look(
        self, store: DirectoryStore, tmp_path: Path
    ) -> None:
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

    def test_links_and_strangers_are_not_followed_read_or_listed(
        self, store: DirectoryStore, tmp_path: Path
    ) -> None:
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

    def test_a_directory_that_is_gone_is_no_empty_store(self, tmp_path: Path) -> None:
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

    def test_no_copy_is_made_where_the_second_place_is_gone(
        self, store: DirectoryStore, tmp_path: Path
    ) -> None:
        with pytest.raises(StoreError, match="mounted"):
            copies_in(tmp_path / "unmounted")

    def test_a_full_disk_says_so_and_leaves_nothing(self, tmp_path: Path) -> None:
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
        self, store: DirectoryStore, tmp_path: Path
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

    def test_a_sweep_at_the_same_moment_takes_nothing_from_a_writer(self, store: DirectoryStore) -> None:
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
        self, store: DirectoryStore, tmp_path: Path
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

SENDS = """
import sys, time
from crypto.keys import new_id
from intake.evidence.settings import ObjectPlace
from intake.evidence.store.objects import ObjectStore
place = ObjectPlace(bucket=sys.argv[1], prefix="", endpoint=sys.argv[2], region="x", access_key="k", secret_key="s")
incoming = ObjectStore(place).create(new_id())
for _ in range(24):
    incoming.write(bytes(1024 * 1024))
print("written", flush=True)
time.sleep(60)
"""

MUCH = """
import resource, sys
from crypto.keys import new_id
from intake.evidence.settings import ObjectPlace
from intake.evidence.store.objects import ObjectStore
place = ObjectPlace(bucket=sys.argv[1], prefix="", endpoint=sys.argv[2], region="x", access_key="k", secret_key="s")
store, blob_id, piece = ObjectStore(place), new_id(), bytes(65536)
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
store.size(blob_id)
before = peak()
incoming = store.create(blob_id)
for _ in range(256 * 16):
    incoming.write(piece)
incoming.commit()
print(sum(map(len, store.read(blob_id))), peak() - before)
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
