"""The words that stand behind a link of a page which the office wrote, in each of the portal's languages. They know no page."""

from __future__ import annotations

from collections.abc import Mapping

from templates.loader import Side
from templates.web.catalogues import tags_of, translations


def link_words() -> Mapping[str, Mapping[str, str]]:
    """Language → kind of link (``web``, ``mail``, ``call``) → what following it tells to others."""
    return {tag: _words(tag) for tag in tags_of(Side.PORTAL)}


def _words(tag: str) -> Mapping[str, str]:
    gettext = translations(Side.PORTAL, tag).gettext
    return {
        "web": gettext("leaves this site"),
        "mail": gettext("an e-mail shows who you are"),
        "call": gettext("a call can show your number"),
    }
