"""A process that keeps to itself leaves no memory behind, however it ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

_REPORT = """
import ctypes, os, resource
from intake.process import keep_to_itself

GET_DUMPABLE = 3  # prctl(2)

def state():
    open("made", "w").close()
    mode = os.stat("made").st_mode & 0o777
    os.unlink("made")
    return [ctypes.CDLL(None).prctl(GET_DUMPABLE, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE)[0], mode]

os.umask(0o022)
print("before", state()[0])
keep_to_itself()
print("after", state())
if os.fork() == 0:
    print("forked", state(), flush=True)
    os._exit(0)
os.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_neither_it_nor_its_forks_can_be_dumped(tmp_path: object) -> None:
    command = [sys.executable, "-u", "-P", "-c", _REPORT]
    done = subprocess.run(command, cwd=str(tmp_path), capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["before 1", "after [0, 0, 384]", "forked [0, 0, 384]"]
