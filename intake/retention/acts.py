"""The decisions about keeping a case, by the names that records say. Knows nothing else."""

from __future__ import annotations

from enum import StrEnum


class RetentionAct(StrEnum):
    """Values are stored: never reuse or rename one."""

    HOLD = "hold"
    END_HOLD = "end_hold"
    DELETE_EARLY = "delete_early"
