"""After a long silence two officers say what day it is. One is not enough, and not twice the same."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from intake.time import Clock
from tests.support.organisation import small_organisation
from tests.support.terminal import Terminal, run
from triage.accounts.second_factor import code_at
from triage.worker.tick import TICK_FILE, Tick


@pytest.fixture
def silent(tmp_path: Path) -> tuple[Path, dict[str, tuple[str, str]]]:
    """An instance whose worker last worked a month ago, and its outside recipients' logins."""
    org = tmp_path / "org.json"
    org.write_text(json.dumps(small_organisation()))
    directory = tmp_path / "instance"
    done = run("init", directory, "--org", org)
    lines = [line.split() for line in done.stdout.splitlines()]
    words = {key: [line[1] for line in lines if line[:1] == [key]] for key in ("name", "password", "TOTP")}
    logins = dict(zip(words["name"], zip(words["password"], words["TOTP"], strict=True), strict=True))
    Tick(directory / TICK_FILE).remember(Clock().today() - timedelta(days=30))
    return directory, logins


def _log_in(terminal: Terminal, name: str, login: tuple[str, str]) -> None:
    terminal.expect("of 2")
    terminal.type(name)
    terminal.expect("Password")
    terminal.type(login[0])
    terminal.expect("Code")
    terminal.type(code_at(login[1], Clock().now()))


def test_the_worker_waits_until_two_different_officers_confirmed(
    silent: tuple[Path, dict[str, tuple[str, str]]],
) -> None:
    directory, logins = silent
    stopped = run("worker", directory, "--once")
    assert stopped.returncode == 1
    assert "clock.jumped" in stopped.stderr
    assert run("doctor", directory).returncode == 1
    terminal = Terminal.open("worker", directory, "--confirm-today")
    for name in ("olga", "vera"):
        _log_in(terminal, name, logins[name])
    terminal.expect("is confirmed")
    assert terminal.end() == 0
    assert run("worker", directory, "--once").returncode == 0


def test_one_officer_alone_confirms_nothing(silent: tuple[Path, dict[str, tuple[str, str]]]) -> None:
    directory, logins = silent
    terminal = Terminal.open("worker", directory, "--confirm-today")
    _log_in(terminal, "olga", logins["olga"])
    _log_in(terminal, "olga", logins["olga"])
    terminal.expect("nothing was confirmed")
    assert terminal.end() == 1
    assert run("worker", directory, "--once").returncode == 1
