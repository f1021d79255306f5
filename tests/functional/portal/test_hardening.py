"""What every answer of the portal carries, what it never carries, and who cannot make it act."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.routes import ROUTES
from templates.web.app import StrictFlask
from templates.web.headers import NO_STORE
from templates.web.padding import GROWTH, SMALLEST
from tests.functional.portal.conftest import SENTENCE, Reporter
from tests.support.instances import Instance

PATHS = ("/", "/safety", "/rights", "/elsewhere", "/can-do", "/guidance", "/report", "/report/who", "/report/check",
         "/return", "/mailbox", "/done", "/exit", "/health", "/language/en", "/nowhere", "/mailbox/message",
         "/mailbox/complaint", "/mailbox/solved")  # fmt: skip


def test_every_answer_carries_the_strict_headers(reporter: Reporter) -> None:
    pages = [reporter.opens(path) for path in PATHS]
    pages.append(reporter.posts("/report", {"what": "x"}, headers={}))
    pages.append(reporter.client.delete("/report"))
    for page in pages:
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert page.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert page.headers["Cache-Control"] == NO_STORE
        assert "Server" not in page.headers


def test_pages_have_no_script_no_inline_style_and_nothing_from_elsewhere(reporter: Reporter) -> None:
    reporter.writes_about_the_waterworks()
    for path in (
        "/",
        "/safety",
        "/rights",
        "/report",
        "/report/who",
        "/report/safety",
        "/report/check",
        "/return",
    ):
        page = reporter.opens(path).text
        assert "<script" not in page
        assert " style=" not in page
        assert "<style" not in page
        assert not re.search(r"""(?:href|src|action)=["'](?:https?:)?//""", page)


def test_nothing_of_the_portal_stays_in_a_browsers_cache(reporter: Reporter) -> None:
    style = re.search(r'href="(/static/style[^"]+)"', reporter.opens("/").text)
    assert style is not None
    page = reporter.opens(style[1])
    assert page.status_code == 200
    assert page.mimetype == "text/css"
    assert page.headers["Cache-Control"] == NO_STORE


def test_cookies_end_with_the_visit_and_are_for_this_host_alone(reporter: Reporter) -> None:
    lines: list[str] = []
    reporter.opens("/report")
    lines += reporter.page.headers.getlist("Set-Cookie")
    reporter.sends("/report", what=SENTENCE, go="next")
    lines += reporter.page.headers.getlist("Set-Cookie")
    lines += reporter.opens("/language/en").headers.getlist("Set-Cookie")
    reporter.returns(reporter.files())
    lines += reporter.page.headers.getlist("Set-Cookie")
    assert len(lines) >= 3
    for line in lines:
        assert line.startswith("__Host-p-")
        for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict"):
            assert attribute in line
        for attribute in ("Max-Age", "Expires", "Domain"):
            assert attribute not in line


def test_somebody_who_only_looks_gets_no_cookie(app: StrictFlask) -> None:
    for path in ("/", "/safety", "/rights", "/elsewhere", "/can-do", "/done"):
        assert "Set-Cookie" not in app.test_client().get(path).headers


def test_a_form_without_its_token_is_refused(reporter: Reporter) -> None:
    reporter.opens("/report")
    for token in ("", "x", "A" * 43):
        page = reporter.posts("/report", {"what": SENTENCE, "csrf_token": token})
        assert page.status_code == 403
        # The browser says that it was our own page: the words are kept, and the next try works.
        assert reporter.value_of("what") == SENTENCE
    assert reporter.sends("/report", what=SENTENCE).status_code == 303


def test_another_site_can_neither_send_nor_fill_our_forms(reporter: Reporter) -> None:
    reporter.opens("/report")
    for site in ("cross-site", "same-site"):
        page = reporter.posts(
            "/report", {"what": SENTENCE, "csrf_token": reporter._token}, headers={"Sec-Fetch-Site": site}
        )
        assert page.status_code == 403
        assert SENTENCE not in page.text
    old_browser = reporter.posts("/report", {"what": SENTENCE}, headers={})
    assert old_browser.status_code == 403
    assert SENTENCE not in old_browser.text


