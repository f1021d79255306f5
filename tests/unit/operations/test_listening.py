"""Where processes listen, as ``underseal.toml`` says it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from intake.listening import Address, PortalAddress


def test_a_socket_stands_beside_host_and_port() -> None:
    address = PortalAddress(
        port=8400, socket="/run/underseal/web/portal", onion_socket="/run/underseal/tor/portal"
    )
    assert address.unix == Path("/run/underseal/web/portal")
    assert address.onion == Path("/run/underseal/tor/portal")
    assert PortalAddress(port=8400).unix is PortalAddress(port=8400).onion is None


def test_the_back_office_has_no_door_for_tor() -> None:
    with pytest.raises(ValidationError):
        Address.model_validate({"port": 8401, "onion_socket": "/run/underseal/tor/triage"})


@pytest.mark.parametrize("path", [
    "portal", "run/underseal/portal", "/run/under seal", '/run/"quoted"', "/run/a:b", "/run/../etc/x", "/run/a;b", "/run/{x}",
    "/run/new\nline", "/run/\x00", "/run/folder/", "/run/ümlaut", "/run/" + "x" * 110, "",
])  # fmt: skip
def test_a_path_that_would_mean_something_else_to_tor_or_a_proxy_is_refused(path: str) -> None:
    with pytest.raises(ValidationError):
        PortalAddress(port=8400, onion_socket=path)
