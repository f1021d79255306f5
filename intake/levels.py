"""The two scales that routing and the sums share: how serious the matter is, and how great the risk of retaliation.

Members stand in rising order; `rank` is the position.
"""

from __future__ import annotations

from enum import StrEnum


class _Scale(StrEnum):
    @property
    def rank(self) -> int:
        return list(type(self)).index(self)


class Severity(_Scale):
    """Severity of the matter."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Band(_Scale):
    """Risk of retaliation against the reporter. The sum never yields `none`: silence is unknown, never safe."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"
