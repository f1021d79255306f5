"""A visitor without a browser: follows links and forms over real HTTP, keeps cookies for the visit, sends what a browser sends.

Python's own cookie jar refuses Secure cookies on plain HTTP, where browsers allow them on loopback: so cookies are kept here.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

_REDIRECTS = 5
_FORM = "application/x-www-form-urlencoded"
BOUNDARY = "----geckoformboundary5b0e9a"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
Values = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True)
class Page:
    """What came back, after redirects."""

    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    statuses: tuple[int, ...]

    @property
    def text(self) -> str:
        """The whole page as text."""
        return self.body.decode("utf-8")

    def element(self, identifier: str) -> str:
        """The text inside the element with this id."""
        return _Finder.find(self.text, identifier)

    @property
    def fields(self) -> list[dict[str, str | None]]:
        """Attributes of every input, select and textarea, for looking at."""
        return _Finder.parsed(self.text).fields


@dataclass
class Visitor:
    """One visit to one site (``http://127.0.0.1:PORT``)."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, path: str) -> Page:
        """Open a page, following redirects."""
        return self._request("GET", path)

    def post(self, path: str, values: Values | None = None, *, follow: bool = True) -> Page:
        """Send a form from our own page, with the newest token seen. ``follow`` redirects, as a browser does."""
        body = urlencode([("csrf_token", self.token), *_pairs(values)]).encode()
        return self._request("POST", path, body, follow=follow)

    def send_files(
        self,
        path: str,
        files: Sequence[tuple[str, bytes]],
        values: Values | None = None,
        *,
        follow: bool = True,
    ) -> Page:
        """Send a form with files in its field ``evidence``, as a browser encodes them."""
        body = multipart([("csrf_token", self.token), *_pairs(values)], files)
        return self._request("POST", path, body, follow=follow, kind=MULTIPART)

    def _request(
        self, method: str, path: str, body: bytes | None = None, *, follow: bool = True, kind: str = _FORM
    ) -> Page:
        statuses: list[int] = []
        status, headers, content = self._once(method, path, body, kind)
        statuses.append(status)
        while follow and len(statuses) <= _REDIRECTS and _leads_on(status, headers):
            # The part after # is the browser's own: no server is asked for it.
            method, path, body = "GET", headers["location"].partition("#")[0], None
            status, headers, content = self._once(method, path, body)
            statuses.append(status)
        page = Page(path, status, headers, content, tuple(statuses))
        if headers.get("content-type", "").startswith("text/html"):
            self.token = _Finder.parsed(page.text).token or self.token
        return page

    def _once(
        self, method: str, path: str, body: bytes | None, kind: str = _FORM
    ) -> tuple[int, dict[str, str], bytes]:
        headers = self._headers()
        if body is not None:
            headers["Content-Type"] = kind
        connection = self._connection()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
            for line in response.headers.get_all("Set-Cookie") or []:
                self._keep(line)
            return response.status, {name.lower(): value for name, value in response.getheaders()}, content
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        """What the browser says of itself with every request."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"} | (
            {"Cookie": cookies} if cookies else {}
        )

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=60)

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel.value and morsel["max-age"] != "0":
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)


def multipart(
    pairs: Sequence[tuple[str, str]], files: Sequence[tuple[str, bytes]], *, end: bool = True
) -> bytes:
    """A body of text fields and then files; without its ``end``, the last file is still on its way."""
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in pairs]
    for name, data in files:
        kind = "Content-Type: application/octet-stream"
        parts.append(f'{head}"evidence"; filename="{name}"\r\n{kind}\r\n\r\n'.encode() + data)
        parts.append(b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode() if end else b"".join(parts[:-1])


def _pairs(values: Values | None) -> list[tuple[str, str]]:
    return [
        (name, entry)
        for name, value in (values or {}).items()
        for entry in ([value] if isinstance(value, str) else value)
    ]


def _leads_on(status: int, headers: Mapping[str, str]) -> bool:
    """A redirect within the site; where a page leads elsewhere, a test must not follow."""
    return status in {301, 302, 303} and headers.get("location", "//").startswith("/")


class _Finder(HTMLParser):
    def __init__(self, identifier: str | None = None) -> None:
        super().__init__()
        self.identifier = identifier
        self.depth = 0
        self.inside: list[str] = []
        self.token: str | None = None
        self.fields: list[dict[str, str | None]] = []

    @classmethod
    def parsed(cls, text: str, identifier: str | None = None) -> _Finder:
        finder = cls(identifier)
        finder.feed(text)
        return finder

    @classmethod
    def find(cls, text: str, identifier: str) -> str:
        return "".join(cls.parsed(text, identifier).inside).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"input", "select", "textarea", "button"}:
            self.fields.append({"tag": tag, **values})
        if values.get("name") == "csrf_token":
            self.token = values.get("value")
        if tag in {"input", "br", "img", "meta", "link", "hr"}:
            return
        if self.depth:
            self.depth += 1
        elif self.identifier is not None and values.get("id") == self.identifier:
            self.depth = 1

    def handle_endtag(self, _tag: str) -> None:
        self.depth = max(0, self.depth - 1)

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.inside.append(data)
