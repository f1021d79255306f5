"""A real Chromium at a real back office on loopback. Scripts are off, as they must not be needed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from playwright.sync_api import Browser, Page

from crypto.kdf import UNSAFE_TEST_COST
from intake.log import configure
from templates.web.ticks import UNSAFE_NO_TICK
from tests.functional.triage.conftest import BackOffice, office_with_duties
from tests.support.axe import moving
from tests.support.instances import Instance, build_instance
from tests.support.reports import Filed, Offices, water_report
from triage.accounts.second_factor import STEP_SECONDS, code_at
from triage.app import create_app

TODAY = date(2026, 3, 2)
_SLOW = 10  # seconds that a busy machine may take to type and send
NASTY = "\u202egnp.exe\u202c <b>bold</b> مدير المحطة يغير الأرقام " + "Verylongword" * 12


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        """Nothing: the address of a visitor is nobody's business."""


@dataclass
class Desk:
    """A served back office with three cases, and what its officers know."""

    address: str
    instance: Instance
    filed: list[Filed]
    _steps: dict[str, int]

    @property
    def back_office(self) -> BackOffice:
        return BackOffice(self.instance, TODAY)

    def log_in(self, page: Page, officer: str) -> None:
        """Type name, password and code, and press Enter."""
        person = self.instance.people[officer]
        page.goto(f"{self.address}/login")
        page.fill("#name", officer)
        page.fill("#password", person.password)
        page.fill("#code", self.next_code(officer))
        with moving(page):
            page.press("#code", "Enter")
        assert page.url == f"{self.address}/cases", page.inner_text("main")

    def next_code(self, officer: str) -> str:
        """A code that is still good and was not used: of the last step, of this one, then of the next."""
        late = time.time() % STEP_SECONDS
        if late > STEP_SECONDS - _SLOW:
            time.sleep(STEP_SECONDS - late)  # or the code could grow too old between here and the server
        step = max(int(time.time()) // STEP_SECONDS - 1, self._steps.get(officer, 0) + 1)
        self._steps[officer] = step
        return code_at(self.instance.people[officer].totp_secret, step * STEP_SECONDS)


@pytest.fixture
def document() -> dict[str, Any]:
    """The organisation of the story."""
    return office_with_duties()


@pytest.fixture
def desk(tmp_path: Path, document: dict[str, Any]) -> Iterator[Desk]:
    """A back office that is served until the story ends."""
    instance = build_instance(tmp_path / "instance", document, today=TODAY)
    offices = Offices(instance, TODAY)
    filed = [offices.file(), offices.file(water_report(what=NASTY, where=NASTY)), offices.file()]
    app = create_app(
        instance.triage,
        instance.triage_db,
        configure("triage"),
        today=TODAY,
        cost=UNSAFE_TEST_COST,
        tick=UNSAFE_NO_TICK,
    )
    server = make_server("127.0.0.1", 0, app, _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Desk(f"http://127.0.0.1:{server.server_port}", instance, filed, {})
    server.shutdown()
    thread.join()
    server.server_close()
    instance.close()


@pytest.fixture(params=[360, 1280], ids=["phone", "desktop"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """One officer's browser, scripts off."""
    context = chromium.new_context(
        viewport={"width": int(request.param), "height": 900}, java_script_enabled=False
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
