"""What the site says about itself: how accessible it is, whom to tell of a hole in it, what a search engine may read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import Response, abort, make_response, render_template
from flask.typing import ResponseReturnValue

from portal.services import Services

STATED_ON = date(2026, 11, 29)
"""When the accessibility statement was last looked through: it changes with its words."""

SECURITY_TXT = "/.well-known/security.txt"
_VALID = timedelta(days=180)
"""RFC 9116 recommends less than a year. Computed for each request: the file says that somebody still serves it, no more."""

_ROBOTS = """\
User-agent: *
Allow: /$
Allow: /safety
Allow: /rights
Allow: /elsewhere
Allow: /can-do
Allow: /accessibility
Allow: /static/
Disallow: /
"""
"""Who looks for help must find the first page and the advice. Steps and mailbox belong in no list of anybody's."""


def accessibility(services: Services) -> ResponseReturnValue:
    """The accessibility statement, in the order of the model of Decision (EU) 2018/1523."""
    contact = services.site.accessibility_contact
    return render_template(
        "portal/accessibility.html",
        name=services.name,
        contact=None if contact is None else contact.removeprefix("mailto:").removeprefix("tel:"),
        stated_on=STATED_ON,
    )


def security_txt(services: Services) -> Response:
    """RFC 9116. 404 when the operator names nobody to tell."""
    site = services.site
    if site.security_contact is None:
        abort(404)
    ends = datetime.combine(services.clock.today("UTC") + _VALID, time(), UTC)
    lines = [
        f"Contact: {site.security_contact}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(dict.fromkeys((services.language, 'en')))}",
    ]
    if site.address is not None and site.address.startswith("https://"):
        # Section 2.5.2 takes no other scheme: an onion address may not stand there.
        lines.append(f"Canonical: {site.address}{SECURITY_TXT}")
    return _plain("\n".join(lines) + "\n")


def robots_txt(_services: Services) -> Response:
    """The same for every instance."""
    return _plain(_ROBOTS)


def _plain(text: str) -> Response:
    response = make_response(text)
    response.content_type = "text/plain; charset=utf-8"
    return response
