"""By which addresses people come in: the operator's settings as what the edge of the web layer looks for. Knows no request."""

from __future__ import annotations

from urllib.parse import urlsplit

from intake.site import Site
from templates.web.arrival import Doors


def doors_of(site: Site) -> Doors:
    """What ``[site]`` says, for ``templates.web.arrival``."""
    return Doors(
        web=_host(site.address),
        onion=_host(site.onion),
        offices=site.office_networks,
        own_proxy=site.client_address == "x-forwarded-for",
    )


def _host(address: str | None) -> str | None:
    """The host as a browser sends it: a name in any script travels as letters of ASCII."""
    host = None if address is None else urlsplit(address).hostname
    if host is None:
        return None
    if ":" in host:
        return f"[{host}]"
    return host if host.isascii() else host.encode("idna").decode("ascii")