def test_one_visitors_token_does_not_work_for_another(reporter: Reporter, app: StrictFlask) -> None:
    reporter.opens("/report")
    thief = Reporter(app)
    thief.opens("/report")
    thief._token = reporter._token
    assert thief.sends("/report", what="x").status_code == 403


def test_every_form_is_behind_a_token(app: StrictFlask) -> None:
    client = app.test_client()
    for route in ROUTES:
        if route.post is not None:
            assert client.post(route.path, data={}).status_code == 403


def test_the_quick_exit_takes_everything_with_it(reporter: Reporter) -> None:
    reporter.begins()
    reporter.returns(reporter.files())
    reporter.begins()
    draft, mailbox = reporter.cookies["__Host-p-draft"], reporter.cookies["__Host-p-mailbox"]
    page = reporter.opens("/exit")
    page.close()
    assert page.status_code == 303
    assert page.headers["Location"].startswith("https://")
    assert '"cookies"' in page.headers["Clear-Site-Data"]
    assert not reporter.cookies
    reporter.client.set_cookie("__Host-p-draft", draft, domain="localhost")
    reporter.client.set_cookie("__Host-p-mailbox", mailbox, domain="localhost")
    assert reporter.opens("/report/check").status_code == 410
    assert reporter.opens("/mailbox").status_code == 410


def test_another_sites_picture_of_our_exit_and_a_browsers_foresight_end_nothing(reporter: Reporter) -> None:
    reporter.begins()
    for header, value in (("Sec-Fetch-Site", "cross-site"), ("Sec-Purpose", "prefetch")):
        page = reporter.opens("/exit", **{header: value})
        assert "Clear-Site-Data" not in page.headers
    reporter.opens("/report")
    assert reporter.value_of("what") == SENTENCE


def test_every_page_offers_the_way_out_first(reporter: Reporter) -> None:
    reporter.writes_about_the_waterworks()
    for path in ("/", "/report", "/report/who", "/report/check", "/return", "/nowhere"):
        page = reporter.opens(path).text
        assert 0 < page.index('href="/exit"') < page.index("<main")


def test_titles_say_nothing_to_somebody_who_looks_over_a_shoulder(reporter: Reporter) -> None:
    telling = re.compile(r"report|whistle|underseal|complain|corrupt|accus", re.IGNORECASE)
    reporter.writes_about_the_waterworks()
    for path in PATHS[:10]:
        page = reporter.opens(path)
        title = re.search(r"<title>([^<]*)</title>", page.text)
        assert title is None or not telling.search(title[1])
    assert not telling.search(" ".join(reporter.cookies))


def test_pages_come_in_few_sizes(reporter: Reporter) -> None:
    reporter.writes_about_the_waterworks()
    sizes = {len(reporter.opens(path).data) for path in PATHS if reporter.page.mimetype == "text/html"}
    assert sizes <= {0, 2, SMALLEST, GROWTH * SMALLEST}


def test_health_says_two_letters(reporter: Reporter) -> None:
    page = reporter.opens("/health")
    assert (page.status_code, page.data) == (200, b"ok")


def test_the_portal_writes_nothing_but_sealed_rows(
    reporter: Reporter, instance: Instance, capfd: pytest.CaptureFixture[str]
) -> None:
    planted = "Zanzibar-Quetzal-7731"
    reporter.begins(planted)
    reporter.names(name=planted, post="private", region="millbrook")
    reporter.opens("/report/check")
    reporter.sends("/report/check", send="1")
    code = reporter.reads_the_code()
    printed = capfd.readouterr()
    kept = b"".join(path.read_bytes() for path in Path(instance.directory).rglob("*") if path.is_file())
    for secret in (planted, code, code.split()[0] + " " + code.split()[1]):
        assert secret not in printed.out + printed.err
        for form in (secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode()):
            assert form not in kept
