"""The table ``[site]`` of ``underseal.toml``: by which addresses people come, which networks are offices, whom to tell.

Nothing in it is secret. It knows no request: who asks whether a visitor comes from one of the networks has the address for as
long as the question takes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from crypto.onion import is_onion_host

MAX_NETWORKS = 256

Network = IPv4Network | IPv6Network
Contact = Annotated[
    str, Field(pattern=r"^(mailto:[!-~]+@[!-~]+|https://[!-~]+|tel:\+[0-9-]+)$", max_length=200)
]
"""As RFC 9116 writes one: ``mailto:``, ``https://`` or ``tel:+`` and no space."""
ClientAddress = Literal["connection", "x-forwarded-for"]


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    plain = parts.scheme in {"http", "https"} and parts.hostname and not parts.path.strip("/")
    if (
        not plain
        or parts.query
        or parts.fragment
        or parts.username is not None
        or is_onion_host(parts.hostname or "")
    ):
        raise ValueError('an address is a scheme and a host, such as "https://report.example.org"')
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _onion_address(value: str) -> str:
    host = re.fullmatch(r"http://([a-z2-7]{56}\.onion)/?", value.lower())
    if host is None or not is_onion_host(host[1]):
        raise ValueError(
            'an onion address is "http://", 56 letters and digits, and ".onion"; compare it with Tor\'s file'
        )
    return f"http://{host[1]}"


def _networks(value: object) -> object:
    if not isinstance(value, (list, tuple)):
        return value
    try:
        return tuple(each if not isinstance(each, str) else ip_network(each) for each in value)
    except ValueError as error:
        raise ValueError(f'a network is written as "192.0.2.0/24" or "2001:db8::/32": {error}') from None


class SiteTable(BaseModel):
    """What the operator says about how people reach the portal. What is left out is not known, and nothing depends on it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )

    address: Annotated[str, AfterValidator(_web_address), Field(max_length=200)] | None = None
    """Where the portal is on the ordinary web."""
    onion: Annotated[str, AfterValidator(_onion_address), Field(max_length=200)] | None = None
    """Where it is as an onion service: version 3, by ``underseal onion``."""
    office_networks: Annotated[
        tuple[Network, ...], BeforeValidator(_networks), PlainSerializer(lambda value: [str(each) for each in value]),
        Field(max_length=MAX_NETWORKS),
    ] = ()  # fmt: skip
    """Networks of the organisation's own offices: visitors from there are warned."""
    client_address: ClientAddress = "connection"
    """Where a visitor's address comes from: the connection, or what a proxy of our own on this machine wrote last into
    ``X-Forwarded-For``. It is looked at for the warning alone, and forgotten."""
    security_contact: Contact | None = None
    """Whom to tell of a hole in the site: stands in ``security.txt``."""
    accessibility_contact: Contact | None = None
    """Whom to tell of what stands in somebody's way: stands in the accessibility statement."""

    def site(self) -> Site:
        """The same as a value."""
        return Site(**{name: getattr(self, name) for name in type(self).model_fields})


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """How people reach the portal."""

    address: str | None = None
    onion: str | None = None
    office_networks: tuple[Network, ...] = ()
    client_address: ClientAddress = "connection"
    security_contact: str | None = None
    accessibility_contact: str | None = None
