"""The caller's side of cleaning: a fresh process for each file, a clean copy piece by piece, an answer in bounded time.

This is all of the cleaning that a serving process imports. It parses nothing, and checks what the sandbox says: counts, codes
and sizes. The process itself is in ``process``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from intake.evidence.process import MIB, Header, Limits, run
from intake.evidence.traces import CleanCopy, Cleaned, Drop, Findings, NotCleanableError, Reason
from intake.evidence.types import MEDIA, Kind

__all__ = ["DEFAULT", "MIB", "Limits", "clean", "clean_stream", "described", "walls"]

DEFAULT = Limits()


def clean_stream(
    pieces: Iterable[bytes],
    size: int,
    drop: frozenset[Drop],
    out: Callable[[bytes], None],
    limits: Limits = DEFAULT,
) -> CleanCopy:
    """Clean the file whose ``size`` bytes ``pieces`` yield; ``out`` is given the copy as it comes, a mebibyte at most.

    What ``out`` was given is a clean copy only when this returns; after any error it is worth nothing and must be thrown
    away. Raises NotCleanableError; ValueError when the pieces do not come to ``size``; OSError when no process can be started;
    what ``pieces`` and ``out`` raise. This side holds a few pieces, never the file. The time that the pieces take counts.
    """
    if not size:
        raise NotCleanableError(Reason.EMPTY)
    if size > limits.size:
        raise NotCleanableError(Reason.TOO_LARGE)
    said: list[CleanCopy] = []

    def head(header: Header) -> None:
        if "walls" not in header:
            said.append(_copy(header))

    run("clean", ",".join(sorted(choice.value for choice in drop)), pieces, size, limits, head, out)
    if len(said) != 1:
        raise NotCleanableError(Reason.CRASHED)
    return said[0]


def clean(data: bytes, drop: frozenset[Drop] = frozenset(), limits: Limits = DEFAULT) -> Cleaned:
    """The same for a file that is in memory, with the clean copy in memory."""
    out: list[bytes] = []
    copy = clean_stream([data], len(data), drop, out.append, limits)
    return Cleaned(copy.kind, copy.media_type, copy.extension, b"".join(out), copy.findings)


def walls() -> list[str]:
    """Which walls stand around the sandbox on this machine: of ``namespace``, ``landlock``, ``seccomp``. Empty: none.

    Raises NotCleanableError or OSError when no sandbox starts at all.
    """
    said: list[Header] = []
    run("walls", "", [], 0, DEFAULT, said.append, lambda _: None)
    found = said[0].get("walls")
    return [str(wall) for wall in found] if isinstance(found, list) else []


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


def _copy(header: Header) -> CleanCopy:
    """What the sandbox says of the copy that follows. Raises NotCleanableError when it is nonsense."""
    try:
        kind, size = Kind(header["kind"]), int(header["size"])
        media_type, extension = MEDIA[kind]
        findings = Findings.from_json(header["findings"])
    except (KeyError, ValueError, TypeError):
        raise NotCleanableError(Reason.CRASHED) from None
    if not size:
        raise NotCleanableError(Reason.CRASHED)
    return CleanCopy(kind.value, media_type, extension, size, findings)
