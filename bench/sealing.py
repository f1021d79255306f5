"""Receiving a file sealed, against the same bytes without it, as Flask receives them: werkzeug's reader and a temporary file.

Both come over a socket through gunicorn's parser and are on the disk at the end. Counted is the processor time of the receiving
thread, so that whoever sends costs nothing. Beside it: our own reader without the sealing, and the sealing against AES-GCM.
"""

from __future__ import annotations

import os
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from werkzeug.formparser import FormDataParser

from bench.ratio import Ratio
from crypto.keys import new_id
from intake.evidence.blob import BlobWriter
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.store.protocol import Incoming
from templates.web.multipart import PIECE, MultipartForm
from templates.web.refusals import FilesTooLarge, Refused

NAME = "sealing"
GOAL = 4 / 3
SIZE = 128 * 1024 * 1024  # bytes
TIMES = 9
_BOUNDARY = "----geckoformboundary5b0e9a"
_HEAD = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="evidence"; filename="f"\r\n\r\n'.encode()
_END = f"\r\n--{_BOUNDARY}--\r\n".encode()
_LENGTH = len(_HEAD) + SIZE + len(_END)


class _Plain:
    """The bytes as they come, into the same store."""

    def __init__(self, incoming: Incoming) -> None:
        self._incoming = incoming

    def write(self, data: bytes) -> None:
        self._incoming.write(data)

    def finish(self) -> None:
        self._incoming.commit()


class _Receiver:
    """One file, into whatever ``make`` makes."""

    limit = 2 * SIZE

    def __init__(self, make: Callable[[], _Plain | BlobWriter]) -> None:
        self._make = make
        self._sink: _Plain | BlobWriter | None = None

    def begin(self, _name: str) -> None:
        self._sink = self._make()

    def write(self, data: bytes) -> None:
        assert self._sink is not None
        self._sink.write(data)

    def finish(self) -> None:
        assert self._sink is not None
        self._sink.finish()

    def close(self) -> None:
        self._sink = None

    def too_large(self) -> Refused:
        return FilesTooLarge("")


def measure() -> Ratio:
    """The ratio of the two times, and what sealing takes beside them."""
    with tempfile.TemporaryDirectory(prefix="underseal-bench-") as directory:
        store = DirectoryStore(Path(directory))

        def plain() -> _Plain:
            return _Plain(store.create(new_id()))

        def sealed() -> BlobWriter:
            blob = new_id()
            return BlobWriter(blob, store.create(blob))

        took: dict[str, list[float]] = {"flask": [], "plain": [], "sealed": [], "seal": [], "gcm": []}
        for _ in range(TIMES):
            # In turn, so that whatever else the machine does slows all.
            took["flask"].append(_received(_spool))
            took["plain"].append(_received(lambda body: _read(body, plain)))
            took["sealed"].append(_received(lambda body: _read(body, sealed)))
            took["seal"].append(_sealed_alone())
            took["gcm"].append(_gcm())
            for blob, _size in store.list():
                store.delete(blob)
    best = {name: min(times) for name, times in took.items()}
    # Pair by pair: what slows one of a pair for a moment slows the other as well.
    pairs = [sealed / flask for sealed, flask in zip(took["sealed"], took["flask"], strict=True)]
    return Ratio(
        name=NAME,
        ratio=statistics.median(pairs),
        goal=GOAL,
        better="lower",
        detail=f"processor time of receiving {SIZE >> 20} MiB sealed, against werkzeug's reading into a temporary file;"
        f" against our own reading without the sealing {best['sealed'] / best['plain']:.1f}; sealing with the fingerprint takes"
        f" {best['seal'] / best['gcm']:.1f} times as long as AES-256-GCM; {SIZE / best['sealed'] / 1e6:.0f} MB a second",
    )


def _read(body: IO[bytes], make: Callable[[], _Plain | BlobWriter]) -> None:
    MultipartForm(_BOUNDARY, frozenset({"evidence"}), _Receiver(make), 1024).read(body, _LENGTH)


def _spool(body: IO[bytes]) -> None:
    parsed = FormDataParser().parse(body, "multipart/form-data", _LENGTH, {"boundary": _BOUNDARY})
    with parsed[2]["evidence"].stream as file:
        os.fsync(file.fileno())


def _received(read: Callable[[IO[bytes]], None]) -> float:
    ours, theirs = socket.socketpair()
    sender = threading.Thread(target=_send, args=(theirs,))
    with ours, theirs:
        sender.start()
        started = time.thread_time()
        request = next(RequestParser(Config(), ours, None))
        read(cast("IO[bytes]", request.body))
        took = time.thread_time() - started
        sender.join()
    return took


def _send(line: socket.socket) -> None:
    line.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {_LENGTH}\r\n\r\n".encode() + _HEAD)
    piece = os.urandom(1 << 20)
    for _ in range(SIZE >> 20):
        line.sendall(piece)
    line.sendall(_END)


class _Nowhere:
    def write(self, piece: bytes) -> None:
        """Forget it."""

    def commit(self) -> None:
        """Nothing is kept."""

    def abort(self) -> None:
        """Nothing is kept."""


def _sealed_alone() -> float:
    writer, piece = BlobWriter(new_id(), _Nowhere()), os.urandom(PIECE)
    return _timed(lambda: writer.write(piece))


def _gcm() -> float:
    encryptor = Cipher(algorithms.AES(os.urandom(32)), modes.GCM(os.urandom(12))).encryptor()
    piece = os.urandom(PIECE)
    return _timed(lambda: encryptor.update(piece))


def _timed(act: Callable[[], object]) -> float:
    started = time.thread_time()
    for _ in range(SIZE // PIECE):
        act()
    return time.thread_time() - started
