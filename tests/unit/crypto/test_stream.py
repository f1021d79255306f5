"""Cobblestone-256 against its specification, written out a second time.

The published vectors instantiate the construction with SHA-256, the library with SHA-512: so a plain implementation is
proved on the vectors first, and then reads what the library wrote and writes what the library reads.
"""

from __future__ import annotations

import base64
import hashlib
import zlib

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from crypto import stream
from crypto.errors import BrokenSealError
from tests.vectors.load import Vector, vectors

CHUNK, TAG = 16_384, 16
KEY, CONTEXT = bytes(range(32)), b"context"


class Plain:
    """C2SP chunked-encryption with AES-256-GCM, in the specification's order and words."""

    def __init__(self, algorithm: HashAlgorithm, key: bytes, salt: bytes, context: bytes) -> None:
        info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context
        derived = HKDFExpand(algorithm, 32 + 12 + 32, info).derive(key)
        self.salt = salt
        self.cipher, self.base_nonce, self.commitment = AESGCM(derived[:32]), derived[32:44], derived[44:]

    def nonce(self, number: int) -> bytes:
        return (int.from_bytes(self.base_nonce) ^ number).to_bytes(12)

    def encrypt(self, message: bytes) -> bytes:
        chunks = [message[at : at + CHUNK] for at in range(0, len(message) + 1, CHUNK)]
        return (
            self.salt
            + self.commitment
            + b"".join(
                self.cipher.encrypt(self.nonce(number), chunk, None) for number, chunk in enumerate(chunks)
            )
        )

    def decrypt(self, sealed: bytes) -> bytes:
        if len(sealed) < 56 or sealed[24:56] != self.commitment:
            raise InvalidTag
        body = sealed[56:]
        chunks = [body[at : at + CHUNK + TAG] for at in range(0, len(body) + 1, CHUNK + TAG)]
        if len(chunks[-1]) < TAG:
            raise InvalidTag
        return b"".join(self.cipher.decrypt(self.nonce(number), c, None) for number, c in enumerate(chunks))


@pytest.mark.parametrize("vector", vectors("cobblestone256-c2sp.json"), ids=lambda v: v["name"])
def test_the_plain_implementation_agrees_with_every_published_vector(vector: Vector) -> None:
    sealed = base64.b64decode(vector["ciphertext"] or "")
    if vector.get("compressed"):
        sealed = zlib.decompress(sealed)
    key = bytes.fromhex(vector["key"])
    if vector["expect"] == "success":
        message = Plain(SHA256(), key, sealed[:24], vector["context"].encode()).decrypt(sealed)
        assert (len(message), hashlib.sha256(message).hexdigest()) == (
            vector["payload_length"],
            vector["payload_sha256"],
        )
    elif len(key) == 32:  # the library refuses other lengths before anything is derived; see below
        with pytest.raises(InvalidTag):
            Plain(SHA256(), key, sealed[:24], vector["context"].encode()).decrypt(sealed)


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 100_000])
def test_the_library_and_the_plain_implementation_read_each_other(length: int) -> None:
    message = hashlib.shake_256(b"message").digest(length)
    sealed = stream.seal_bytes(KEY, CONTEXT, message)
    assert Plain(SHA512(), KEY, sealed[:24], CONTEXT).decrypt(sealed) == message
    ours = Plain(SHA512(), KEY, bytes(24), CONTEXT).encrypt(message)
    assert stream.open_bytes(KEY, CONTEXT, ours) == message


def test_a_stream_sealed_in_pieces_is_the_stream_sealed_whole() -> None:
    sealed = b"".join(stream.seal_stream(KEY, CONTEXT, [b"a" * 20_000, b"", b"b", b"c" * 50_000]))
    assert stream.open_bytes(KEY, CONTEXT, sealed) == b"a" * 20_000 + b"b" + b"c" * 50_000
    pieces = [sealed[at : at + 777] for at in range(0, len(sealed), 777)]
    assert b"".join(stream.unsafe_open_stream(KEY, CONTEXT, pieces)) == stream.open_bytes(
        KEY, CONTEXT, sealed
    )


def test_a_stream_cut_at_a_chunk_boundary_is_refused_at_its_end_though_it_yielded_its_beginning() -> None:
    sealed = stream.seal_bytes(KEY, CONTEXT, bytes(2 * CHUNK))
    cut = sealed[: 56 + CHUNK + TAG]
    reading = stream.unsafe_open_stream(KEY, CONTEXT, [cut])
    assert next(reading) == bytes(CHUNK)  # why the name says unsafe
    with pytest.raises(BrokenSealError):
        next(reading)
    with pytest.raises(BrokenSealError):
        stream.open_bytes(KEY, CONTEXT, cut)


def test_chunks_exchanged_repeated_or_appended_are_refused() -> None:
    sealed = stream.seal_bytes(KEY, CONTEXT, bytes(2 * CHUNK) + b"end")
    head, first, second, last = (
        sealed[:56],
        sealed[56 : 56 + CHUNK + TAG],
        sealed[56 + CHUNK + TAG : -19],
        sealed[-19:],
    )
    for forged in (
        head + second + first + last,
        head + first + first + last,
        head + first + second + last + last,
        head + first + last,
        sealed + b"\0",
    ):
        with pytest.raises(BrokenSealError):
            stream.open_bytes(KEY, CONTEXT, forged)


def test_a_stream_moved_to_another_context_or_key_is_refused() -> None:
    sealed = stream.seal_bytes(KEY, CONTEXT, b"message")
    for key, context in ((KEY, b"elsewhere"), (KEY, b""), (bytes(32), CONTEXT), (KEY[:16], CONTEXT)):
        with pytest.raises(BrokenSealError):
            stream.open_bytes(key, context, sealed)


def test_two_streams_of_one_message_under_one_key_differ() -> None:
    assert stream.seal_bytes(KEY, CONTEXT, b"message") != stream.seal_bytes(KEY, CONTEXT, b"message")
    assert len({stream.new_key() for _ in range(100)}) == 100
