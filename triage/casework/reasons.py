"""The reasons that a proposal can have: a versioned list per decision, read from data. Their words belong to the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from intake.strict_json import FaultyInputError, Fields, parse
from triage.casework.policy import Decision

MAX_BYTES = 100_000
_KEYS = ("id", "version", "valid_from", "reason", "reasons")


@dataclass(frozen=True, slots=True)
class ReasonCatalogue:
    """One version. Every decision has at least one reason."""

    version: int
    valid_from: date
    reason: str
    """Why this version was made."""
    codes: Mapping[Decision, tuple[str, ...]]


@cache
def reason_catalogue() -> ReasonCatalogue:
    """The list that this release ships. Raises FaultyInputError when its file is broken."""
    raw = (files("intake") / "data" / "catalogues" / "reasons.json").read_bytes()
    return catalogue_from(parse(raw, what="the list of reasons", limit=MAX_BYTES))


def catalogue_from(document: object) -> ReasonCatalogue:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    version = fields.count("version")
    reason = fields.optional_text("reason") or ""
    lists = fields.inner("reasons")
    codes = {} if lists is None else {decision: lists.identifiers(decision) for decision in Decision}
    if fields.identifier("id") != "reasons":
        fields.fault("id", "must be reasons")
    if not version:
        fields.fault("version", "must be a whole number of at least 1")
    if not reason:
        fields.fault("reason", "is missing: a changed list needs its reason")
    if lists is None:
        fields.fault("reasons", "is missing (an object)")
    else:
        for decision, given in codes.items():
            if not given or len(set(given)) != len(given):
                lists.fault(decision, "must name at least one reason, and each once")
        for key in lists.besides(*Decision):
            lists.fault(key, "is no decision")
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of a list of reasons")
    catalogue = ReasonCatalogue(version or 1, fields.day("valid_from"), reason, codes)
    if faults:
        raise FaultyInputError("the list of reasons", faults)
    return catalogue
