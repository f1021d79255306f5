"""A private Tor network on 127.0.0.1: authorities, relays, and one client, for one onion service that is the product's own.

Nothing of it leaves the machine and no part of it knows the public network. It takes about half a minute to agree on itself.
Source: tor(1), TESTING NETWORK OPTIONS; the smallest network in which an onion service works, as the Tor Project's chutney has
it: three authorities that relay, and two relays more, because no path comes back to where it began.
"""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen

PROGRAMS = ("tor", "tor-gencert")
AUTHORITIES, RELAYS, DOORS = 3, 2, 2
_PATIENCE = 180  # seconds for each step; the machine may be busy

_TESTING = """TestingTorNetwork 1
PathsNeededToBuildCircuits 0.67
AssumeReachable 1
Address 127.0.0.1
DoSCircuitCreationEnabled 0
DoSConnectionEnabled 0
DoSStreamCreationEnabled 0
"""
"""Everybody has the same address here: a relay that counts by address would take the whole network for one flooder."""
_VOTING = """AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
ContactInfo nobody@example.org
TestingDirAuthVoteExit *
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
TestingMinExitFlagThreshold 0
TestingV3AuthInitialVotingInterval 5
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval 10
V3AuthVoteDelay 2
V3AuthDistDelay 2
V3AuthNIntervalsValid 60
"""
"""An agreement every ten seconds, and one that is ten minutes old still counts: a test may be slower than its network."""


def missing_programs() -> list[str]:
    """What the machine lacks for such a network."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


@dataclass
class TorNetwork:
    """A network that works. ``doors`` are the ports where people's browsers come in; two doors never share a circuit."""

    root: Path
    doors: list[int]
    defaults: Path
    """Lines that make any Tor a part of this network, for ``--defaults-torrc``."""
    _stack: ExitStack = field(repr=False)

    def runs(self, torrc: Path) -> Tor:
        """Start the Tor of an onion service with its own configuration, to the letter."""
        return _started(
            self._stack, self.root, "service", ["-f", str(torrc), "--defaults-torrc", str(self.defaults)]
        )

    def reaches(self, host: str, *, door: int = 0, apart: str = "") -> socket.socket:
        """A stream to port 80 of ``host``. Streams of one ``apart`` may share a circuit, others never do. Raises OSError."""
        line = socket.create_connection(("127.0.0.1", self.doors[door]), timeout=60)
        try:
            _socks(line, host, apart)
        except BaseException:
            line.close()
            raise
        return line

    def waits_for(self, host: str) -> None:
        """Until ``host`` can be reached."""

        def reached() -> bool:
            try:
                self.reaches(host, apart=str(time.monotonic())).close()
            except OSError:
                return False
            return True

        _eventually(reached, f"{host} cannot be reached", self.root)


@dataclass
class Tor:
    """One running Tor."""

    process: Popen[bytes]
    output: Path


@contextmanager
def tor_network(root: Path) -> Iterator[TorNetwork]:
    """Start one in ``root``, a folder with a short path, until it has agreed on itself; end every part of it afterwards."""
    ports = _free_ports(2 * AUTHORITIES + RELAYS + DOORS)
    or_ports, dir_ports = (
        ports[: AUTHORITIES + RELAYS],
        ports[AUTHORITIES + RELAYS : 2 * AUTHORITIES + RELAYS],
    )
    doors = ports[-DOORS:]
    with ThreadPoolExecutor(AUTHORITIES) as pool:
        lines = list(
            pool.map(lambda n: _authority(root / f"a{n}", or_ports[n], dir_ports[n]), range(AUTHORITIES))
        )
    defaults = root / "testing.torrc"
    defaults.write_text(_TESTING + "".join(lines), encoding="ascii")
    with ExitStack() as stack:
        relay = "SocksPort 0\nExitPolicy reject *:*\nORPort 127.0.0.1:{}\n"
        for number, port in enumerate(or_ports):
            text = relay.format(port)
            if number < AUTHORITIES:
                text += f"DirPort 127.0.0.1:{dir_ports[number]}\n{_VOTING}"
            _member(stack, root, f"{'ar'[number >= AUTHORITIES]}{number}", text)
        _eventually(lambda: _agreed(dir_ports[0]), "the authorities did not agree on a network", root)
        _member(stack, root, "client", "".join(f"SocksPort 127.0.0.1:{port}\n" for port in doors))
        yield TorNetwork(root, doors, defaults, stack)


