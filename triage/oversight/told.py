"""What one officer was told: every notice sealed to that officer, opened, newest first.

Nothing here depends on a case: only on what was delivered. Whoever is excluded from a case was never told of it. A notice has
no signature: somebody who can write to the database can invent one. It is shown, breaks no page, and the worker believes none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake.database.case_tables import Notice
from intake.notices import NoticeKind, open_notice
from triage.casework.desk import Actor

MOST_READ = 20_000
"""Notices opened for one page (0.1 ms each); beyond, the page says that it stopped."""
SHORT = 8  # characters of a case's random id: enough to tell cases apart when two people talk


class Shelf(StrEnum):
    """Where a notice is shown."""

    DECIDE = "decide"
    """Something can be done about it, or must be looked into."""
    TOLD = "told"
    LEDGER = "ledger"
    """Duties that were missed."""
    INTERFERENCE = "interference"
    """What officers below recorded."""
    MINE = "mine"
    """What this officer asked for or recorded."""
    FIGURES = "figures"
    OWN = "own"
    """The own office's figures."""
    YEAR = "year"
    """The papers of the year."""
    INSPECTIONS = "inspections"
    ANSWERS = "answers"
    """Who answers for which case (`triage.oversight.levels`)."""


SHELVES: Mapping[NoticeKind, Shelf] = {
    NoticeKind.CONCLUDED: Shelf.DECIDE,
    NoticeKind.OVERDUE: Shelf.DECIDE,
    NoticeKind.TAKEOVER_ASKED: Shelf.DECIDE,
    NoticeKind.ALARM: Shelf.DECIDE,
    NoticeKind.SEALED_NOTICE: Shelf.TOLD,
    NoticeKind.PROTECTION_CONTACT: Shelf.TOLD,
    NoticeKind.STOPPED: Shelf.TOLD,
    NoticeKind.NEGLECTED: Shelf.TOLD,
    NoticeKind.CORRECTIVE: Shelf.TOLD,
    NoticeKind.CHECK_ASKED: Shelf.TOLD,
    NoticeKind.RECOVERED: Shelf.TOLD,
    NoticeKind.HOLD: Shelf.TOLD,
    NoticeKind.HOLD_ENDED: Shelf.TOLD,
    NoticeKind.EARLY_DELETION: Shelf.TOLD,
    NoticeKind.DELETED: Shelf.TOLD,
    NoticeKind.ACCOUNTABILITY_ENTRY: Shelf.LEDGER,
    NoticeKind.INTERFERENCE: Shelf.INTERFERENCE,
    NoticeKind.OWN_ACT: Shelf.MINE,
    NoticeKind.FIGURES: Shelf.FIGURES,
    NoticeKind.OWN_FIGURES: Shelf.OWN,
    NoticeKind.YEAR_ASKED: Shelf.YEAR,
    NoticeKind.YEAR_PAPER: Shelf.YEAR,
    NoticeKind.INSPECTION: Shelf.INSPECTIONS,
    NoticeKind.INSPECTED: Shelf.INSPECTIONS,
    NoticeKind.ANSWERS: Shelf.ANSWERS,
    NoticeKind.IDENTITY: Shelf.TOLD,
    NoticeKind.PRESSURE: Shelf.INTERFERENCE,
    NoticeKind.PRESSURE_ANSWERED: Shelf.INTERFERENCE,
    NoticeKind.NOT_SAFE: Shelf.TOLD,
    NoticeKind.SAFETY_NEWS: Shelf.TOLD,
    NoticeKind.SILENT: Shelf.TOLD,
    NoticeKind.PROMISE_KEPT: Shelf.DECIDE,
    NoticeKind.PORTAL_MODE: Shelf.TOLD,
    NoticeKind.CEILING: Shelf.TOLD,
}
"""Each kind's shelf. What waits for a decision moves to TOLD when its time is over (`triage.oversight.asks`)."""


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """One notice, opened."""

    id: str
    kind: NoticeKind
    given: date
    """The day of what it tells."""
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> str:
        """The case's id; empty where the notice is about none."""
        return self.text("case")

    @property
    def short(self) -> str:
        """What is shown of the id: it opens nothing and leads nowhere."""
        return self.case[:SHORT]

    def text(self, name: str) -> str:
        """A text that the notice carries, or an empty one."""
        value = self.content.get(name, "")
        return value if isinstance(value, str) else ""

    def day(self, name: str) -> date | None:
        """A date that the notice carries, or None."""
        return _day(self.content.get(name))

    def clocks(self) -> list[tuple[str, date]]:
        """The dates that the notice tells, soonest first: the one that was missed, or all that run."""
        due = self.day("due")
        if due is not None:
            return [(self.text("clock"), due)]
        named = self.content.get("clocks")
        days = [(name, _day(text)) for name, text in named.items()] if isinstance(named, dict) else []
        known = [(name, day) for name, day in days if day is not None]
        return sorted(known, key=lambda entry: (entry[1], entry[0]))

    def rows(self) -> list[dict[str, Any]]:
        """The rows of a month's figures: each has an ``office`` and a ``group``."""
        rows = self.content.get("rows")
        found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return [row for row in found if all(isinstance(row.get(name), str) for name in ("office", "group"))]


