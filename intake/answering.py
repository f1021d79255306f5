"""Who answers for a case, level by level: one officer at a time in the office that has it, and one in the office above that
was told of it. Pure.

Nobody keeps such a list, so nobody can alter one: it follows from the signed record and the roster (row 22 of
docs/mechanisms.md). The roster is today's: who led an office before a new edition is not in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from intake.casefile import CaseFile
from intake.events import EventKind
from intake.organisation import Duty
from intake.record import EventRecord
from intake.roster import Roster
from intake.routing import level_above
from intake.standing import Standing, told_at

HAND_OVER = "hand_over"
"""The paper by which an officer who leaves tells the circle to whom."""
FIRST_TASK = "handle"
"""Where several have a task, whoever handles the case answers for it, before whoever investigates."""
TAKES_UP = frozenset({EventKind.ACKNOWLEDGED, EventKind.ADDRESSED, EventKind.REOPENED})
"""Whoever did one of these answers as long as nobody has a task. A review is taken up by addressing it."""
_TOLD_ABOVE = frozenset({EventKind.MISSED, EventKind.NEGLECTED, EventKind.SUPERVISED})


class Level(StrEnum):
    """What an office has to do with a case."""

    HOLDS = "holds"
    WATCHES = "watches"
    """It was told of the case, and supervises."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One officer answered for the case at one office. ``officer`` is empty where nobody may: then it is the office itself."""

    level: Level
    office: str
    officer: str
    since: date
    by: EventKind
    """The act through which it came to this officer."""
    number: int
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The offices and who is out: officer → the number of the event from which on they may not have the case."""

    roster: Roster
    gone: Mapping[str, int]
    reporter_unit: str | None

    def out(self, number: int) -> frozenset[str]:
        """Who may not have the case at an event."""
        return frozenset(who for who, since in self.gone.items() if since <= number)

    def above(self, office: str, number: int) -> str:
        """The office that supervises."""
        return level_above(self.roster.organisation, office, self.out(number), self.reporter_unit)


def stands_for(roster: Roster, office: str, excluded: Collection[str]) -> str:
    """Who answers at an office before anybody took the case up: its head; where the head may not, the first by id of those who
    do its triage, then of the others. Empty where nobody may.
    """
    able = told_at(roster, office, excluded)
    head = roster.organisation.head_of(office)
    if head is not None and head.id in able:
        return head.id
    triage = [who for who in able if Duty.TRIAGE in roster.officers[who].duties]
    return min(triage or able, default="")


def among(tasks: Mapping[str, tuple[str, int]], out: Collection[str]) -> str:
    """Of those with a task, each with the number of the event that gave it: who handles first, then who had it first."""
    order = sorted(
        (task != FIRST_TASK, number, who) for who, (task, number) in tasks.items() if who not in out
    )
    return order[0][2] if order else ""


def answering(file: CaseFile, standing: Standing, roster: Roster) -> list[Turn]:
    """Every turn in an opened case, oldest first; the running ones have no ``until``."""
    line = Line(roster, gone_from(file, standing), standing.facts.reporter_unit)
    return turns(file.records, handed_to(file), line)


def answers_of(officer: str, since: date, by: EventKind) -> dict[str, str]:
    """Who answers in the office that has the case, as its watch says it."""
    return {"officer": officer, "since": since.isoformat(), "by": by.value}


def answers_now(file: CaseFile, standing: Standing, roster: Roster) -> dict[str, str]:
    """``answers_of`` the turn that runs in an opened case."""
    running = [
        turn for turn in answering(file, standing, roster) if turn.level is Level.HOLDS and turn.until is None
    ]
    return answers_of(running[-1].officer, running[-1].since, running[-1].by) if running else {}


def turns(records: Iterable[EventRecord], handed: Mapping[int, str], line: Line) -> list[Turn]:
    """The turns of a checked record. ``handed``: the number of a hand-over → to whom."""
    fold = _Fold(line, handed)
    for record in records:
        fold.take(record)
    return fold.turns


def handed_to(file: CaseFile) -> dict[int, str]:
    """By event number: who took the case over from an officer who left."""
    return {paper.number: str(paper.content["to"]) for paper in file.papers(HAND_OVER)}


def gone_from(file: CaseFile, standing: Standing) -> dict[str, int]:
    """Officer → the number of the event from which on they are out: filed against, recused, named, or shut out later.

    The record does not name whom a release left out: it was the first one after their own last act. Before the worker did it,
    they were out after that act.
    """
    gone = dict.fromkeys(file.report["decision"]["excluded_officers"], 0)
    for record in file.records:
        named = record.data.get("officers", ()) if record.kind is EventKind.RELEASED else ()
        left = (record.actor,) if record.kind is EventKind.RECUSED else ()
        for officer in (*named, *left):
            gone.setdefault(officer, record.number)
    for officer in standing.decision.excluded_officers:
        if officer not in gone:
            gone[officer] = _shut_out(file.records, officer)
    return gone


def _shut_out(records: Sequence[EventRecord], officer: str) -> int:
    last = max((record.number for record in records if record.actor == officer), default=-1)
    moves = (EventKind.RELEASED, EventKind.TRANSFERRED)
    later = (record.number for record in records if record.kind in moves and record.number > last)
    return next(later, last + 1)


@dataclass(slots=True)
class _Fold:
    """The case so far: which office has it, who has which task, who took it up, which office above was told."""

    line: Line
    handed: Mapping[int, str]
    turns: list[Turn] = field(default_factory=list)
    _office: str = ""
    _tasks: dict[str, tuple[str, int]] = field(default_factory=dict)
    _triage: str = ""
    _watching: bool = False

    def take(self, record: EventRecord) -> None:
        data = record.data
        office = str(data.get("circle", {}).get("office", self._office))
        if office != self._office:
            self._office, self._tasks, self._triage, self._watching = office, {}, "", False
        if "handlers" in data:
            self._tasks = {
                who: self._tasks[who] if self._tasks.get(who, ("",))[0] == task else (task, record.number)
                for who, task in data["handlers"].items()
            }
        if record.kind in TAKES_UP:
            self._triage = record.actor
        elif record.kind is EventKind.HANDED_OVER and record.actor == self._triage:
            self._triage = self.handed.get(record.number, "")
        self._turn(Level.HOLDS, office, self._holder(record.number), record)
        self._watching = self._watching or bool(data.get("notices")) or record.kind in _TOLD_ABOVE
        above = self.line.above(office, record.number) if self._watching else ""
        watcher = stands_for(self.line.roster, above, self.line.out(record.number)) if above else ""
        self._turn(Level.WATCHES, above, watcher, record)

    def _holder(self, number: int) -> str:
        out = self.line.out(number)
        triage = "" if self._triage in out else self._triage
        return among(self._tasks, out) or triage or stands_for(self.line.roster, self._office, out)

    def _turn(self, level: Level, office: str, officer: str, record: EventRecord) -> None:
        """``office`` empty: none is at this level."""
        at = next(
            (n for n, turn in enumerate(self.turns) if turn.level is level and turn.until is None), None
        )
        if at is not None:
            if (self.turns[at].office, self.turns[at].officer) == (office, officer):
                return
            self.turns[at] = replace(self.turns[at], until=record.date)
        if office:
            self.turns.append(Turn(level, office, officer, record.date, record.kind, record.number))
