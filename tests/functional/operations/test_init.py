"""`underseal init` at a real terminal and without one: whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from intake.database.engines import Databases, make_engine
from intake.roster import RosterReader
from intake.settings import PORTAL_FILE, load_portal, load_triage, load_worker
from intake.time import Clock
from tests.support.organisation import small_organisation
from tests.support.postgres import PostgresServer
from tests.support.terminal import UNDERSEAL, Terminal, run
from triage.accounts.login import Credentials, LoginService
from triage.accounts.second_factor import code_at
from triage.accounts.throttle import Throttle
from triage.instances.ceremony import recovery_from
from triage.instances.postgresql import is_empty

SHARE = re.compile(r"RECOVERY SHARE .*?\n\n(.*?)\n-{10}", re.DOTALL)
FIRST_LOGIN = re.compile(r"name +(\S+)\npassword +(\S+)\nTOTP +(\S+)")


def _organisation(tmp_path: Path, **changes: object) -> Path:
    path = tmp_path / "org.json"
    path.write_text(json.dumps({**small_organisation(), **changes}))
    return path


def _certified(directory: Path) -> frozenset[str]:
    settings = load_portal(directory)
    databases = Databases.open(settings)
    try:
        return (
            RosterReader(databases, settings.roster_root, settings.seen_file)
            .current(Clock().today())
            .certified
        )
    finally:
        databases.close()


def _can_log_in(directory: Path, name: str, password: str, secret: str) -> bool:
    settings = load_triage(directory)
    databases = Databases.open(settings)
    clock = Clock()
    try:
        reader = RosterReader(databases, settings.roster_root, settings.seen_file)
        throttle = Throttle(databases.volatile, settings.web_secret)
        service = LoginService(databases, reader, throttle, clock, settings.pepper)
        return service.log_in(Credentials(name, password, code_at(secret, clock.now()))) is not None
    finally:
        databases.close()


def test_the_outside_recipients_get_first_logins_and_the_shares_give_the_recovery_key(tmp_path: Path) -> None:
    directory = tmp_path / "instance"
    done = run("init", directory, "--org", _organisation(tmp_path))
    assert done.returncode == 0, done.stderr
    assert _certified(directory) == {"olga", "omar", "vera", "vito"}
    shares = [" ".join(match.split()) for match in SHARE.findall(done.stdout)]
    assert len(shares) == 5
    assert recovery_from(shares[1:4]).public == load_portal(directory).recovery
    logins = {name: (password, secret) for name, password, secret in FIRST_LOGIN.findall(done.stdout)}
    assert _can_log_in(directory, "olga", *logins["olga"])
    assert load_worker(directory).gate_pair.public == load_portal(directory).gate


def test_a_duty_that_nothing_acts_on_is_said_and_a_mistyped_one_makes_no_instance(tmp_path: Path) -> None:
    offices = small_organisation()["handling_offices"]
    offices[0]["members"][0]["duties"] = ["triage", "archive"]
    done = run("init", tmp_path / "kept", "--org", _organisation(tmp_path, handling_offices=offices))
    assert done.returncode == 0, done.stderr
    assert "duty 'archive' is kept and nothing acts on it" in done.stderr
    offices[0]["members"][0]["duties"] = ["triag"]
    done = run("init", tmp_path / "refused", "--org", _organisation(tmp_path, handling_offices=offices))
    assert done.returncode == 1
    assert "'triag' is no duty; 'triage' is probably meant" in done.stderr
    assert not (tmp_path / "refused").exists()


def test_what_is_printed_once_is_stored_nowhere(tmp_path: Path) -> None:
    directory = tmp_path / "instance"
    done = run(
        "init",
        directory,
        "--simple",
        "Acme",
        "--officer",
        "Ana Pop",
        "--external",
        "Dr Vega",
        "--shares",
        "2/2",
    )
    assert done.returncode == 0, done.stderr
    secrets = [word for login in FIRST_LOGIN.findall(done.stdout) for word in login[1:]]
    secrets += [" ".join(match.split()) for match in SHARE.findall(done.stdout)]
    assert len(secrets) == 6
    stored = b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret.encode() not in stored
    assert list(tmp_path.iterdir()) == [directory]


def test_a_directory_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    directory = tmp_path / "instance"
    directory.mkdir()
    (directory / "thesis.txt").write_text("years of work")
    done = run("init", directory, "--simple", "Acme", "--officer", "Ana Pop")
    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert [path.name for path in directory.iterdir()] == ["thesis.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["instance"]


def test_a_second_init_changes_nothing(tmp_path: Path) -> None:
    directory = tmp_path / "instance"
    assert run("init", directory, "--simple", "Acme", "--officer", "Ana Pop").returncode == 0
    before = (directory / PORTAL_FILE).read_bytes()
    assert run("init", directory, "--simple", "Acme", "--officer", "Ana Pop").returncode == 1
    assert (directory / PORTAL_FILE).read_bytes() == before


def test_a_broken_organisation_is_refused_with_every_fault_and_nothing_is_made(tmp_path: Path) -> None:
    broken = small_organisation()
    broken["regions"][1]["parent"] = "atlantis"
    broken["bodies"][0]["kind"] = "castle"
    broken["ties"][0]["officer"] = "nobody"
    path = tmp_path / "org.json"
    path.write_text(json.dumps(broken))
    done = run("init", tmp_path / "instance", "--org", path)
    assert done.returncode == 1
    assert all(word in done.stderr for word in ("atlantis", "castle", "nobody"))
    assert "Traceback" not in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["org.json"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--org", "x.json", "--simple", "Acme"],
        ["--simple", "Acme", "--officer", "Ana Pop", "--shares", "9"],
        ["--simple", "Acme", "--officer", "Ana Pop", "--officer", "ana pop"],
        ["--simple", "Acme", "--officer", "Ana Pop", "--database", "mysql://user:secret-word@host/db"],
        ["--simple", "Acme"],
        ["--simple", "", "--officer", "Ana Pop"],
        ["--simple", "  ", "--officer", "Ana Pop"],
        ["--simple", "Ac\nme", "--officer", "Ana Pop"],
        ["--simple", "Acme", "--officer", "Ana\x1b[2J Pop"],
        ["--simple", "A" * 201, "--officer", "Ana Pop"],
    ],
)
def test_bad_usage_is_exit_code_2_and_makes_nothing(tmp_path: Path, arguments: list[str]) -> None:
    done = run("init", tmp_path / "instance", *arguments)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "secret-word" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_init_killed_at_its_end_leaves_nothing_that_looks_like_an_instance(tmp_path: Path) -> None:
    """Its output goes into a full pipe that nobody reads: it waits there to print the sheet, all else done, and dies."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, bytes(4096))
    os.set_blocking(writer, True)
    command = [*UNDERSEAL, "init", str(tmp_path / "instance"), "--org", str(_organisation(tmp_path))]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=writer) as process:
        deadline = time.monotonic() + 60
        while not _has_roster(tmp_path):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        process.kill()
    os.close(reader)
    os.close(writer)
    assert not (tmp_path / "instance").exists()
    assert not list(tmp_path.rglob("underseal.toml"))
    assert list(tmp_path.glob(".instance.making-*/roster.key")), (
        "kill -9 leaves keys that belong to nothing …"
    )
    again = run("init", tmp_path / "instance", "--org", _organisation(tmp_path))
    assert again.returncode == 0, again.stderr
    assert not list(tmp_path.glob(".instance.making-*")), "… and the next attempt removes them"


