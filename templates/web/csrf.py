"""Cross-site request forgery: a token bound to a cookie of this visit. Stores nothing on either side but the cookie.

The token is HMAC-SHA256 over the anchor, 32 random bytes in a ``__Host-`` cookie that no other site can set or make the browser
send (SameSite=Strict). Flask-WTF would keep its token in Flask's own cookie, with the time of the visit in it; this one works
before any session exists, says nothing, and ends with the visit. Source: OWASP, signed double-submit cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from flask import Flask, Response, g, request
from markupsafe import Markup

from crypto.encoding import pack, to_text
from templates.loader import Side
from templates.web.cookies import VALUE_BYTES, Cookie
from templates.web.refusals import ForgedForm
from templates.web.request import CSRF_FIELD

_OWN = {None, "same-origin", "none"}


def anchor_cookie(side: Side) -> Cookie:
    """What holds a visit together: whoever has a form has this cookie."""
    return Cookie(side, "form")


@dataclass(frozen=True, slots=True)
class Csrf:
    """Makes and checks the tokens of one side. ``secret`` is the instance's web secret."""

    side: Side
    secret: bytes

    @property
    def cookie(self) -> Cookie:
        """The anchor."""
        return anchor_cookie(self.side)

    def install(self, app: Flask) -> None:
        """Give templates ``csrf_field()``, and new visitors their anchor with the first form they see."""
        app.jinja_env.globals["csrf_field"] = self.field
        app.after_request(self._send_anchor)

    def field(self) -> Markup:
        """The hidden field of every form."""
        anchor = g.get("anchor") or self.cookie.read()
        if anchor is None:
            anchor = g.anchor = secrets.token_bytes(VALUE_BYTES)
        return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, self._token(anchor))

    def check(self) -> None:
        """Return if the request's form came from a page that we gave this visitor. Raises ForgedForm."""
        anchor = self.cookie.read()
        token = request.form.get(CSRF_FIELD, "").encode()
        genuine = anchor is not None and hmac.compare_digest(token, self._token(anchor).encode())
        if not (genuine and self.from_own_page()):
            raise ForgedForm

    def may_receive(self) -> bool:
        """Whether a form's files may be received before its token is known: from our own page, by somebody who has a form."""
        return self.cookie.read() is not None and self.from_own_page()

    def from_own_page(self) -> bool:
        """What the browser itself says about where the form was (Fetch Metadata); silence is no objection."""
        return request.headers.get("Sec-Fetch-Site") in _OWN

    def may_show_again(self) -> bool:
        """Whether typed text may be shown again after a refused token: only if the browser vouches for our own page.

        A visitor whose cookie was lost in between must not lose a report over it; another site must not fill our form.
        """
        return request.headers.get("Sec-Fetch-Site") == "same-origin"

    def _token(self, anchor: bytes) -> str:
        return to_text(hmac.digest(self.secret, pack(b"csrf", self.side.encode(), anchor), hashlib.sha256))

    def _send_anchor(self, response: Response) -> Response:
        if (anchor := g.pop("anchor", None)) is not None:
            self.cookie.set(response, anchor)
        return response
