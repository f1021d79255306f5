"""The catalogue of what can be done for a reporter's safety, and by when it is planned: versioned data, strictly read. Pure.

It says from which risk on a measure is offered, whether it takes the reporter's consent, who does it, and which factors of the
risk it answers. Words for people are the pages'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TypeVar

from intake.calendar import Period, Unit
from intake.levels import Band
from intake.scoring import Sum, load_weights
from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 100_000
CLOCKS = ("plan_due", "safety_contact_due")
_KEYS = ("id", "version", "valid_from", "reason", "plans", "group_least", "freeze_days", "measures")
_PARTS = (
    "code",
    "least",
    "trigger",
    "anonymous",
    "consent",
    "known",
    "group",
    "owner",
    "answers",
    "review_days",
)


_Token = TypeVar("_Token", bound=StrEnum)


class Trigger(StrEnum):
    """What offers a measure at any risk."""

    DETRIMENT = "detriment"
    """The reporter was harmed, or threatened."""
    SUBSTANTIATED = "substantiated"
    """It was established that they were."""
    IDENTITY = "p1"
    """Somebody seeks the reporter's identity, or disclosed it; or took somebody else for the reporter."""
    PRESSURE = "pressure"
    """An officer is under pressure because of the case."""


class Owner(StrEnum):
    """Who does it."""

    PORTAL = "portal"
    """The software itself, for every reporter."""
    OFFICE = "office"
    CONTACT = "contact"
    PANEL = "panel"
    """The contact can only ask for it: a panel of the case decides."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One row."""

    code: str
    least: Band | None
    """From which band on it is offered; None: by its trigger alone."""
    trigger: Trigger | None
    anonymous: bool
    """Whether it can be done while nobody knows who the reporter is."""
    consent: bool
    """Whether it takes the reporter's consent."""
    known: bool
    """Whether it also goes without, where a subject knows already who reported."""
    group: bool
    """Whether it is for a whole group, which is never smaller than ``Catalogue.group_least``."""
    owner: Owner
    answers: frozenset[str]
    """The factors of the risk that it answers."""
    review_days: int
    """After how many days somebody looks whether it helps; 0: never."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One version."""

    version: int
    plans: Mapping[Band, Mapping[str, Period]]
    """Band → clock → how long after the band was reached it is due."""
    group_least: int
    """People. A smaller group points at the reporter."""
    freeze_days: int
    """For how long personnel acts against a group need an approval from above."""
    measures: Mapping[str, Measure]

    def offered(self, band: Band, triggers: frozenset[Trigger] = frozenset()) -> list[Measure]:
        """What is offered at a band, in the order of the codes. More may be chosen: to protect is never forbidden."""
        return [
            measure
            for measure in self.measures.values()
            if (measure.least is not None and measure.least.rank <= band.rank) or measure.trigger in triggers
        ]

    def for_factor(
        self, factor: str, band: Band, triggers: frozenset[Trigger] = frozenset()
    ) -> list[Measure]:
        """What is suggested for one factor: what is offered and answers it."""
        return [measure for measure in self.offered(band, triggers) if factor in measure.answers]


def heavy_factors(points: Mapping[str, int]) -> list[str]:
    """The factors of a risk that score above half their maximum: a plan has an answer to each (protection.md)."""
    factors = load_weights(Sum.RISK).factors
    return [name for name, factor in factors.items() if 2 * points.get(name, 0) > factor.most]


@cache
def measures() -> Catalogue:
    """The shipped catalogue. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "protection" / "measures.json").read_bytes()
    return measures_from(parse(raw, what="measures", limit=MAX_BYTES))


def measures_from(document: object) -> Catalogue:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    rows = [_measure(part) for part in fields.objects("measures", required=True)]
    found = Catalogue(
        version=fields.count("version") or 0,
        plans=_plans(fields.inner("plans")),
        group_least=fields.count("group_least") or 0,
        freeze_days=fields.count("freeze_days") or 0,
        measures={row.code: row for row in rows},
    )
    fields.day("valid_from")
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of the measures")
    if fields.identifier("id") != "measures" or not found.version or not fields.optional_text("reason"):
        fields.fault("version", "the id measures, a version of at least 1 and a reason are needed")
    if len(found.measures) < len(rows):
        fields.fault("measures", "has two measures of one code")
    if found.group_least < 2 or not found.freeze_days:
        fields.fault("group_least", "a group has at least 2 people, and a freeze at least 1 day")
    for factor in load_weights(Sum.RISK).factors:
        if not any(factor in row.answers and row.least in (Band.LOW, Band.MEDIUM) for row in rows):
            fields.fault("measures", f"none answers the factor {factor} at a medium risk")
    if faults:
        raise FaultyInputError("measures", faults)
    return found


def _measure(part: Fields) -> Measure:
    for key in part.besides(*_PARTS):
        part.fault(key, "is no part of a measure")
    least = _known(part, "least", Band)
    trigger = _known(part, "trigger", Trigger)
    if (least is None) == (trigger is None):
        part.fault("least", "a measure has a least band or a trigger, and not both")
    return Measure(
        code=part.identifier("code"),
        least=least,
        trigger=trigger,
        anonymous=part.flag("anonymous"),
        consent=part.flag("consent"),
        known=part.flag("known"),
        group=part.flag("group"),
        owner=part.token("owner", Owner, Owner.CONTACT),
        answers=frozenset(part.identifiers("answers", load_weights(Sum.RISK).factors, "factor")),
        review_days=part.count("review_days") or 0,
    )


def _known(part: Fields, key: str, kind: type[_Token]) -> _Token | None:
    return None if part.get(key) is None else part.token(key, kind)


def _plans(fields: Fields | None) -> dict[Band, dict[str, Period]]:
    found: dict[Band, dict[str, Period]] = {}
    for band in Band:
        row = None if fields is None else fields.inner(band.value)
        if row is None:
            continue
        found[band] = {
            name: Period(period.count("amount") or 0, period.token("unit", Unit, Unit.CALENDAR_DAYS))
            for name in CLOCKS
            if (period := row.inner(name)) is not None
        }
        for key in row.besides(*CLOCKS):
            row.fault(key, "is no clock of a plan")
    return found
