"""A portal over HTTP, as a program sees it: no redirects followed, nothing kept, every answer bounded.

A proxy is always asked for a tunnel (CONNECT, RFC 9110 section 9.3.6): it never reads a code, and Tor's HTTPTunnelPort
understands nothing else. Onion names are never looked up without a proxy, because the look-up itself would tell.
"""

from __future__ import annotations

import http.client
import ipaddress
import ssl
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import SplitResult, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

_TIMEOUT = 60  # seconds; onion services are slow
_FORM = "application/x-www-form-urlencoded"
MAX_PAGE = 1024 * 1024  # bytes; pages, tiles, bundles of our entries and notes are far smaller


class SiteError(Exception):
    """The portal cannot be reached or answers nonsense; one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)


class Site:
    """One visit: cookies live as long as this object, in memory."""

    def __init__(self, url: str) -> None:
        """Raises SiteError for an address that is none, or over which a code could be read."""
        self._url = _checked(url)
        self._proxy = _proxy_for(self._url)
        self._cookies: dict[str, str] = {}

    def get(self, path: str, *, limit: int = MAX_PAGE) -> Answer:
        """Fetch ``path``; at most ``limit`` bytes. Raises SiteError."""
        return self._ask("GET", path, None, limit)

    def post(self, path: str, values: dict[str, str]) -> Answer:
        """Send a form. Raises SiteError."""
        return self._ask("POST", path, urlencode(values).encode("ascii"), MAX_PAGE)

    def _ask(self, method: str, path: str, body: bytes | None, limit: int) -> Answer:
        headers = {"Accept-Encoding": "identity"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = _FORM
        connection = self._connection()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read(limit + 1)
            for line in response.headers.get_all("Set-Cookie") or []:
                self._keep(line)
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            raise SiteError(
                f"{self._url.hostname} cannot be reached ({type(error).__name__}); check the address and your connection"
            ) from None
        finally:
            connection.close()
        if len(content) > limit:
            raise SiteError(f"{self._url.hostname} answered more than this program takes")
        return Answer(response.status, content)

    def _connection(self) -> http.client.HTTPConnection:
        secure = self._url.scheme == "https"
        target = self._proxy or self._url
        host, port = target.hostname or "", target.port or (443 if target.scheme == "https" else 80)
        connection = (
            http.client.HTTPSConnection(host, port, timeout=_TIMEOUT, context=ssl.create_default_context())
            if secure
            else http.client.HTTPConnection(host, port, timeout=_TIMEOUT)
        )
        if self._proxy is not None:
            connection.set_tunnel(self._url.hostname or "", self._url.port or (443 if secure else 80))
        return connection

    def _keep(self, line: str) -> None:
        try:
            cookies = SimpleCookie(line)
        except CookieError:
            raise SiteError(f"{self._url.hostname} sent a cookie that is none") from None
        for name, morsel in cookies.items():
            if morsel.value and morsel["max-age"] != "0":
                self._cookies[name] = morsel.value
            else:
                self._cookies.pop(name, None)


def _checked(url: str) -> SplitResult:
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or parts.path not in {"", "/"}:
        raise SiteError("the address must look like https://portal.example.org, and nothing behind it")
    if parts.scheme == "http" and not (_is_onion(parts) or _is_loopback(parts)):
        raise SiteError(
            "over http:// everybody on the way could read a code; use https:// or the onion address"
        )
    return parts


def _split(url: str) -> SplitResult | None:
    """The address in parts, or None: no host, an impossible port, or things that an address here does not have."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable and not (parts.query or parts.fragment or parts.username) else None


def _proxy_for(url: SplitResult) -> SplitResult | None:
    proxies = getproxies()
    found = proxies.get(url.scheme) or proxies.get("all")
    if found is None or _is_loopback(url) or (not _is_onion(url) and proxy_bypass(url.hostname or "")):
        if _is_onion(url):
            raise SiteError(
                "an onion address needs Tor: set http_proxy to its HTTPTunnelPort, such as http://127.0.0.1:9080"
            )
        return None
    proxy = _split(found if "//" in found else f"http://{found}")
    if proxy is None or proxy.scheme != "http" or proxy.port is None:
        raise SiteError(
            "the proxy must look like http://HOST:PORT (for Tor its HTTPTunnelPort, not its SOCKS port)"
        )
    return proxy


def _is_onion(url: SplitResult) -> bool:
    return (url.hostname or "").endswith(".onion")


def _is_loopback(url: SplitResult) -> bool:
    if url.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.hostname or "").is_loopback
    except ValueError:
        return False
