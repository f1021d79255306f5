"""Every address of both sides before the published rules of a public scanner: the top grade, and no list of exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.log import configure
from portal.app import create_app
from portal.routes import ROUTES
from tests.support.backoffice import Browser
from tests.support.instances import Instance
from tests.support.scanner import BEST, faults, score
from triage.web.routes import ROUTES as DESK_ROUTES

HTTPS = "https://report.test"


@pytest.fixture
def client(instance: Instance) -> FlaskClient:
    """The portal behind TLS."""
    settings = replace(instance.portal, https=True)
    return create_app(settings, instance.portal_db, configure("portal")).test_client()


def judged(page: TestResponse) -> list[str]:
    """What is wrong with an answer."""
    cookies = [line for line in page.headers.getlist("Set-Cookie") if "Max-Age=0" not in line]
    points = score(dict(page.headers), cookies)
    return [*faults(dict(page.headers), cookies), *([f"{points} points"] if points < BEST else [])]


def answers(client: FlaskClient, path: str) -> Iterator[TestResponse]:
    """Whatever can be asked of an address without being let in."""
    for method in ("GET", "HEAD", "POST", "OPTIONS", "TRACE", "PUT", "QUERY"):
        yield client.open(path, method=method, base_url=HTTPS)
    yield client.get(path, base_url=HTTPS, query_string={"x": "1"})
    yield client.post(path, base_url=HTTPS, data={"x": "1"}, content_type="multipart/form-data")


def test_every_answer_of_the_portal_has_the_top_grade(client: FlaskClient) -> None:
    paths = [
        route.path.replace("<level>", "0").replace("<path:place>", "000").replace("<tag>", "en")
        for route in ROUTES
    ]
    static = [rule.rule for rule in client.application.url_map.iter_rules() if rule.endpoint == "static_file"]
    assert len(static) == 1
    style = client.get("/", base_url=HTTPS).text.split('rel="stylesheet" href="')[1].split('"')[0]
    found = {
        (path, page.request.method, page.status_code): wrong
        for path in (*paths, style, "/static/none", "/nowhere", "//", "/%00", "/report/")
        for page in answers(client, path)
        if (wrong := judged(page))
    }
    assert found == {}


def test_every_answer_of_the_back_office_has_the_top_grade(instance: Instance) -> None:
    client = Browser(instance).client
    found = {}
    for route in DESK_ROUTES:
        path = route.path
        for page in (
            client.open(path, method=method, base_url=HTTPS) for method in ("GET", "POST", "OPTIONS")
        ):
            if wrong := judged(page):
                found[path, page.request.method, page.status_code] = wrong
    assert found == {}


def test_a_page_with_a_visit_has_it_too(client: FlaskClient) -> None:
    page = client.get("/report", base_url=HTTPS)
    assert score(dict(page.headers), page.headers.getlist("Set-Cookie")) == BEST + 5


def test_whoever_leaves_is_forgotten_by_the_browser(client: FlaskClient) -> None:
    page = client.get("/exit", base_url=HTTPS)
    assert page.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    dropped = {line.split("=")[0] for line in page.headers.getlist("Set-Cookie") if "Max-Age=0" in line}
    assert dropped == {"__Host-p-form", "__Host-p-language", "__Host-p-draft", "__Host-p-mailbox"}
