"""What a reporter said of their safety since a person last looked at it, and how high that lifts the band (O3, O4). Pure.

It only lifts. A later "I am safe" does not take "I am not safe" back: it may have been said under pressure, or by somebody else
who has the code. A person does, with an assessment or a review of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from intake.levels import Band
from intake.scoring import Score, Sum, answers_from, load_weights, risk

CHECK_IN, DATES, PROMISE = "check_in", "dates", "promise"
"""The forms of what a reporter says in a protection compartment."""
REVIEW = "review"
"""The form of what a person writes who went through it."""
ANEW = ("A1", "C1")
"""The questions of the risk that a check-in answers anew."""
_NOT_SAFE = "not_safe"


class Tap(StrEnum):
    """The three answers. Values are stored: never reuse or rename one."""

    SAFE = "safe"
    CHANGED = "changed"
    UNSAFE = "unsafe"


class Does(StrEnum):
    """What is to happen if the reporter does not come back. Values are stored: never reuse or rename one."""

    ESCALATE = "escalate"
    """The level above and the protection contact are told; two of the level above may take the case over."""
    RELEASE = "release"
    """A text that was left sealed is given to whoever has the case then."""


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One thing of a compartment. ``number``: of the event that tells of it."""

    number: int
    date: date
    form: str
    by_reporter: bool
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SaidSince:
    """What no person has looked at yet."""

    not_safe: date | None = None
    """Since when the reporter says that they are not safe."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Question → the gravest answer."""

    @property
    def waits(self) -> bool:
        """Whether a person has to look."""
        return self.not_safe is not None or bool(self.answers)


NOTHING = SaidSince()


def said_since(entries: Iterable[Entry], assessed: int) -> SaidSince:
    """Fold a compartment. ``assessed``: the number of the newest assessment's event; -1 without any."""
    said = list(entries)
    reviews = [entry.number for entry in said if entry.form == REVIEW and not entry.by_reporter]
    looked = max([assessed, *reviews])
    not_safe: date | None = None
    answers: dict[str, str] = {}
    for entry in sorted(said, key=lambda each: each.number):
        if entry.form != CHECK_IN or not entry.by_reporter or entry.number <= looked:
            continue
        if entry.content.get("state") == Tap.UNSAFE:
            not_safe = not_safe or entry.date
        answers = graver(answers, _answers_in(entry.content))
    return SaidSince(not_safe, answers)


def graver(known: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    """``known`` with those of the answers ``said`` that weigh more."""
    weights = load_weights(Sum.RISK)
    found = dict(known)
    for question, token in said.items():
        points = weights.factors[question].points
        if points[token] >= points.get(str(found.get(question)), -1):
            found[question] = token
    return found


def with_said(given: Mapping[str, Any], said: SaidSince) -> dict[str, Any]:
    """The answers with what was said since."""
    answers = graver(given, said.answers)
    return answers if said.not_safe is None else {**answers, _NOT_SAFE: "yes"}


def lifted(given: Mapping[str, Any], matter: str, said: SaidSince) -> Score | None:
    """The risk with what was said, by the sums; None where nothing was. ``given``: the answers so far; ``matter``: the band of
    the severity (D1).
    """
    if not said.waits:
        return None
    answers = with_said(given, said)
    asked = answers_from(answers, Sum.RISK)
    # As in `intake.filing.assess`: with no answer at all the score stays unknown.
    return risk(answers_from({**answers, "D1": matter}, Sum.RISK) if asked.any_answer else asked)


def at_least(band: Band, score: Score | None) -> Band:
    """The band, lifted where the score lifts it."""
    return band if score is None or score.band.rank <= band.rank else score.band


def _answers_in(content: Mapping[str, Any]) -> dict[str, str]:
    """What somebody who could write to the database put there is left out, as far as it is no answer."""
    given = content.get("answers")
    if not isinstance(given, Mapping):
        return {}
    factors = load_weights(Sum.RISK).factors
    return {name: str(given[name]) for name in ANEW if str(given.get(name)) in factors[name].points}
