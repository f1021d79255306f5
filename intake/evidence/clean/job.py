"""What one cleaning may use, and what it notes: choices, findings, and limits that count across everything nested in a file.

It knows no format. ``Job.nested`` leads back to the engine for a file inside a file.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from intake.evidence.traces import Drop, Findings, NotCleanableError, Reason, Trace

MAX_DEPTH = 4
"""Files inside files: a picture in a document in an archive in a mail is four."""
MAX_ENTRIES = 10_000
MAX_UNPACKED = 512 * 1024 * 1024
"""Bytes that all compressed parts of a file may come to, nested ones included."""
MAX_PIXELS = 200_000_000
"""Of one picture. A phone takes 50 to 200 million."""


@dataclass(slots=True)
class Budget:
    """What is left of the limits. Spending more raises NotCleanableError."""

    entries: int = MAX_ENTRIES
    unpacked: int = MAX_UNPACKED

    def spend(self, size: int) -> None:
        """Count unpacked bytes."""
        self.unpacked -= size
        if self.unpacked < 0:
            raise NotCleanableError(Reason.TOO_COMPLEX, "unpacked")

    def enter(self, count: int = 1) -> None:
        """Count parts of packages, entries of archives, objects of documents."""
        self.entries -= count
        if self.entries < 0:
            raise NotCleanableError(Reason.TOO_COMPLEX, "entries")


Nested = Callable[["Job", bytes], tuple[str, bytes]]


@dataclass(slots=True)
class Job:
    """One file's cleaning. Raises of its methods: NotCleanableError."""

    drop: frozenset[Drop]
    clean_nested: Nested
    findings: Findings = field(default_factory=Findings)
    budget: Budget = field(default_factory=Budget)
    depth: int = 0

    def removed(self, trace: Trace, count: int = 1) -> None:
        """Note something that is not in the copy."""
        if count:
            self.findings.removed[trace] += count

    def left(self, trace: Trace, count: int = 1) -> None:
        """Note something that stays and that the person should know of."""
        if count:
            self.findings.left[trace] += count

    def drops(self, choice: Drop) -> bool:
        """Whether the person wants this kind of content gone."""
        return choice in self.drop

    def nested(self, data: bytes) -> tuple[str, bytes]:
        """A file inside this one, cleaned: its kind and its bytes."""
        if self.depth >= MAX_DEPTH:
            raise NotCleanableError(Reason.TOO_DEEP)
        inner = Job(self.drop, self.clean_nested, self.findings, self.budget, self.depth + 1)
        try:
            return self.clean_nested(inner, data)
        except NotCleanableError as error:
            if error.reason in {Reason.TOO_DEEP, Reason.TOO_COMPLEX, Reason.NESTED}:
                raise
            raise NotCleanableError(Reason.NESTED, str(error)) from None

    def inflate(self, data: bytes, limit: int, wbits: int = zlib.MAX_WBITS) -> tuple[bytes, bytes]:
        """What a zlib stream holds, and what lies behind its end."""
        stream = zlib.decompressobj(wbits)
        try:
            out = stream.decompress(data, min(limit, max(self.budget.unpacked, 0)) + 1)
        except zlib.error:
            raise NotCleanableError(Reason.DAMAGED, "deflate") from None
        if len(out) > limit or stream.unconsumed_tail:
            raise NotCleanableError(Reason.TOO_COMPLEX, "deflate")
        if not stream.eof:
            raise NotCleanableError(Reason.DAMAGED, "deflate")
        self.budget.spend(len(out))
        return out, stream.unused_data


def damaged(what: str) -> NoReturn:
    """Refuse: this is not what its type says. ``what`` is a word of ours."""
    raise NotCleanableError(Reason.DAMAGED, what)


def strange(what: str) -> NoReturn:
    """Refuse: this may carry anything, and is on no allowlist. ``what`` is a word of ours."""
    raise NotCleanableError(Reason.NOT_UNDERSTOOD, what)


def still(what: str) -> NoReturn:
    """Refuse: the last look found what should be gone."""
    raise NotCleanableError(Reason.STILL_TRACED, what)


def check_pixels(width: int, height: int, frames: int = 1) -> None:
    """Refuse a picture that would fill the memory, before anything decodes it."""
    if width <= 0 or height <= 0 or frames <= 0:
        damaged("size")
    if width * height > MAX_PIXELS or width * height * frames > 20 * MAX_PIXELS:
        raise NotCleanableError(Reason.TOO_COMPLEX, "pixels")
