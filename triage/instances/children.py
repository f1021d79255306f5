"""Several processes under one: started together, stopped together, restarted when one falls over. Knows not what they do."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PATIENCE = 10.0  # seconds that a child has to finish its work
READY = 60.0  # seconds until every process must answer
MAX_FALLS = 3  # within one minute; after that something is wrong that a restart does not mend
_PDEATHSIG = 1  # prctl's PR_SET_PDEATHSIG (Linux)


class ChildrenError(Exception):
    """A process does not start or does not stay; the text is one line."""


@dataclass
class Children:
    """Named commands. Their output goes to ``log``: it holds only what our log's allowlist lets through."""

    commands: Mapping[str, Sequence[str]]
    log: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _falls: list[float] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self, health: Sequence[str]) -> None:
        """Start all, and wait until every address in ``health`` answers. Raises ChildrenError."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        for name in self.commands:
            self._start(name)
        deadline = time.monotonic() + READY
        for address in health:
            while not self._stop.is_set() and not _answers(address):
                fallen = [name for name, child in self._running.items() if child.poll() is not None]
                if fallen or time.monotonic() > deadline:
                    raise ChildrenError(
                        f"{' and '.join(fallen) or address} did not start; {self.log} says why"
                    )
                self._stop.wait(0.1)

    def watch(self) -> None:
        """Until somebody says stop: a process that fell is started again. Raises ChildrenError when it keeps falling."""
        while not self._stop.wait(0.5):
            for name, child in list(self._running.items()):
                if child.poll() is not None:
                    self._falls = [
                        *(at for at in self._falls if time.monotonic() - at < 60),
                        time.monotonic(),
                    ]
                    if len(self._falls) > MAX_FALLS:
                        raise ChildrenError(f"{name} keeps stopping; {self.log} says why")
                    self._start(name)

    def stop(self) -> None:
        """Ask every child to finish, and end those that do not."""
        for child in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        for child in self._running.values():
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _start(self, name: str) -> None:
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C reaches this process alone, which then asks the others in turn.
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own interpreter and modules, no shell
                self.commands[name],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one thread here
            )


def is_free(port: int) -> bool:
    """Whether nothing listens on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _end_with_parent() -> None:
    # Whoever kills the parent without asking must not leave a portal listening.
    ctypes.CDLL(None, use_errno=True).prctl(_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:
        os._exit(1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=1) as answer:  # noqa: S310 - a loopback http address of ours
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
