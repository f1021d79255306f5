"""The plan for a reporter's safety: which measures, whose, by when, and what still has no answer. Pure.

A plan is complete when every factor that scores above half its maximum has a chosen measure, or a written reason why none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from intake.protection.keeping import PLAN
from intake.protection.measures import Catalogue, Owner
from intake.protection.opening import Said


class Choice(StrEnum):
    """What the plan says of a measure. One that it does not speak of is open."""

    CHOSEN = "chosen"
    ASKED = "asked"
    """The reporter was asked, and has not answered: nothing is done yet."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One measure in a plan. Dates are ISO texts, so that the encoding is the value."""

    choice: Choice
    owner: Owner
    due: str = ""
    done: str = ""
    consent: str = ""
    """The day on which the reporter agreed, where the measure takes that."""
    group: int = 0
    """How many people a measure for a group is for; 0 for any other."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One version."""

    steps: Mapping[str, Step] = field(default_factory=dict)
    """Code → step, for the measures that the plan speaks of."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Factor → why no measure answers it."""
    heavy: tuple[str, ...] = ()
    """The factors that had to be answered when this was written."""
    complete: bool = False
    version: int = 0
    """Of the catalogue."""

    def as_content(self) -> dict[str, Any]:
        """What is sealed."""
        return {
            "steps": {code: asdict(step) for code, step in sorted(self.steps.items())},
            "reasons": dict(sorted(self.reasons.items())),
            "heavy": list(self.heavy),
            "complete": self.complete,
            "catalogue": self.version,
        }


def plan_from(content: Mapping[str, Any]) -> Plan:
    """Undo ``as_content``. Raises ValueError, KeyError, TypeError for what no release wrote."""
    steps = {
        str(code): Step(**{**step, "choice": Choice(step["choice"]), "owner": Owner(step["owner"])})
        for code, step in content["steps"].items()
    }
    return Plan(
        steps=steps,
        reasons={str(factor): str(text) for factor, text in content["reasons"].items()},
        heavy=tuple(map(str, content["heavy"])),
        complete=content["complete"] is True,
        version=int(content["catalogue"]),
    )


def newest_plan(said: Sequence[Said]) -> tuple[Plan, Said] | None:
    """The newest proved plan, with what was sealed; None before the first."""
    for each in reversed(said):
        if each.form == PLAN and each.verified:
            try:
                return plan_from(each.content), each
            except (KeyError, TypeError, ValueError):
                continue  # by an altered back office: the one before counts
    return None


def unanswered(plan: Plan, heavy: Iterable[str], catalogue: Catalogue) -> list[str]:
    """The heavy factors without a chosen measure that answers them, and without a reason."""
    answered = {
        factor
        for code, step in plan.steps.items()
        if step.choice is Choice.CHOSEN and code in catalogue.measures
        for factor in catalogue.measures[code].answers
    }
    return [factor for factor in heavy if factor not in answered and not plan.reasons.get(factor, "").strip()]


def reviews_due(plan: Plan, written: date, catalogue: Catalogue) -> dict[str, date]:
    """When somebody looks whether each chosen measure helps: from the day it was done, or the plan was written. Code → day."""
    found = {}
    for code, step in plan.steps.items():
        row = catalogue.measures.get(code)
        if row is not None and row.review_days and step.choice is Choice.CHOSEN:
            begun = date.fromisoformat(step.done) if step.done else written
            found[code] = begun + timedelta(days=row.review_days)
    return dict(sorted(found.items(), key=lambda entry: entry[1]))


def steps_late(plan: Plan, today: date) -> list[str]:
    """The codes of chosen measures whose day is over and that are not done."""
    return [
        code
        for code, step in plan.steps.items()
        if step.choice is Choice.CHOSEN
        and step.due
        and not step.done
        and date.fromisoformat(step.due) < today
    ]
