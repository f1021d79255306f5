"""The portal as a real onion service, in a private Tor network on this machine, in a browser with scripts off."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser
from sqlalchemy import select

from intake.database.case_tables import Case
from intake.drafts import Draft
from intake.events import EventKind
from intake.settings import read_public
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.portal.conftest import SENTENCE, Telephone
from tests.conftest import TODAY
from tests.support.doors import connects
from tests.support.instances import Instance, build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import free_port
from tests.support.reports import Filed, Offices
from tests.support.tor_network import TorNetwork, missing_programs, tor_network
from tests.support.uploads import eventually
from triage.cli.main import main

pytestmark = [
    pytest.mark.browser,
    pytest.mark.onion,
    pytest.mark.skipif(bool(missing_programs()), reason="needs Debian's tor: apt install tor"),
]
ANSWER = "We asked everybody who was there."

WATCHED = """
import sys
from pathlib import Path
from portal.__main__ import main
from portal.flood.circuits import Circuits

seen, answer = Path(sys.argv.pop(1)), Circuits.__call__

def watched(self, environ, start):
    with seen.open("a") as file:
        file.write(repr(environ.get("underseal.circuit")) + "\\n")
    return answer(self, environ, start)

Circuits.__call__ = watched
main()
"""
"""The portal itself, and beside it a list of the circuits that its edge was told."""


@dataclass
class Service:
    """An instance that is on the air, with a network around it."""

    network: TorNetwork
    instance: Instance
    address: str
    seen: Path
    log: Path

    @property
    def host(self) -> str:
        """The onion's name."""
        return self.address.removeprefix("http://")

    def answers(self) -> None:
        """Mara writes to the reporter of the only case."""
        with self.instance.owner.reading() as session:
            case = session.scalars(select(Case.id)).one()
        filed = Filed(Offices(self.instance, TODAY), Draft.new(), case, b"")
        met = {name: TODAY.isoformat() for name in ("ack_due", "accept_due", "feedback_due")}
        with filed.act("mara") as acting:
            acting.tell(EventKind.ACKNOWLEDGED, {"state": "acknowledged", "met": met})
        with filed.act("mara") as acting:
            acting.tell(EventKind.TOLD, acting.answer(ANSWER))


def underseal(*arguments: str | Path) -> tuple[int, str]:
    """Run the command; its exit code and everything it says."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """As an operator sets it up: the door, the configuration, Tor, the address, the portal, the check."""
    workspace = tmp_path_factory.mktemp("onion")
    directory = workspace / "instance"
    instance = build_instance(directory, small_organisation(), today=TODAY)
    # Sockets have short paths.
    with TemporaryDirectory(prefix="onion") as short, tor_network(Path(short)) as network:
        root = Path(short)
        (root / "run").mkdir(mode=0o750)
        door, data = root / "run" / "portal", root / "service"
        data.mkdir(mode=0o700)
        status, said = underseal("onion", directory, "--socket", door, "--data", data)
        assert status == 1, said
        assert "the portal does not listen" in said
        network.runs(directory / "torrc")
        seen, log = workspace / "seen", workspace / "portal.log"
        command = [
            sys.executable,
            "-P",
            "-c",
            WATCHED,
            str(seen),
            str(directory),
            "--today",
            TODAY.isoformat(),
        ]
        with (
            log.open("wb") as file,
            subprocess.Popen(
                [*command, "--port", str(free_port())], stdout=file, stderr=file, env=os.environ
            ) as portal,
        ):
            try:
                assert eventually((data / "onion" / "hostname").exists)
                assert eventually(lambda: connects(door)), log.read_text()
                status, said = underseal("onion", directory, "--save")
                assert status == 0, said
                address = read_public(directory).site.onion
                assert address is not None
                network.waits_for(address.removeprefix("http://"))
                yield Service(network, instance, address, seen, log)
            finally:
                portal.terminate()
    instance.close()


@pytest.fixture
def tor_browser(chromium: Browser) -> Iterator[Browser]:
    """Chromium that comes by Tor alone and asks nobody for names. It takes an onion for plain http, as most browsers do."""
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=[
            *(option for option in QUIET if option != "--no-proxy-server"),
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ],
    )
    yield browser
    browser.close()


def somebody(browser: Browser, service: Service, door: int) -> Telephone:
    """A fresh profile with scripts off, behind this door of the network."""
    context = browser.new_context(
        java_script_enabled=False,
        viewport={"width": 1000, "height": 780},
        locale="en",
        proxy={"server": f"socks5://127.0.0.1:{service.network.doors[door]}"},
    )
    context.set_default_timeout(90_000)
    return Telephone(context.new_page(), service.address)


def test_a_report_is_filed_and_its_answer_read_by_tor(tor_browser: Browser, service: Service) -> None:
    reporter = somebody(tor_browser, service, 0)
    first = reporter.page.goto(service.address + "/")
    assert first is not None
    assert first.status == 200
    assert not {"strict-transport-security", "onion-location"} & set(first.headers)
    reporter.writes_a_report()
    assert SENTENCE in reporter.page.locator("main").inner_text()
    code = reporter.sends_it()
    reporter.page.context.close()
    service.answers()
    before = set(service.seen.read_text().splitlines())
    back = somebody(tor_browser, service, 1)
    back.opens("/return")
    back.page.get_by_label("Your code").fill(code)
    back.presses("Open my mailbox")
    assert back.heading == "Your mailbox"
    assert ANSWER in back.page.locator("main").inner_text()
    back.page.context.close()
    after = service.seen.read_text().splitlines()
    assert "None" not in before
    assert set(after) - before, "who comes back comes by another circuit, and the portal is told"


def test_streams_that_are_kept_apart_come_by_other_circuits(service: Service) -> None:
    def circuit(apart: str) -> str:
        with service.network.reaches(service.host, apart=apart) as line:
            line.sendall(
                f"GET /health HTTP/1.1\r\nHost: {service.host}\r\nConnection: close\r\n\r\n".encode()
            )
            response = http.client.HTTPResponse(line)
            response.begin()
            assert response.read() == b"ok"
        return service.seen.read_text().splitlines()[-1]

    one, same, other = circuit("one"), circuit("one"), circuit("other")
    assert one == same
    assert one != other
    assert "None" not in {one, other}


def test_neither_tor_nor_the_portal_writes_a_visit_down(service: Service) -> None:
    said = (service.network.root / "service.log").read_text()
    assert "Bootstrapped 100%" in said
    assert service.host not in said
    assert "fc00" not in service.log.read_text()
    assert len(service.log.read_text().splitlines()) == 1
