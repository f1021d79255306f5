"""Tor's configuration for one onion service: the lines that are written, and what is wrong with lines that are there.

It is the whole configuration of a Tor of its own, which serves this one service and nobody else. Every line that matters is
data with its reason; what an operator adds is looked at, and what opens anything is a fault. Source: tor(1), Tor 0.4.8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from triage.instances.finding import Finding, Grade

SERVICE_FOLDER = "onion"
VIRTUAL_PORT = 80
MAX_TORRC = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Line:
    """One option with our value. ``tunable``: another number is no fault, as the machine's strength may ask for it."""

    option: str
    value: str
    why: str = ""
    tunable: bool = False


ALONE = (
    Line("SocksPort", "0", "This Tor serves one onion service. Nobody browses through it, nothing steers it."),
    Line("ControlPort", "0"),
    Line("ORPort", "0"),
    Line("DirPort", "0"),
    Line("ClientOnly", "1"),
    Line("ExitRelay", "0"),
    Line("SafeLogging", "1", "It tells the service manager alone: no address, no file, no count of visitors every six hours."),
    Line("Log", "notice stdout"),
    Line("HeartbeatPeriod", "0"),
    Line("AvoidDiskWrites", "1"),
    Line("HiddenServiceSingleHopMode", "0", "Never one hop: the machine's place would be known to strangers' relays."),
    Line("HiddenServiceNonAnonymousMode", "0"),
    Line("VanguardsLiteEnabled", "1", "Few second hops, kept for long: many circuits tell little of the first."),
)  # fmt: skip
"""For the process."""

SERVICE = (
    Line("HiddenServiceVersion", "3"),
    Line("HiddenServiceExportCircuitID", "haproxy", "Each stream begins with its circuit's number: budgets without addresses."),
    Line("HiddenServiceAllowUnknownPorts", "0"),
    Line("HiddenServiceDirGroupReadable", "0"),
    Line("HiddenServicePoWDefensesEnabled", "1", "In a flood whoever wants in works a little first; otherwise nobody does."),
    Line("HiddenServicePoWQueueRate", "20", "So many new circuits a second are let in.", tunable=True),
    Line("HiddenServicePoWQueueBurst", "200", tunable=True),
    Line("HiddenServiceEnableIntroDoSDefense", "1", "A second wall, wider than the first: that one sorts, this one drops."),
    Line("HiddenServiceEnableIntroDoSRatePerSec", "25", tunable=True),
    Line("HiddenServiceEnableIntroDoSBurstPerSec", "200", tunable=True),
    Line("HiddenServiceMaxStreams", "16", "A browser opens six; a circuit with more is closed.", tunable=True),
    Line("HiddenServiceMaxStreamsCloseCircuit", "1"),
)  # fmt: skip
"""For the service."""

OPENS = frozenset(
    {
        "bridgeauthoritativedir", "bridgerelay", "controlsocket", "dirportfrontpage", "dnsport", "extorport",
        "hashedcontrolpassword", "httptunnelport", "metricsport", "natdport", "orlistenaddress", "serverdnsresolvconffile",
        "servertransportplugin", "transport", "transportport", "transproxytype", "unixsocksgroupwritable",
    }
)  # fmt: skip
"""Options that open something more on the machine or in the network, in small letters."""
HARMLESS = frozenset(
    {
        "bridge", "clienttransportplugin", "circuitpadding", "connectionpadding", "datadirectory", "entrynodes",
        "excludenodes", "fascistfirewall", "geoipfile", "geoipv6file", "hiddenservicedir", "hiddenserviceport",
        "hiddenservicenumintroductionpoints", "numcpus", "pidfile", "reachableaddresses", "runasdaemon", "sandbox",
        "strictnodes", "usebridges", "user",
    }
)  # fmt: skip
"""Options that an operator may need and that change nothing of what is promised."""

_OPTION = re.compile(r"\s*(\S+)(?:\s+(.*?))?\s*")


