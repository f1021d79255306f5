"""Sizes in a few classes, so that a watched line does not tell one answer from another (P7). Knows no page.

Pages are filled after rendering and never compressed: the length of compressed text would tell what is in it (BREACH).
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

SMALLEST = 32 * 1024
"""Bytes. Every page that a visitor reads fits, and a mailbox with several answers, in letters of two and of three bytes too: a
language must not show as a size, nor an answer.
"""
GROWTH = 4
"""How much larger the next class is: few answers are in one class, and many in the next."""
HEAD = 3 * 1024
"""Bytes; status line and headers of every answer come to this (or a multiple), whatever cookie or address is among them. With
what a server adds it stays below the 4 KiB that proxies take.
"""
FILLER = "X-Padding"
_OPEN, _CLOSE = b"\n<!--", b"-->\n"


def size_class(length: int) -> int:
    """The class of a page of ``length`` bytes: 32 KiB, 128 KiB, 512 KiB …"""
    size = SMALLEST
    while size < length:
        size *= GROWTH
    return size


def pad_page(page: bytes) -> bytes:
    """Fill an HTML page up to its class with a comment after its end."""
    frame = len(_OPEN) + len(_CLOSE)
    size = size_class(len(page) + frame)
    return page + _OPEN + b" " * (size - len(page) - frame) + _CLOSE


def fill_head(status: str, headers: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The header that fills an answer's head up, so that a cookie, an address or a status shows in no length."""
    lines = sum(_line(name, value) for name, value in headers) + _line(FILLER, "")
    return FILLER, "0" * (-(len(status) + lines) % HEAD)


def _line(name: str, value: str) -> int:
    return len(name) + len(value) + 4  # a colon, a space, the line's end


def fill_room(part: str, room: int) -> Markup:
    """Rendered markup that takes up whole rooms of ``room`` bytes, so that its page is as long with it as without."""
    length = len(part.encode())
    return Markup(part + " " * (-length % room))  # noqa: S704 - rendered by a template that escapes everything


def as_long(part: str, *, shown: bool) -> Markup:
    """Rendered markup, or as many blanks as it has bytes: its page is as long without it as with it."""
    return Markup(part) if shown else Markup(" " * len(part.encode()))  # noqa: S704 - rendered by a template that escapes
