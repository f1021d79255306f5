"""What can be done to somebody who reported: codes with their weight, as versioned data, and the words of an entry. Pure.

Source of the codes: Directive (EU) 2019/1937, article 19, and what field studies find beside it (p1 to p7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from intake.calendar import Period, Unit
from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 100_000
CODES = (*"abcdefghijklmno", *(f"p{number}" for number in range(1, 8)))
"""Every code there is. Stored: never renamed or reused."""
IDENTITY_SOUGHT, VIOLENCE = "p1", "p5"
_HARMS = frozenset({"none", "financial", "rights", "health", "life"})
_KEYS = ("id", "version", "valid_from", "reason", "window_months", "justification", "entries")


class Stage(StrEnum):
    """How far it went. Stored: never renamed or reused."""

    THREAT = "threat"
    ATTEMPT = "attempt"
    DONE = "done"


class Victim(StrEnum):
    """Whom it hit. Stored: never renamed or reused."""

    REPORTER = "reporter"
    FACILITATOR = "facilitator"
    RELATIVE = "relative"
    COLLEAGUE = "colleague"
    SUSPECTED = "suspected"
    """Somebody who is taken for the reporter, and is not."""


class Manner(StrEnum):
    """Something done, or something left out."""

    ACT = "act"
    OMISSION = "omission"


class Way(StrEnum):
    """Done by the person named, or through others."""

    DIRECT = "direct"
    INDIRECT = "indirect"


@dataclass(frozen=True, slots=True)
class Detriment:
    """One code. ``title``: for officers, where nothing else names the case; pages have words of their own."""

    code: str
    title: str
    harm: str
    """What it counts as in the severity of the matter (T1)."""


@dataclass(frozen=True, slots=True)
class Detriments:
    """One version."""

    version: int
    valid_from: date
    reason: str
    window_months: int
    justification: Period
    """How long whoever is asked for a justification has."""
    entries: Mapping[str, Detriment]


@cache
def detriments() -> Detriments:
    """The shipped codes. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "protection" / "detriments.json").read_bytes()
    return detriments_from(parse(raw, what="detriments", limit=MAX_BYTES))


def detriments_from(document: object) -> Detriments:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    term = fields.inner("justification")
    amount = term.count("amount") if term else None
    entries = [_entry(entry) for entry in fields.objects("entries", required=True)]
    found = Detriments(
        version=fields.count("version") or 0,
        valid_from=fields.day("valid_from"),
        reason=fields.optional_text("reason") or "",
        window_months=fields.count("window_months") or 0,
        justification=Period(amount or 1, term.token("unit", Unit) if term else Unit.WORKING_DAYS),
        entries={entry.code: entry for entry in entries},
    )
    if not amount:
        fields.fault("justification", "must be a period of at least 1")
    if not found.window_months:
        fields.fault("window_months", "must be at least 1")
    if tuple(entry.code for entry in entries) != CODES:
        fields.fault("entries", f"must have each of {', '.join(CODES)} once, in this order")
    if any(not entry.title or entry.harm not in _HARMS for entry in entries):
        fields.fault("entries", "each needs a title and a harm of the severity")
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of the detriments")
    if fields.identifier("id") != "detriments" or not found.version or not found.reason:
        fields.fault("version", "the id detriments, a version of at least 1 and a reason are needed")
    if faults:
        raise FaultyInputError("detriments", faults)
    return found


def _entry(fields: Fields) -> Detriment:
    for key in fields.besides("code", "title", "harm"):
        fields.fault(key, "is no part of a detriment")
    return Detriment(
        fields.identifier("code") or "",
        fields.optional_text("title") or "",
        fields.optional_text("harm") or "",
    )
