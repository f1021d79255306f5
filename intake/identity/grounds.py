"""The grounds on which a name may be opened, and how long its reporter has to object first. Versioned data; knows no case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from intake.calendar import Period, Unit
from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 100_000
_KEYS = ("id", "version", "valid_from", "reason", "answer_within", "grounds")


@dataclass(frozen=True, slots=True)
class Grounds:
    """One version. ``waits``: ground → how long nobody may open after the reporter is told; ``answer_within``: how long
    custodians have from then on.
    """

    version: int
    valid_from: date
    reason: str
    answer_within: Period
    waits: Mapping[str, Period]


@cache
def grounds() -> Grounds:
    """The shipped list. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "catalogues" / "grounds.json").read_bytes()
    return grounds_from(parse(raw, what="the list of grounds", limit=MAX_BYTES))


def grounds_from(document: object) -> Grounds:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    listed = fields.inner("grounds")
    names = [] if listed is None else sorted(listed.besides())
    waits = {name: _period(listed, name) for name in names if listed is not None}
    found = Grounds(
        version=fields.count("version") or 0,
        valid_from=fields.day("valid_from"),
        reason=fields.optional_text("reason") or "",
        answer_within=_period(fields, "answer_within"),
        waits=waits,
    )
    if not waits:
        fields.fault("grounds", "must name at least one ground")
    if fields.identifier("id") != "grounds" or not found.version or not found.reason:
        fields.fault("version", "the id grounds, a version of at least 1 and a reason are needed")
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of a list of grounds")
    if faults:
        raise FaultyInputError("the list of grounds", faults)
    return found


def _period(fields: Fields, name: str) -> Period:
    inner = fields.inner(name)
    amount = inner.count("amount") if inner else None
    if not amount:
        fields.fault(name, "must be a period of at least 1: nobody is told at the moment of the opening")
    return Period(amount or 1, inner.token("unit", Unit) if inner else Unit.WORKING_DAYS)
