"""A sealed file: what went in comes out, its size tells little, and nothing that was altered is ever taken for whole."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import BrokenSealError
from crypto.keys import new_id
from crypto.padding import padme
from intake.evidence.blob import MAGIC, BlobRef, BlobWriter, read_blob

contents = st.binary(max_size=20_000)
pieces = st.lists(st.binary(max_size=9_000), max_size=6)


class Kept:
    """Where sealed bytes end up: in memory, here."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.whole = False

    def write(self, piece: bytes) -> None:
        self.data += piece

    def commit(self) -> None:
        self.whole = True

    def abort(self) -> None:
        self.data.clear()


def sealed(parts: list[bytes]) -> tuple[BlobRef, bytes]:
    sink = Kept()
    writer = BlobWriter(new_id(), sink)
    for part in parts:
        writer.write(part)
    ref = writer.finish()
    assert sink.whole
    assert writer.size == len(sink.data)
    return ref, bytes(sink.data)


def cut(data: bytes, step: int) -> list[bytes]:
    return [data[at : at + step] for at in range(0, len(data), step)]


@given(pieces, st.integers(1, 5_000))
def test_what_went_in_comes_out_however_it_is_cut(parts: list[bytes], step: int) -> None:
    ref, stored = sealed(parts)
    whole = b"".join(parts)
    assert b"".join(read_blob(ref, cut(stored, step))) == whole
    assert (ref.length, ref.sha256) == (len(whole), hashlib.sha256(whole).digest())
    assert BlobRef.from_json(ref.as_json()) == ref


@given(st.integers(0, 60_000), st.integers(0, 60_000))
def test_two_files_of_one_class_have_one_size(one: int, other: int) -> None:
    sizes = [len(sealed([bytes(length)])[1]) for length in (one, other)]
    assert (sizes[0] == sizes[1]) == (max(4096, padme(one)) == max(4096, padme(other)))


@given(contents, st.data())
def test_nothing_that_was_altered_is_taken_for_whole(content: bytes, data: st.DataObject) -> None:
    ref, stored = sealed([content])
    at = data.draw(st.integers(0, len(stored) - 1))
    spoilt = data.draw(
        st.sampled_from(
            [
                stored[:at],
                stored + b"\0",
                stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :],
                stored[: len(MAGIC)] + stored[len(MAGIC) + 1 :],
            ]
        )
    )
    with pytest.raises(BrokenSealError):
        list(read_blob(ref, cut(spoilt, 1000)))


@given(contents)
def test_a_file_under_another_id_length_or_hash_does_not_open(content: bytes) -> None:
    ref, stored = sealed([content])
    for wrong in (
        replace(ref, id=new_id()),
        replace(ref, length=ref.length + 1),
        replace(ref, length=max(0, ref.length - 1)) if ref.length else replace(ref, length=5),
        replace(ref, sha256=bytes(32)),
    ):
        with pytest.raises(BrokenSealError):
            list(read_blob(wrong, [stored]))


def test_neither_content_nor_key_is_shown_by_accident() -> None:
    ref, stored = sealed([b"the planted sentence"])
    assert b"planted" not in stored
    assert repr(ref) == "BlobRef(…)"
