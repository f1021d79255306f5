"""Who comes in how: from an office's network, at the onion address, through somebody else's computer. And how one leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from crypto.kdf import UNSAFE_TEST_COST
from crypto.onion import onion_host
from intake.database.volatile_tables import SealedSession
from intake.log import configure
from intake.site import Site
from portal.app import create_app
from portal.routes import ROUTES
from tests.functional.portal.conftest import SENTENCE, PatientClock, Reporter
from tests.support.instances import Instance

ONION = onion_host(bytes(range(32)))
SITE = Site(
    address="https://report.example.org",
    onion=f"http://{ONION}",
    office_networks=(ip_network("192.0.2.0/24"),),
    client_address="x-forwarded-for",
    security_contact="mailto:security@example.org",
)
OFFICE = {"X-Forwarded-For": "192.0.2.7"}
HOME = {"X-Forwarded-For": "198.51.100.7"}
GATEWAY = {"X-Tor2web": "encrypted"}
FILTER = {"Via": "1.1 filter"}
WARNED, BETWEEN = 'id="office-network"', 'id="in-between"'
PAGES = sorted(route.path for route in ROUTES if route.get and "<" not in route.path)

Arrive = Callable[..., Reporter]


def sent(visitor: Reporter, path: str, form: dict[str, Any], **headers: str) -> TestResponse:
    """A form of our own page, sent with ``headers``."""
    own = {"Sec-Fetch-Site": "same-origin"} | headers
    return visitor.posts(path, {"csrf_token": visitor._token, **form}, headers=own)


@pytest.fixture
def arrive(instance: Instance, clock: PatientClock) -> Arrive:
    """A maker of visitors of a portal whose operator said everything, or ``site``."""

    def arrive(site: Site = SITE) -> Reporter:
        settings = replace(instance.portal, site=site)
        log = configure("portal")
        return Reporter(create_app(settings, instance.portal_db, log, clock=clock, cost=UNSAFE_TEST_COST))

    return arrive


def test_somebody_in_an_office_is_warned_before_each_first_step_and_told_where_to_come_later(
    arrive: Arrive, instance: Instance
) -> None:
    visitor = arrive()
    for path in ("/", "/report", "/return"):
        warned = visitor.opens(path, **OFFICE)
        assert WARNED in warned.text
        assert f'<bdi class="address">http://{ONION}</bdi>' in warned.text
        assert "https://report.example.org" in warned.text
        assert "Leave now." in warned.text
        ordinary = visitor.opens(path, **HOME)
        assert WARNED not in ordinary.text
        assert len(ordinary.data) == len(warned.data)
        # Before it was filled up, too: no class is near.
        assert ordinary.data.index(b"</html>") == warned.data.index(b"</html>")
    assert WARNED not in visitor.opens("/report/who", **OFFICE).text
    kept = [file for file in Path(instance.directory).rglob("*") if file.is_file()]
    assert kept
    assert not [file for file in kept if b"192.0.2.7" in file.read_bytes()]


@pytest.mark.parametrize("tag", ["ar", "fr", "ru", "zh"])
def test_in_every_language_the_page_is_as_long_without_the_warning(arrive: Arrive, tag: str) -> None:
    visitor, language = arrive(), {"Accept-Language": tag}
    for path in ("/", "/report", "/return"):
        warned, ordinary = visitor.opens(path, **OFFICE, **language), visitor.opens(path, **HOME, **language)
        assert f'<html lang="{tag}' in warned.text
        assert WARNED in warned.text
        assert ordinary.data.index(b"</html>") == warned.data.index(b"</html>")


def test_somebody_harmed_begins_with_another_step_and_is_warned_there(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.opens("/report", **OFFICE)
    visitor.sends("/report", intake="harmed", go="kind")
    assert WARNED in visitor.opens("/report/safety", **OFFICE).text
    assert WARNED not in visitor.opens("/report", **OFFICE).text


def test_at_the_onion_address_nobody_is_warned_and_the_page_says_where_one_is(arrive: Arrive) -> None:
    visitor = arrive()
    page = visitor.opens("/", Host=ONION, **OFFICE)
    assert WARNED not in page.text
    assert "to this site's own onion address. That is the best way" in visitor.text
    visitor.opens("/safety", Host=ONION)
    assert "to this site's own onion address. That is the best way" in visitor.text
    visitor.opens("/", Host="report.example.org")
    assert f"Type this address into it: http://{ONION}" in visitor.text
    assert "your internet provider see that you visit this site" in visitor.text
    gateway = visitor.opens("/", Host=ONION, **GATEWAY)
    assert "That is the best way" not in gateway.text


@pytest.mark.parametrize("sign", [{"Host": ONION, **GATEWAY}, FILTER], ids=["gateway", "filter"])
def test_every_page_says_that_somebody_is_in_between_and_what_to_type(
    arrive: Arrive, sign: dict[str, str]
) -> None:
    visitor = arrive()
    visitor.begins()
    for path in (*PAGES, "/nowhere"):
        page = visitor.opens(path, **sign)
        if page.mimetype == "text/html" and page.status_code != 303:
            assert BETWEEN in page.text, path
            assert page.text.index(BETWEEN) < page.text.index("<h1")
            said = visitor.text
            assert "somebody else's computer, which can read what you type" in said
            assert f"type this address yourself: http://{ONION}" in said
            assert "type this address yourself: https://report.example.org" in said
        visitor.begins() if path == "/exit" else None
    assert BETWEEN not in visitor.opens("/", Host="report.example.org").text


def test_what_comes_by_a_strangers_address_is_not_taken_and_its_words_are_kept_for_their_writer(
    arrive: Arrive, instance: Instance
) -> None:
    visitor = arrive()
    code = visitor.files()
    visitor.client.delete_cookie("__Host-p-draft")
    visitor.opens("/report", **GATEWAY)
    for path, form in (("/report", {"what": SENTENCE, "go": "next"}), ("/return", {"code": code})):
        page = sent(visitor, path, form, **GATEWAY)
        assert page.status_code == 421
        assert "What you sent was not used and not kept" in visitor.text
        assert next(iter(form.values())) in visitor.text
        assert 'method="post"' not in page.text
        assert set(visitor.cookies) == {"__Host-p-form"}
    with instance.portal_db.volatile() as session:
        assert session.scalar(select(func.count()).select_from(SealedSession)) == 0
    assert visitor.sends("/report", {"what": SENTENCE, "go": "next"}).status_code == 303


def test_a_file_that_comes_by_a_strangers_address_is_not_received(arrive: Arrive, instance: Instance) -> None:
    visitor = arrive()
    visitor.begins()
    visitor.opens("/report/evidence", **GATEWAY)
    page = sent(visitor, "/report/evidence", {"evidence": [(BytesIO(b"x" * 5000), "a.txt")]}, **GATEWAY)
    assert page.status_code == 421
    assert not [path for path in (Path(instance.directory) / "evidence").rglob("*") if path.is_file()]


def test_a_form_of_another_site_is_still_nothing_but_that(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.opens("/report", **GATEWAY)
    page = sent(visitor, "/report", {"what": SENTENCE}, **{"Sec-Fetch-Site": "cross-site", **GATEWAY})
    assert page.status_code == 403
    assert SENTENCE not in page.text


def test_an_employers_filter_is_told_of_and_keeps_nobody_from_reporting(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.opens("/report", **FILTER)
    assert sent(visitor, "/report", {"what": SENTENCE, "go": "next"}, **FILTER).status_code == 303
    assert BETWEEN in visitor.opens("/report/who", **FILTER).text


def test_a_demo_and_an_operator_who_said_nothing_frighten_nobody(reporter: Reporter) -> None:
    for host in ("127.0.0.1:8400", "localhost:8400", "report.example.org"):
        page = reporter.opens("/", Host=host)
        assert BETWEEN not in page.text
        assert WARNED not in page.text
    reporter.opens("/", **FILTER)
    assert "Type the address yourself, as it stands on a poster" in reporter.text


def test_the_way_out_is_the_first_thing_that_a_key_reaches_on_every_page(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.writes_about_the_waterworks()
    for path in (*PAGES, "/nowhere"):
        page = visitor.opens(path)
        if page.mimetype != "text/html" or page.status_code == 303:
            continue
        first = re.search(r"<(?:a|button|input|select|textarea|summary)\b[^>]*>", page.text)
        assert first is not None
        assert 'href="/exit"' in first[0], path
        assert 'accesskey="x"' in first[0]
        assert page.text.count("accesskey") == 1


def test_whoever_left_finds_nothing_of_the_visit_by_going_back(arrive: Arrive) -> None:
    visitor = arrive()
    code = visitor.files()
    visitor.begins()
    visitor.returns(code)
    seen = [visitor.opens(path) for path in PAGES if path != "/exit"]
    assert any(SENTENCE in page.text for page in seen)
    assert all("no-store" in page.headers["Cache-Control"] for page in seen)
    visitor.opens("/exit")
    assert visitor.cookies == {}
    for path in PAGES:
        page = visitor.opens(path)
        assert SENTENCE not in page.text
        assert "waterworks" not in page.text.lower()


def test_who_finds_a_hole_learns_whom_to_tell(arrive: Arrive, clock: PatientClock) -> None:
    page = arrive().opens("/.well-known/security.txt")
    assert page.content_type == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in page.text.splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Preferred-Languages"] == "en"
    assert fields["Canonical"] == "https://report.example.org/.well-known/security.txt"
    left = clock.fixed.fromisoformat(fields["Expires"][:10]) - clock.today() if clock.fixed else None
    assert left is not None
    assert 0 < left.days < 366
    assert fields["Expires"].endswith("T00:00:00Z")  # the day, and no moment
    assert arrive(Site()).opens("/.well-known/security.txt").status_code == 404


def test_a_search_engine_finds_the_advice_and_no_step(arrive: Arrive) -> None:
    rules = arrive().opens("/robots.txt").text
    for path in ("/safety", "/elsewhere", "/accessibility"):
        assert f"Allow: {path}\n" in rules
    for path in ("/report", "/return", "/mailbox"):
        assert path not in rules
    assert rules.endswith("Disallow: /\n")


def test_the_site_says_how_accessible_it_is_and_how_to_tell_what_is_not(arrive: Arrive) -> None:
    visitor = arrive(replace(SITE, accessibility_contact="mailto:access@example.org"))
    assert 'href="/accessibility"' in visitor.opens("/").text
    page = visitor.opens("/accessibility")
    assert "access@example.org" in visitor.text
    assert "mailto:" not in page.text  # a link would open a program that says who writes
    assert "WCAG 2.2" in visitor.text
    assert "start a report" in visitor.text


TELLING = re.compile(
    r"report|whistle|underseal|complain|corrupt|accus|mailbox|code|safe|secret", re.IGNORECASE
)


def test_no_title_and_no_name_of_a_file_says_what_this_site_is(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.opens("/report")
    pages = [visitor.page, visitor.sends("/report", what="", go="next"), visitor.client.delete("/report")]
    pages += [
        sent(visitor, "/report", {"what": SENTENCE}, **GATEWAY),
        visitor.sends("/return", code="one two"),
    ]
    visitor.returns(visitor.files())
    pages += [visitor.opens(path) for path in PAGES if path != "/exit"]
    pages.append(visitor.opens("/mailbox/calendar?called=books"))
    assert {200, 405, 409, 421, 422} <= {page.status_code for page in pages}
    for page in pages:
        title = re.search(r"<title>([^<]*)</title>", page.text)
        if title is not None and page.mimetype == "text/html":
            assert not TELLING.search(title[1]), page.request.path
            assert title[1].endswith("Office forms")
            assert 'rel="icon"' in page.text
        assert not TELLING.search(page.headers.get("Content-Disposition", ""))
    assert "dates.ics" in pages[-1].headers["Content-Disposition"]