def write_torrc(socket: Path, data: Path) -> str:
    """The configuration of a Tor whose files lie in ``data`` and which brings visitors to ``socket``."""
    lines = [
        "# Tor for one onion service, written by `underseal onion`, which also checks it.",
        f"DataDirectory {data}",
    ]
    lines += _written(ALONE)
    lines += [
        "",
        f"HiddenServiceDir {data / SERVICE_FOLDER}",
        f"HiddenServicePort {VIRTUAL_PORT} unix:{socket}",
    ]
    return "\n".join([*lines, *_written(SERVICE)]) + "\n"


def _written(lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        if line.why:
            yield f"# {line.why}"
        yield f"{line.option} {line.value}"


@dataclass(frozen=True, slots=True)
class Torrc:
    """A configuration as it is: every option in small letters, with its values in their order."""

    options: Mapping[str, tuple[str, ...]]

    @classmethod
    def parse(cls, text: str) -> Torrc:
        """Read ``text``. Raises ValueError for what we would read otherwise than Tor does."""
        options: dict[str, tuple[str, ...]] = {}
        for line in text.splitlines():
            if line.rstrip().endswith("\\") or line.lstrip().startswith("%"):
                raise ValueError(
                    f"a line that goes on in another one or another file cannot be checked: {line.strip()[:60]}"
                )
            found = _OPTION.fullmatch(line.partition("#")[0])
            if found is not None:
                name = found[1].lstrip("+/").lower()
                options[name] = (*options.get(name, ()), found[2] or "")
        return cls(options)

    @property
    def service_folder(self) -> Path | None:
        """Where the service's key lies."""
        return next((Path(value.strip('"')) for value in self.options.get("hiddenservicedir", ())), None)

    def faults(self, socket: Path) -> Iterator[Finding]:
        """What is wrong, and what stands there that is not ours."""
        for line in (*ALONE, *SERVICE):
            if (fault := self._fault_of(line)) is not None:
                yield Finding(Grade.FAIL, fault)
        yield from self._exposed(socket)
        ours = {line.option.lower() for line in (*ALONE, *SERVICE)}
        for name in sorted(set(self.options) - ours - HARMLESS - OPENS):
            yield Finding(
                Grade.WARN, f"torrc sets {name}, which is not ours: see in tor(1) that it opens nothing"
            )

    def _fault_of(self, line: Line) -> str | None:
        values = self.options.get(line.option.lower(), ())
        if values == (line.value,):
            return None
        if line.tunable and len(values) == 1 and values[0].isdecimal() and int(values[0]) > 0:
            return None
        said = "does not say" if not values else f"says {line.option} {', '.join(values)}, not"
        return f"torrc {said} {line.option} {line.value}; correct it, or write it anew with --write"

    def _exposed(self, socket: Path) -> Iterator[Finding]:
        for name in sorted(OPENS & set(self.options)):
            yield Finding(
                Grade.FAIL,
                f"torrc sets {name}: this Tor must open nothing but the one service; take the line out",
            )
        if len(self.options.get("hiddenservicedir", ())) != 1:
            yield Finding(
                Grade.FAIL,
                "torrc must have one HiddenServiceDir: two services of one Tor can be told to be one machine",
            )
        ports = self.options.get("hiddenserviceport", ())
        ours = f"{VIRTUAL_PORT} unix:{socket}"
        if tuple(port.replace('"', "") for port in ports) != (ours,):
            yield Finding(
                Grade.FAIL,
                f"torrc must have the one line HiddenServicePort {ours}, where the portal listens for Tor"
                + ("" if not ports else f"; it says {', '.join(ports)}"),
            )


def read_torrc(path: Path) -> Torrc:
    """Raises OSError, and ValueError when it cannot be checked."""
    with path.open("rb") as file:
        return Torrc.parse(file.read(MAX_TORRC).decode("utf-8"))
