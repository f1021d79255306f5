"""Where sealed files lie: one behaviour for every kind of place, whole or nothing, also when a writer dies."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.keys import new_id
from intake.evidence.store.copies import copies_in, copy_blob
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.store.objects import ObjectStore
from intake.evidence.store.protocol import PIECE, Incoming, MissingError, Store, StoreError
from tests.support.examples import examples
from tests.support.s3 import S3Server
from tests.support.stores import put

MakeStore = Callable[[], Store]


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


@settings(max_examples=examples(25), deadline=None)
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
