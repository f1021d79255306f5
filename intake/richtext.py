"""Rich text, reduced to an allowlist: the one function through which HTML that somebody wrote reaches a page.

It knows neither who wrote it nor where it is shown. `bleach` goes first; it is at its end of life, so `nh3`, another parser in
another language, reads its result under the same list: what one of them lets through by a mistake the other has to let through
as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

import bleach
import nh3
from markupsafe import Markup

MAX_HTML = 64 * 1024  # characters
MAX_TAGS = 2000
"""Opening and closing ones together, which bounds the nesting as well: repairing nested tags costs more than their number."""
MAX_ADDRESS = 500  # characters

TAGS = frozenset(
    {"a", "bdi", "blockquote", "br", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "strong", "ul"}
)
"""No picture, no frame, no form: nothing that a browser would fetch. Headings begin below the page's own."""
ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {"a": frozenset({"href"}), "ol": frozenset({"start"})}
)
"""No style, class, id or event: nothing that could look like a part of the page around it, or do something."""
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
RELATION = "noopener noreferrer nofollow"

_OWN = re.compile(r"/(?:[a-z0-9-]+(?:/[a-z0-9-]+)*)?")
_MAIL = re.compile(r"mailto:[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_CALL = re.compile(r"tel:\+?[0-9](?:[0-9.()-]{0,30}[0-9])?")
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~%]+")
"""What an address may be made of: printable ASCII without what ends an attribute, and no backslash, which browsers turn."""
_NUMBER = re.compile(r"[0-9]{1,4}")


class RichTextError(Exception):
    """More than is read. The text is one line that says what to do."""


def reduce(html: str) -> Markup:
    """What is left of ``html`` under the allowlist; the text of what is not on it stays, as text.

    Raises RichTextError before any work when there is more than ``MAX_HTML`` or ``MAX_TAGS`` of it.
    """
    if len(html) > MAX_HTML:
        raise RichTextError(f"it has more than {MAX_HTML:,} characters; make it shorter")
    if html.count("<") > MAX_TAGS:
        raise RichTextError(f"it has more than {MAX_TAGS:,} marks; use fewer of them")
    once = bleach.clean(
        html,
        tags=TAGS,
        attributes=lambda tag, name, value: _kept(tag, name, value) is not None,
        protocols=SCHEMES,
        strip=True,
        strip_comments=True,
    )
    twice = nh3.clean(
        once,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=lambda tag, name, value: value if name == "rel" else _kept(tag, name, value),
        url_schemes=set(SCHEMES),
        link_rel=RELATION,  # the only "rel" that there is: one of the text's own is not on the list
        strip_comments=True,
    )
    return Markup(twice)  # noqa: S704 - this is the function that makes it safe


def may_lead_to(address: str) -> bool:
    """Whether a link may have ``address``: http or https with a host and no user name, mailto and tel without anything
    added, or a page of this site.
    """
    if len(address) > MAX_ADDRESS or not _PLAIN.fullmatch(address):
        return False
    if any(form.fullmatch(address) for form in (_OWN, _MAIL, _CALL)):
        return True
    try:
        parts = urlsplit(address)
        # A name before the host is read as the host by whoever looks at the link (RFC 3986, 7.6).
        return (
            address.startswith(("http://", "https://"))
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and "%" not in parts.netloc
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


def _kept(tag: str, name: str, value: str) -> str | None:
    """The attribute's value, or None when the attribute goes. Both cleaners ask here."""
    if name not in ATTRIBUTES.get(tag, ()):
        return None
    fits = may_lead_to(value) if name == "href" else _NUMBER.fullmatch(value) is not None
    return value if fits else None
