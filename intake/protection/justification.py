"""The clock of a request for a justification, by its name: ``justification:<request>``. Data alone."""

from __future__ import annotations

JUSTIFICATION = "justification"


def clock_of(request: str) -> str:
    """The clock that runs until the answer to a request is due."""
    return f"{JUSTIFICATION}:{request}"


def is_of_one(clock: str) -> bool:
    """Whether a clock is one of a justification: whoever misses it is not the office that has the case."""
    return clock.partition(":")[0] == JUSTIFICATION
