"""P6: long traffic from marked visitors, faults and refusals in it; afterwards every place where something lasts is searched.

A real portal with its processes, its database, its logs, its temporary files and the shared memory of the machine. Each mark is
looked for in every usual disguise. The reports themselves are none of this: ``test_nothing_at_rest.py`` looks for them.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import inspect, text

from tests.support.forensics import traces
from tests.support.instances import Instance
from tests.support.processes import Process, serving
from tests.support.visitor import MULTIPART, Visitor, multipart

AGENT = "Quaggabrowser/77.31 (Zanzibar; rv:9137)"
REFERRER = "https://intranet.ministry.example/whistle-quagga-page-5512"
LANGUAGE = "tlh-QUAGGALAND-x-9942"
ADDRESS = "203.0.113.199, 198.51.100.123"
COOKIE = "quagga-tracking-cookie-value-881273"
PATH = "/quagga-odd-path-6613/with-a-name"
QUERY = "quaggaquery=employee-number-20417"
WRONG_CODE = "quagga zanzibar seven wrong words of a code"
FIELD = "quagga-unknown-field-3391"
FILE = b"Quagga-marked-bytes-of-a-broken-upload-55019 " * 50
FILE_NAME = "quagga-private-file-name-7741.docx"
MARKS = (
    AGENT, REFERRER, LANGUAGE, "203.0.113.199", "198.51.100.123", COOKIE, PATH, QUERY, WRONG_CODE, FIELD,
    "Quagga-marked-bytes-of-a-broken-upload-55019", FILE_NAME,
)  # fmt: skip
_SHARED = Path("/dev/shm")


class Marked(Visitor):
    """Somebody whose browser, network and software say a lot about them."""

    def _headers(self) -> dict[str, str]:
        return {
            "User-Agent": AGENT, "Referer": REFERRER, "Accept-Language": LANGUAGE, "From": "quagga@ministry.example",
            "X-Forwarded-For": ADDRESS, "Forwarded": f"for={ADDRESS}", "X-Real-IP": "203.0.113.199",
            "Via": "1.1 quagga-proxy", "Sec-Fetch-Site": "same-origin", "DNT": "1",
            "Cookie": "; ".join([*(f"{name}={value}" for name, value in self.cookies.items()), f"track={COOKIE}"]),
        }  # fmt: skip


@dataclass
class Scene:
    """An instance whose portal runs, and every place where something could be left."""

    instance: Instance
    portal: Process
    workspace: Path
    shared_before: frozenset[Path]

    def traces(self) -> list[str]:
        """Marks on any disk, in the database, in the logs, in files without a name, in the shared memory."""
        blobs = [*self._dump(), *self._nameless(), *self._shared()]
        return traces(MARKS, [self.instance.directory, self.workspace], blobs)

    def _dump(self) -> Iterator[bytes]:
        engine = self.instance.owner.state.kw["bind"]
        if engine.dialect.name == "postgresql":
            with engine.connect() as connection:
                for table in inspect(engine).get_table_names():
                    for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                        yield b"\n".join(
                            each if isinstance(each, bytes) else str(each).encode() for each in row
                        )

    def _nameless(self) -> Iterator[bytes]:
        """What the portal's processes hold open that has lost its name, or never had one."""
        for process in self.processes():
            for each in Path(f"/proc/{process}/fd").iterdir():
                if "(deleted)" in str(each.readlink()):
                    yield each.read_bytes()

    def _shared(self) -> Iterator[bytes]:
        for each in set(_SHARED.iterdir()) - self.shared_before:
            if each.is_file():
                yield each.read_bytes()

    def processes(self) -> list[int]:
        """The portal's, and their parent; none after it was killed."""
        parent = self.portal.popen.pid
        if self.portal.popen.poll() is not None:
            return []
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [parent, *map(int, children)]


