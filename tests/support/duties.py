"""A case whose office does not act, the workers who look at it on a day, and what officers were told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from intake import watch as watches
from intake.casefile import Holder
from intake.database.case_tables import Case, Event, Notice
from intake.events import EventKind
from intake.log import configure
from intake.notices import NoticeKind, open_notice
from intake.time import Clock
from intake.watch import Watch
from tests.support.instances import Instance
from tests.support.reports import Filed
from triage.casework.acknowledge import acknowledge
from triage.casework.acting import Acting
from triage.casework.desk import Actor, Desk
from triage.casework.reading import record_read
from triage.casework.writing import note
from triage.worker.context import Context
from triage.worker.loop import Worker

ABOVE = {"nora", "nils", "nina", "noel"}
"""The office above Millbrook."""
BOARD = {"vera", "vito"}


@dataclass
class Watched:
    """One case of an office, any day's workers, and everybody's notices."""

    filed: Filed

    @property
    def instance(self) -> Instance:
        return self.filed.offices.instance

    @property
    def case(self) -> str:
        return self.filed.case

    @property
    def filed_on(self) -> date:
        return self.filed.offices.today

    def worker(self, today: date) -> Worker:
        """A fresh worker process, as far as a test needs one."""
        instance = self.instance
        log = configure("worker")
        return Worker(Context(instance.worker, instance.worker_db, instance.rosters, Clock(today), log))

    def look(self, today: date) -> None:
        """A worker does everything that is due on a day."""
        assert self.worker(today).round()

    def each_day(self, first: date, last: date) -> None:
        """A worker looks every day, both included."""
        for day in range((last - first).days + 1):
            self.look(first + timedelta(days=day))

    def acknowledge(self, today: date, officer: str = "mara") -> None:
        """An officer acknowledges, as in the back office."""
        acknowledge(self._desk(today), self._actor(officer, today), self.case)

    def note(self, today: date, text: str, *, seen: int, officer: str = "mara") -> None:
        """An officer sends the form of a note; ``seen``: the newest event that its page showed."""
        note(self._desk(today), self._actor(officer, today), self.case, text, seen=seen)

    def read(self, today: date, officer: str = "mara") -> None:
        """An officer opens the case, and that is all."""
        record_read(self._desk(today), self._actor(officer, today), self.case)

    def act(self, today: date, kind: EventKind, data: dict[str, Any], officer: str = "mara") -> None:
        """Any act of an officer on a day, past every gate."""
        later = replace(self.filed, offices=replace(self.filed.offices, today=today))
        with later.act(officer) as acting:
            assert isinstance(acting, Acting)
            acting.tell(kind, data)

    def kinds(self) -> list[EventKind]:
        """The record, as it lies in clear."""
        with self.instance.owner.reading() as session:
            query = select(Event.kind).where(Event.case_id == self.case).order_by(Event.number)
            return list(session.scalars(query))

    def count(self, kind: EventKind) -> int:
        """How many events of a kind the case has."""
        return self.kinds().count(kind)

    def data_of(self, kind: EventKind, officer: str = "mara") -> list[dict[str, Any]]:
        """What the checked record says of each event of a kind."""
        file = self.filed.opened_by(officer)
        assert file is not None
        assert file.whole
        return [record.data for record in file.records if record.kind is kind]

    def clocks(self, officer: str = "mara") -> dict[str, date]:
        """The clocks that run, by the checked record."""
        file = self.filed.opened_by(officer)
        assert file is not None
        assert file.whole
        return file.progress.outstanding()

    def told(self, kind: NoticeKind) -> dict[str, list[dict[str, Any]]]:
        """Officer → what they were told of this case in notices of a kind, opened with their own keys."""
        found: dict[str, list[dict[str, Any]]] = {}
        with self.instance.owner.reading() as session:
            for row in session.scalars(select(Notice)):
                notice = open_notice(self.instance.pair(row.officer_id), row.id, row.sealed)
                if notice["notice"] == kind and notice["case"] == self.case:
                    found.setdefault(row.officer_id, []).append(notice)
        return found

    def row(self) -> Case:
        """The case's clear columns."""
        with self.instance.owner.reading() as session:
            return session.get_one(Case, self.case)

    def watch(self) -> Watch:
        """What is owed, as the worker sees it."""
        with self.instance.owner.reading() as session:
            watch = watches.load(session, self.case, self.instance.worker.gate_pair, self.instance.roster)
        assert watch is not None
        return watch

    def _desk(self, today: date) -> Desk:
        return Desk(self.instance.triage_db, self.instance.triage.gate, Clock(today))

    def _actor(self, officer: str, today: date) -> Actor:
        roster = self.instance.roster
        return Actor(roster.officers[officer], Holder(officer, self.instance.pair(officer)), roster, today)
