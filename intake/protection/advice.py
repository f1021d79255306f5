"""Advice before sending (M01, M18): which fits the answers of the safety step, and which answers do not fit together.

Versioned data; codes, no words. It looks at answers alone, changes none of them, and no score reads it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from intake.drafts import FIELDS
from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 100_000
CLUE = "clue"
"""Beside the form's fields: a kind of clue that was found in the text."""
_KEYS = ("id", "version", "valid_from", "reason", "contradictions", "advice")
When = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Answers that do not fit together; what ``counts`` instead for the advice is the graver of them."""

    code: str
    when: When
    counts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice. ``urgent``: it comes before everything else on a page."""

    code: str
    when: When
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Adviser:
    """One version, gravest first."""

    version: int
    valid_from: date
    reason: str
    contradictions: tuple[Contradiction, ...]
    advice: tuple[Advice, ...]

    def contradictions_in(
        self, answers: Mapping[str, str], clues: Collection[str] = ()
    ) -> tuple[Contradiction, ...]:
        """Which answers do not fit together. ``clues``: the kinds found in the text."""
        return tuple(each for each in self.contradictions if _fits(each.when, answers, clues))

    def advice_for(self, answers: Mapping[str, str], clues: Collection[str] = ()) -> tuple[Advice, ...]:
        """What fits, gravest first; of answers that do not fit together, the graver counts. Silence brings no advice."""
        counted = dict(answers)
        for each in reversed(self.contradictions_in(answers, clues)):
            counted |= each.counts
        return tuple(each for each in self.advice if _fits(each.when, counted, clues))


def _fits(when: When, answers: Mapping[str, str], clues: Collection[str]) -> bool:
    return all(
        not tokens.isdisjoint(clues) if name == CLUE else answers.get(name) in tokens
        for name, tokens in when.items()
    )


@cache
def adviser() -> Adviser:
    """The shipped advice. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "protection" / "advice.json").read_bytes()
    return adviser_from(parse(raw, what="advice", limit=MAX_BYTES))


def adviser_from(document: object) -> Adviser:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    contradictions = tuple(_contradiction(entry) for entry in fields.objects("contradictions", required=True))
    advice = tuple(
        Advice(entry.identifier("code"), _when(entry), entry.flag("urgent"))
        for entry in fields.objects("advice", required=True)
    )
    found = Adviser(
        version=fields.count("version") or 0,
        valid_from=fields.day("valid_from"),
        reason=fields.optional_text("reason") or "",
        contradictions=contradictions,
        advice=advice,
    )
    codes = [each.code for each in contradictions] + [each.code for each in advice]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        fields.fault("advice", f"{code!r} is there twice")
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of the advice")
    if fields.identifier("id") != "advice" or not found.version or not found.reason:
        fields.fault("version", "the id advice, a version of at least 1 and a reason are needed")
    if faults:
        raise FaultyInputError("advice", faults)
    return found


def _contradiction(fields: Fields) -> Contradiction:
    inner = fields.inner("counts")
    counts = {name: inner.identifier(name) for name in inner.names()} if inner else {}
    for name, token in counts.items():
        _known(fields, name, token)
    if not counts:
        fields.fault("counts", "is missing (what counts instead)")
    return Contradiction(fields.identifier("code"), _when(fields), counts)


def _when(fields: Fields) -> When:
    inner = fields.inner("when")
    when = {name: frozenset(inner.identifiers(name)) for name in inner.names()} if inner else {}
    for name, tokens in when.items():
        for token in tokens:
            _known(fields, name, token)
    if not when or not all(when.values()):
        fields.fault("when", "is missing (the answers that it is for)")
    return when


def _known(fields: Fields, name: str, token: str) -> None:
    if name != CLUE and (name not in FIELDS or token not in FIELDS[name].tokens):
        fields.fault("when", f"{token!r} is no answer to {name!r}")
