"""Writing the plan for a reporter's safety: reading the form, the rules of consent, and two people at once.

Every version is kept. A plan is called complete only when each heavy factor has a chosen measure or a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from intake.events import EventKind
from intake.protection.card import ProtectionCard
from intake.protection.keeping import PLAN, keep
from intake.protection.measures import Catalogue, Measure, Owner, heavy_factors, measures
from intake.protection.plans import Choice, Plan, Step, newest_plan, unanswered
from intake.scoring import Sum, load_weights
from intake.strict_json import parsed_date
from triage.casework.desk import Actor, Desk
from triage.casework.forms import MAX_LINE
from triage.casework.protect.access import Way, keeping
from triage.casework.refusals import CorrectThisError, NotNowError, Reason

PARTS = ("choice", "owner", "due", "done", "consent", "group", "note")
"""What the form asks of each measure."""
_KNOWN = ("A1", "known")
"""Where a subject knows already who reported, a warning gives nothing away."""
_MOST_DIGITS = 5


def plan_fields() -> tuple[str, ...]:
    """The form's fields."""
    asked = [f"{code}-{part}" for code in measures().measures for part in PARTS]
    return (*asked, *(f"why-{factor}" for factor in load_weights(Sum.RISK).factors))


def save_plan(
    desk: Desk, actor: Actor, way: Way, sent: Mapping[str, str], *, complete: bool, seen: int
) -> None:
    """Store the plan as a new version. ``seen``: the number of the version that the form was made from, -1 for none.

    Raises as ``keeping``; NotNowError when somebody else wrote a newer one; CorrectThisError with every fault.
    """
    with keeping(desk, actor, way) as kept:
        card = kept.file.card
        if card is None:
            raise NotNowError(Reason.NO_COMPARTMENT)
        plan = read_plan(sent, card, actor.today, complete=complete)
        before = newest_plan(kept.file.said)
        if before is not None and before[0] == plan:
            return  # a button pressed twice; or nothing was changed
        if before is not None and before[1].number != seen:
            raise NotNowError(Reason.CHANGED_MEANWHILE)
        kind = EventKind.PLANNED if complete else EventKind.PLAN_DRAFTED
        keep(kept.session, kept.keys, kept.author, kind, PLAN, kept.today, plan.as_content())


def read_plan(sent: Mapping[str, str], card: ProtectionCard, today: date, *, complete: bool) -> Plan:
    """The form as a plan. Raises CorrectThisError with every fault."""
    catalogue = measures()
    reading = _Reading(sent, card, today, catalogue)
    heavy = heavy_factors(card.risk.get("factors", {}))
    plan = Plan(
        steps={
            measure.code: step
            for measure in catalogue.measures.values()
            if (step := reading.step(measure)) is not None
        },
        reasons={factor: text for factor in heavy if (text := reading.text(f"why-{factor}"))},
        heavy=tuple(heavy),
        complete=complete,
        version=catalogue.version,
    )
    if complete:
        for factor in unanswered(plan, heavy, catalogue):
            reading.faults.setdefault(f"why-{factor}", Reason.FACTOR_UNANSWERED)
    if reading.faults:
        first = next(iter(reading.faults.values()))
        raise CorrectThisError(first, reading.faults)
    return plan


@dataclass
class _Reading:
    sent: Mapping[str, str]
    card: ProtectionCard
    today: date
    catalogue: Catalogue
    faults: dict[str, Reason] = field(default_factory=dict)

    def text(self, name: str) -> str:
        text = self.sent.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > MAX_LINE:
            self.faults[name] = Reason.SHORTER
        return text

    def step(self, measure: Measure) -> Step | None:
        """What the plan says of one measure; None where it says nothing."""
        code = measure.code
        said = self.sent.get(f"{code}-choice", "")
        if not said:
            self._only_with_a_choice(code)
            return None
        if said not in set(Choice):
            self.faults[f"{code}-choice"] = Reason.UNKNOWN_ANSWER
            return None
        choice = Choice(said)
        step = Step(
            choice=choice,
            owner=self._owner(measure),
            due=self._day(f"{code}-due"),
            done=self._past(f"{code}-done"),
            consent=self._past(f"{code}-consent"),
            group=self._group(measure),
            note=self.text(f"{code}-note"),
        )
        if step.done and choice is not Choice.CHOSEN:
            self.faults.setdefault(f"{code}-done", Reason.NOT_CHOSEN)
        if choice is Choice.CHOSEN and self._lacks_consent(measure, step):
            self.faults.setdefault(f"{code}-consent", Reason.NEEDS_CONSENT)
        if choice is Choice.CHOSEN and measure.group and step.group < self.catalogue.group_least:
            self.faults.setdefault(f"{code}-group", Reason.GROUP_TOO_SMALL)
        return step

    def _only_with_a_choice(self, code: str) -> None:
        """What was typed for a measure that nobody chose would be lost without a word."""
        if any(self.sent.get(f"{code}-{part}", "").strip() for part in ("due", "done", "consent", "note")):
            self.faults[f"{code}-choice"] = Reason.INCOMPLETE_FORM

    def _lacks_consent(self, measure: Measure, step: Step) -> bool:
        known, token = _KNOWN
        without = measure.known and self.card.answers.get(known) == token
        return measure.consent and not step.consent and not without

    def _owner(self, measure: Measure) -> Owner:
        said = self.sent.get(f"{measure.code}-owner", "") or measure.owner.value
        if said not in set(Owner):
            self.faults[f"{measure.code}-owner"] = Reason.UNKNOWN_ANSWER
            return measure.owner
        return Owner(said)

    def _day(self, name: str) -> str:
        text = self.sent.get(name, "").strip()
        if text and parsed_date(text) is None:
            self.faults[name] = Reason.NOT_A_DATE
        elif text and text < self.card.received:
            self.faults[name] = Reason.BEFORE_THE_REPORT
        return text

    def _past(self, name: str) -> str:
        text = self._day(name)
        if text and name not in self.faults and text > self.today.isoformat():
            self.faults[name] = Reason.DATE_TO_COME
        return text

    def _group(self, measure: Measure) -> int:
        name = f"{measure.code}-group"
        text = self.sent.get(name, "").strip()
        if not text or not measure.group:
            return 0
        if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
            self.faults[name] = Reason.NOT_A_NUMBER
            return 0
        return int(text)
