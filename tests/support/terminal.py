"""The command line as a person meets it: run to its end, or at a pseudo-terminal where it asks and somebody types."""

from __future__ import annotations

import codecs
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.warm import run_warm

UNDERSEAL = [sys.executable, "-P", "-m", "triage.cli"]


def run(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `underseal` without a terminal."""
    return run_warm(*map(str, arguments), stdin=stdin)


@dataclass
class Terminal:
    """A command at a pseudo-terminal: ``expect`` reads until a text appears, ``type`` answers."""

    file: int
    process: subprocess.Popen[bytes]
    seen: str = ""
    decoder: codecs.IncrementalDecoder = field(default_factory=codecs.getincrementaldecoder("utf-8"))

    @classmethod
    def open(cls, *arguments: str | Path) -> Terminal:
        """Start `underseal` at a terminal of its own."""
        main, other = os.openpty()
        # Its controlling terminal, so that a typed Ctrl-C is an interrupt.
        process = subprocess.Popen([*UNDERSEAL, *map(str, arguments)], preexec_fn=lambda: os.login_tty(other))  # noqa: PLW1509 - one thread
        os.close(other)
        return cls(main, process)

    def expect(self, words: str, seconds: float = 90) -> str:
        """Everything up to ``words``, which must come."""
        deadline = time.monotonic() + seconds
        while words not in self.seen:
            ready, _, _ = select.select([self.file], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"waited for {words!r}, saw {self.seen[-500:]!r}"
            try:
                self.seen += self.decoder.decode(os.read(self.file, 65536))
            except OSError:
                pytest.fail(f"ended before {words!r}: {self.seen[-500:]!r}")
        before, _, self.seen = self.seen.partition(words)
        return before

    def type(self, line: str) -> None:
        """Type a line and press return."""
        os.write(self.file, f"{line}\n".encode())

    def end(self) -> int:
        """Wait for the command's own end; its exit code."""
        code = self.process.wait(60)
        os.close(self.file)
        return code
