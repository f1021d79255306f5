"""The weights of a sum, read strictly from versioned package data. It knows points and bands, no answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from intake.levels import Band
from intake.strict_json import FaultyInputError, Fields, parse

MAX_WEIGHTS_BYTES = 100_000


class Sum(StrEnum):
    """The two sums; the value names the weights file."""

    RISK = "risk"
    SEVERITY = "severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One question. `points` of a token count once, or each once when `many` tokens may be chosen.

    `missing` are the points of no answer. A number answered under `counted` adds `per_count` points each, and the factor
    never exceeds `most`.
    """

    id: str
    asks: str
    points: Mapping[str, int]
    missing: int
    many: bool
    counted: str | None
    per_count: int
    most: int


@dataclass(frozen=True, slots=True)
class Override:
    """When every answer of `when` is given, the band is at least `at_least`. Overrides only raise."""

    code: str
    when: Mapping[str, str]
    at_least: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """One sum. `needed` are questions without whose answer the band is at least `unassessed`."""

    id: str
    version: int
    valid_from: date
    reason: str
    most: int
    unassessed: Band
    bands: Mapping[Band, int]
    factors: Mapping[str, Factor]
    flags: tuple[str, ...]
    needed: tuple[str, ...]
    overrides: tuple[Override, ...]

    @property
    def answer_ids(self) -> frozenset[str]:
        """Every key that an answers document may have."""
        counted = {factor.counted for factor in self.factors.values() if factor.counted}
        return frozenset({*self.factors, *self.flags, *counted})

    def band_of(self, score: int) -> Band:
        """The highest band whose least score is reached."""
        return max((band for band, least in self.bands.items() if score >= least), key=lambda band: band.rank)


@cache
def load_weights(which: Sum) -> Weights:
    """The shipped weights of a sum. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "weights" / f"{which}.json").read_bytes()
    return weights_from(parse(raw, what=f"weights {which}", limit=MAX_WEIGHTS_BYTES))


def weights_from(document: object) -> Weights:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    factors = _factors(_inside(fields, "factors"))
    flags = fields.identifiers("flags")
    weights = Weights(
        id=fields.identifier("id"),
        version=fields.count("version") or 0,
        valid_from=fields.day("valid_from"),
        reason=fields.optional_text("reason") or "",
        most=fields.count("most") or 0,
        unassessed=fields.token("unassessed", Band),
        bands=_bands(_inside(fields, "bands")),
        factors=factors,
        flags=flags,
        needed=fields.identifiers("needed"),
        overrides=tuple(_override(entry) for entry in fields.objects("overrides")),
    )
    if not weights.version or not weights.reason:
        fields.fault(
            "version",
            "a version of at least 1 and a reason are needed: a case keeps the weights it began with",
        )
    if 0 not in weights.bands.values():
        fields.fault("bands", "one band must begin at 0")
    unknown = {*weights.needed, *(key for override in weights.overrides for key in override.when)} - {
        *factors,
        *flags,
    }
    for key in sorted(unknown):
        fields.fault("overrides", f"{key!r} is neither a factor nor a flag")
    if faults:
        raise FaultyInputError("weights", faults)
    return weights


def _inside(fields: Fields, key: str) -> Fields:
    inner = fields.inner(key)
    if inner is None:
        fields.fault(key, "is missing (an object)")
        return Fields({}, key, [])
    return inner


def _bands(fields: Fields) -> dict[Band, int]:
    return {band: least for band in Band if (least := fields.count(band)) is not None}


def _factors(fields: Fields) -> dict[str, Factor]:
    return {key: _factor(key, _inside(fields, key)) for key in fields.names()}


def _factor(key: str, fields: Fields) -> Factor:
    many = fields.get("each") is not None
    chosen = _inside(fields, "each" if many else "points")
    points = {token: chosen.count(token) or 0 for token in chosen.names()}
    counting = fields.inner("count")
    highest = sum(points.values()) if many else max(points.values(), default=0)
    return Factor(
        id=key,
        asks=fields.optional_text("asks") or key,
        points=points,
        missing=fields.count("missing") or 0,
        many=many,
        counted=counting.identifier("answer") if counting else None,
        per_count=(counting.count("points") or 0) if counting else 0,
        most=fields.count("most") or highest,
    )


def _override(fields: Fields) -> Override:
    when = _inside(fields, "when")
    return Override(
        code=fields.identifier("code"),
        when={key: when.identifier(key) for key in when.names()},
        at_least=fields.token("at_least", Band),
    )