def _has_roster(place: Path) -> bool:
    for path in place.glob(".instance.making-*/state.sqlite3"):
        with (
            contextlib.closing(sqlite3.connect(path)) as connection,
            contextlib.suppress(sqlite3.OperationalError),
        ):
            return bool(connection.execute("SELECT count(*) FROM rosters").fetchone()[0])
    return False


def test_when_the_sheet_cannot_be_printed_nothing_is_made(tmp_path: Path) -> None:
    directory = tmp_path / "instance"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*UNDERSEAL, "init", str(directory), "--simple", "Acme", "--officer", "Ana Pop"],
            stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1] == (
        "the output cannot be used (No space left on device); make room, or check the path and its permissions"
    )
    assert list(tmp_path.iterdir()) == []


def test_on_postgresql_each_process_gets_its_own_login(tmp_path: Path, postgres: PostgresServer) -> None:
    url = postgres.make()
    try:
        directory = tmp_path / "instance"
        given = url.set(drivername="postgresql").render_as_string(hide_password=False)
        done = run("init", directory, "--org", _organisation(tmp_path), "--database", given)
        assert done.returncode == 0, done.stderr
        users = [
            re.search(r"//([^:]+):", load(directory).database_url)
            for load in (load_portal, load_triage, load_worker)
        ]
        assert [user and user[1] for user in users] == [
            f"underseal_{name}_{url.database}" for name in ("portal", "triage", "worker")
        ]
        assert _certified(directory) == {"olga", "omar", "vera", "vito"}
        again = run("init", tmp_path / "second", "--org", _organisation(tmp_path), "--database", given)
        assert again.returncode == 1
        assert "has tables already" in again.stderr
        assert _certified(directory)
    finally:
        postgres.drop(url)


