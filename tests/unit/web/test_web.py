"""Small parts of the web layer: sizes, headers, loaders, and what they refuse to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import request
from jinja2 import Environment, TemplateNotFound

from templates.loader import Side, loader_for
from templates.web import language
from templates.web.app import Web, make_app
from templates.web.entrance import Entrance
from templates.web.headers import StrictHeaders, forget_visitor, security_headers
from templates.web.log import Trouble
from templates.web.padding import HEAD, SMALLEST, pad_page, size_class
from templates.web.request import NO_FIELDS
from templates.web.routes import Route

Started = list[tuple[str, dict[str, str]]]


def web(language_tag: str = "en") -> Web:
    """A side."""
    return Web(
        side=Side.PORTAL,
        title="T",
        secret=bytes(32),
        https=True,
        language=language_tag,
        log=lambda *_told: None,
    )


def answer(application: Any, **environ: str) -> tuple[str, dict[str, str], bytes]:
    """Call a WSGI application."""
    started: Started = []

    def start(status: str, headers: list[tuple[str, str]], _exc: object = None) -> object:
        started.append((status, dict(headers)))
        return None

    body = b"".join(application(environ, start))
    return *started[-1], body


def test_sizes_are_few_and_far_apart() -> None:
    lengths = (0, SMALLEST, SMALLEST + 1, 131_072, 131_073)
    assert [size_class(length) for length in lengths] == [32_768, 32_768, 131_072, 131_072, 524_288]


def head_of(status: str, *headers: tuple[str, str]) -> int:
    """Bytes of status line and headers, as they go out."""

    def application(_environ: Any, start: Any) -> Iterable[bytes]:
        start(status, list(headers))
        return [b""]

    lengths: list[int] = []

    def start(line: str, sent: list[tuple[str, str]], _exc: object = None, /) -> Callable[[bytes], object]:
        lengths.append(len(line) + sum(len(f"{name}: {value}\r\n") for name, value in sent))
        return lambda _data: None

    list(StrictHeaders(application, Entrance(https=True), log=lambda *_: None)({}, start))
    return lengths[0]


def test_an_answers_head_is_of_one_length_whatever_status_cookie_and_address_are_in_it() -> None:
    cookie, place = ("Set-Cookie", "x" * 150), ("Location", "/mailbox?sent=1&part=2")
    heads = {
        head_of("200 OK"),
        head_of("303 SEE OTHER", place),
        head_of("303 SEE OTHER", place, cookie, cookie),
        head_of("422 UNPROCESSABLE CONTENT", cookie),
    }
    assert heads == {HEAD}


@pytest.mark.parametrize("length", [0, 1, SMALLEST - 9, SMALLEST - 8, SMALLEST, 40_000])
def test_a_padded_page_fills_its_class_and_ends_in_a_comment(length: int) -> None:
    page = pad_page(b"x" * length)
    assert len(page) == size_class(len(page))
    assert page.startswith(b"x" * length + b"\n<!--")
    assert page.endswith(b"-->\n")


def test_addresses_and_browsers_are_forgotten_before_anything_can_read_them() -> None:
    environ = dict.fromkeys(
        ("REMOTE_ADDR", "REMOTE_PORT", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP",
         "HTTP_FORWARDED", "HTTP_CF_CONNECTING_IP", "HTTP_VIA", "HTTP_CLIENT_IP", "HTTP_Z_FORWARDED_FOR",
         "HTTP_X_OPERAMINI_PHONE_UA", "gunicorn.socket", "PATH_INFO"), "x",
    )  # fmt: skip
    forget_visitor(environ)
    assert environ == {"PATH_INFO": "x"}


def test_a_crash_answers_with_strict_headers_and_without_a_trace() -> None:
    told: list[tuple[Trouble, BaseException]] = []

    def crash(_environ: object, _start: object) -> Iterable[bytes]:
        raise RuntimeError("planted secret")

    status, headers, body = answer(
        StrictHeaders(crash, Entrance(https=True), lambda *what: told.append(what))
    )
    assert status.startswith("500")
    assert security_headers(https=True).items() <= headers.items()
    assert b"planted" not in body
    assert told[0][0] is Trouble.CRASHED


def test_the_servers_name_is_taken_out_and_headers_cannot_be_weakened() -> None:
    def weak(_environ: object, start: Any) -> Iterable[bytes]:
        start("200 OK", [("Server", "gunicorn"), ("Content-Security-Policy", "default-src *")])
        return [b""]

    _, headers, _ = answer(StrictHeaders(weak, Entrance(https=False), lambda *_told: None))
    assert "Server" not in headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Strict-Transport-Security" not in headers


def test_a_side_cannot_name_the_other_sides_templates() -> None:
    for side, other in ((Side.PORTAL, "triage"), (Side.TRIAGE, "portal")):
        environment = Environment(loader=loader_for(side), autoescape=True)
        assert environment.get_template("shared/error.html").name == "error.html"
        for name in (f"{other}/base.html", f"shared/../{other}/base.html", "../pyproject.toml"):
            with pytest.raises(TemplateNotFound):
                environment.get_template(name)


def test_a_language_without_an_interface_cannot_start() -> None:
    with pytest.raises(ValueError, match="no interface in 'xx'"):
        make_app(web("xx"), (), None)


def test_two_routes_of_one_name_cannot_start() -> None:
    def view(_services: object) -> str:
        return ""

    with pytest.raises(ValueError, match="two routes"):
        make_app(web(), (Route("/a", view), Route("/b", view)), None)


def test_every_language_has_a_direction() -> None:
    for entry in language.LANGUAGES.values():
        assert entry.direction in {"ltr", language.RIGHT_TO_LEFT}


def _how(_services: object) -> str:
    return "sent" if request.method == "POST" else "shown"


def test_head_is_a_get_without_its_content_and_never_a_form() -> None:
    app = make_app(web(), [Route("/page", _how, post=NO_FIELDS)], None)
    app.jinja_env.globals["guidance_pages"] = tuple  # an office that wrote none
    client = app.test_client()
    shown, asked = client.get("/page"), client.head("/page")
    assert shown.text.startswith("shown")
    assert (asked.status_code, asked.data) == (200, b"")
    assert dict(asked.headers) == dict(shown.headers)
    assert client.head("/nowhere").status_code == client.get("/nowhere").status_code == 404
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
        refused = client.open("/page", method=method)
        assert refused.status_code == 405
        assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert client.options("/static/anything").status_code == 405
