"""The demo in one command: it answers, keeps its data, mends itself, and ends when it is asked to."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from intake.database.case_tables import Case, Grant, OutboxJob
from intake.database.engines import Databases
from intake.database.evidence_tables import Evidence
from intake.evidence.store import open_store
from intake.organisation import load_organisation
from intake.settings import load_triage
from tests.support.terminal import Terminal, run


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


@contextmanager
def _demo(directory: Path, *options: str) -> Iterator[tuple[Terminal, dict[str, Any]]]:
    portal, triage = _free_ports()
    ports = ("--portal-port", str(portal), "--triage-port", str(triage))
    terminal = Terminal.open("demo", directory, *ports, *options)
    try:
        terminal.expect("Everybody", seconds=180)
        terminal.expect("\n")
        yield terminal, json.loads((directory / "demo.json").read_text())
    finally:
        if terminal.process.poll() is None:
            os.write(terminal.file, b"\x03")  # Ctrl-C, as typed
        assert terminal.process.wait(60) == 0
        os.close(terminal.file)


def _healthy(address: str, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
                return bool(answer.read() == b"ok")
        except OSError:
            time.sleep(0.2)
    return False


def _count(directory: Path, table: type[Case | OutboxJob]) -> int:
    databases = Databases.open(load_triage(directory))
    try:
        with databases.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0
    finally:
        databases.close()


def _children(parent: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in listed.stdout.split()]


@pytest.fixture(scope="module")
def demo_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that ran once, with six cases: the accounts' real key derivation makes it worth sharing."""
    directory = tmp_path_factory.mktemp("demo") / "instance"
    with _demo(directory, "--cases", "6") as (_, known):
        assert _healthy(known["portal"])
        assert _healthy(known["triage"])
    return directory


def test_everybody_has_an_account_and_demo_json_says_how_to_use_it(demo_directory: Path) -> None:
    known = json.loads((demo_directory / "demo.json").read_text())
    organisation = load_organisation(Path(known["org"]).read_bytes())
    assert {officer["name"] for officer in known["officers"]} == set(organisation.officers)
    assert set(known) == {"portal", "triage", "officers", "org", "recovery_shares"}
    assert set(known["officers"][0]) == {"name", "password", "totp_secret", "office", "role", "duties"}
    assert len(known["recovery_shares"]) == 5
    assert len({officer["password"] for officer in known["officers"]}) == len(known["officers"])
    code = run("totp", demo_directory, known["officers"][0]["name"])
    assert re.fullmatch(r"\d{6}\n", code.stdout)
    assert run("totp", demo_directory, "nobody").returncode == 1


def test_the_demo_has_evidence_to_look_at(demo_directory: Path) -> None:
    settings = load_triage(demo_directory)
    databases = Databases.open(settings)
    try:
        with databases.reading() as session:
            rows = {row.id: row.size for row in session.scalars(select(Evidence))}
    finally:
        databases.close()
    assert dict(open_store(settings.evidence).list()) == rows
    assert len(rows) == 5  # four cleaned copies, and one untouched original


@pytest.mark.slow  # the story after it starts a demo again as well
def test_the_demo_continues_with_the_same_data(demo_directory: Path, tmp_path: Path) -> None:
    directory = tmp_path / "instance"
    shutil.copytree(demo_directory, directory)  # the other stories look at the demo as it was made
    before = json.loads((directory / "demo.json").read_text())
    assert _count(directory, Case) == 6
    with _demo(directory, "--cases", "2") as (_, known):
        assert known["officers"] == before["officers"]
        assert _count(directory, Case) == 8
        deadline = time.monotonic() + 20
        while _count(directory, OutboxJob) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert _count(directory, OutboxJob) == 0
    assert known["portal"] != before["portal"]  # other ports this time: the file says where it is now


def _offered(directory: Path, *options: str) -> str:
    """Whom the demo says to log in as."""
    portal, triage = _free_ports()
    ports = ("--portal-port", str(portal), "--triage-port", str(triage))
    terminal = Terminal.open("demo", directory, *ports, *options)
    terminal.expect("log in as  ", seconds=180)
    name = terminal.expect("\n").strip()
    terminal.expect("Everybody")
    os.write(terminal.file, b"\x03")
    assert terminal.end() == 0
    return name


@pytest.mark.slow  # it makes a second demo, and its accounts cost what they cost
def test_the_officer_to_log_in_as_can_open_cases_and_is_of_the_top_office_before_there_are_any(
    demo_directory: Path, tmp_path: Path
) -> None:
    databases = Databases.open(load_triage(demo_directory))
    with databases.reading() as session:
        counted = select(Grant.officer_id, func.count()).group_by(Grant.officer_id)
        held: dict[str, int] = dict(session.execute(counted).all())
    databases.close()
    assert held[_offered(demo_directory)] == max(held.values())
    empty = tmp_path / "empty"
    name = _offered(empty)
    organisation = load_organisation((empty / "organisation.json").read_bytes())
    assert organisation.officers[name].office == organisation.at_or_above(organisation.root)


def test_a_killed_portal_is_started_again_and_a_killed_demo_leaves_nobody_behind(
    demo_directory: Path,
) -> None:
    with _demo(demo_directory) as (terminal, known):
        (portal,) = [
            child
            for child in _children(terminal.process.pid)
            if b"\0portal\0" in Path(f"/proc/{child}/cmdline").read_bytes()
        ]
        os.kill(portal, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while portal in _children(terminal.process.pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert _healthy(known["portal"], seconds=40)
    ports = ("--portal-port", str(_free_ports()[0]), "--triage-port", str(_free_ports()[1]))
    orphaned = Terminal.open("demo", demo_directory, *ports)
    orphaned.expect("Everybody", seconds=90)
    children = _children(orphaned.process.pid)
    assert len(children) == 3
    orphaned.process.kill()
    orphaned.process.wait()
    os.close(orphaned.file)
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{child}/exe").exists() for child in children):
        assert time.monotonic() < deadline, "a child outlived its parent"
        time.sleep(0.2)


def test_a_port_in_use_and_a_real_instance_are_refused_in_one_line(
    demo_directory: Path, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = run("demo", demo_directory, "--portal-port", port)
    assert refused.returncode == 1
    assert "--portal-port" in refused.stderr
    real = tmp_path / "real"
    assert run("init", real, "--simple", "Acme", "--officer", "Ana Pop").returncode == 0
    ports = _free_ports()
    refused = run("demo", real, "--portal-port", str(ports[0]), "--triage-port", str(ports[1]))
    assert refused.returncode == 1
    assert "is a real instance" in refused.stderr


def test_a_demo_interrupted_while_it_is_made_leaves_nothing(tmp_path: Path) -> None:
    ports = _free_ports()
    options = ("--portal-port", str(ports[0]), "--triage-port", str(ports[1]))
    terminal = Terminal.open("demo", tmp_path / "demo", *options)
    terminal.expect("Making accounts")
    os.write(terminal.file, b"\x03")
    assert terminal.end() == 1
    assert list(tmp_path.iterdir()) == []
