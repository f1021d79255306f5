"""A case carried through its states by officers of Millbrook, each by the product's own act, up to where a story begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

import pytest
from werkzeug.datastructures import MultiDict

from intake.casefile import CaseFile
from tests.support.reports import Filed
from triage.casework.acknowledge import acknowledge
from triage.casework.address import address
from triage.casework.assess import assess, assessment_fields, current_answers
from triage.casework.assign import assign
from triage.casework.correct import correct, verify
from triage.casework.corrections import corrections_of
from triage.casework.desk import Actor, Desk
from triage.casework.find import allegations_of, find
from triage.casework.panel import open_proposal
from triage.casework.propose import propose
from triage.casework.refusals import Reason, RefusedError
from triage.casework.result import tell_result
from triage.casework.secure import secure
from triage.casework.vote import vote

TOLD = "We found that the numbers were changed. It stops, and it will be checked every month."


def refusal(why: pytest.ExceptionInfo[RefusedError]) -> Reason:
    """Why an act was refused."""
    return why.value.reason


class Office(Protocol):
    """Where officers work on one day."""

    @property
    def desk(self) -> Desk:
        """The desk of that day."""

    def officer(self, officer: str) -> Actor:
        """An officer who is logged in."""


def answers_as_sent(file: CaseFile, actor: Actor, **changed: str) -> MultiDict[str, str]:
    """What the assessment form sends when nobody touches it, but for ``changed``."""
    answers = current_answers(file, actor.roster.organisation)
    sent: MultiDict[str, str] = MultiDict()
    for name in (*assessment_fields()[0], *assessment_fields()[1]):
        given = answers.get(name) or []
        for value in [given] if isinstance(given, str | int) else given:
            sent.add(name, str(value))
    for name, value in changed.items():
        sent.setlist(name, [value] if value else [])
    return sent


def closing_sent(
    today: date, changed: Mapping[str, str | list[str] | None] | None = None
) -> MultiDict[str, str]:
    """A complete closing form; ``changed`` fields instead of its own, None for fields left empty."""
    form: dict[str, str | list[str] | None] = {
        "act": "close",
        "reason": "examined",
        "text": "Everything was looked at.",
        "knew": "some",
        "knew-0-who": "The deputy head",
        "knew-0-what": "Saw the changed numbers in spring and told nobody.",
        "outcome": ["disciplinary", "apology"],
        "outcome-disciplinary-person": "Rosa Medina",
        "outcome-apology-person": "Rosa Medina",
        "outcome-apology-cause": "poor_supervision",
        "correct": "some",
        "correct-0-what": "A second person signs the measurements.",
        "correct-0-owner": "Head of the waterworks",
        "correct-0-due": (today + timedelta(days=60)).isoformat(),
        "told": TOLD,
        "clear": "no",
        **WIDER,
        **(changed or {}),
    }
    sent: MultiDict[str, str] = MultiDict()
    for name, value in form.items():
        for each in [] if value is None else value if isinstance(value, list) else [value]:
            sent.add(name, each)
    return sent


WIDER = {"circle": "wider"}
"""What an officer answers where so few could know that a step would point at the reporter."""


def weigh(desk: Desk, actor: Actor, case: str, step: str, **changed: str) -> None:
    """Weigh the risk for the step that comes next, with the answers as they stand but for ``changed``."""
    with desk.databases.reading() as session:
        file = desk.open(session, actor, case)
    why = "It is different now." if changed else ""
    assess(desk, actor, case, answers_as_sent(file, actor, step=step, **changed), why)


@dataclass(frozen=True)
class Handled:
    """One case and who does what in it: triage, investigation, the panel as it is drawn."""

    office: Office
    filed: Filed
    triage: str = "milo"
    investigator: str = "marc"

    @property
    def file(self) -> CaseFile:
        """The case as the investigator opens it."""
        opened = self.filed.opened_by(self.investigator) or self.filed.opened_by(self.triage)
        assert opened is not None
        return opened

    def on(self, office: Office) -> Handled:
        """The same case on another day."""
        return replace(self, office=office)

    def actor(self, officer: str) -> Actor:
        """Somebody at work."""
        return self.office.officer(officer)

    def acknowledged(self) -> Handled:
        """The reporter knows that the report arrived."""
        acknowledge(self.office.desk, self.actor(self.triage), self.filed.case)
        return self

    def assessed(self) -> Handled:
        """The answers stay as the reporter gave them."""
        self.acknowledged()
        opened = self.filed.opened_by(self.triage)
        assert opened is not None
        actor = self.actor(self.triage)
        assess(self.office.desk, actor, self.filed.case, answers_as_sent(opened, actor))
        return self

    def addressed(self, manner: str = "investigation") -> Handled:
        """Somebody investigates."""
        self.assessed()
        desk, case = self.office.desk, self.filed.case
        assign(desk, self.actor(self.triage), case, self.investigator, "investigate")
        address(desk, self.actor(self.investigator), case, {"manner": manner, **WIDER})
        return self

    def found(self, grade: str = "established") -> Handled:
        """Every allegation has a finding."""
        return self.addressed().secured_and_found(grade)

    def secured_and_found(self, grade: str = "established") -> Handled:
        """The evidence is safe, and every allegation has a finding."""
        secure(self.office.desk, self.actor(self.investigator), self.filed.case, "The log books are copied.")
        for allegation in allegations_of(self.file):
            typed = {
                "allegation": allegation.id,
                "grade": grade,
                "text": "The books differ.",
                "evidence": "Books",
            }
            find(self.office.desk, self.actor(self.investigator), self.filed.case, typed)
        return self

    def propose_closing(self, changed: Mapping[str, str | list[str] | None] | None = None) -> Handled:
        """The investigator weighs the risk, and proposes."""
        actor = self.actor(self.investigator)
        weigh(self.office.desk, actor, self.filed.case, "findings")
        propose(self.office.desk, actor, self.filed.case, "close", closing_sent(actor.today, changed))
        return self

    def agree(self) -> Handled:
        """Everybody on the panel agrees, in the order in which they may."""
        proposal = open_proposal(self.file)
        assert proposal is not None
        for seat in proposal.seats:
            vote(self.office.desk, self.actor(seat), self.filed.case, proposal.id, "agree", "")
        return self

    def concluded(self, changed: Mapping[str, str | list[str] | None] | None = None) -> Handled:
        """The panel agreed on the conclusion."""
        return self.found().propose_closing(changed).agree()

    def told(self) -> Handled:
        """The reporter knows the result."""
        tell_result(self.office.desk, self.actor(self.investigator), self.filed.case, TOLD)
        return self

    def corrected(self) -> Handled:
        """Every corrective action is done and checked by another person."""
        for action in corrections_of(self.file):
            case = self.filed.case
            correct(self.office.desk, self.actor(self.investigator), case, action.id, "Two signatures a day.")
            verify(self.office.desk, self.actor(self.triage), case, action.id, "I looked at a week of them.")
        return self
