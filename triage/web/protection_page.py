"""What the page of one reporter shows, read off the compartment: it stores nothing and knows nothing of the case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from intake.protection.card import ProtectionCard
from intake.protection.condition import Condition, Feeling, condition_of, promise_in, waits_in
from intake.protection.keeping import LETTER, PLAN
from intake.protection.measures import Catalogue, Measure, Owner, heavy_factors, measures
from intake.protection.opening import ProtectionFile, Said, looks_of
from intake.protection.plans import Choice, Plan, newest_plan, reviews_due, steps_late, unanswered
from intake.scoring import Sum, load_weights
from triage.casework.desk import Actor
from triage.casework.protect.access import Way
from triage.casework.protect.listing import is_put_back, owed_in
from triage.web.typed import Typed


@dataclass(frozen=True, slots=True)
class Weight:
    """One factor of the risk. ``most``: its maximum; ``heavy``: a plan has an answer to it."""

    id: str
    answer: str
    points: int
    most: int
    heavy: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of the plan's form with what stands in it. ``suggested``: the heavy factors that it answers."""

    measure: Measure
    offered: bool
    suggested: Sequence[str]
    value: Mapping[str, str]

    @property
    def first(self) -> bool:
        """Whether it stands before the others: it is suggested, or the plan speaks of it."""
        return bool(self.suggested or self.value["choice"])


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """One reporter, for the page."""

    file: ProtectionFile
    way: Way
    actor: Actor
    typed: Mapping[str, Typed]
    form: str
    """The form that was just sent, or an empty text."""

    choices = tuple(Choice)
    owners = tuple(Owner)

    @property
    def card(self) -> ProtectionCard | None:
        """None where it does not open."""
        return self.file.card

    @property
    def name(self) -> str:
        """By what people tell one reporter from another in speech: nothing of the report is in it."""
        return self.file.case[:6]

    @property
    def condition(self) -> Condition | None:
        """How the reporter is."""
        card = self.card
        if card is None:
            return None
        return condition_of(self.file.case, card, self.file.said, self.file.told, self.actor.today)

    @property
    def waits(self) -> tuple[Feeling, date] | None:
        """What was said that nobody went through, where no card says how the reporter is."""
        return None if self.card is not None else waits_in(self.file.said)

    @property
    def put_back(self) -> bool:
        """Whether the card is older than the record."""
        return self.card is not None and is_put_back(self.card, self.file.told)

    @property
    def doubtful(self) -> bool:
        """Whether something in the compartment is not by whom it names."""
        return any(not each.verified for each in self.file.said)

    @property
    def weights(self) -> list[Weight]:
        """The risk factor by factor."""
        if self.card is None:
            return []
        points = self.card.risk.get("factors", {})
        heavy = set(self.heavy)
        return [
            Weight(
                name,
                self.card.answers.get(name, ""),
                points.get(name, 0),
                factor.most,
                name in heavy,
            )
            for name, factor in load_weights(Sum.RISK).factors.items()
        ]

    @property
    def heavy(self) -> list[str]:
        """The factors that a plan answers."""
        return [] if self.card is None else heavy_factors(self.card.risk.get("factors", {}))

    @property
    def timeline(self) -> list[Said]:
        """Everything but the plans and letters, the newest first."""
        return [each for each in reversed(self.file.said) if each.form not in (PLAN, LETTER)]

    @property
    def letters(self) -> list[Said]:
        """What was written to the reporter about their safety, oldest first."""
        return [each for each in self.file.said if each.form == LETTER]

    @property
    def promise(self) -> Said | None:
        """What is to happen if the reporter does not come back."""
        return promise_in(self.file.said, self.file.told)

    def is_new(self, said: Said) -> bool:
        """Whether somebody else wrote this since this officer's look before today's."""
        looks = looks_of(self.file.told, self.actor.officer.id, self.file.pairs)
        before = [each.number for each in looks if each.date < self.actor.today]
        return said.author != self.actor.officer.id and said.number > max(before, default=-1)

    @property
    def seen(self) -> int:
        """The newest event, for the forms."""
        return max((each.number for each in self.file.told), default=-1)

    @property
    def plan(self) -> Plan | None:
        """The newest version."""
        found = newest_plan(self.file.said)
        return None if found is None else found[0]

    @property
    def plan_seen(self) -> int:
        """The number of the newest version; -1 before the first. A form that was refused goes on from what it showed, so that
        sending it once more is a decision to replace what a colleague wrote."""
        found = newest_plan(self.file.said)
        return -1 if found is None else found[1].number

    @property
    def plans(self) -> list[Said]:
        """Every version, the newest first."""
        return [each for each in reversed(self.file.said) if each.form == PLAN]

    @property
    def open_factors(self) -> list[str]:
        """The heavy factors that the plan leaves open, as they weigh now."""
        return unanswered(self.plan or Plan(), self.heavy, measures())

    @property
    def owed(self) -> dict[str, date]:
        """What is owed, soonest first."""
        if self.card is None:
            return {}
        return owed_in(self.card, self.file.told, self.actor.roster.organisation.calendar)

    @property
    def late_steps(self) -> list[str]:
        """Chosen measures whose day is over."""
        return [] if self.plan is None else steps_late(self.plan, self.actor.today)

    @property
    def reviews(self) -> dict[str, date]:
        """When to look whether each measure helps."""
        found = newest_plan(self.file.said)
        return {} if found is None else reviews_due(found[0], found[1].date, measures())

    @property
    def catalogue(self) -> Catalogue:
        """The measures."""
        return measures()

    @property
    def rows(self) -> list[Row]:
        """The plan's form: what is suggested first, then what is offered, then the rest."""
        condition = self.condition
        if condition is None:
            return []
        offered = {each.code for each in measures().offered(condition.band, condition.triggers)}
        heavy = self.heavy
        rows = [
            Row(
                measure,
                measure.code in offered,
                tuple(factor for factor in heavy if factor in measure.answers and measure.code in offered),
                self._value(measure),
            )
            for measure in measures().measures.values()
        ]
        return sorted(rows, key=lambda row: (not row.value["choice"], not row.suggested, not row.offered))

    def marks_others(self, marked: Collection[str]) -> bool:
        """Whether something is to be corrected in a measure that does not stand first."""
        codes = {name.partition("-")[0] for name in marked}
        return any(row.measure.code in codes and not row.first for row in self.rows)

    def reason(self, factor: str) -> str:
        """Why no measure answers this factor."""
        sent = self.typed["plan"]
        if sent:
            return sent[f"why-{factor}"]
        return "" if self.plan is None else self.plan.reasons.get(factor, "")

    def _value(self, measure: Measure) -> dict[str, str]:
        code, sent = measure.code, self.typed["plan"]
        parts = ("choice", "owner", "due", "done", "consent", "group", "note")
        if sent:
            return {part: sent[f"{code}-{part}"] for part in parts}
        step = None if self.plan is None else self.plan.steps.get(code)
        if step is None:
            return dict.fromkeys(parts, "") | {"owner": measure.owner.value}
        return {part: str(getattr(step, part) or "") for part in parts}
