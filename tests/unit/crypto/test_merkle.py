"""The Merkle tree against what the RFC prints and what its reference implementation publishes."""

from __future__ import annotations

import pytest

from crypto import merkle
from crypto.merkle import ProofError, leaf_hash, node_hash, read_leaves

# The eight entries and nine heads of the reference implementation of RFC 6962 (Certificate Transparency).
ENTRIES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
HEADS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
READ = read_leaves(LEAVES)


@pytest.mark.parametrize("size", range(9))
def test_every_head_is_the_one_of_the_reference_implementation(size: int) -> None:
    assert merkle.tree_head(READ, size).hex() == HEADS[size]


def test_leaf_and_node_hashes_are_the_published_ones() -> None:
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    node = node_hash(b"N123", b"N456").hex()
    assert node == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


class Rfc9162Section215:
    """The tree of seven entries that the RFC draws, with the names it gives to the nodes."""

    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k = node_hash(g, h)
    l = node_hash(i, j)  # noqa: E741  # the RFC's own name


def test_the_inclusion_proofs_are_the_ones_that_the_rfc_prints() -> None:
    t = Rfc9162Section215
    printed = {0: [t.b, t.h, t.l], 3: [t.c, t.g, t.l], 4: [t.f, t.j, t.k], 6: [t.i, t.k]}
    for index, proof in printed.items():
        assert merkle.inclusion_proof(READ, index, 7) == proof


def test_the_consistency_proofs_are_the_ones_that_the_rfc_prints() -> None:
    t = Rfc9162Section215
    printed = {3: [t.c, t.d, t.g, t.l], 4: [t.l], 6: [t.i, t.j, t.k]}
    for old, proof in printed.items():
        assert merkle.consistency_proof(READ, old, 7) == proof


def test_nothing_is_proved_about_entries_that_do_not_exist() -> None:
    for index, size in ((0, 0), (7, 7), (-1, 7)):
        with pytest.raises(ValueError, match="no entry"):
            merkle.inclusion_proof(READ, index, size)
        with pytest.raises(ProofError):
            merkle.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 4), (5, 4), (-1, 4)])
def test_an_empty_or_a_larger_tree_is_continued_by_nothing(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not continue"):
        merkle.consistency_proof(READ, old, new)
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, new, [], merkle.EMPTY_HEAD, merkle.EMPTY_HEAD)


def test_two_heads_of_one_size_are_two_logs() -> None:
    merkle.verify_consistency(3, 3, [], bytes.fromhex(HEADS[3]), bytes.fromhex(HEADS[3]))
    with pytest.raises(ProofError, match="another log"):
        merkle.verify_consistency(3, 3, [], bytes.fromhex(HEADS[3]), bytes.fromhex(HEADS[4]))


def test_an_entry_that_looks_like_a_node_is_not_taken_for_one() -> None:
    """Second preimage: the two hashes below a node, given as an entry, must not give the node."""
    entry = LEAVES[0] + LEAVES[1]
    assert leaf_hash(entry) != node_hash(LEAVES[0], LEAVES[1])
    with pytest.raises(ProofError):
        merkle.verify_inclusion(leaf_hash(entry), 0, 1, [], bytes.fromhex(HEADS[2]))


def test_an_empty_hash_is_no_leaf() -> None:
    with pytest.raises(ProofError):
        merkle.verify_inclusion(b"", 0, 1, [], b"")
