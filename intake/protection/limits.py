"""How much a reporter can say about their own safety, and how far ahead. Versioned data; knows no page and no case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 100_000
_COUNTS = ("words", "a_day", "own_days", "own_furthest", "promise_furthest")


class DateFault(StrEnum):
    """What is wrong with a day that a reporter gave."""

    MISSING = "missing"
    NO_DAY = "no_day"
    """There is no such day in the calendar."""
    OVER = "over"
    """Today, or before: nothing can be asked then any more."""
    TOO_FAR = "too_far"
    TWICE = "twice"
    """It was given already."""
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Limits:
    """One version of the bounds."""

    version: int
    words: int
    """Characters of a text about one's safety, or of one that is left sealed."""
    a_day: int
    """How many check-ins of a day are kept. "I am not safe" alone is always kept."""
    own_days: int
    """How many days of their own a reporter can have before them."""
    own_furthest: int
    """How many days ahead such a day may be."""
    promise_furthest: int
    """How many days ahead a promise may be."""


@cache
def limits() -> Limits:
    """The shipped bounds. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "protection" / "promises.json").read_bytes()
    return limits_from(parse(raw, what="promises", limit=MAX_BYTES))


def limits_from(document: object) -> Limits:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    version = fields.count("version") or 0
    counts = {name: fields.count(name) or 0 for name in _COUNTS}
    fields.day("valid_from")
    for key in fields.besides("id", "version", "valid_from", "reason", *_COUNTS):
        fields.fault(key, "is no part of the promises")
    if fields.identifier("id") != "promises" or not version or not fields.optional_text("reason"):
        fields.fault("version", "the id promises, a version of at least 1 and a reason are needed")
    for name, count in counts.items():
        if not count:
            fields.fault(name, "must be at least 1")
    if faults:
        raise FaultyInputError("promises", faults)
    return Limits(version=version, **counts)


def fault_of(day: date, today: date, furthest: int) -> DateFault | None:
    """What is wrong with a day that must lie ahead, at most ``furthest`` days."""
    if day <= today:
        return DateFault.OVER
    return DateFault.TOO_FAR if day > today + timedelta(days=furthest) else None


def own_fault(
    day: date, today: date, own: Collection[date], bounds: Limits | None = None
) -> DateFault | None:
    """What is wrong with one more day of a reporter's own; ``own``: those that were given already."""
    bounds = bounds or limits()
    fault = fault_of(day, today, bounds.own_furthest)
    if fault is not None:
        return fault
    if day in own:
        return DateFault.TWICE
    return DateFault.TOO_MANY if sum(each > today for each in own) >= bounds.own_days else None
