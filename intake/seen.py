"""What a machine has seen, in files that only grow: what was there once and is missing now was taken away.

Several processes may share a file. Knows no database and not what a mark stands for.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Mark = tuple[str, int]
"""One thing that was seen: whose or which, and its number."""


class SeenError(Exception):
    """A memory cannot be used, or remembers more than it is offered; the text is one line."""


@dataclass(frozen=True, slots=True)
class SeenMarks:
    """Every mark that was ever seen, each on a line of its own. None as the path (tests, dry runs) remembers nothing across
    restarts.
    """

    path: Path | None
    loss: str
    """What could be taken away without this file: for the message."""

    @classmethod
    def beside(cls, seen_file: Path | None, name: str, loss: str) -> SeenMarks:
        """In the place where the highest roster number is remembered too."""
        return cls(None if seen_file is None else seen_file.with_name(name), loss)

    def read(self) -> frozenset[Mark]:
        """What was seen. Read this before the database: whoever adds a mark has read it from there. Raises SeenError."""
        if self.path is None:
            return frozenset()
        try:
            with self.path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
                return _marks(file.read())
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise SeenError(self._unreadable(error)) from None

    def add(self, marks: Iterable[Mark]) -> None:
        """Remember these too. Raises SeenError."""
        # Each on a line of its own, whatever a crash left at the end of the file.
        lines = "".join(f"\n{json.dumps(mark)}\n" for mark in sorted(marks))
        if self.path is None or not lines:
            return
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(lines.encode("ascii"))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise SeenError(self._unreadable(error)) from None

    def _unreadable(self, error: OSError) -> str:
        return (
            f"{self.path} cannot be used ({type(error).__name__}); without it {self.loss} could be taken away"
        )


def remember_number(path: Path, number: int) -> None:
    """Raise the highest roster number seen; refuse a lower one. Raises SeenError."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SeenError(
            f"{path} cannot be opened ({type(error).__name__}); without it an old roster could return"
        ) from None
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read(20)
        if text and not text.isdecimal():
            raise SeenError(f"{path} does not hold a number; restore it")
        seen = int(text or "0")
        if number < seen:
            raise SeenError(
                f"the database offers roster {number}, but {seen} was seen before; an older one is not accepted"
            )
        if number > seen:
            # One write of a number that only grows in length: a crash leaves the old number or the new one.
            os.pwrite(file.fileno(), str(number).encode("ascii"), 0)
            os.fsync(file.fileno())


def _marks(content: bytes) -> frozenset[Mark]:
    marks = set()
    for line in content.split(b"\n"):
        try:
            which, number = json.loads(line)
            marks.add((str(which), int(number)))
        except (ValueError, TypeError):
            continue  # empty, or cut short by a crash: then it is read and remembered again
    return frozenset(marks)