@dataclass(frozen=True, slots=True, repr=False)
class Notices:
    """Everything that an officer was told, newest first."""

    told: Sequence[Told]
    closed: int = 0
    """How many do not open: sealed to a key from before a reset, or altered."""
    stopped: bool = False
    """There are more than one page opens."""
    _by_case: Mapping[str, list[Told]] = field(init=False)

    def __post_init__(self) -> None:
        by_case: dict[str, list[Told]] = {}
        for entry in self.told:
            by_case.setdefault(entry.case, []).append(entry)
        object.__setattr__(self, "_by_case", by_case)

    def on(self, shelf: Shelf) -> list[Told]:
        """The notices of one shelf."""
        return [entry for entry in self.told if SHELVES[entry.kind] is shelf]

    def about(self, case: str) -> list[Told]:
        """The notices about one case."""
        return self._by_case.get(case, [])


def read_notices(session: Session, actor: Actor) -> Notices:
    """Open every notice of this officer: one range of the notices' index, however many other people were told."""
    told: list[Told] = []
    rows = closed = 0
    for number, sealed in _rows(session, actor.officer.id):
        rows += 1
        try:
            told.append(_opened(actor, number, sealed))
        except (CryptoError, KeyError, ValueError, TypeError):
            closed += 1
    told.sort(key=lambda entry: (entry.given, entry.id), reverse=True)
    return Notices(told, closed=closed, stopped=rows == MOST_READ)


def figures_by_month(notices: Notices) -> dict[str, list[dict[str, Any]]]:
    """Month → its rows, as `intake.trends` looks through them."""
    return {entry.text("month"): entry.rows() for entry in notices.on(Shelf.FIGURES) if entry.text("month")}


def all_figures_by_month(notices: Notices) -> dict[str, list[dict[str, Any]]]:
    """As ``figures_by_month``, with those of the own office."""
    months: dict[str, list[dict[str, Any]]] = {}
    for entry in (*notices.on(Shelf.FIGURES), *notices.on(Shelf.OWN)):
        months.setdefault(entry.text("month"), []).extend(entry.rows())
    return months


def missed_by_office(notices: Notices) -> list[tuple[str, str, int]]:
    """How often each office missed each duty, as far as this officer was told: (office, clock, times), most often first."""
    counted = Counter((entry.text("office"), entry.text("clock")) for entry in notices.on(Shelf.LEDGER))
    return sorted(
        ((office, clock, times) for (office, clock), times in counted.items()),
        key=lambda row: (-row[2], row[0], row[1]),
    )


def _rows(session: Session, officer: str) -> Iterator[tuple[str, bytes]]:
    found = session.execute(
        select(Notice.id, Notice.sealed).where(Notice.officer_id == officer).limit(MOST_READ)
    )
    for row in found.yield_per(500):
        yield row.id, row.sealed


def _opened(actor: Actor, number: str, sealed: bytes) -> Told:
    content = open_notice(actor.holder.pair, number, sealed)
    return Told(number, NoticeKind(content["notice"]), date.fromisoformat(content["date"]), content)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