def _authority(folder: Path, or_port: int, dir_port: int) -> str:
    """Make an authority's keys; the line by which everybody knows it."""
    (folder / "keys").mkdir(parents=True, mode=0o700)
    folder.chmod(0o700)
    keys = {
        option: str(folder / "keys" / f"authority_{name}")
        for option, name in (("-i", "identity_key"), ("-s", "signing_key"), ("-c", "certificate"))
    }
    made = [
        "tor-gencert",
        "--create-identity-key",
        "--passphrase-fd",
        "0",
        "-m",
        "3",
        "-a",
        f"127.0.0.1:{dir_port}",
    ]
    made += [part for pair in keys.items() for part in pair]
    subprocess.run(made, input=b"nobody\n", stderr=DEVNULL, check=True, timeout=_PATIENCE)
    certificate = Path(keys["-c"]).read_text(encoding="ascii")
    identity = re.search(r"^fingerprint (\w{40})$", certificate, re.MULTILINE)
    nobody = f"x 127.0.0.1:1 {'f' * 40}"
    asked = ["tor", "--list-fingerprint", "--quiet", "--ignore-missing-torrc", "-f", str(folder / "none"), "--ORPort", "1",
             "--DataDirectory", str(folder), "--DirAuthority", nobody]  # fmt: skip
    said = subprocess.run(asked, stdout=PIPE, check=True, timeout=_PATIENCE).stdout.decode("ascii")
    fingerprint = "".join(said.split()[-10:])
    assert identity is not None
    return f"DirAuthority {folder.name} orport={or_port} no-v2 v3ident={identity[1]} 127.0.0.1:{dir_port} {fingerprint}\n"


def _member(stack: ExitStack, root: Path, name: str, text: str) -> Tor:
    folder = root / name
    folder.mkdir(mode=0o700, exist_ok=True)
    torrc = folder / "torrc"
    torrc.write_text(f"DataDirectory {folder}\nNickname {name}\nLog notice stdout\n{text}", encoding="ascii")
    return _started(stack, root, name, ["-f", str(torrc), "--defaults-torrc", str(root / "testing.torrc")])


def _started(stack: ExitStack, root: Path, name: str, options: list[str]) -> Tor:
    output = root / f"{name}.log"
    with output.open("wb") as file:
        process = Popen(["tor", *options], stdout=file, stderr=STDOUT, stdin=DEVNULL, start_new_session=True)
    stack.callback(_end, process)
    return Tor(process, output)


def _end(process: Popen[bytes]) -> None:
    # At once: asked politely, an authority that has just begun takes minutes to go.
    process.send_signal(signal.SIGKILL)
    process.wait()


def _agreed(dir_port: int) -> bool:
    """Whether there is an agreement in which every relay is."""
    url = f"http://127.0.0.1:{dir_port}/tor/status-vote/current/consensus-microdesc"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.read().count(b"\nr ") == AUTHORITIES + RELAYS)
    except OSError:
        return False


def _eventually(true: Callable[[], bool], otherwise: str, root: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > end:
            told = "\n".join(
                f"{path.name}: {path.read_text(errors='replace')[-600:]}"
                for path in sorted(root.glob("*.log"))
            )
            raise AssertionError(f"{otherwise} within {_PATIENCE} seconds\n{told}")
        time.sleep(0.2)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _socks(line: socket.socket, host: str, apart: str) -> None:
    """SOCKS 5 with a name and a password, which Tor takes as a wish to be apart. Sources: RFC 1928, RFC 1929."""
    word = (apart or "nobody").encode("ascii")
    line.sendall(b"\x05\x01\x02")
    if _exactly(line, 2) != b"\x05\x02":
        raise OSError("no such door")
    line.sendall(b"\x01" + bytes([len(word)]) + word + b"\x01x")
    _exactly(line, 2)
    line.sendall(b"\x05\x01\x00\x03" + bytes([len(host)]) + host.encode("ascii") + (80).to_bytes(2, "big"))
    if (answer := _exactly(line, 10))[1] != 0:
        raise OSError(f"Tor does not get there (SOCKS {answer[1]})")


def _exactly(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = line.recv(count - len(data))
        if not part:
            raise OSError("Tor hung up")
        data += part
    return data
