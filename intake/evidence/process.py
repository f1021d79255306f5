"""One sandbox process from the outside: bytes go in and come out piece by piece, in bounded time, and few run at once.

It parses nothing but the frame, and believes nothing in it: lengths and sizes are checked, and a process that says too much or
too late is killed with all it started. What the frames mean is for whoever asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from intake.evidence.traces import NotCleanableError, Reason

MIB = 1024 * 1024
AT_ONCE = 2
"""Sandboxes of this process at the same time. Each may fill its ``Limits.memory``: this bounds what uploads can take."""
_PLACES = threading.BoundedSemaphore(AT_ONCE)
_LENGTH = struct.Struct(">Q")
_MAX_HEADER = 64 * 1024
_PIECE = 1024 * 1024

Header = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file: bytes in and out, bytes of address space, seconds of processor, of work, and of waiting for a free place."""

    size: int = 100 * MIB
    output: int = 128 * MIB
    memory: int = 1536 * MIB
    cpu_seconds: int = 120
    seconds: int = 180
    wait_seconds: float = 30


def run(
    act: str,
    argument: str,
    pieces: Iterable[bytes],
    size: int,
    limits: Limits,
    head: Callable[[Header], None],
    out: Callable[[bytes], None],
) -> None:
    """Have a fresh process do ``act`` with ``pieces``, ``size`` bytes in all. ``head`` gets each header, ``out`` the body.

    What they were given may be believed only when this returns: then the process took every byte, said as much as it had
    announced, and ended well. Raises NotCleanableError (its reason, time, memory, a crash, too much output, no free place),
    ValueError when the pieces do not come to ``size``, OSError when no process starts; and what the callables raise.
    """
    if not _PLACES.acquire(timeout=limits.wait_seconds):
        raise NotCleanableError(Reason.BUSY)
    try:
        _run(act, argument, _Feed(pieces, size), limits, _Frames(limits.output, head, out))
    finally:
        _PLACES.release()


def _run(act: str, argument: str, feed: _Feed, limits: Limits, frames: _Frames) -> None:
    arguments = [str(limits.memory), str(limits.cpu_seconds), str(limits.size), act, argument]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, fixed words and numbers
        [sys.executable, "-P", "-I", "-B", "-m", "intake.evidence.child", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        close_fds=True,
        start_new_session=True,
    )
    try:
        _talk(process, feed, frames, time.monotonic() + limits.seconds)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)  # it has closed its output, so it is ending
    finally:
        _end(process)
    if process.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise NotCleanableError(Reason.TIMEOUT)
    if process.returncode or not feed.done or not frames.whole():
        raise NotCleanableError(Reason.CRASHED)


class _Feed:
    """The pieces, cut to what a pipe takes; no piece is asked for before the one before it is gone."""

    def __init__(self, pieces: Iterable[bytes], size: int) -> None:
        self.pieces: Iterator[bytes] = iter(pieces)
        self.left = size
        self.rest = memoryview(b"")
        self.done = False

    def write(self, handle: int) -> bool:
        """Write some; whether there is more."""
        while not self.rest and not self.done:
            piece = next(self.pieces, None)
            self.done = piece is None
            self.rest = memoryview(piece or b"")
            self.left -= len(self.rest)
            if self.left < 0 or (self.done and self.left):
                raise ValueError("the pieces do not come to the size that was said")
        if self.rest:
            self.rest = self.rest[os.write(handle, self.rest[:_PIECE]) :]
        return not self.done


class _Frames:
    """What comes back: frames of 8 bytes length and a header in JSON; behind one that announces a ``size``, so many bytes."""

    def __init__(self, limit: int, head: Callable[[Header], None], out: Callable[[bytes], None]) -> None:
        self.limit, self.head, self.out = limit, head, out
        self.waiting = bytearray()
        self.body = 0
        self.seen = 0

    def take(self, piece: bytes) -> None:
        """A piece of the answer. Raises NotCleanableError when it is not what was agreed on."""
        rest = memoryview(piece)
        while rest:
            if self.body:
                part, rest = rest[: self.body], rest[self.body :]
                self.body -= len(part)
                self.out(bytes(part))
                continue
            self.waiting += rest
            rest = memoryview(b"")
            behind = self._header()
            if behind is not None:
                rest = memoryview(behind)

    def whole(self) -> bool:
        """Whether it ended at the end of a frame, and there was one."""
        return bool(self.seen) and not self.body and not self.waiting

    def _header(self) -> bytes | None:
        """Read a header when it is here whole; what lies behind it."""
        if len(self.waiting) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self.waiting)
        if length > _MAX_HEADER or self.seen > 1:
            raise NotCleanableError(Reason.CRASHED)
        end = _LENGTH.size + length
        if len(self.waiting) < end:
            return None
        try:
            value = json.loads(self.waiting[_LENGTH.size : end])
        except (ValueError, RecursionError):
            raise NotCleanableError(Reason.CRASHED) from None
        size = value.get("size", 0) if isinstance(value, dict) else None
        if type(size) is not int or size < 0:
            raise NotCleanableError(Reason.CRASHED)
        if "reason" in value:
            raise _refusal(value)
        if size > self.limit:
            raise NotCleanableError(Reason.TOO_LARGE, "output")
        behind = bytes(memoryview(self.waiting)[end:])
        self.waiting = bytearray()
        self.body, self.seen = size, self.seen + 1
        self.head(value)
        return behind


def _refusal(header: Header) -> NotCleanableError:
    """The reason that the process gives for not doing it."""
    try:
        detail = str(header.get("detail", ""))[:200]
        reason = Reason(header["reason"])
    except ValueError:
        return NotCleanableError(Reason.CRASHED)
    return NotCleanableError(reason, "".join(c for c in detail if c.isascii() and c.isprintable()))


def _talk(process: subprocess.Popen[bytes], feed: _Feed, frames: _Frames, deadline: float) -> None:
    """Write and read at once; neither side can make the other wait for ever."""
    assert process.stdin is not None
    assert process.stdout is not None
    with selectors.DefaultSelector() as ready:
        for pipe, event in ((process.stdin, selectors.EVENT_WRITE), (process.stdout, selectors.EVENT_READ)):
            os.set_blocking(pipe.fileno(), False)
            ready.register(pipe, event)
        while ready.get_map():
            left = deadline - time.monotonic()
            events = ready.select(left) if left > 0 else []
            if not events:
                raise NotCleanableError(Reason.TIMEOUT)
            for key, _ in events:
                if key.fileobj is process.stdin:
                    try:
                        more = feed.write(key.fd)
                    except BrokenPipeError:
                        more = False  # it has ended, or will say why it reads no further
                    if not more:
                        ready.unregister(process.stdin)
                        with contextlib.suppress(BrokenPipeError):
                            process.stdin.close()
                    continue
                piece = os.read(key.fd, _PIECE)
                if piece:
                    frames.take(piece)
                else:
                    ready.unregister(process.stdout)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of it. Until it is waited for, its group's number is nobody else's."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