@pytest.fixture
def scene(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    workspace = tmp_path_factory.mktemp("workspace")
    before = frozenset(_SHARED.iterdir())
    with serving("portal", instance.directory, workspace, today=instance.today.isoformat()) as portal:
        yield Scene(instance, portal, workspace, before)


def test_long_traffic_of_marked_visitors_leaves_no_mark_anywhere(scene: Scene) -> None:
    code = _files(Marked(scene.portal.url))
    for _ in range(3):
        _looks_around(Marked(scene.portal.url))
        _errs(Marked(scene.portal.url), code)
        _sends_broken_files(Marked(scene.portal.url))
    _speaks_no_http(scene.portal.port)
    assert scene.traces() == []
    with scene.instance.owner.volatile.begin() as session:
        session.execute(text("ALTER TABLE budgets RENAME TO budgets_away"))
    faulty = Marked(scene.portal.url)
    faulty.get("/return")
    assert faulty.post("/return", {"code": code}).status == 503
    _looks_around(faulty)
    log = scene.portal.output.read_text()
    assert '"event": "database.unavailable"' in log, "a fault is told"
    assert scene.traces() == []
    for line in log.splitlines():
        assert line.startswith('{"day": "'), line
    scene.portal.kill()
    assert scene.traces() == []


def test_what_is_left_of_a_visit_is_no_moment(scene: Scene) -> None:
    """Beside a session, which ends with the visit: nothing in the stores says when somebody came, to less than ten minutes."""
    code = _files(Marked(scene.portal.url))
    visitor = Marked(scene.portal.url)
    visitor.get("/return")
    visitor.post("/return", {"code": code})
    visitor.post("/mailbox/message", {"text": "Something more."})
    with scene.instance.owner.volatile() as session:
        rows = session.execute(text("SELECT key, expires FROM budgets")).all()
    assert rows
    assert all(expires % (600 if "/visit/" in key else 10) == 0 for key, expires in rows)
    assert not any(value in key for key, _ in rows for value in visitor.cookies.values())
    with scene.instance.owner.volatile() as session:
        ends = session.execute(text("SELECT expires FROM sessions")).scalars().all()
    assert ends
    assert all(end % 60 == 0 for end in ends), "not even a session says in which second it was used"


def _files(visitor: Visitor) -> str:
    visitor.get("/report")
    visitor.post("/report", {"what": "The wells are measured at night.", "go": "next"})
    visitor.get("/report/check")
    receipt = visitor.post("/report/check", {"send": "1"})
    return receipt.element("receipt-code")


def _looks_around(visitor: Visitor) -> None:
    for path in ("/", "/safety", "/rights", "/return", "/report", f"{PATH}", f"/?{QUERY}", f"/mailbox?{QUERY}",
                 f"/language/{quote(LANGUAGE)}", f"/static/{quote(COOKIE)}.css", f"/log/tile/0/{quote(FIELD)}"):  # fmt: skip
        assert visitor.get(path).status < 500 or visitor.get(path).status == 503


def _errs(visitor: Visitor, code: str) -> None:
    visitor.get("/return")
    assert visitor.post("/return", {"code": WRONG_CODE}).status == 422
    assert visitor.post("/return", {"code": code, FIELD: FIELD}).status == 422
    assert visitor.post(PATH, {"code": WRONG_CODE}).status == 422
    assert visitor._request("PUT", "/return").status == 405
    visitor.token = "forged"
    assert visitor.post("/return", {"code": WRONG_CODE}).status == 403


def _sends_broken_files(visitor: Visitor) -> None:
    visitor.get("/report")
    visitor.post("/report", {"what": "There is a paper.", "go": "next"})
    visitor.get("/report/evidence")
    whole = multipart([("csrf_token", visitor.token)], [(FILE_NAME, FILE)], end=False)
    visitor._request("POST", "/report/evidence", whole[:-20], kind=MULTIPART)
    visitor._request("POST", "/report", whole, kind=MULTIPART)


def _speaks_no_http(port: int) -> None:
    for garbage in (
        f"{AGENT}\r\n\r\n",
        f"GET {PATH} HTTP/9.9\r\nX: {COOKIE}\r\n\r\n",
        f"GET / HTTP/1.1\r\n{FIELD} bad\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(garbage.encode())
            line.recv(4096)
