"""The processes as they really start: what they import, what they refuse, what they leave in clear, how they end."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from intake.settings import PORTAL_FILE, TRIAGE_FILE, WORKER_FILE
from tests.conftest import MakeInstance
from tests.support.instances import Instance
from tests.support.terminal import run


@pytest.fixture
def engine_kind() -> str:
    """The database makes no difference to what is imported."""
    return "sqlite"


@pytest.fixture
def installed(make_instance: MakeInstance) -> Instance:
    """An instance on disk; the processes open it themselves."""
    return make_instance(members=lambda name: name in {"lena", "olga"})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _get(address: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""
    except OSError:
        return 0, b""


@contextmanager
def _serving(module: str, instance: Instance) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The real process with its imports told on standard error, once it answers."""
    port = _free_port()
    command = [
        sys.executable,
        "-X",
        "importtime",
        "-P",
        "-m",
        module,
        str(instance.directory),
        "--port",
        str(port),
    ]
    log = instance.directory / "imports.log"
    with log.open("w") as file, subprocess.Popen(command, stderr=file, text=True) as process:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while _get(f"{address}/health")[0] != 200:
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.1)
        try:
            yield address, process
        finally:
            process.terminate()
            assert process.wait(30) == 0


def _imported(instance: Instance) -> set[str]:
    lines = (instance.directory / "imports.log").read_text().splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def _pages(address: str, *paths: str) -> None:
    for path in paths:
        assert _get(address + path)[0] in {200, 404}, path


def test_the_running_portal_never_imported_the_back_office_nor_the_vault(installed: Instance) -> None:
    with _serving("portal", installed) as (address, _):
        assert _get(f"{address}/health") == (200, b"ok")
        _pages(address, "/", "/report", "/return", "/safety", "/nowhere")
    modules = _imported(installed)
    assert {"portal.app", "crypto.receipt"} <= modules
    assert not {name for name in modules if name == "crypto.vault" or name.partition(".")[0] == "triage"}


def test_the_running_back_office_never_imported_the_portal(installed: Instance) -> None:
    with _serving("triage", installed) as (address, _):
        assert _get(f"{address}/health") == (200, b"ok")
        _pages(address, "/login", "/nowhere")
    modules = _imported(installed)
    assert {"triage.app", "crypto.vault"} <= modules
    assert not {name for name in modules if name.partition(".")[0] == "portal"}


def test_the_running_worker_imported_no_way_to_unlock_an_officer(installed: Instance) -> None:
    command = [
        sys.executable,
        "-X",
        "importtime",
        "-P",
        "-m",
        "triage.worker",
        str(installed.directory),
        "--once",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    (installed.directory / "imports.log").write_text(done.stderr)
    modules = _imported(installed)
    assert "triage.worker.loop" in modules
    assert not modules & {"crypto.vault", "flask", "werkzeug"}


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
@pytest.mark.parametrize("module", ["portal", "triage"])
def test_every_serving_process_keeps_its_files_and_its_memory_to_itself(
    installed: Instance, module: str
) -> None:
    """Also when it is started without the command line. What the flag does is proved in tests/unit/operations."""
    before = os.umask(0o022)
    try:
        with _serving(module, installed) as (_, process):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            assert children
            for pid in (str(process.pid), *children):
                assert "Umask:\t0077\n" in Path(f"/proc/{pid}/status").read_text()
                assert resource.prlimit(int(pid), resource.RLIMIT_CORE) == (0, 0)
    finally:
        os.umask(before)


def test_the_portal_starts_with_only_its_own_secret(installed: Instance) -> None:
    for name in (TRIAGE_FILE, WORKER_FILE, "roster.key"):
        (installed.directory / name).unlink()
    with _serving("portal", installed) as (address, _):
        assert _get(address)[0] == 200


def test_a_second_interrupt_is_not_needed(installed: Instance) -> None:
    with _serving("portal", installed) as (_, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


@pytest.mark.parametrize(
    ("command", "secret"), [("portal", PORTAL_FILE), ("triage", TRIAGE_FILE), ("worker", WORKER_FILE)]
)
def test_a_secret_that_others_can_read_stops_every_process(
    installed: Instance, command: str, secret: str
) -> None:
    (installed.directory / secret).chmod(0o644)
    done = run(command, installed.directory)
    assert done.returncode == 1
    assert "chmod 600" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["portal", "triage", "worker", "doctor"])
def test_a_directory_that_is_no_instance_is_named_in_one_line(installed: Instance, command: str) -> None:
    done = run(command, installed.directory / "evidence")
    assert done.returncode == 1
    assert "is no instance" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["portal", "triage", "worker"])
def test_no_process_plays_a_date_on_a_real_instance(make_instance: MakeInstance, command: str) -> None:
    real = make_instance(members=lambda name: name == "lena", demo=False)
    done = run(command, real.directory, "--today", "2030-01-01")
    assert done.returncode == 1
    assert "a demo or a rehearsal only" in done.stderr
