"""Cookies: 32 random bytes, or a language tag; never anything that means something. Knows no session.

``__Host-`` with Secure, HttpOnly, SameSite=Strict and Path=/ on every one, and no lifetime: they end with the visit (P6).
Browsers take such cookies over https and from loopback. From an onion service, which is plain http inside Tor's own encryption,
Tor Browser takes them and others do not: there they have neither the prefix nor Secure, for an onion has no neighbours who
could plant one, and no way to it that could be listened to. Neither kind is read where the other belongs.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from crypto.encoding import from_text, to_text
from crypto.errors import MalformedError
from templates.loader import Side
from templates.web.entrance import came_by_onion

VALUE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie of one side. Ports share cookies, so the sides' names differ; the names say nothing."""

    side: Side
    kind: str

    @property
    def name(self) -> str:
        """The name on the wire, on the ordinary web."""
        return f"__Host-{self._plain_name}"

    @property
    def _plain_name(self) -> str:
        return f"{self.side[0]}-{self.kind}"

    @property
    def _name_here(self) -> str:
        return self._plain_name if _at_an_onion() else self.name

    def read(self) -> bytes | None:
        """The 32 bytes that the browser sent, or None: absent or in another encoding is the same."""
        try:
            return from_text(request.cookies.get(self._name_here, ""), length=VALUE_BYTES)
        except MalformedError:
            return None

    def read_text(self) -> str:
        """A value that is no secret, such as a language tag."""
        return request.cookies.get(self._name_here, "")

    def set(self, response: Response, value: bytes) -> None:
        """Send 32 bytes to the browser."""
        self.set_text(response, to_text(value))

    def set_text(self, response: Response, value: str) -> None:
        """Send a value that is no secret."""
        secure = not _at_an_onion()
        response.set_cookie(self._name_here, value, path="/", secure=secure, httponly=True, samesite="Strict")

    def drop(self, response: Response) -> None:
        """Tell the browser to forget it now."""
        secure = not _at_an_onion()
        response.delete_cookie(self._name_here, path="/", secure=secure, httponly=True, samesite="Strict")


def _at_an_onion() -> bool:
    return came_by_onion(request.environ)
