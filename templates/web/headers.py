"""The security headers of every response, and what a request brings that we refuse to know. Knows no page.

They are set around the whole application, so a page, an error, a redirect and a crash all carry them. Sources: CSP Level 3,
Fetch (CORP, COOP, COEP), RFC 6797 (HSTS), Clear Site Data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.datastructures import Headers

from templates.web.arrival import Doors, names_a_host
from templates.web.entrance import MISDIRECTED, Entrance
from templates.web.log import Log, Trouble
from templates.web.padding import fill_head

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CSP = "; ".join(
    (
        # Nothing is allowed but our own style sheet and icon: even a template that forgot to escape could not run a script.
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

CONTENT_CSP = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For bytes that came from outside: should a browser show them as a page after all, it is one of nobody, and loads nothing."""

_DENIED_FEATURES = (
    "accelerometer", "aria-notify", "autoplay", "browsing-topics", "camera", "captured-surface-control",
    "clipboard-read", "clipboard-write", "compute-pressure", "cross-origin-isolated", "deferred-fetch",
    "deferred-fetch-minimal", "digital-credentials-create", "digital-credentials-get", "display-capture",
    "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get",
    "idle-detection", "interest-cohort", "keyboard-map", "language-detector", "language-model", "local-fonts",
    "local-network", "local-network-access", "loopback-network", "magnetometer", "media-playback-while-not-visible",
    "microphone", "midi", "on-device-speech-recognition", "otp-credentials", "payment", "picture-in-picture",
    "private-state-token-issuance", "private-state-token-redemption", "publickey-credentials-create",
    "publickey-credentials-get", "screen-wake-lock", "serial", "speaker-selection", "storage-access", "summarizer",
    "sync-xhr", "translator", "unload", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
"""Every feature that the current Chromium knows; a browser says in its console which it does not know."""

_ALWAYS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _DENIED_FEATURES),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}
_HSTS = "max-age=63072000; includeSubDomains"
NO_STORE = "no-store, no-transform"
"""Kept nowhere, and changed by nobody on the way: a page that a proxy compresses tells its content by its length."""
KEEP = "public, max-age=31536000, immutable"
"""For what is named by its content, or never changes."""

_NO_HOST = b"Your browser did not say which site it wants. Please type the address again.\n"
_MISDIRECTED = b"This name is not served here.\n"
_CRASHED = b"Something went wrong on our side. Please go back and try again.\n"

_UNWANTED = ("REMOTE_ADDR", "REMOTE_PORT", "REMOTE_HOST", "HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_FORWARDED", "HTTP_VIA",
             "HTTP_FROM", "HTTP_CLIENT_IP", "HTTP_PROXY_CONNECTION", "HTTP_X_BLUECOAT_VIA", "HTTP_Z_FORWARDED_FOR",
             "gunicorn.socket")  # fmt: skip
_UNWANTED_PREFIXES = ("HTTP_X_FORWARDED_", "HTTP_X_REAL_", "HTTP_X_CLIENT_", "HTTP_CF_", "HTTP_TRUE_CLIENT_",
                      "HTTP_X_OPERAMINI_", "HTTP_X_TOR2WEB")  # fmt: skip
"""The socket among them: it can be asked for the address of its other end."""


def security_headers(*, https: bool) -> dict[str, str]:
    """The headers that every response carries, whatever it is."""
    return _ALWAYS | ({"Strict-Transport-Security": _HSTS} if https else {})


@dataclass(frozen=True, slots=True)
class StrictHeaders:
    """WSGI around the application: forget the visitor first, then answer with strict headers, even after a crash."""

    application: WSGIApplication
    entrance: Entrance
    log: Log
    doors: Doors | None = None
    """What is looked at before the visitor is forgotten; None: nothing."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.doors is not None:
            self.doors.note(environ)
        forget_visitor(environ)
        strict = security_headers(https=self.entrance.is_secure(environ))

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            merged = Headers(headers)
            merged.remove("Server")
            is_content = merged.get("Content-Security-Policy") == CONTENT_CSP
            for name, value in strict.items():
                merged[name] = value
            if is_content:
                merged["Content-Security-Policy"] = CONTENT_CSP
            merged.setdefault("Cache-Control", NO_STORE)
            if (location := self.entrance.location(environ, status, merged)) is not None:
                merged["Onion-Location"] = location
            merged.add(*fill_head(status, merged))
            return start_response(status, merged.to_wsgi_list(), exc_info)  # type: ignore[arg-type]  # passed on as it came

        if not names_a_host(environ):
            return _plainly(start, "400 Bad Request", _NO_HOST)
        if self.entrance.is_misdirected(environ):
            return _plainly(start, MISDIRECTED, _MISDIRECTED)
        try:
            return self.application(environ, start)
        except Exception as error:  # noqa: BLE001  # the last fence: no trace of a fault leaves the process
            self.log(Trouble.CRASHED, error)
            return _plainly(start, "500 Internal Server Error", _CRASHED)


def _plainly(start: Callable[..., object], status: str, body: bytes) -> list[bytes]:
    start(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]


def forget_visitor(environ: WSGIEnvironment) -> None:
    """Drop address, browser and origin page before anything can read them: what does not exist cannot leak (P6)."""
    for name in list(environ):
        if name in _UNWANTED or name.startswith(_UNWANTED_PREFIXES):
            del environ[name]
