"""Whether an instance's onion service is as it should be: Tor, its configuration, its key, and the portal's door for it.

A check yields findings and never raises. It changes nothing, and nothing of it leaves the machine.
"""

from __future__ import annotations

import re
import shutil
import socket
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from crypto.onion import is_onion_host, onion_host
from intake.settings import SETTINGS_FILE, PublicSettings, read_public
from templates.web.circuit import CIRCUIT_BYTES, circuit_line
from templates.web.listen import fault_of_folder
from triage.instances.finding import Finding, Grade
from triage.instances.torrc import Torrc, read_torrc

TORRC = "torrc"
OLDEST_TOR = (0, 4, 8)
"""The first with the proof of work."""
_PATIENCE = 10  # seconds
_HEADER = b"== ed25519v1-public: type0 ==".ljust(32, b"\0")
_VERSION = re.compile(r"Tor version (\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Onion:
    """What is looked at."""

    public: PublicSettings
    torrc: Path
    tor: str = "tor"

    def examine(self) -> Iterator[Finding]:
        """Every finding."""
        door = self.public.portal.onion
        if door is None:
            yield Finding(
                Grade.WARN,
                "Tor has no door of its own: nothing tells visitors apart in a flood, and the web answers to the onion's name; "
                "give it one: underseal onion DIR --socket PATH",
            )
            return
        yield from self._program()
        torrc = None
        try:
            torrc = read_torrc(self.torrc)
        except FileNotFoundError:
            yield Finding(Grade.WARN, f"{self.torrc} is not there; write it with `underseal onion DIR`")
        except (OSError, ValueError) as error:
            yield Finding(Grade.FAIL, f"{self.torrc} cannot be read: {_reason(error)}")
        if torrc is not None:
            yield from self._configuration(torrc, door)
            yield from _key(torrc.service_folder, self.public.site.onion)
        yield from _portal(door)
        yield from self._other_doors()

    def _program(self) -> Iterator[Finding]:
        if shutil.which(self.tor) is None:
            yield Finding(
                Grade.WARN, f"there is no {self.tor} here; install Tor, or say where it is with --tor"
            )
            return
        version = _VERSION.search(_said_by(self.tor, "--version"))
        modules = _said_by(self.tor, "--list-modules")
        if version is None or tuple(map(int, version.groups())) < OLDEST_TOR:
            yield Finding(Grade.FAIL, f"{self.tor} is older than {'.'.join(map(str, OLDEST_TOR))}; update it")
        elif "pow: yes" not in modules:
            yield Finding(
                Grade.FAIL,
                f"{self.tor} was built without the proof of work (pow); take your distribution's package",
            )
        else:
            yield Finding(Grade.OK, f"Tor {'.'.join(version.groups())} has the proof of work")

    def _configuration(self, torrc: Torrc, door: Path) -> Iterator[Finding]:
        faults = list(torrc.faults(door))
        yield from faults
        if shutil.which(self.tor) is not None:
            command = ("--verify-config", "--defaults-torrc", "/dev/null", "-f", str(self.torrc.resolve()))
            said = _said_by(self.tor, *command)
            if "Configuration was valid" not in said:
                errors = [
                    line.partition("] ")[2]
                    for line in said.splitlines()
                    if "[err]" in line or "[warn]" in line
                ]
                yield Finding(
                    Grade.FAIL,
                    f"Tor does not take {self.torrc}: {'; '.join(errors[:3]) or 'it says nothing'}",
                )
                return
        if not faults:
            yield Finding(Grade.OK, f"{self.torrc} opens the one service and nothing else")

    def _other_doors(self) -> Iterator[Finding]:
        portal = self.public.portal
        if portal.unix is None and not _is_loopback(portal.host):
            yield Finding(
                Grade.WARN,
                f"the portal also listens on {portal.host}: everybody in that network meets it without https and without Tor",
            )
        if self.public.site.onion is not None and self.public.site.address is not None and not portal.https:
            yield Finding(
                Grade.WARN,
                "the ordinary web does not point at the onion: that takes https = true in [portal]",
            )


def about_onion(directory: Path) -> Iterator[Finding]:
    """Findings about the onion service of the instance in ``directory``; none when it has none. Raises SettingsError."""
    public = read_public(directory)
    if public.portal.onion is not None or public.site.onion is not None:
        yield from Onion(public, directory / TORRC).examine()


def _key(folder: Path | None, saved: str | None) -> Iterator[Finding]:
    if folder is None:
        return  # said with the configuration
    try:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & 0o077:
            yield Finding(Grade.FAIL, f"others can look at the onion's key; run: chmod 700 {folder}")
        if (folder / "onion_service_non_anonymous").exists():
            yield Finding(
                Grade.FAIL,
                f"{folder} was used for a service of one hop, which shows the machine; make a new one elsewhere",
            )
        if any((folder / "authorized_clients").glob("*.auth")):
            yield Finding(
                Grade.WARN,
                "authorized_clients: only people with a key of their own reach the onion, and nobody else",
            )
        yield from _address(folder, saved)
    except PermissionError:
        yield Finding(
            Grade.WARN, f"{folder} is Tor's: run `underseal onion` as root to look at the key and the address"
        )
    except FileNotFoundError:
        yield Finding(
            Grade.WARN, f"{folder} has no key yet: start this Tor once, it makes the key and the address"
        )
    except (OSError, ValueError) as error:
        yield Finding(Grade.FAIL, f"the onion's key and address cannot be read: {_reason(error)}")


def _address(folder: Path, saved: str | None) -> Iterator[Finding]:
    address = address_in(folder)
    if address is None:
        yield Finding(
            Grade.FAIL, f"hostname and key in {folder} do not belong together; restore both from their copy"
        )
    elif saved is None:
        yield Finding(Grade.WARN, f"the address is {address}; write it into {SETTINGS_FILE} with --save")
    elif saved != address:
        yield Finding(
            Grade.FAIL,
            f"{SETTINGS_FILE} says {saved}, Tor says {address}: restore the key, or take the new one with --save",
        )
    else:
        yield Finding(Grade.OK, f"the address is {address}; whoever has a copy of {folder} is this address")


def address_in(folder: Path) -> str | None:
    """The address of the service whose key lies in ``folder``, when its name and its key say the same. Raises OSError."""
    name = (folder / "hostname").read_bytes()[:100].decode("ascii", errors="replace").strip()
    public = (folder / "hs_ed25519_public_key").read_bytes()[:65]
    fits = len(public) == 64 and public.startswith(_HEADER) and is_onion_host(name)
    return f"http://{name}" if fits and onion_host(public[32:]) == name else None


def _portal(door: Path) -> Iterator[Finding]:
    # The user of the portal is not always the one who asks; the portal itself insists on its own.
    owner = door.parent.stat().st_uid if door.parent.is_dir() else None
    if (fault := fault_of_folder(door.parent, owner=owner)) is not None:
        yield Finding(Grade.FAIL, fault)
    request = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        answer = _asked(door, circuit_line(bytes(CIRCUIT_BYTES)) + request)
        other = _asked(door, request)
    except PermissionError:
        yield Finding(
            Grade.WARN, f"{door} is open to its group alone: run `underseal onion` as root to try it"
        )
        return
    except OSError as error:
        yield Finding(
            Grade.FAIL, f"the portal does not listen at {door} ({error.strerror or 'no answer'}); start it"
        )
        return
    if not answer.startswith(b"HTTP/1.1 200 ") or not answer.endswith(b"\r\n\r\nok"):
        yield Finding(
            Grade.FAIL,
            f"what listens at {door} is not the portal's door for Tor; stop it and start the portal",
        )
    elif other:
        yield Finding(Grade.FAIL, f"{door} also takes streams that are not from Tor; start the portal anew")
    else:
        yield Finding(Grade.OK, f"the portal listens at {door}, for Tor alone")


def _asked(door: Path, data: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(_PATIENCE)
        line.connect(str(door))
        answer = b""
        try:
            line.sendall(data)
            while len(answer) < 64 * 1024 and (part := line.recv(4096)):
                answer += part
        except (ConnectionResetError, BrokenPipeError):
            pass  # closed without a word, as it should be for whoever is not Tor
        return answer


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _said_by(tor: str, *options: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - no shell; the program is the operator's own choice
            [tor, *options], capture_output=True, text=True, timeout=60, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr


def _reason(error: OSError | ValueError) -> str:
    return error.strerror or "it cannot be used" if isinstance(error, OSError) else str(error)
