"""`underseal onion`: what an operator is told about an onion service that is not as it should be. Tor is the real one."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from crypto.onion import onion_host
from intake.settings import SETTINGS_FILE, load_portal, read_public
from templates.web.circuit import NotTorError, read_circuit
from tests.conftest import TODAY
from tests.support.copies import copied_instance
from tests.support.organisation import small_organisation
from triage.cli.main import main
from triage.instances.files import write_public
from triage.instances.torrc import ALONE, SERVICE, Torrc, write_torrc

needs_tor = pytest.mark.skipif(shutil.which("tor") is None, reason="needs Debian's tor: apt install tor")
KEY = bytes(range(32))
ADDRESS = "http://" + onion_host(KEY)


@dataclass
class Operator:
    """Somebody at a terminal, with an instance and a folder for Tor's key."""

    directory: Path
    door: Path
    data: Path

    def runs(self, *options: str | Path) -> tuple[int, str]:
        """The command; its exit code and what it says."""
        done = CliRunner().invoke(main, ["onion", str(self.directory), *map(str, options)])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.exit_code, done.output

    def sets_up(self) -> tuple[int, str]:
        """The first time."""
        return self.runs("--socket", self.door, "--data", self.data)

    def tor_made_a_key(self, key: bytes = KEY) -> Path:
        """What Tor leaves in its folder at its first start."""
        folder = self.data / "onion"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "hostname").write_text(onion_host(key) + "\n")
        (folder / "hs_ed25519_public_key").write_bytes(b"== ed25519v1-public: type0 ==\0\0\0" + key)
        return folder

    @contextmanager
    def portal(self, *, strict: bool = True) -> Iterator[None]:
        """What answers as the portal's door does."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(self.door))
            listener.listen()
            thread = threading.Thread(target=_answer, args=(listener, strict), daemon=True)
            thread.start()
            yield
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
        self.door.unlink()


def _answer(listener: socket.socket, strict: bool) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        with line:
            try:
                read_circuit(lambda line=line: line.recv(4096))  # type: ignore[misc]  # the line of this round
            except NotTorError:
                if strict:
                    continue
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    """A small instance. The database makes no difference here."""
    copied_instance(tmp_path / "instance", small_organisation(), today=TODAY).close()
    with TemporaryDirectory(prefix="onion") as short:  # sockets have short paths
        (Path(short) / "tor").mkdir(mode=0o750)
        yield Operator(tmp_path / "instance", Path(short) / "tor" / "portal", Path(short) / "data")


@needs_tor
def test_an_onion_service_is_set_up_step_by_step(operator: Operator) -> None:
    status, said = operator.runs()
    assert status == 1
    assert "give one: --socket" in said
    status, said = operator.sets_up()
    assert status == 1
    assert "opens the one service and nothing else" in said
    assert "has no key yet: start this Tor once" in said
    assert "the portal does not listen" in said
    assert load_portal(operator.directory).onion == operator.door
    operator.tor_made_a_key()
    with operator.portal():
        status, said = operator.runs()
        assert status == 0, said
        assert f"the address is {ADDRESS}; write it into {SETTINGS_FILE} with --save" in said
        status, said = operator.runs("--save")
        assert status == 0, said
        assert "for Tor alone" in said
        assert "warn" not in said
    assert read_public(operator.directory).site.onion == ADDRESS


def test_the_settings_keep_their_owner_and_mode_when_root_saves_an_address(operator: Operator) -> None:
    path = operator.directory / SETTINGS_FILE
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 4321, 4322)
    before = path.stat()
    operator.sets_up()
    operator.tor_made_a_key()
    operator.runs("--save")
    after = path.stat()
    assert (after.st_uid, after.st_gid, stat.S_IMODE(after.st_mode)) == (before.st_uid, before.st_gid, 0o640)
    assert ADDRESS in path.read_text()


@needs_tor
@pytest.mark.parametrize(("change", "told"), [
    (("SocksPort 0", "SocksPort 9050"), "says SocksPort 9050, not SocksPort 0"),
    (("SocksPort 0\n", ""), "does not say SocksPort 0"),
    (("ControlPort 0", "ControlPort 9051"), "ControlPort 0"),
    (("ORPort 0", "ORPort 0\nControlSocket /run/x"), "sets controlsocket: this Tor must open nothing"),
    (("SafeLogging 1", "SafeLogging 0"), "SafeLogging 1"),
    (("Log notice stdout", "Log info file /var/log/tor.log"), "Log notice stdout"),
    (("HeartbeatPeriod 0", "HeartbeatPeriod 6 hours"), "HeartbeatPeriod 0"),
    (("HiddenServiceSingleHopMode 0\nHiddenServiceNonAnonymousMode 0",
      "HiddenServiceSingleHopMode 1\nHiddenServiceNonAnonymousMode 1"), "HiddenServiceSingleHopMode 0"),
    (("HiddenServiceExportCircuitID haproxy\n", ""), "HiddenServiceExportCircuitID haproxy"),
    (("HiddenServicePoWDefensesEnabled 1", "HiddenServicePoWDefensesEnabled 0"), "HiddenServicePoWDefensesEnabled 1"),
    (("HiddenServiceMaxStreams 16", "HiddenServiceMaxStreams 0"), "HiddenServiceMaxStreams 16"),
    (("HiddenServiceVersion 3", "HiddenServiceVersion 3\nHiddenServicePort 22 127.0.0.1:22"), "the one line HiddenServicePort"),
    (("HiddenServicePort 80 unix:", "HiddenServicePort 80 unix:/elsewhere"), "the one line HiddenServicePort"),
    (("HiddenServiceVersion 3", "HiddenServiceVersion 3\nHiddenServiceDir /srv/other"), "one HiddenServiceDir"),
    (("ClientOnly 1", "ClientOnly 1\n%include /etc/tor/more"), "cannot be checked"),
    (("ClientOnly 1", "ClientOnly 1\nNoSuchOption 1"), "Tor does not take"),
    (("ClientOnly 1", "ClientOnly 1\nSafeSocks 1"), "sets safesocks, which is not ours"),
])  # fmt: skip
def test_a_line_that_opens_or_tells_something_is_named(
    operator: Operator, change: tuple[str, str], told: str
) -> None:
    operator.sets_up()
    torrc = operator.directory / "torrc"
    text = torrc.read_text()
    assert change[0] in text
    torrc.write_text(text.replace(*change))
    _, said = operator.runs()
    assert told in said
    assert "nothing else" not in said or "safesocks" in said
    operator.runs("--write", "--data", operator.data)
    assert torrc.read_text() == text


def test_what_an_operator_may_change_is_no_fault() -> None:
    door = Path("/run/underseal/tor/portal")
    text = write_torrc(door, Path("/var/lib/underseal-tor"))
    assert list(Torrc.parse(text).faults(door)) == []
    more = (
        text.replace("PoWQueueRate 20", "PoWQueueRate 50")
        + "User nobody\nUseBridges 1\nBridge 192.0.2.7:443\n"
    )
    assert list(Torrc.parse(more).faults(door)) == []
    assert {line.option for line in (*ALONE, *SERVICE)} <= {
        row.split()[0] for row in text.splitlines() if row
    }


def test_a_key_that_others_can_read_or_that_was_shown_is_refused(operator: Operator) -> None:
    operator.sets_up()
    folder = operator.tor_made_a_key()
    folder.chmod(0o750)
    assert f"run: chmod 700 {folder}" in operator.runs()[1]
    folder.chmod(0o700)
    (folder / "onion_service_non_anonymous").write_text("")
    status, said = operator.runs()
    assert status == 1
    assert "one hop" in said
    (folder / "authorized_clients").mkdir()
    (folder / "authorized_clients" / "alice.auth").write_text("descriptor:x25519:A")
    assert "only people with a key of their own" in operator.runs()[1]


def test_a_name_that_is_not_the_keys_and_an_address_that_is_not_tors_are_said(operator: Operator) -> None:
    """A wrong address on posters and pages sends reporters to nobody, or to somebody else."""
    operator.sets_up()
    folder = operator.tor_made_a_key()
    operator.runs("--save")
    operator.tor_made_a_key(bytes(32))
    status, said = operator.runs()
    assert status == 1
    assert f"{SETTINGS_FILE} says {ADDRESS}, Tor says http://{onion_host(bytes(32))}" in said
    (folder / "hostname").write_text(onion_host(KEY) + "\n")
    status, said = operator.runs()
    assert status == 1
    assert "do not belong together" in said
    status, said = operator.runs("--save")
    assert status == 1
    assert "restore both from their copy" in said
    assert read_public(operator.directory).site.onion == ADDRESS


def test_a_door_that_lets_in_others_than_tor_is_no_door(operator: Operator) -> None:
    operator.sets_up()
    with operator.portal(strict=False):
        status, said = operator.runs()
    assert status == 1
    assert "also takes streams that are not from Tor" in said
    operator.door.parent.chmod(0o755)
    assert "is open to others" in operator.runs()[1]


def test_wrong_use_says_what_is_right(operator: Operator) -> None:
    status, said = operator.runs("--socket", "portal")
    assert status == 2
    assert "a path from /" in said
    status, said = operator.runs("--socket", operator.door, "--tor", "/no/such/tor")
    assert "install Tor, or say where it is with --tor" in said
    status, said = operator.runs("--save")
    assert status == 1
    assert "has no address yet" in said


def test_doctor_says_when_tor_has_to_use_the_webs_door(operator: Operator) -> None:
    public = read_public(operator.directory)
    site = public.site.model_copy(update={"onion": ADDRESS})
    write_public(operator.directory, public.model_copy(update={"site": site}))
    told = CliRunner().invoke(main, ["doctor", str(operator.directory)])
    assert told.exit_code == 0
    assert "Tor has no door of its own" in told.output


def test_doctor_looks_at_the_onion_when_there_is_one(operator: Operator) -> None:
    quiet = CliRunner().invoke(main, ["doctor", str(operator.directory)]).output
    assert "Tor" not in quiet
    operator.sets_up()
    told = CliRunner().invoke(main, ["doctor", str(operator.directory)])
    assert told.exit_code == 1
    assert f"the portal does not listen at {operator.door}" in told.output
