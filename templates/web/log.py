"""What the web layer tells its application's log: that something failed, and the exception. It writes nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Trouble(StrEnum):
    """What happened to the software. Refusals of a visitor's request are not trouble, and are nobody's business."""

    FAILED = "failed"
    """A fault that nobody meant; the visitor saw a page."""
    UNAVAILABLE = "unavailable"
    """Something we need is locked, full or gone."""
    CRASHED = "crashed"
    """Not even an error page could be made."""


Log = Callable[[Trouble, BaseException], None]
"""The log must write nothing but the exception's type and place: its message may hold what was typed."""
