"""What the sections report and findings of a case's page show. It reads an opened case and stores nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from intake.card import title_of
from intake.casefile import CaseFile
from intake.catalogues import AXES, Catalogue, CatalogueName, load_catalogue
from intake.completeness import Known, completeness
from intake.intake_types import Closing, Path, intake_types
from intake.joins import led_by
from intake.levels import Severity
from intake.protection.triggers import Step
from intake.protection.triggers import weighed as weighed_steps
from intake.roster import Roster
from intake.routing import POST_WEIGHT, UNIT_WEIGHT
from intake.scoring import Sum
from intake.states import OVER, CaseState
from intake.urgency import urgency
from triage.casework.address import Manner
from triage.casework.assess import LEAST, Question, current_answers, flags, questions, weighed
from triage.casework.call_up import waits_for_above
from triage.casework.checker import to_be_called_for
from triage.casework.classify import Codes, marks_of
from triage.casework.clocks import CORRECTIVE, due_after
from triage.casework.closing import CORRECT_ROWS, KNEW_ROWS, MOST_ROWS, asked_of
from triage.casework.corrections import (
    Correction,
    checkers_of,
    conclusion_of,
    corrections_of,
    open_corrections,
    referrals_of,
)
from triage.casework.find import NEW, Allegation, allegations_of, called
from triage.casework.heard import Heard, heard_now
from triage.casework.led import leader_opened
from triage.casework.policy import Decision, Position, proposable, to_weigh
from triage.casework.prefill import prefilled
from triage.casework.protection import RiskNow, risk_now
from triage.casework.reading import CaseView
from triage.casework.reasons import reason_catalogue
from triage.casework.result import agreed_text
from triage.casework.small_circle import few_who_could_know
from triage.web import handling_words, protection_words
from triage.web.typed import Typed


@dataclass(frozen=True, slots=True, repr=False)
class Handling:
    """One case, for its page. The closing form's rows are those that hold something, and one more on request."""

    file: CaseFile
    roster: Roster
    today: date
    position: Position
    holders: Sequence[str]
    typed: dict[str, Typed]
    asked_about: tuple[CaseFile, ...] = ()
    """What the open proposal would join this case to, where this officer opens it."""

    new = NEW
    sums = tuple(Sum)
    all_steps = tuple(Step)
    bands = tuple(Severity)
    manners = tuple(Manner)
    least = LEAST
    axes = AXES
    added = (POST_WEIGHT, UNIT_WEIGHT)

    @property
    def questions(self) -> list[Question]:
        """The factors that an officer answers."""
        return questions()

    @property
    def flags(self) -> tuple[str, ...]:
        """What raises a band whatever the sum."""
        return flags()

    @property
    def weighed(self) -> dict[Sum, Any]:
        """Both sums as they count now."""
        return weighed(self.file, self.roster)

    @property
    def risk(self) -> RiskNow:
        """The risk to the reporter, with all that made it."""
        return risk_now(self.file, self.roster)

    @property
    def few(self) -> str | None:
        """How few people could know these facts, where that is few or unknown."""
        return few_who_could_know(self.file, self.roster.organisation)

    @property
    def heard(self) -> Heard:
        """What the reporter said of their safety, and silence."""
        return heard_now(self.file)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that this officer can take once the risk is weighed for them."""
        return to_weigh(self.position)

    @property
    def ready(self) -> list[Step]:
        """The steps for which the risk is weighed."""
        return [step for step in Step if step in weighed_steps(self.file.records)]

    @property
    def present(self) -> dict[str, Any]:
        """The answers as they stand; an empty text for what nobody answered."""
        return defaultdict(str, current_answers(self.file, self.roster.organisation))

    def answers(self) -> dict[str, Any]:
        """What the assessment form shows: what was typed, or the answers as they stand."""
        typed = self.typed["assess"]
        if not typed:
            return self.present
        once = {name: typed[name] for name in typed.sent}
        many = {question.id: typed.all(question.id) for question in questions() if question.many}
        return defaultdict(str, once | many)

    @property
    def path(self) -> Path:
        """The way of what was brought, as it is taken by now."""
        return intake_types().paths[self.file.brought]

    @property
    def known(self) -> list[Known]:
        """What the report says and what it does not."""
        report = self.file.report
        named = bool(report["subjects"] or report["bodies"])
        return completeness(report["answers"], named=named, attached=bool(report.get("evidence")))

    @property
    def look_by(self) -> date | None:
        """The day by which somebody should have looked at what is planned or goes on; None once it was acknowledged."""
        if self.file.progress.state is not CaseState.RECEIVED:
            return None
        stage, received = self.file.report["answers"].get("stage", ""), self.file.report["filed"]
        return urgency().look_by(stage, date.fromisoformat(received), self.roster.organisation.calendar)

    @property
    def asked(self) -> tuple[Closing, ...]:
        """What a conclusion has to answer."""
        return asked_of(self.file)

    @property
    def allegations(self) -> list[Allegation]:
        """What findings are about."""
        return allegations_of(self.file)

    @property
    def marks(self) -> dict[str, Codes]:
        """By allegation: the codes it is marked with."""
        return marks_of(self.file)

    @property
    def without_finding(self) -> list[Allegation]:
        """What still needs a finding of its own."""
        if self.file.progress.joined is not None:
            return []
        return [allegation for allegation in self.allegations if not allegation.finding]

    def called(self, allegation: Allegation) -> str:
        """What an allegation is called, or an empty text."""
        return called(self.file, self.roster.organisation, allegation)

    def catalogue(self, name: str) -> Catalogue:
        """A catalogue to choose from."""
        return load_catalogue(CatalogueName(name))

    @property
    def may_conclude(self) -> bool:
        """Whether this officer could propose the conclusion now; in a joined case not before the leading one is concluded."""
        if Decision.CLOSE not in proposable(self.position):
            return False
        leading = self.leading
        return self.file.progress.joined is None or (leading is not None and leading.progress.state in OVER)

    @property
    def leading(self) -> CaseFile | None:
        """The case in which the matter is handled, where this officer opens it."""
        return leader_opened(self.file)

    @property
    def led(self) -> list[CaseFile]:
        """The cases whose matter is handled in this one, as far as this officer opens them."""
        led = set(led_by(self.file).values())
        return [each for each in self.file.beside if each.id in led]

    def beside(self, case: str) -> list[CaseFile]:
        """That case, where it is joined with this one, or proposed to be, and this officer opens it."""
        return [each for each in (*self.file.beside, *self.asked_about) if each.id == case][:1]

    def title_of(self, file: CaseFile) -> str:
        """What a case is called in the list."""
        return title_of(file.report["answers"]["what"])

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why a conclusion is proposed."""
        return reason_catalogue().codes[Decision.CLOSE]

    @property
    def latest(self) -> date:
        """The latest date that a promise may have."""
        return due_after(self.file, self.roster, CORRECTIVE, self.today)

    @property
    def waits_for_above(self) -> bool:
        """Whether the level above may call the conclusion up."""
        return waits_for_above(self.file, self.roster)

    @property
    def closing_form(self) -> Typed:
        """What the closing form shows: what was typed, or in a joined case what the leading one was concluded with."""
        typed = self._closing_typed
        return typed if typed else Typed(MultiDict(prefilled(self.file, self.roster.organisation)))

    @property
    def closing_sent(self) -> bool:
        """Whether there is something in it that must not get lost."""
        return bool(self._closing_typed)

    @property
    def _closing_typed(self) -> Typed:
        """Sent as a proposal, or with a request for one more row."""
        proposed = self.typed["propose"]
        return proposed if proposed["act"] == Decision.CLOSE else self.typed["closing"]

    def rows(self, name: str) -> list[tuple[str, ...]]:
        """The field names of the rows of ``knew`` or ``correct`` to show."""
        table = {"knew": KNEW_ROWS, "correct": CORRECT_ROWS}[name]
        typed = self.closing_form
        held = max(
            (number for number, row in enumerate(table, 1) if any(typed[part] for part in row)), default=0
        )
        shown = max((number for number, row in enumerate(table, 1) if row[0] in typed.sent), default=0)
        more = 1 if typed["go"] == f"add_{name}" else 0
        return [tuple(row) for row in table[: min(MOST_ROWS, max(1, held, shown) + more)]]

    @property
    def conclusion(self) -> dict[str, Any] | None:
        """What the newest conclusion says."""
        return conclusion_of(self.file)

    @property
    def corrections(self) -> Any:
        """The corrective actions of the newest conclusion."""
        return corrections_of(self.file)

    def checkable(self, me: str) -> list[Correction]:
        """What this officer can check: done, and by others alone."""
        return [each for each in open_corrections(self.file) if each.done_by and me not in each.done_by]

    @property
    def checkers(self) -> dict[str, str]:
        """Open action → who was called from above to check it, and still can."""
        called = checkers_of(self.file)
        return {action: who for action, who in called.items() if who in self.holders}

    @property
    def to_be_called_for(self) -> Any:
        """The actions that nobody here can check."""
        return to_be_called_for(self.file, self.roster, self.holders)

    @property
    def referrals(self) -> Any:
        """The referrals of the newest conclusion."""
        return referrals_of(self.file)

    @property
    def agreed(self) -> str:
        """What the panel agreed to tell the reporter."""
        return agreed_text(self.file)


def handling_section(view: CaseView, roster: Roster, today: date, typed: dict[str, Typed]) -> dict[str, Any]:
    """Names for the templates."""
    return {
        "handling": Handling(
            view.file, roster, today, view.position, view.holders, typed, tuple(view.asked_about)
        ),
        "handling_words": handling_words,
        "protection_words": protection_words,
    }
