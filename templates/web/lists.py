"""Lists within a sentence, as each language puts them: "a, b, and c". Knows no text.

Somebody else's names stand apart in them: one that holds signs of direction must not turn the sentence around (P6).
"""

from __future__ import annotations

from collections.abc import Iterable

from babel.lists import format_list
from flask_babel import get_locale
from markupsafe import Markup, escape

_DIRECTIONS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Signs of direction. One of them would end the isolate that a name stands in, and turn what follows (Unicode TR 9)."""
_ISOLATE, _END = "\u2068", "\u2069"


def listed(items: Iterable[object]) -> str:
    """Our own words as a list, in the language of the page."""
    return str(format_list([str(item) for item in items], locale=get_locale()))


def listed_names(names: Iterable[str]) -> str:
    """Names as a list in plain text, each isolated by signs of its own, for a sentence that is no markup."""
    return listed(map(isolated, names))


def isolated(text: str) -> str:
    """Somebody else's words in a sentence of plain text."""
    return f"{_ISOLATE}{undirected(text)}{_END}"


def undirected(text: str) -> str:
    """``text`` without signs of direction, for a sentence of a page that isolates it in an element."""
    return text.translate(_DIRECTIONS)


def marked_names(names: Iterable[str]) -> Markup:
    """Names as a list in markup, each in an element that isolates it."""
    return Markup(listed(f"<bdi>{escape(undirected(name))}</bdi>" for name in names))  # noqa: S704  # escaped just here
