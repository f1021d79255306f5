"""The Merkle tree of RFC 9162 section 2.1, in the RFC's own words: heads, proofs, and how both are verified. Stores nothing.

A tree is given as a function that returns the hash of a complete subtree. Lists of entries, tiles and database rows all
become one, so that there is one way to make a head or a proof. Verification returns nothing or raises.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence

from crypto.errors import CryptoError

HASH_BYTES = 32
MAX_SIZE = 1 << 62  # entries; above any log, below every signed 64-bit number it is stored in

ReadNode = Callable[[int, int], bytes]
"""``read(level, index)`` is MTH(D[index * 2**level : (index + 1) * 2**level]); level 0 is a leaf's hash."""


class ProofError(CryptoError):
    """A proof does not lead from what was claimed to the signed head."""


def leaf_hash(entry: bytes) -> bytes:
    """HASH(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """HASH(0x01 || left || right). The prefix keeps a node from being shown as an entry (second preimage)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY_HEAD = hashlib.sha256(b"").digest()
"""MTH of a tree without entries."""


def read_leaves(hashes: Sequence[bytes]) -> ReadNode:
    """A tree whose leaf hashes are at hand."""

    def read(level: int, index: int) -> bytes:
        if level == 0:
            return hashes[index]
        return node_hash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1))

    return read


def tree_head(read: ReadNode, size: int) -> bytes:
    """MTH(D_n), section 2.1.1."""
    return EMPTY_HEAD if size == 0 else _mth(read, 0, size)


def inclusion_proof(read: ReadNode, index: int, size: int) -> list[bytes]:
    """PATH(m, D_n), section 2.1.3.1. Raises ValueError for an entry that the tree does not have."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} entries has no entry {index}")
    return _path(read, index, 0, size)


def consistency_proof(read: ReadNode, old: int, new: int) -> list[bytes]:
    """PROOF(m, D_n), section 2.1.4.1; empty when both are equal. Raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"a tree of {new} entries does not continue one of {old}")
    return _subproof(read, old, 0, new, whole=True)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], head: bytes) -> None:
    """Return if the entry whose hash is ``leaf`` is number ``index`` under ``head``. Section 2.1.3.2. Raises ProofError."""
    if not 0 <= index < size or len(leaf) != HASH_BYTES:
        raise ProofError(f"a tree of {size} entries has no entry {index}")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            raise ProofError("an inclusion proof is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            fn, sn = _skip(fn, sn)
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn or not hmac.compare_digest(r, head):
        raise ProofError("an inclusion proof does not lead to the signed head")


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_head: bytes, new_head: bytes) -> None:
    """Return if the tree under ``new_head`` begins with the one under ``old_head``. Section 2.1.4.2. Raises ProofError.

    An empty old tree is refused: everything continues it, so a proof from it would say nothing.
    """
    if not 0 < old <= new:
        raise ProofError(f"a tree of {new} entries does not continue one of {old}")
    if old == new:
        if proof or not hmac.compare_digest(old_head, new_head):
            raise ProofError("two heads of one size differ: somebody is shown another log")
        return
    if not proof:
        raise ProofError("a consistency proof is empty")
    path = [old_head, *proof] if old & (old - 1) == 0 else list(proof)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            raise ProofError("a consistency proof is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            fn, sn = _skip(fn, sn)
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn or not (hmac.compare_digest(fr, old_head) and hmac.compare_digest(sr, new_head)):
        raise ProofError("the log does not continue what it was: an entry was changed or removed")


def _skip(fn: int, sn: int) -> tuple[int, int]:
    # Step b.ii of both algorithms: levels at which the right edge of the tree has no sibling.
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _mth(read: ReadNode, start: int, end: int) -> bytes:
    width = end - start
    if (
        width & (width - 1) == 0
    ):  # the recursion cuts so that such a part always starts at a multiple of its width
        return read(width.bit_length() - 1, start // width)
    k = start + _split(width)
    return node_hash(_mth(read, start, k), _mth(read, k, end))


def _path(read: ReadNode, index: int, start: int, end: int) -> list[bytes]:
    if end - start == 1:
        return []
    k = start + _split(end - start)
    if index < k:
        return [*_path(read, index, start, k), _mth(read, k, end)]
    return [*_path(read, index, k, end), _mth(read, start, k)]


def _subproof(read: ReadNode, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
    if old == end:
        return [] if whole else [_mth(read, start, end)]
    k = start + _split(end - start)
    if old <= k:
        return [*_subproof(read, old, start, k, whole=whole), _mth(read, k, end)]
    return [*_subproof(read, old, k, end, whole=False), _mth(read, start, k)]


def _split(width: int) -> int:
    # The largest power of two below the width.
    return 1 << ((width - 1).bit_length() - 1)
