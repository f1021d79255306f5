"""Cookies: 32 random bytes, or a language tag; never anything that means something. Knows no session.

``__Host-`` with Secure, HttpOnly, SameSite=Strict and Path=/ on every one, and no lifetime: they end with the visit (P6).
Browsers take such cookies over plain http from loopback and from onion services, which they hold to be secure.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from crypto.encoding import from_text, to_text
from crypto.errors import MalformedError
from templates.loader import Side

VALUE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie of one side. Ports share cookies, so the sides' names differ; the names say nothing."""

    side: Side
    kind: str

    @property
    def name(self) -> str:
        """The name on the wire."""
        return f"__Host-{self.side[0]}-{self.kind}"

    def read(self) -> bytes | None:
        """The 32 bytes that the browser sent, or None: absent or in another encoding is the same."""
        try:
            return from_text(request.cookies.get(self.name, ""), length=VALUE_BYTES)
        except MalformedError:
            return None

    def read_text(self) -> str:
        """A value that is no secret, such as a language tag."""
        return request.cookies.get(self.name, "")

    def set(self, response: Response, value: bytes) -> None:
        """Send 32 bytes to the browser."""
        self.set_text(response, to_text(value))

    def set_text(self, response: Response, value: str) -> None:
        """Send a value that is no secret."""
        response.set_cookie(self.name, value, path="/", secure=True, httponly=True, samesite="Strict")

    def drop(self, response: Response) -> None:
        """Tell the browser to forget it now."""
        response.delete_cookie(self.name, path="/", secure=True, httponly=True, samesite="Strict")