def test_a_failed_init_gives_a_postgresql_database_back_empty(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    url = postgres.make()
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        given = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*UNDERSEAL, "init", str(tmp_path / "instance"), "--org", str(_organisation(tmp_path)), "--database", given],
                stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
            )  # fmt: skip
        assert done.returncode == 1
        with engine.connect() as connection:
            assert is_empty(connection)
            roles = text(
                "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'underseal%' || current_database()"
            )
            assert connection.scalar(roles) == 0
    finally:
        engine.dispose()
        postgres.drop(url)


def _enrol(terminal: Terminal, password: str) -> str:
    terminal.expect("Password")
    terminal.type("short")
    terminal.expect("Once more")
    terminal.type("short")
    assert "short" not in terminal.expect("Please choose another")
    terminal.expect("Password")
    terminal.type(password)
    terminal.expect("Once more")
    terminal.type(password)
    assert "█" in terminal.expect("Secret: ")
    secret = terminal.expect("\r\n").strip()
    terminal.expect("six digits")
    terminal.type("000000")
    terminal.expect("not the code")
    terminal.expect("six digits")
    terminal.type(code_at(secret, Clock().now()))
    return secret


def test_two_officers_enrol_themselves_and_can_log_in(tmp_path: Path) -> None:
    directory = tmp_path / "instance"
    terminal = Terminal.open(
        "init", directory, "--simple", "Acme Mills", "--officer", "Ana Pop", "--officer", "Bo Li"
    )
    terminal.expect("Who outside")
    terminal.type("Dr Vega")
    people = {}
    for name in ("ana-pop", "bo-li", "dr-vega"):
        terminal.expect(f"login name is {name}")
        password = f"walnut drizzle orbit {name[0]} mantle"
        people[name] = (password, _enrol(terminal, password))
    sheet = terminal.expect("Next:")
    assert "RECOVERY SHARE 3 of 3" in sheet
    assert terminal.end() == 0
    for name, (password, secret) in people.items():
        assert _can_log_in(directory, name, password, secret)


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_enrolment_given_up_or_a_closed_terminal_leaves_nothing(tmp_path: Path, ended_by: int) -> None:
    people = ("--officer", "Ana Pop", "--external", "V")
    terminal = Terminal.open(
        "init", tmp_path / "instance", "--simple", "Acme", *people, "--copy", tmp_path / "copy"
    )
    terminal.expect("Password")
    assert list(tmp_path.glob(".instance.making-*/roster.key"))
    terminal.process.send_signal(ended_by)
    assert terminal.end() == 1
    assert list(tmp_path.iterdir()) == []


def test_an_attempt_leaves_another_one_at_work_alone(tmp_path: Path) -> None:
    people = ("--officer", "Ana Pop", "--external", "V")
    waiting = Terminal.open("init", tmp_path / "instance", "--simple", "Acme", *people)
    waiting.expect("Password")
    assert run("init", tmp_path / "instance", "--simple", "Acme", *people).returncode == 0
    assert list(tmp_path.glob(".instance.making-*/roster.key"))
    waiting.process.send_signal(signal.SIGINT)
    assert waiting.end() == 1


def test_officer_add_enrols_a_member_and_list_shows_it(tmp_path: Path) -> None:
    directory = tmp_path / "instance"
    assert run("init", directory, "--org", _organisation(tmp_path)).returncode == 0
    terminal = Terminal.open("officer", "add", directory, "milo")
    secret = _enrol(terminal, "walnut drizzle orbit mantle")
    terminal.expect("can log in")
    assert terminal.end() == 0
    assert _can_log_in(directory, "milo", "walnut drizzle orbit mantle", secret)
    assert re.search(r"milo +officer +certified", run("officer", "list", directory).stdout)
    assert run("officer", "disable", directory, "milo").returncode == 0
    assert not _can_log_in(directory, "milo", "walnut drizzle orbit mantle", secret)
    stranger = run("officer", "add", directory, "mallory")
    assert stranger.returncode == 1
    assert "lists no member mallory" in stranger.stderr
