"""By which door a request came, and what its answer may say of the other one. Knows no page and no server.

The ordinary web and the onion service are doors of one portal. Whoever comes by Tor's own door brings a circuit; nothing that a
visitor sends makes one. An operator without that door may have Tor speak to the web's: then the name that was asked for tells.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.datastructures import Headers
from werkzeug.http import parse_cookie

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

CIRCUIT = "underseal.circuit"
"""4 bytes: Tor's number of the circuit that a request came by; absent where none is known. Only the server sets it."""
MISDIRECTED = "421 Misdirected Request"
_ONION = ".onion"


@dataclass(frozen=True, slots=True)
class Entrance:
    """The doors of one side. ``https`` is about the web's; an onion service has Tor's own encryption and plain http."""

    https: bool
    onion: str | None = None
    """The onion service's address, ``http://….onion``, if there is one to point at."""
    onion_door: bool = False
    """Whether Tor has a door of its own."""
    harmless: Container[str] = ()
    """Cookies that say nothing of a report or a mailbox: whoever has others would lose those by changing doors."""

    def is_secure(self, environ: WSGIEnvironment) -> bool:
        """Whether it came by https."""
        return self.https and not came_by_onion(environ)

    def is_misdirected(self, environ: WSGIEnvironment) -> bool:
        """Whether the web's door is asked for an onion's name: whoever scans the web with it must not learn who has it."""
        return self.onion_door and CIRCUIT not in environ and _host(environ).endswith(_ONION)

    def location(self, environ: WSGIEnvironment, status: str, headers: Headers) -> str | None:
        """The same page on the onion service, for the header ``Onion-Location``, or None.

        Tor Browser may go there by itself, so only a page of https that was asked for without anything of a visit says it: the
        cookies stay behind. The path alone: what is behind the question mark is never repeated.
        Source: Tor Project, Onion-Location (https only, never on the onion itself).
        """
        is_page = status.startswith("200") and headers.get("Content-Type", "").startswith("text/html")
        if self.onion is None or not is_page or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return None
        if not self.is_secure(environ) or self._has_begun(environ):
            return None
        return self.onion + quote(environ.get("PATH_INFO", "/").encode("latin-1"))

    def _has_begun(self, environ: WSGIEnvironment) -> bool:
        return any(name not in self.harmless for name in parse_cookie(environ.get("HTTP_COOKIE")))


def came_by_onion(environ: WSGIEnvironment) -> bool:
    """Whether this request came through an onion service."""
    return CIRCUIT in environ or _host(environ).endswith(_ONION)


def _host(environ: WSGIEnvironment) -> str:
    return str(environ.get("HTTP_HOST", "")).partition(":")[0].rstrip(".").lower()
