"""What a request shows of its way here: an office's network, the onion address, somebody in between."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.onion import onion_host
from templates.web.arrival import OFFICE, ONION, THROUGH, Doors, Through, read_address

OURS = onion_host(bytes(range(32)))
THEIRS = onion_host(bytes(32))
OFFICES = (ip_network("192.0.2.0/24"), ip_network("2001:db8:0:7::/64"))
HEADER = "HTTP_X_FORWARDED_FOR"


def seen(doors: Doors, host: str | None = None, **environ: Any) -> dict[str, Any]:
    """The answers that are left of a request over loopback, from the portal's own page unless it says otherwise."""
    request: dict[str, Any] = {"REMOTE_ADDR": "127.0.0.1", "RAW_URI": "/", **environ}
    if host is not None:
        request["HTTP_HOST"] = host
    doors.note(request)
    return request


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.7", "192.0.2.7"), ("192.0.2.7:4711", "192.0.2.7"), ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"), ("[2001:DB8::1]:4711", "2001:db8::1"), ("::ffff:192.0.2.7", "192.0.2.7"),
        ("[::ffff:192.0.2.7]:1", "192.0.2.7"), ("", None), ("unknown", None), ("_hidden", None), ("192.0.2", None),
        ("192.0.2.007", None), ("192.0.2.7:", None), ("192.0.2.7:port", None), ("192.0.2.7/24", None), ("[192.0.2.7]x", None),
        ("fe80::1%eth0", None), ("192.0.2.7 ", None), ('"192.0.2.7"', None), ("\u0661\u0669\u0662.0.2.7", None),
        ("2001:db8::1:99999", None), ("0x7f000001", None), ("1" * 5000, None),
    ],
)  # fmt: skip
def test_an_address_is_read_strictly(text: str, address: str | None) -> None:
    found = read_address(text)
    assert (None if found is None else str(found)) == address


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_address(text)
    answers = seen(Doors(web="report.example.org", offices=OFFICES, own_proxy=True), text, **{HEADER: text})
    assert isinstance(answers[OFFICE], bool)
    assert answers[THROUGH] in Through


def test_an_office_is_known_by_the_connection_or_by_what_our_own_proxy_wrote_last() -> None:
    direct, behind = Doors(offices=OFFICES), Doors(offices=OFFICES, own_proxy=True)
    assert seen(direct, REMOTE_ADDR="192.0.2.7")[OFFICE]
    assert seen(direct, REMOTE_ADDR="::ffff:192.0.2.7")[OFFICE]
    assert not seen(direct, REMOTE_ADDR="198.51.100.7")[OFFICE]
    assert not seen(direct, **{HEADER: "192.0.2.7"})[OFFICE]
    for peer in ("127.0.0.1", "::1", ""):  # a UNIX socket has no address
        for written in (
            "192.0.2.7",
            "198.51.100.7, 192.0.2.7",
            "garbage,192.0.2.7:99",
            "[2001:db8:0:7::5]:443",
        ):
            assert seen(behind, REMOTE_ADDR=peer, **{HEADER: written})[OFFICE]
        for written in ("192.0.2.7, 198.51.100.7", "192.0.2.7,", "192.0.2.7, unknown", ""):
            assert not seen(behind, REMOTE_ADDR=peer, **{HEADER: written})[OFFICE]


def test_nobody_but_our_own_proxy_is_believed() -> None:
    behind = Doors(offices=OFFICES, own_proxy=True)
    assert not seen(behind, REMOTE_ADDR="198.51.100.7", **{HEADER: "192.0.2.7"})[OFFICE]
    assert seen(behind, REMOTE_ADDR="192.0.2.7", **{HEADER: "198.51.100.7"})[OFFICE]
    environ: dict[str, Any] = {HEADER: "192.0.2.7"}
    behind.note(environ)  # nobody says who is at the other end
    assert not environ[OFFICE]


def test_behind_the_onion_there_is_no_address() -> None:
    behind = Doors(onion=OURS, offices=OFFICES, own_proxy=True)
    by_circuit: dict[str, Any] = {"underseal.circuit": b"1234", HEADER: "192.0.2.7"}
    for environ in (seen(behind, OURS, **{HEADER: "192.0.2.7"}), seen(behind, None, **by_circuit)):
        assert (environ[ONION], environ[OFFICE]) == (True, False)
    assert seen(behind, f"www.{OURS}:80")[ONION]
    assert not seen(behind, f"{OURS}.example.org")[ONION]


