"""A reporter who says how safe they are, on any day, and what the worker and the officers make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from intake.events import EventKind
from intake.log import configure
from intake.mailbox import CheckIn, DateLabel, MailboxView, Promise, SafetyOffice
from intake.notices import NoticeKind
from intake.protection.checkins import Slot, slots_of
from intake.protection.opening import ProtectionFile, open_compartment
from intake.protection.said import Does, Tap
from intake.protection.watched import course_from
from intake.time import Clock
from tests.support.duties import Watched
from tests.support.reports import Offices, plumber_report
from triage.worker.context import Context
from triage.worker.loop import Worker

DAY = timedelta(days=1)
HIGH = {"a1": "suspected", "b1": "line", "c1": "actual"}
"""Somebody to whom something was done already (O3)."""


@dataclass
class Safe(Watched):
    """One case, its reporter's code, and everybody around it."""

    @classmethod
    def file(cls, offices: Offices, **answers: str) -> Safe:
        """About an ordinary employee, and acknowledged on the same day."""
        safe = cls(offices.file(plumber_report(**answers)))
        safe.acknowledge(offices.today)
        return safe

    def office(self, day: date) -> SafetyOffice:
        return SafetyOffice(replace(self.filed.offices, today=day).mailbox)

    def says(self, day: date, state: str, text: str = "", **answers: str) -> None:
        """A check-in."""
        self.office(day).check_in(self.filed.master, CheckIn(Tap(state), text, answers))

    def gives(self, day: date, own: date) -> None:
        """A day of their own."""
        self.office(day).give_date(self.filed.master, own, DateLabel.CONTRACT, "")

    def promises(self, day: date, due: date, does: Does = Does.ESCALATE, text: str = "") -> None:
        """What is to happen if they do not come back."""
        self.office(day).promise(self.filed.master, Promise(does, due, text))

    def writes(self, day: date, text: str = "They came again.") -> None:
        """A message of the case."""
        replace(self.filed.offices, today=day).mailbox.write(self.filed.master, text)

    def mailbox(self, day: date) -> MailboxView:
        """What the code opens."""
        return replace(self.filed.offices, today=day).mailbox.view(self.filed.master)

    def slots(self, until: date) -> list[Slot]:
        """When the mailbox asks, by the watch."""
        return slots_of(course_from(self.watch()), until)

    def compartment(self, officer: str) -> ProtectionFile | None:
        """What an officer opens as a protection contact."""
        instance = self.instance
        with instance.triage_db.reading() as session:
            return open_compartment(
                session, self.case, officer, instance.pair(officer), instance.roster, instance.portal.gate
            )

    def contacts(self) -> set[str]:
        """Who looks after the reporter."""
        return {who for who in self.instance.roster.certified if self.compartment(who) is not None}

    def heard(self, kind: NoticeKind) -> set[str]:
        """Who was told of it, each once."""
        told = self.told(kind)
        assert all(len(own) == 1 for own in told.values())
        return set(told)

    def data(self, kind: EventKind) -> list[Mapping[str, Any]]:
        """What the record says of each event of a kind, to whoever holds the case now."""
        (holder, *_) = [who for who in sorted(self.instance.roster.certified) if self.filed.opened_by(who)]
        return list(self.data_of(kind, holder))

    def worker_at(self, clock: Clock) -> Worker:
        """A worker with a clock that a story moves."""
        instance = self.instance
        log = configure("worker")
        return Worker(Context(instance.worker, instance.worker_db, instance.rosters, clock, log))
