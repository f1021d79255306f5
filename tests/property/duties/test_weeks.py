"""Weeks of an office and its workers, in any order: a week without a worker, two of them, a clock that goes back a day.

A real case on a real database. Whatever the order, each missed date is told once, none is told too early or not at all, and
what everybody's keys open stays whole.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import select

from intake.casefile import CaseFile
from intake.database.case_tables import Notice
from intake.events import EventKind
from intake.notices import NoticeKind, open_notice
from intake.states import OF_THE_REPORTER
from tests.support.duties import Watched
from tests.support.instances import Instance, build_instance
from tests.support.organisation import small_organisation
from tests.support.reports import Offices, plumber_report
from triage.worker.loop import Worker

FIRST = date(2026, 3, 2)
DAY = timedelta(days=1)
_TOLD_ONCE = frozenset({NoticeKind.OVERDUE, NoticeKind.ACCOUNTABILITY_ENTRY, NoticeKind.CORRECTIVE})


class Weeks(RuleBasedStateMachine):
    """One case. ``looked`` is the latest day on which a worker looked; a worker's own clock may be behind."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory(prefix="underseal-weeks-")
        self.instance: Instance = build_instance(
            Path(self.place.name) / "instance", small_organisation(), today=FIRST
        )
        self.watched = Watched(Offices(self.instance, FIRST).file(plumber_report()))
        self.today = self.looked = FIRST
        self.long_lived = self.watched.worker(FIRST)

    def teardown(self) -> None:
        """Whatever happened, the next worker puts everything right."""
        self._work(self.watched.worker(self.today), self.today)
        self.instance.close()
        self.place.cleanup()

    @initialize(acknowledged=st.booleans())
    def begin(self, *, acknowledged: bool) -> None:
        """Nobody has looked at it, or the reporter heard that it arrived."""
        if acknowledged:
            self.watched.acknowledge(FIRST)

    @rule(days=st.integers(1, 9))
    def days_pass(self, days: int) -> None:
        """No worker runs, up to more than a week."""
        self.today += days * DAY

    @rule()
    def a_worker_looks(self) -> None:
        """A fresh process."""
        self._work(self.watched.worker(self.today), self.today)

    @rule()
    def two_workers_look(self) -> None:
        """One after the other has done a part, as two that run beside each other do."""
        one, other = self.watched.worker(self.today), self.watched.worker(self.today)
        assert one.round()
        self._work(other, self.today)

    @precondition(lambda self: self.today > FIRST)
    @rule()
    def the_clock_goes_back_a_day_and_on_again(self) -> None:
        """A worker whose machine is a day behind, and then the same day once more."""
        self._work(self.watched.worker(self.today - DAY), self.today - DAY)
        self._work(self.watched.worker(self.today), self.today)

    @rule(back=st.integers(0, 1))
    def the_same_worker_looks_again(self, back: int) -> None:
        """A process that lives for weeks and whose clock is put back once in a while."""
        day = max(FIRST, self.today - back * DAY)
        object.__setattr__(self.long_lived.context, "clock", self.watched.worker(day).context.clock)
        self._work(self.long_lived, day)

    @rule()
    def somebody_reads(self) -> None:
        """And that is all."""
        self.watched.read(self.today, self._holder())

    @rule(kind=st.sampled_from([EventKind.NOTED, EventKind.ANSWERED]))
    def somebody_acts(self, kind: EventKind) -> None:
        """Something that meets no clock."""
        self.watched.act(self.today, kind, {}, self._holder())

    @rule()
    def somebody_does_what_was_due(self) -> None:
        """On whatever day that is: late counts as missed all the same."""
        running = [name for name in self._file().progress.outstanding() if name not in OF_THE_REPORTER]
        met = {name: self.today.isoformat() for name in running[:1]}
        self.watched.act(self.today, EventKind.NOTED, {"met": met}, self._holder())

    def _work(self, worker: Worker, day: date) -> None:
        assert worker.round()
        self.looked = max(self.looked, day)
        self._check()

    def _check(self) -> None:
        file = self._file()
        assert file.whole
        missed = [record for record in file.records if record.kind is EventKind.MISSED]
        told = Counter((record.data["clock"], record.data["due"]) for record in missed)
        assert set(told.values()) <= {1}, f"told twice: {told}"
        assert all(date.fromisoformat(record.data["due"]) < record.date for record in missed), "too early"
        progress = file.progress
        for clock, due in progress.outstanding().items():
            if clock not in OF_THE_REPORTER and due < self.looked:
                assert progress.missed.get(clock) == due, f"{clock} of {due} was told to nobody"
        assert not progress.late, "what was done late was told to nobody"
        neglected = [record.date for record in file.records if record.kind is EventKind.NEGLECTED]
        calendar = self.instance.organisation.calendar
        for before, after in pairwise(neglected):
            assert calendar.working_days_after(before, 10) < after, "neglect was told twice"
        self._check_notices()

    def _check_notices(self) -> None:
        found: Counter[tuple[str, ...]] = Counter()
        with self.instance.owner.reading() as session:
            for row in session.scalars(select(Notice)):
                notice = open_notice(self.instance.pair(row.officer_id), row.id, row.sealed)
                assert notice["notice"] != NoticeKind.ALARM or notice.get("finding") == "unassigned_read", (
                    notice
                )
                if notice["notice"] in _TOLD_ONCE:
                    found[
                        row.officer_id, notice["notice"], notice.get("clock", ""), notice.get("due", "")
                    ] += 1
        assert set(found.values()) <= {1}, found

    def _file(self) -> CaseFile:
        file = self.watched.filed.opened_by(self._holder())
        assert file is not None
        return file

    def _holder(self) -> str:
        for officer in self.instance.people:
            if self.watched.filed.opened_by(officer) is not None:
                return officer
        raise AssertionError("nobody can open the case")


Weeks.TestCase.settings = settings(
    max_examples=8, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
TestWeeks = pytest.mark.slow(Weeks.TestCase)
