"""The command line in a process of its own that need not import anything: most of what a short command costs is importing.

Started as a program, it has every command's modules and makes a child for each command that comes, before which nothing ran but
these imports. `tests/support/terminal.py` starts commands at a terminal cold, as a person does, and so do the servers' stories.
"""

from __future__ import annotations

import array
import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO

_PATIENCE = 120  # seconds that a command may take, and
_BEGINS = 300  # until everything is imported
_READY = b"ready"
_MESSAGE = 1 << 20  # bytes of arguments and environment
_STREAMS = 3


def run_warm(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """`underseal` without a terminal, run to its end. Raises TimeoutError."""
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(stdin)
        given.seek(0)
        code = _server().run(arguments, given, out, err)
        said = [_whole(stream) for stream in (out, err)]
    return subprocess.CompletedProcess(arguments, code, *said)


def _whole(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode()


class _Server:
    """The process with the modules, and the way to ask it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._socket = ours
        atexit.register(self.end)
        assert self._answer(_BEGINS) == _READY

    def run(self, arguments: tuple[str, ...], *streams: IO[str] | IO[bytes]) -> int:
        """Its exit code, or minus the signal that ended it."""
        message = json.dumps([arguments, str(Path.cwd()), dict(os.environ)]).encode()
        files = array.array("i", [stream.fileno() for stream in streams])
        self._socket.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
        try:
            return int(self._answer(_PATIENCE))
        except TimeoutError:
            # Nobody waits for it any more, and its answer would be taken for the next command's: that one gets another server.
            os.killpg(self._process.pid, signal.SIGKILL)
            _server.cache_clear()
            raise

    def _answer(self, seconds: float) -> bytes:
        self._socket.settimeout(seconds)
        return self._socket.recv(_MESSAGE)

    def end(self) -> None:
        """It ends when nobody can ask it any more."""
        self._socket.close()
        self._process.wait()


@cache
def _server() -> _Server:
    return _Server()


def _serve(asked: socket.socket) -> tuple[list[str], str, dict[str, str]] | None:
    """Make a child for each command. Returns in each child, and when nobody asks any more."""
    asked.send(_READY)
    while True:
        message, files, _, _ = socket.recv_fds(asked, _MESSAGE, _STREAMS)
        if not message:
            return None
        child = os.fork()
        if not child:
            for stream, file in enumerate(files):
                os.dup2(file, stream)
                os.close(file)
            asked.close()
            arguments, place, environment = json.loads(message)
            return arguments, place, environment
        for file in files:
            os.close(file)
        _, status = os.waitpid(child, 0)
        asked.send(str(os.waitstatus_to_exitcode(status)).encode())


def _main() -> None:
    from triage.cli.main import COMMANDS

    for module in sorted(set(COMMANDS.values())):
        import_module(f"triage.cli.{module}")
    gc.freeze()  # a child neither searches nor copies what it was born with
    command = _serve(socket.socket(fileno=int(sys.argv[1])))
    if command is None:
        return
    arguments, place, environment = command
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["underseal", *arguments]
    runpy.run_module("triage.cli", run_name="__main__")


if __name__ == "__main__":
    _main()
