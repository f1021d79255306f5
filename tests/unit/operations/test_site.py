"""How people reach the portal, as the operator writes it: what is no address, no onion and no network is refused in words."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from crypto.onion import is_onion_host, onion_host
from intake.site import SiteTable

TOR_PROJECT = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"  # the Tor Project's own published address


def test_a_published_onion_address_is_one_and_a_slip_in_it_is_none() -> None:
    assert is_onion_host(TOR_PROJECT)
    for place in range(56):
        other = "a" if TOR_PROJECT[place] != "a" else "b"
        assert not is_onion_host(TOR_PROJECT[:place] + other + TOR_PROJECT[place + 1 :])
    assert is_onion_host(onion_host(bytes(range(32))))
    assert not is_onion_host("www." + TOR_PROJECT)


def test_what_an_operator_writes_is_read() -> None:
    site = SiteTable.model_validate(
        {
            "address": "https://Report.example.org/",
            "onion": f"http://{TOR_PROJECT}/",
            "office_networks": ["192.0.2.0/24", "2001:db8::/32"],
            "client_address": "x-forwarded-for",
            "security_contact": "https://example.org/hole",
            "accessibility_contact": "tel:+33-1-23-45",
        }
    ).site()
    assert site.address == "https://report.example.org"
    assert site.onion == f"http://{TOR_PROJECT}"
    assert [str(each) for each in site.office_networks] == ["192.0.2.0/24", "2001:db8::/32"]
    assert site.client_address == "x-forwarded-for"
    assert (site.security_contact, site.accessibility_contact) == (
        "https://example.org/hole",
        "tel:+33-1-23-45",
    )
    assert SiteTable().site().address is None
    assert SiteTable().site().client_address == "connection"


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "report.example.org"},
        {"address": "https://report.example.org/start"},
        {"address": "https://user@report.example.org"},
        {"address": f"http://{TOR_PROJECT}"},
        {"onion": "http://" + "a" * 56 + ".onion"},
        {"onion": f"https://{TOR_PROJECT}"},
        {"onion": "http://expyuzz4wqqyqhjn.onion"},
        {"office_networks": ["192.0.2.1/24"]},
        {"office_networks": "192.0.2.0/24"},
        {"office_networks": ["office"]},
        {"client_address": "forwarded"},
        {"security_contact": "security@example.org"},
        {"security_contact": "mailto:security@example.org\nExpires: never"},
        {"security_contact": "javascript:alert(1)"},
        {"accessibility_contact": "http://example.org/form"},
        {"other": 1},
    ],
)
def test_what_is_none_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        SiteTable.model_validate(wrong)