@pytest.mark.parametrize(
    ("host", "through"),
    [
        ("report.example.org", Through.NOBODY), ("REPORT.example.org.", Through.NOBODY), (OURS, Through.NOBODY),
        ("report.example.org:8443", Through.NOBODY), (f"www.{OURS}", Through.NOBODY), ("127.0.0.1", Through.NOBODY),
        ("localhost:8400", Through.NOBODY),
        ("[::1]:8400", Through.NOBODY), (None, Through.NOBODY),
        (THEIRS, Through.STRANGER), ("report.example.org.evil.example", Through.STRANGER), ("evil.example", Through.STRANGER),
        ("report-example-org.translate.goog", Through.STRANGER), (f"{OURS}.to", Through.STRANGER),
        ("report.example.org@evil.example", Through.STRANGER), ("", Through.STRANGER), ("192.0.2.80", Through.STRANGER),
        ("127.0.0.1.evil.example", Through.STRANGER), ("x" * 9000, Through.STRANGER),
    ],
)  # fmt: skip
def test_a_name_that_is_not_ours_is_a_strangers(host: str | None, through: Through) -> None:
    assert seen(Doors(web="report.example.org", onion=OURS), host)[THROUGH] is through


def test_what_the_operator_did_not_say_is_not_judged() -> None:
    nothing = Doors()
    assert seen(nothing, "report.example.org")[THROUGH] is Through.NOBODY
    assert seen(nothing, THEIRS)[THROUGH] is Through.NOBODY
    assert seen(nothing, "report-example-org.translate.goog")[THROUGH] is Through.STRANGER
    assert seen(nothing, f"{OURS}.ly")[THROUGH] is Through.STRANGER
    assert seen(Doors(onion=OURS), "report.example.org")[THROUGH] is Through.NOBODY
    assert seen(Doors(web="report.example.org"), THEIRS)[THROUGH] is Through.NOBODY


def test_an_absolute_address_counts_and_the_header_beside_it_does_not() -> None:
    ours = Doors(web="report.example.org")
    assert seen(ours, "report.example.org", RAW_URI="http://evil.example/report")[THROUGH] is Through.STRANGER
    assert seen(ours, "evil.example", RAW_URI="http://report.example.org/report")[THROUGH] is Through.NOBODY


def test_a_gateway_says_so_itself() -> None:
    doors = Doors(web="report.example.org", onion=OURS)
    assert seen(doors, OURS, HTTP_X_TOR2WEB="encrypted")[THROUGH] is Through.STRANGER
    for header in (
        "HTTP_VIA",
        "HTTP_FORWARDED",
        "HTTP_X_BLUECOAT_VIA",
        "HTTP_X_OPERAMINI_PHONE_UA",
        "HTTP_CF_WORKER",
    ):
        assert seen(doors, "report.example.org", **{header: "1.1 filter"})[THROUGH] is Through.SOMEBODY
    for emptied in ("", " , "):  # where our own proxy took its own word out
        assert seen(doors, HTTP_VIA=emptied)[THROUGH] is Through.NOBODY
    # One address may be that of our own proxy, of which we were not told; before it came another.
    assert seen(doors, **{HEADER: "198.51.100.7"})[THROUGH] is Through.NOBODY
    assert seen(doors, **{HEADER: "10.0.0.5, 198.51.100.7"})[THROUGH] is Through.SOMEBODY
    assert seen(doors, REMOTE_ADDR="198.51.100.7", **{HEADER: "10.0.0.5"})[THROUGH] is Through.SOMEBODY


def test_a_browser_that_saw_the_form_elsewhere_tells() -> None:
    doors, own = Doors(web="report.example.org"), {"HTTP_SEC_FETCH_SITE": "same-origin"}
    assert seen(doors, "127.0.0.1", HTTP_ORIGIN="https://evil.example", **own)[THROUGH] is Through.STRANGER
    assert (
        seen(doors, "127.0.0.1", HTTP_ORIGIN="https://report.example.org", **own)[THROUGH] is Through.NOBODY
    )
    assert seen(doors, "127.0.0.1", HTTP_ORIGIN="null", **own)[THROUGH] is Through.NOBODY
    # A form of another site is no proxy: its token answers for it.
    for site in ("cross-site", "same-site", "none"):
        crossed = seen(doors, "127.0.0.1", HTTP_ORIGIN="https://evil.example", HTTP_SEC_FETCH_SITE=site)
        assert crossed[THROUGH] is Through.NOBODY
