"""How a request reached us: from an office's network, to the onion address, through somebody's computer. Knows no page.

It is asked once, at the edge, before the visitor is forgotten: two yes-or-no answers and one sign are left of it, never an
address. Whoever stands in between can hide each sign that is read here; what shows is what nobody took care to hide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any

from flask import request

from templates.web.entrance import came_by_onion

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

OFFICE, ONION, THROUGH = "underseal.office", "underseal.onion", "underseal.through"
"""Where the answers lie in the environment of a request."""

_MAX_HOST = 260  # characters; a name has 253, a port six
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+?)\.?(?::[0-9]{0,5})?", re.ASCII)
_ORIGIN = re.compile(r"https?://(?P<host>[^/?#@]+)")
_ADDRESS = re.compile(
    r"\[([0-9A-Fa-f:.]{2,45})\](?::[0-9]{1,5})?|([0-9.]{7,15})(?::[0-9]{1,5})?|([0-9A-Fa-f:.]{2,45})"
)
"""An address in brackets or a version 4 one, each perhaps with a port; a version 6 one without."""

_MIRRORS = (".translate.goog", ".translatetheweb.com", ".microsofttranslator.com")
"""Names under which a page of ours is shown by a translator that fetched it."""
_OF_MIRRORS = ("HTTP_X_TOR2WEB",)
"""Headers that begin like this are written by gateways from the web to onion services."""
_OF_HOPS = ("HTTP_VIA", "HTTP_FORWARDED", "HTTP_CLIENT_IP", "HTTP_PROXY_CONNECTION", "HTTP_X_BLUECOAT_VIA",
            "HTTP_Z_FORWARDED_FOR", "HTTP_X_OPERAMINI_PHONE", "HTTP_CF_WORKER")  # fmt: skip
"""Headers that begin like this are written by who opens what passes: an employer's filter, a telephone's saver of data."""
_HOPS = "HTTP_X_FORWARDED_FOR"


class Through(Enum):
    """Who stands between the visitor's browser and us, as far as it shows."""

    NOBODY = "nobody"
    """No sign of anybody: that is no proof."""
    SOMEBODY = "somebody"
    """Something on the way opened the request and wrote into it. It could be the employer's filter: the visitor is told."""
    STRANGER = "stranger"
    """The browser shows another address than ours: the visitor is told, and nothing that is sent is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """By which addresses people come in. What is None is not known, and then not judged."""

    web: str | None = None
    """Host name on the ordinary web, as a browser sends it."""
    onion: str | None = None
    """Host name of the onion service."""
    offices: tuple[IPv4Network | IPv6Network, ...] = ()
    own_proxy: bool = False
    """Whether a proxy of ours, on this machine, adds the address of who reached it to ``X-Forwarded-For``."""

    def note(self, environ: WSGIEnvironment) -> None:
        """Look at a request that has just come, and leave the answers in its environment."""
        host = _asked_host(environ)
        environ[ONION] = came_by_onion(environ)
        environ[OFFICE] = not environ[ONION] and self._is_office(environ)
        environ[THROUGH] = self._through(environ, host)

    def _is_office(self, environ: Mapping[str, Any]) -> bool:
        if not self.offices or (address := self._address(environ)) is None:
            return False
        return any(address in network for network in self.offices)

    def _address(self, environ: Mapping[str, Any]) -> IPv4Address | IPv6Address | None:
        """Whose request it is, or None: a proxy's on this machine that does not tell, Tor's, or not to be read."""
        peer = environ.get("REMOTE_ADDR")
        if not isinstance(peer, str):
            return None
        if not _is_here(peer):
            return read_address(peer)  # a header from elsewhere is anybody's word
        if not self.own_proxy:
            return None
        return read_address(environ.get(_HOPS, "").rpartition(",")[2].strip(" \t"))

    def _through(self, environ: Mapping[str, Any], host: str | None) -> Through:
        written = [name for name in environ if name.startswith("HTTP_")]
        if (
            self._is_strange(host)
            or self._is_strange(_shown_host(environ))
            or any(name.startswith(_OF_MIRRORS) for name in written)
        ):
            return Through.STRANGER
        # A proxy of ours may have taken its own word out, and left the header.
        hop = _was_passed_on(environ) or any(
            name.startswith(_OF_HOPS) and environ[name].strip(" ,\t") for name in written
        )
        return Through.SOMEBODY if hop else Through.NOBODY

    def _is_strange(self, host: str | None) -> bool:
        """Whether ``host`` is not ours. Names of this machine always are: a demo, and a proxy that puts its own there."""
        if host is None or _is_loopback_name(host):
            return False
        if host.endswith(".onion"):
            return self.onion is not None and _service(host) != self.onion
        if host.endswith(_MIRRORS) or ".onion." in host:
            return True
        return self.web is not None and host != self.web


def from_office() -> bool:
    """Whether the visitor who is being served seems to sit in an office."""
    return bool(request.environ.get(OFFICE, False))


def by_onion() -> bool:
    """Whether the visitor came to the onion address, with nobody's gateway in between."""
    return bool(request.environ.get(ONION, False)) and through() is not Through.STRANGER


def through() -> Through:
    """Who stands in between."""
    found = request.environ.get(THROUGH, Through.NOBODY)
    return found if isinstance(found, Through) else Through.NOBODY


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """One address, strictly: with a port or without, a mapped version 4 one as itself; anything else is None."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    try:
        address = ip_address(next(part for part in found.groups() if part is not None))
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def names_a_host(environ: Mapping[str, Any]) -> bool:
    """Whether a request says whom it is for, as far as it must (RFC 9112 section 3.2): HTTP/1.0 need not."""
    written = environ.get("HTTP_HOST")
    return environ.get("SERVER_PROTOCOL") != "HTTP/1.1" if written is None else _name(written) != ""


def _asked_host(environ: Mapping[str, Any]) -> str | None:
    """The name that the browser asked for, in lower case; None when there is none, "" when it cannot be read."""
    target = _ORIGIN.match(environ.get("RAW_URI", ""))
    if target is not None:
        # RFC 9112 section 3.2.2: an absolute address counts, and the header beside it does not.
        return _name(target["host"])
    written = environ.get("HTTP_HOST")
    return None if written is None else _name(written)


def _shown_host(environ: Mapping[str, Any]) -> str | None:
    """Where the form was, of which the browser says that it was a page of the same site; None when it says nothing."""
    if environ.get("HTTP_SEC_FETCH_SITE") != "same-origin":
        return None  # a form of another site: its token answers for it
    named = _ORIGIN.fullmatch(environ.get("HTTP_ORIGIN", ""))
    return None if named is None else _name(named["host"])


def _was_passed_on(environ: Mapping[str, Any]) -> bool:
    """Whether ``X-Forwarded-For`` tells of more than one proxy of ours, which may be known to us or not."""
    passed = environ.get(_HOPS)
    return passed is not None and ("," in passed or not _is_here(environ.get("REMOTE_ADDR", "")))


def _name(written: str) -> str:
    found = _HOST.fullmatch(written.lower()) if len(written) <= _MAX_HOST else None
    return "" if found is None else found["name"]


def _service(host: str) -> str:
    """The service of an onion name: Tor passes names below it on to the same one."""
    return ".".join(host.split(".")[-2:])


def _is_loopback_name(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = read_address(host)
    return address is not None and address.is_loopback


def _is_here(peer: str) -> bool:
    """Whether the other end of the connection is on this machine: a UNIX socket has no address."""
    address = read_address(peer)
    return peer == "" or (address is not None and address.is_loopback)
