"""How many examples a property is tried with: what it asks for in `make check-slow`, a quarter of that in `make test`."""

from __future__ import annotations

from hypothesis import settings

_WHOLE = 100  # of the profile that `make check-slow` asks for


def examples(asked: int) -> int:
    """``asked``, or the share of it that the profile in force tries; at least one."""
    return max(1, asked * settings().max_examples // _WHOLE)
