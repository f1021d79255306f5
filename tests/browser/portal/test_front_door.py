"""The front door in Chromium: who is warned and how it looks, how one leaves by a tap or a key, what Back and paper show."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest
from playwright.sync_api import Browser

from crypto.onion import onion_host
from intake.settings import read_public
from intake.site import SiteTable
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.portal.conftest import SENTENCE, Telephone
from tests.conftest import TODAY
from tests.support.axe import moving, violations
from tests.support.instances import build_instance
from tests.support.organisation import small_organisation
from tests.support.processes import Process, serving
from triage.instances.files import write_public

pytestmark = pytest.mark.browser

ONION = onion_host(bytes(range(32)))
OFFICE = {"X-Forwarded-For": "192.0.2.7"}
FILTER = {"Via": "1.1 filter"}
GATEWAY = {"X-Tor2web": "encrypted"}
NOTHING: Mapping[str, str] = {}


class _Neutral(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<!doctype html><title>Weather</title><h1>Rain at noon</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests print no request."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The neutral page that one leaves for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Neutral)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, elsewhere: str) -> Iterator[Process]:
    """A portal whose operator said everything there is to say in ``[site]``."""
    workspace = tmp_path_factory.mktemp("told")
    build_instance(workspace / "instance", small_organisation(), today=TODAY).close()
    site = SiteTable(
        address="https://report.example.org",
        onion=f"http://{ONION}",
        office_networks=(ip_network("192.0.2.0/24"),),
        client_address="x-forwarded-for",
        accessibility_contact="mailto:access@example.org",
    )
    public = read_public(workspace / "instance")
    write_public(workspace / "instance", public.model_copy(update={"site": site, "leave_for": elsewhere}))
    with serving("portal", workspace / "instance", workspace, today=TODAY.isoformat()) as process:
        yield process


@contextmanager
def somebody(
    browser: Browser,
    told: Process,
    width: int,
    headers: Mapping[str, str] = NOTHING,
    *,
    scripts: bool = False,
    dark: bool = False,
) -> Iterator[Telephone]:
    """Somebody whose requests carry ``headers`` that something on the way wrote."""
    context = browser.new_context(
        java_script_enabled=scripts, bypass_csp=scripts, viewport={"width": width, "height": 780}, locale="en",
        color_scheme="dark" if dark else "light", extra_http_headers=dict(headers),
    )  # fmt: skip
    yield Telephone(context.new_page(), told.url)
    context.close()


def test_somebody_at_work_reads_the_warning_first_and_sees_where_to_come_later(
    chromium: Browser, told: Process, width: int
) -> None:
    with somebody(chromium, told, width, OFFICE) as person:
        for path in ("/", "/report", "/return"):
            person.opens(path)
            warning = person.page.get_by_role("region", name="You seem to be on a network at work")
            assert warning.is_visible()
            place = warning.bounding_box()
            assert place is not None
            assert place["y"] < 780 / 2  # in sight before anything is scrolled
            assert ONION in warning.inner_text()
            assert person.page.get_by_role("link", name="Exit this page").is_visible()


def test_the_warnings_stand_in_nobodys_way(chromium: Browser, told: Process) -> None:
    found, wide = [], []
    for width, dark, headers, paths in (
        (320, False, OFFICE, ("/", "/report", "/return")),
        (320, True, GATEWAY, ("/report", "/nowhere")),
        (1280, False, FILTER, ("/safety", "/accessibility")),
    ):
        with somebody(chromium, told, width, headers, scripts=True, dark=dark) as person:
            for path in paths:
                person.opens(path)
                found += [f"{path} {headers}: {each}" for each in violations(person.page)]
                if person.page.evaluate("document.documentElement.scrollWidth") > width:
                    wide.append((path, width))
    assert found == []
    assert wide == []


def test_what_is_typed_by_way_of_a_gateway_is_given_back_with_the_address_to_type(
    chromium: Browser, told: Process, width: int
) -> None:
    with somebody(chromium, told, width, GATEWAY) as person:
        person.opens("/report")
        person.page.get_by_label("What happened?").fill(SENTENCE)
        person.presses("Save and continue")
        assert person.heading == "Please do not go on here"
        assert person.page.get_by_label("Your text").input_value().strip() == SENTENCE
        assert "https://report.example.org" in person.page.locator("#in-between").inner_text()
        assert {cookie["name"] for cookie in person.page.context.cookies()} == {"__Host-p-form"}


def begins_a_report(person: Telephone) -> None:
    """A draft on the server, and words that were not sent yet in a field."""
    person.opens("/")
    person.follows("Start a report")
    person.page.get_by_label("What happened?").fill(SENTENCE)
    person.presses("Save and continue")
    person.opens("/report")
    person.page.get_by_label("Where?").fill("behind the pump house")
    assert SENTENCE in person.page.get_by_label("What happened?").input_value()


def leaves_by_tap(person: Telephone) -> None:
    with moving(person.page):
        person.page.get_by_role("link", name="Exit this page").click()


def leaves_by_its_key(person: Telephone) -> None:
    """Alt and X, out of the middle of a text. Playwright's own keys carry no letter beside Alt; a keyboard's do."""
    person.page.get_by_label("What happened?").focus()
    session = person.page.context.new_cdp_session(person.page)
    key = {"modifiers": 1, "key": "x", "code": "KeyX", "windowsVirtualKeyCode": 88}
    with moving(person.page):
        session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "x", "unmodifiedText": "x", **key})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})


def leaves_by_the_first_tab(person: Telephone) -> None:
    person.opens("/report")
    person.page.keyboard.press("Tab")
    with moving(person.page):
        person.page.keyboard.press("Enter")


@pytest.mark.parametrize("leaves", [leaves_by_tap, leaves_by_its_key, leaves_by_the_first_tab])
def test_whoever_leaves_is_elsewhere_with_an_empty_browser(
    chromium: Browser, told: Process, elsewhere: str, leaves: Callable[[Telephone], None]
) -> None:
    with somebody(chromium, told, 360) as person:
        begins_a_report(person)
        leaves(person)
        assert person.page.url == elsewhere
        assert person.page.title() == "Weather"
        assert person.page.context.cookies() == []


def test_back_shows_nothing_that_was_written_also_in_a_browser_that_keeps_pages(
    chromium: Browser, told: Process, elsewhere: str
) -> None:
    """People's browsers keep pages whole for Back; the suite's does not. The history itself is the browser's own."""
    keeping = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=QUIET, ignore_default_args=["--disable-back-forward-cache"]
    )
    with somebody(keeping, told, 360) as person:
        begins_a_report(person)
        leaves_by_tap(person)
        assert person.page.url == elsewhere
        gone_back: list[str] = []
        while person.page.go_back() is not None and len(gone_back) < 6:
            fields = person.page.locator("textarea, input[type=text]").all()
            gone_back.append(person.page.url.removeprefix(told.url))
            assert person.page.title().endswith("Office forms")
            assert SENTENCE not in person.page.content()
            assert [field.input_value() for field in fields if field.input_value()] == []
            assert person.page.get_by_role("link", name="Exit this page").is_visible()
    keeping.close()
    assert gone_back[:4] == ["/report", "/report/who", "/report", "/"]


def test_the_code_comes_out_of_the_printer_alone(chromium: Browser, told: Process) -> None:
    with somebody(chromium, told, 360) as person:
        person.writes_a_report()
        person.presses("Send the report")
        code = person.page.locator("#receipt-code").inner_text()
        assert "nobody else can open" in person.page.locator("main").inner_text()
        person.page.emulate_media(media="print")
        assert person.page.locator("body").inner_text().split() == code.split()
