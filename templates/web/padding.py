"""Page sizes in a few classes, so that a watched line does not tell one page from another (P7). Knows no page.

Pages are never compressed: the length of compressed text would tell what is in it (BREACH).
"""

from __future__ import annotations

from markupsafe import Markup

SMALLEST = 16 * 1024  # bytes; every ordinary page fits
_OPEN, _CLOSE = b"\n<!--", b"-->\n"


def size_class(length: int) -> int:
    """The class of a page of ``length`` bytes: 16 KiB, then doubling."""
    size = SMALLEST
    while size < length:
        size *= 2
    return size


def pad_page(page: bytes) -> bytes:
    """Fill an HTML page up to its class with a comment after its end."""
    frame = len(_OPEN) + len(_CLOSE)
    size = size_class(len(page) + frame)
    return page + _OPEN + b" " * (size - len(page) - frame) + _CLOSE


def fill_room(part: str, room: int) -> Markup:
    """Rendered markup that takes up whole rooms of ``room`` bytes, so that its page is as long with it as without."""
    length = len(part.encode())
    return Markup(part + " " * (-length % room))  # noqa: S704 - rendered by a template that escapes everything


def as_long(part: str, *, shown: bool) -> Markup:
    """Rendered markup, or as many blanks as it has bytes: its page is as long without it as with it."""
    return Markup(part) if shown else Markup(" " * len(part.encode()))  # noqa: S704 - rendered by a template that escapes
