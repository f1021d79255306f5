"""The process in which files are parsed: it reaches nothing, and whatever happens in it ends in an answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from intake.evidence import sandbox
from intake.evidence.sandbox import DEFAULT, MIB, Limits
from intake.evidence.traces import NotCleanableError, Reason
from tests.support import evidence_pictures as pictures

INSIDE = """
import json, os, socket, sys
from intake.evidence.confine import limit, lock
from intake.evidence.clean import engine
engine.load()
limit(2**31, 30)
walls = lock()
said = {}
def tried(name, act):
    try:
        act()
        said[name] = "done"
    except BaseException as error:
        said[name] = type(error).__name__
tried("read", lambda: open("/etc/passwd").read())
tried("write", lambda: open("/tmp/underseal-sandbox", "w"))
tried("list", lambda: os.listdir("/"))
tried("unlink", lambda: os.unlink(sys.argv[1]))
tried("socket", lambda: socket.create_connection(("127.0.0.1", 9), 1))
tried("unix", lambda: socket.socket(socket.AF_UNIX))
tried("fork", os.fork)
tried("exec", lambda: os.execv("/bin/true", ["true"]))
tried("kill", lambda: os.kill(os.getppid(), 0))
tried("memory", lambda: bytearray(2**32))
tried("compute", lambda: engine.clean(sys.stdin.buffer.read()))
print(json.dumps([walls, said]))
sys.stdout.flush()
os._exit(0)
"""


def test_the_sandbox_computes_and_reaches_nothing(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("still here")
    done = subprocess.run(
        [sys.executable, "-P", "-c", INSIDE, str(victim)],
        input=pictures.jpeg(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    walls, said = json.loads(done.stdout)
    assert said.pop("compute") == "done"
    assert said.pop("memory") == "MemoryError"
    if "seccomp" not in walls:
        pytest.skip("this kernel filters no system calls")
    assert "done" not in said.values(), said
    assert victim.exists()


def test_the_doctor_can_say_which_walls_stand() -> None:
    assert set(sandbox.walls()) <= {"namespace", "landlock", "seccomp"}
    if sys.platform == "linux" and os.geteuid() == 0:
        assert "seccomp" in sandbox.walls()


def test_a_picture_comes_back_clean_from_the_sandbox() -> None:
    cleaned = sandbox.clean(pictures.jpeg())
    assert (cleaned.kind, cleaned.extension) == ("jpeg", "jpg")
    assert cleaned.findings.removed
    assert "data=b" not in repr(cleaned)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(size=1000), Reason.TOO_LARGE),
        (Limits(output=1000), Reason.TOO_LARGE),
        (Limits(seconds=0), Reason.TIMEOUT),
        (Limits(memory=1 * MIB), Reason.CRASHED),
    ],
    ids=["input", "output", "time", "memory"],
)
def test_every_limit_ends_in_an_answer(limits: Limits, reason: Reason) -> None:
    data = pictures.jpeg() + bytes(400_000) if limits.output > 1000 else _large_png()
    with pytest.raises(NotCleanableError) as caught:
        sandbox.clean(data, limits=limits)
    assert caught.value.reason in {reason, Reason.MEMORY}


def _large_png() -> bytes:
    import io

    out = io.BytesIO()
    pictures.picture((400, 400)).save(out, "PNG")
    return out.getvalue()


def test_nothing_and_too_much_are_refused_before_a_process_starts() -> None:
    for data, reason in ((b"", Reason.EMPTY), (bytes(DEFAULT.size + 1), Reason.TOO_LARGE)):
        with pytest.raises(NotCleanableError) as caught:
            sandbox.clean(data)
        assert caught.value.reason is reason
