"""Two kinds of request, measured from outside in pairs: real servers, real sockets, a random order within each pair.

Both kinds of a pair are asked by one visitor, one right after the other, so that whatever drifts drifts for both; many visitors
ask at once. What is measured of an answer is what a line shows: how long it took, and how many bytes came.
"""

from __future__ import annotations

import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from crypto.kdf import UNSAFE_TEST_COST
from intake.database.engines import Databases
from intake.log import configure
from intake.settings import load_portal, load_triage
from intake.time import Clock
from portal.app import create_app as create_portal
from templates.web.listen import Listen
from templates.web.server import serve
from tests.support.oracle import Verdict, judge
from tests.support.processes import Process, free_port, started
from triage.app import create_app as create_triage

_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')
_COOKIE = re.compile(rb"\r\nSet-Cookie: ([^=]+)=([^;]*)")
_HASTE = 60
"""Seconds of the portal's clock in one of ours: what its purse allows in a minute comes in a second. Ticks are real."""


@dataclass(frozen=True)
class Seen:
    """One answer, as the line showed it."""

    status: int
    seconds: float
    head: int
    body: int

    @property
    def length(self) -> int:
        """All bytes that came."""
        return self.head + self.body


@dataclass
class Line:
    """One visitor's connection to a site, a new one for each request, as Tor Browser's may be."""

    url: str
    cookies: dict[bytes, bytes] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> Seen:
        """Open a page."""
        return self._ask(f"GET {path}", b"")

    def post(self, path: str, values: Mapping[str, str]) -> Seen:
        """Send a form."""
        return self._ask(f"POST {path}", urlencode({"csrf_token": self.token, **values}).encode())

    def forget(self, name: bytes) -> None:
        """As if this cookie had never come."""
        self.cookies.pop(name, None)

    def _ask(self, what: str, body: bytes) -> Seen:
        address = urlsplit(self.url)
        cookies = b"; ".join(b"=".join(pair) for pair in self.cookies.items())
        head = f"{what} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n".encode()
        head += b"Sec-Fetch-Site: same-origin\r\nAccept-Language: en\r\nCookie: " + cookies + b"\r\n"
        if body:
            head += b"Content-Type: application/x-www-form-urlencoded\r\n"
            head += b"Content-Length: %d\r\n" % len(body)
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=120) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            begun = time.perf_counter()
            line.sendall(head + b"\r\n" + body)
            answer = b"".join(iter(lambda: line.recv(1 << 18), b""))
            seconds = time.perf_counter() - begun
        headers, _, content = answer.partition(b"\r\n\r\n")
        self.cookies.update(_COOKIE.findall(headers))
        if found := _TOKEN.search(content):
            self.token = found[1].decode()
        return Seen(int(headers[9:12]), seconds, len(headers), len(content))


Kind = Callable[[Line], Sequence[Seen]]
"""What one kind of visitor does: one answer or more, always as many."""


@dataclass
class Pairs:
    """What was measured: for each pair what both kinds saw, in the order of measuring."""

    seen: list[tuple[Sequence[Seen], Sequence[Seen]]] = field(default_factory=list)
    busy: int = 0
    """Pairs of which one was told to come again: they are measured anew."""

    def latencies(self, place: int) -> Verdict:
        """Of the answer at this place."""
        return judge(*([kinds[which][place].seconds for kinds in self.seen] for which in (0, 1)))

    def sizes(self, place: int) -> Verdict:
        """Likewise."""
        return judge(*([float(kinds[which][place].length) for kinds in self.seen] for which in (0, 1)))

    def statuses(self) -> set[tuple[tuple[int, ...], ...]]:
        """Every combination that came; one, when status tells nothing."""
        return {tuple(tuple(seen.status for seen in kind) for kind in kinds) for kinds in self.seen}


def measure(url: str, first: Kind, second: Kind, *, pairs: int, visitors: int, opens: str) -> Pairs:
    """``pairs`` pairs, by so many visitors at once. ``opens`` is the page whose form they send."""
    found, lock, faults = Pairs(), threading.Lock(), list[BaseException]()
    left = iter(range(pairs))

    def visit(seed: int) -> None:
        chance, line = random.Random(seed), Line(url)
        try:
            line.get(opens)
            while True:
                with lock:
                    if faults or next(left, None) is None:
                        return
                _measure_one(found, lock, line, (first, second), chance)
        except BaseException as error:  # noqa: BLE001  # told by the thread that waits
            faults.append(error)

    threads = [threading.Thread(target=visit, args=(seed,)) for seed in range(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return found


def _measure_one(
    found: Pairs, lock: threading.Lock, line: Line, kinds: tuple[Kind, Kind], chance: random.Random
) -> None:
    while True:
        order = [0, 1] if chance.random() < 0.5 else [1, 0]
        seen = {which: kinds[which](line) for which in order}
        if not any(each.status in {429, 503} for kind in seen.values() for each in kind):
            break
        with lock:
            found.busy += 1
        time.sleep(chance.random())
    with lock:
        found.seen.append((seen[0], seen[1]))


@contextmanager
def load(url: str, *, burners: int = 2, readers: int = 2) -> Iterator[None]:
    """A loaded machine: processes that compute, for ten minutes at most, and people who read the site's first page."""
    over = threading.Event()
    burning = [
        subprocess.Popen([sys.executable, "-c", "import time\nwhile time.process_time() < 600: pass"])
        for _ in range(burners)
    ]

    def read() -> None:
        line = Line(url)
        while not over.is_set():
            line.get("/")
            over.wait(0.05)

    reading = [threading.Thread(target=read) for _ in range(readers)]
    for thread in reading:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in reading:
            thread.join()
        for process in burning:
            process.kill()
            process.wait()


@contextmanager
def side(name: str, directory: Path, workspace: Path, today: date) -> Iterator[Process]:
    """``portal`` or ``triage`` behind the real server, with real ticks; derivations cost what they cost in tests: nothing then
    hides a difference.
    """
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "tests.support.pairs",
        name,
        str(directory),
        str(port),
        today.isoformat(),
    ]
    with started(command, port, workspace / f"{name}.log", workspace) as process:
        yield process


@dataclass(frozen=True, slots=True)
class _HastyClock(Clock):
    begun: float = field(default_factory=time.time)

    def now(self) -> int:
        return int(self.begun + (time.time() - self.begun) * _HASTE)


def _main(name: str, directory: str, port: str, today: str) -> None:
    day = date.fromisoformat(today)

    def load_side() -> object:
        log = configure(name)
        if name == "portal":
            portal = load_portal(Path(directory))
            clock = _HastyClock(day)
            return create_portal(portal, Databases.open(portal), log, clock=clock, cost=UNSAFE_TEST_COST)
        triage = load_triage(Path(directory))
        return create_triage(triage, Databases.open(triage), log, today=day, cost=UNSAFE_TEST_COST)

    serve(load_side, Listen("127.0.0.1", int(port), https=False))  # type: ignore[arg-type]  # two applications, one server


if __name__ == "__main__":
    _main(*sys.argv[1:])
