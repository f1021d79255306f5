"""The year of an office: what its head plans and says, and beside it what was measured. It opens no case.

The numbers come from the figures that this reader was told; two readers may see different ones (ADR 0013).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crypto.keys import is_id, new_id
from intake.notices import NoticeKind, dispatch, letters
from intake.yearly import MOST, Goal, Paper, Reached, Stage, reached, readers_of_papers
from triage.casework.desk import Actor, Desk
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, Reason
from triage.oversight.told import Notices, Shelf, Told, all_figures_by_month, read_notices

YEAR_PAPER = "year_paper"
MAX_TEXT = 1000  # characters: with it a notice keeps the size of every other in all but the rarest scripts


@dataclass(frozen=True, slots=True, repr=False)
class Measured:
    """A goal of the plan with what was reached; None where the figures say nothing, or the year has only begun."""

    goal: Goal
    promised: int
    reached: Reached | None


@dataclass(frozen=True, slots=True, repr=False)
class YearPaper:
    """A paper that was written, or one that this officer owes (``open``)."""

    entry: Told
    stage: Stage
    year: int
    office: str
    open: bool
    measured: tuple[Measured, ...] = ()


def papers_of(notices: Notices) -> list[YearPaper]:
    """What this officer owes first, then the newest year's papers."""
    told = [entry for entry in notices.on(Shelf.YEAR) if _is_one(entry)]
    own = [entry for entry in notices.on(Shelf.MINE) if entry.text("act") == YEAR_PAPER and _is_one(entry)]
    written = [*own, *(entry for entry in told if entry.kind is NoticeKind.YEAR_PAPER)]
    plans = {
        (entry.text("office"), entry.content["year"]): _goals(entry)
        for entry in written
        if entry.text("stage") == Stage.PLAN.value
    }
    answered = {(entry.text("office"), entry.text("stage"), entry.content["year"]) for entry in own}
    owed = [
        entry
        for entry in told
        if entry.kind is NoticeKind.YEAR_ASKED
        and (entry.text("office"), entry.text("stage"), entry.content["year"]) not in answered
    ]
    months = all_figures_by_month(notices)
    return [_paper(entry, plans, months, is_open=True) for entry in owed] + [
        _paper(entry, plans, months, is_open=False) for entry in written
    ]


def write_paper(desk: Desk, actor: Actor, number: str, text: str, goals: Mapping[str, str]) -> None:
    """Send a paper that this officer owes to the level above and the board. ``goals``: what was typed, for a plan.

    Raises NoSuchCaseError without such a notice, NotNowError when it was written, CorrectThisError for what to correct.
    """
    with desk.databases.state.begin() as session:
        notices = read_notices(session, actor)
        asked = [entry for entry in notices.on(Shelf.YEAR) if entry.id == number and is_id(number)]
        if not asked or asked[0].kind is not NoticeKind.YEAR_ASKED or not _is_one(asked[0]):
            raise NoSuchCaseError
        open_now = [paper for paper in papers_of(notices) if paper.open and paper.entry.id == number]
        if not open_now:
            raise NotNowError(Reason.ALREADY_ASKED)
        paper = open_now[0]
        head = actor.roster.organisation.head_of(paper.office)
        if head is None or head.id != actor.officer.id:
            raise NoSuchCaseError
        content: dict[str, Any] = {
            "office": paper.office,
            "stage": paper.stage.value,
            "year": paper.year,
            "by": actor.officer.id,
            "text": _checked(text),
        }
        if paper.stage is Stage.PLAN:
            content["goals"] = _typed(goals)
        ids = paper.entry.content.get("results")
        told = letters(
            actor.roster,
            [who for who in readers_of_papers(actor.roster, paper.office) if who != actor.officer.id],
            NoticeKind.YEAR_PAPER,
            actor.today,
            content,
            numbered=lambda who: _number(ids, who),
        )
        proof = {**content, "act": YEAR_PAPER}
        own = letters(actor.roster, [actor.officer.id], NoticeKind.OWN_ACT, actor.today, proof)
        session.add(dispatch(desk.gate, [*told, *own], actor.today))


def _is_one(entry: Told) -> bool:
    """Whether a notice is a paper's: a forged one may hold anything."""
    year = entry.content.get("year")
    return entry.text("stage") in set(Stage) and type(year) is int and 1 < year < 9999


def _paper(
    entry: Told,
    plans: Mapping[tuple[str, int], Mapping[Goal, int]],
    months: Mapping[str, Any],
    *,
    is_open: bool,
) -> YearPaper:
    stage, year, office = Stage(entry.text("stage")), entry.content["year"], entry.text("office")
    paper = Paper(stage, year)
    measured = tuple(
        Measured(goal, promised, reached(goal, promised, paper, office, months))
        for goal, promised in plans.get((office, year), {}).items()
    )
    return YearPaper(entry, stage, year, office, is_open, measured)


def _goals(entry: Told) -> dict[Goal, int]:
    given = entry.content.get("goals")
    known = given if isinstance(given, dict) else {}
    return {goal: known[goal.value] for goal in Goal if type(known.get(goal.value)) is int}


def _typed(goals: Mapping[str, str]) -> dict[str, int]:
    """Every goal has its number. Raises CorrectThisError."""
    found: dict[str, int] = {}
    for goal in Goal:
        text = goals.get(goal.value, "").strip()
        if not text.isascii() or not text.isdecimal() or len(text) > 6 or int(text) > MOST[goal]:
            raise CorrectThisError(Reason.NOT_A_NUMBER)
        found[goal.value] = int(text)
    return found


def _number(ids: Any, officer: str) -> str:
    """The id by which the worker finds that the paper was written."""
    number = ids.get(officer) if isinstance(ids, dict) else None
    return number if isinstance(number, str) and is_id(number) else new_id()


def _checked(text: str) -> str:
    clean = text.replace("\r\n", "\n").strip()
    if not clean:
        raise CorrectThisError(Reason.EMPTY_TEXT)
    if len(clean) > MAX_TEXT:
        raise CorrectThisError(Reason.SHORTER)
    return clean
