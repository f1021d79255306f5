"""The caller's side of the sandbox: a fresh process for each file, bytes over pipes, an answer in bounded time.

This is all of the cleaning that a serving process imports. It parses nothing but the frame, and believes nothing in it: counts,
codes and sizes are checked, and a process that says too much or too late is killed with all it started.
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
import time
from dataclasses import dataclass
from typing import Any

from intake.evidence.traces import Cleaned, Drop, Findings, NotCleanableError, Reason
from intake.evidence.types import MEDIA, Kind

MIB = 1024 * 1024
_LENGTH = struct.Struct(">Q")
_MAX_HEADER = 64 * 1024
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file's cleaning: bytes in and out, bytes of address space, seconds of processor and of waiting."""

    size: int = 100 * MIB
    output: int = 128 * MIB
    memory: int = 1536 * MIB
    cpu_seconds: int = 120
    seconds: int = 180


DEFAULT = Limits()


def clean(data: bytes, drop: frozenset[Drop] = frozenset(), limits: Limits = DEFAULT) -> Cleaned:
    """A clean copy of ``data`` and what was found. Raises NotCleanableError, and OSError when no process can be started."""
    if not data:
        raise NotCleanableError(Reason.EMPTY)
    if len(data) > limits.size:
        raise NotCleanableError(Reason.TOO_LARGE)
    _, header, body = _run(data, ",".join(sorted(choice.value for choice in drop)), limits)
    if "reason" in header:
        raise NotCleanableError(*_refusal(header))
    try:
        kind = Kind(header["kind"])
        media_type, extension = MEDIA[kind]
        findings = Findings.from_json(header["findings"])
    except (KeyError, ValueError, TypeError):
        raise NotCleanableError(Reason.CRASHED) from None
    if not body:
        raise NotCleanableError(Reason.CRASHED)
    return Cleaned(kind.value, media_type, extension, body, findings)


def walls() -> list[str]:
    """Which walls stand around the sandbox on this machine: of ``namespace``, ``landlock``, ``seccomp``. Empty: none.

    Raises NotCleanableError or OSError when no sandbox starts at all.
    """
    first, _, _ = _run(b"", "-", DEFAULT)
    return [str(wall) for wall in first["walls"]]


def described() -> tuple[bool, str]:
    """For ``underseal doctor``: whether a parser that is taken over is kept off the network, and the sentence that says so."""
    try:
        found = walls()
    except (NotCleanableError, OSError):
        return False, "no sandbox starts on this machine: no file can be cleaned"
    if {"namespace", "seccomp"} & set(found):
        return True, f"files are cleaned in a sandbox without network ({', '.join(found)})"
    return (
        False,
        "files are cleaned in a process that only limits hold: this kernel gives neither namespaces nor seccomp",
    )


def _refusal(header: dict[str, Any]) -> tuple[Reason, str]:
    try:
        detail = str(header.get("detail", ""))[:200]
        return Reason(header["reason"]), "".join(c for c in detail if c.isascii() and c.isprintable())
    except ValueError:
        return Reason.CRASHED, ""


def _run(data: bytes, drop: str, limits: Limits) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    arguments = [str(limits.memory), str(limits.cpu_seconds), str(limits.size), drop]
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
        answer = _talk(process, data, limits)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)  # it has closed its output, so it is ending
    finally:
        _end(process)
    return _parse(answer, process.returncode)


def _talk(process: subprocess.Popen[bytes], data: bytes, limits: Limits) -> bytearray:
    """Write and read at once; neither side can make the other wait for ever."""
    assert process.stdin is not None
    assert process.stdout is not None
    deadline = time.monotonic() + limits.seconds
    answer, rest = bytearray(), memoryview(data)
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
                        rest = rest[os.write(key.fd, rest[:_PIECE]) :] if rest else rest
                    except BrokenPipeError:
                        rest = rest[:0]
                    if not rest:
                        ready.unregister(process.stdin)
                        with contextlib.suppress(BrokenPipeError):
                            process.stdin.close()
                    continue
                piece = os.read(key.fd, _PIECE)
                answer += piece
                if len(answer) > limits.output + 2 * _MAX_HEADER:
                    raise NotCleanableError(Reason.TOO_LARGE, "output")
                if not piece:
                    ready.unregister(process.stdout)
    return answer


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


def _parse(answer: bytearray, code: int) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    try:
        first, rest = _frame(answer, 0)
        if rest == len(answer) and code == 0:
            return first, {}, b""
        header, rest = _frame(answer, rest)
    except (ValueError, struct.error, RecursionError):
        code, first, header, rest = code or 1, {}, {}, 0
    if code != 0:
        raise NotCleanableError(
            Reason.TIMEOUT if code in {-signal.SIGXCPU, -signal.SIGKILL} else Reason.CRASHED
        )
    return first, header, bytes(memoryview(answer)[rest:])


def _frame(answer: bytearray, at: int) -> tuple[dict[str, Any], int]:
    (length,) = _LENGTH.unpack_from(answer, at)
    start = at + _LENGTH.size
    if length > _MAX_HEADER or start + length > len(answer):
        raise ValueError("no such frame")
    value = json.loads(answer[start : start + length])
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004 - one kind of refusal for every bad frame
    return value, start + length
