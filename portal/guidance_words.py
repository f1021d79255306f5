"""The words that stand behind a link of a guidance page, in the page's own language. They know no page."""

from __future__ import annotations

from intake.guidance.shelf import Languages
from intake.guidance.written import Marks
from templates.loader import Side
from templates.web.catalogues import SOURCE, tags_of, translations


def guidance_languages(default: str) -> Languages:
    """The languages of the portal. ``default``: the instance's; where the portal is not in it, English."""
    tags = tags_of(Side.PORTAL)
    return Languages(default if default in tags else SOURCE, {tag: _marks(tag) for tag in tags})


def _marks(tag: str) -> Marks:
    gettext = translations(Side.PORTAL, tag).gettext
    return Marks(
        web=gettext("leaves this site"),
        mail=gettext("an e-mail shows who you are"),
        call=gettext("a call can show your number"),
    )
