"""The log's proofs for every tree that hypothesis thinks of, made from leaves and from tiles, and every way to forge one."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crypto import merkle
from crypto.checkpoint import Checkpoint, LogKey, LogSigner
from crypto.errors import BadSignatureError, CryptoError, MalformedError
from crypto.merkle import ProofError, ReadNode, leaf_hash, node_hash, read_leaves
from crypto.tiles import (
    WIDTH,
    Tile,
    TileReader,
    full_tile_head,
    join_bundle,
    split_bundle,
    tiles_of,
)

MOST = 3 * WIDTH
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(MOST)]
READ = read_leaves(LEAVES)
SIGNER = LogSigner(bytes(32))
sizes = st.integers(1, MOST)


def plain_head(leaves: list[bytes]) -> bytes:
    """The definition of section 2.1.1, without a thought for cost."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(plain_head(leaves[:k]), plain_head(leaves[k:]))


def tile_bytes(tile: Tile) -> bytes:
    """A tile made by the specification's formula."""
    span = WIDTH**tile.level
    first = tile.start * span
    return b"".join(
        plain_head(LEAVES[first + number * span : first + (number + 1) * span])
        for number in range(tile.width)
    )


@given(sizes)
def test_a_head_is_what_the_definition_says(size: int) -> None:
    assert merkle.tree_head(READ, size) == plain_head(LEAVES[:size])


@given(sizes, st.data())
def test_every_entry_is_proved_and_no_other_in_its_place(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1))
    head = merkle.tree_head(READ, size)
    proof = merkle.inclusion_proof(READ, index, size)
    merkle.verify_inclusion(LEAVES[index], index, size, proof, head)
    assume(other != index)
    for forged in ((LEAVES[other], index, size), (LEAVES[index], other, size)):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(*forged, proof, head)


@given(sizes, sizes)
def test_growth_is_proved_and_nothing_else_passes_for_it(one: int, another: int) -> None:
    old, new = sorted((one, another))
    heads = merkle.tree_head(READ, old), merkle.tree_head(READ, new)
    proof = merkle.consistency_proof(READ, old, new)
    merkle.verify_consistency(old, new, proof, *heads)
    assume(old != new)
    for forged in (
        (new, old, proof, *heads),
        (old, new, proof, heads[1], heads[0]),
        (old, new, proof[:-1], *heads),
    ):
        with pytest.raises(ProofError):
            merkle.verify_consistency(*forged)


@given(sizes, st.data())
def test_a_flipped_bit_a_missing_or_an_additional_step_breaks_a_proof(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    heads = merkle.tree_head(READ, old), merkle.tree_head(READ, size)
    inclusion = data.draw(damaged(merkle.inclusion_proof(READ, index, size)))
    with pytest.raises(ProofError):
        merkle.verify_inclusion(LEAVES[index], index, size, inclusion, heads[1])
    consistency = data.draw(damaged(merkle.consistency_proof(READ, old, size)))
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, size, consistency, *heads)


def damaged(proof: list[bytes]) -> st.SearchStrategy[list[bytes]]:
    """A proof that somebody changed in one place."""
    places = st.integers(0, len(proof) - 1) if proof else st.nothing()
    return st.one_of(
        st.integers(0, len(proof)).map(lambda at: [*proof[:at], bytes(32), *proof[at:]]),
        places.map(lambda at: proof[:at] + proof[at + 1 :]),
        st.builds(
            lambda at, bit: [*proof[:at], flipped(proof[at], bit), *proof[at + 1 :]],
            places,
            st.integers(0, 255),
        ),
    )


def flipped(data: bytes, bit: int) -> bytes:
    """One bit of 32 bytes turned."""
    return (int.from_bytes(data, "big") ^ (1 << bit)).to_bytes(len(data), "big")


@given(sizes, st.data())
def test_tiles_give_the_proofs_that_the_leaves_give(size: int, data: st.DataObject) -> None:
    fetched: list[Tile] = []

    def fetch(tile: Tile) -> bytes:
        fetched.append(tile)
        return tile_bytes(tile)

    read: ReadNode = TileReader(size, fetch)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    assert merkle.tree_head(read, size) == merkle.tree_head(READ, size)
    assert merkle.inclusion_proof(read, index, size) == merkle.inclusion_proof(READ, index, size)
    assert merkle.consistency_proof(read, old, size) == merkle.consistency_proof(READ, old, size)
    assert len(fetched) == len(set(fetched))
    assert set(fetched) <= set(tiles_of(size))


def test_a_full_tile_is_one_hash_of_the_level_above() -> None:
    assert full_tile_head(LEAVES[:WIDTH]) == plain_head(LEAVES[:WIDTH])


@given(st.integers(0, 7), st.integers(0, 1 << 30), st.integers(1, WIDTH))
def test_a_tile_survives_its_address(level: int, index: int, width: int) -> None:
    with contextlib.suppress(MalformedError):
        tile = Tile(level, index, width)
        assert Tile.parse(str(level), tile.place) == tile


@given(st.text(max_size=3), st.text(alphabet="x0129/.p", max_size=40))
def test_an_address_that_is_read_is_written_alike(level: str, place: str) -> None:
    with contextlib.suppress(MalformedError):
        tile = Tile.parse(level, place)
        assert (str(tile.level), tile.place) == (level, place)


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_a_bundle_survives_its_encoding(entries: list[bytes]) -> None:
    assert split_bundle(join_bundle(entries), len(entries)) == entries


@given(st.binary(max_size=60), st.integers(0, 5))
def test_a_bundle_that_is_read_is_written_alike(data: bytes, width: int) -> None:
    with contextlib.suppress(MalformedError):
        assert join_bundle(split_bundle(data, width)) == data


@given(st.integers(0, 1 << 62), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_survives_its_signature(size: int, head: bytes) -> None:
    checkpoint = SIGNER.public.open(SIGNER.sign(size, head))
    assert (checkpoint.size, checkpoint.head) == (size, head)
    assert Checkpoint.from_text(checkpoint.text) == checkpoint


@given(st.integers(0, 1000), st.data())
def test_a_note_with_one_changed_byte_is_not_believed(size: int, data: st.DataObject) -> None:
    note = bytearray(SIGNER.sign(size, bytes(32)))
    at = data.draw(st.integers(0, len(note) - 1))
    byte = data.draw(st.integers(0, 255))
    assume(note[at] != byte)
    note[at] = byte
    with pytest.raises((MalformedError, BadSignatureError)):
        SIGNER.public.open(bytes(note))


@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_no_bytes_make_the_parser_do_anything_but_refuse(data: bytes) -> None:
    with pytest.raises(CryptoError):
        SIGNER.public.open(data)


@given(st.text(max_size=200))
def test_a_key_that_is_read_is_written_alike(text: str) -> None:
    with contextlib.suppress(MalformedError):
        assert LogKey.from_text(text).as_text() == text


@given(st.text(max_size=100), st.text(alphabet="0123456789\n", max_size=24), st.text(max_size=60))
def test_a_checkpoint_text_that_is_read_is_written_alike(origin: str, size: str, head: str) -> None:
    with contextlib.suppress(MalformedError):
        text = f"{origin}\n{size}\n{head}\n"
        assert Checkpoint.from_text(text).text == text
