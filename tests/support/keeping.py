"""A case that ended, the workers that look at it through the years, and what is left of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from intake.database.case_tables import (
    Case,
    Epoch,
    Event,
    Grant,
    Identity,
    Item,
    ItemKey,
    MailboxRow,
    Rung,
    Slip,
    WatchRow,
)
from intake.database.custody_tables import CustodyLetter
from intake.database.protection_tables import ProtectionCardRow, ProtectionGrant, ProtectionKey
from intake.database.retention_tables import DeletionRow
from intake.mailbox import MailboxView
from tests.functional.triage.conftest import BackOffice
from tests.support.duties import Watched
from tests.support.handling import Handled
from tests.support.reports import Filed, Offices, plumber_report
from triage.casework.close import close
from triage.casework.panel import open_proposal
from triage.casework.propose import propose
from triage.casework.vote import vote

DAY = timedelta(days=1)
OF_A_CASE = (
    Case, Epoch, Grant, Item, ItemKey, Event, Rung, WatchRow, Identity, CustodyLetter, Slip,
    ProtectionKey, ProtectionGrant, ProtectionCardRow,
)  # fmt: skip
"""Every table that holds something of one."""
TOLD_ELSEWHERE = "The consumer office is in charge of this."


@dataclass
class Kept:
    """One case of Millbrook, and everybody around it."""

    watched: Watched
    filed: Filed

    @classmethod
    def file(cls, offices: Offices) -> Kept:
        """A report about an ordinary employee: two decide."""
        filed = offices.file(plumber_report())
        return cls(Watched(filed), filed)

    @property
    def case(self) -> str:
        return self.filed.case

    @property
    def today(self) -> date:
        return self.filed.offices.today

    def handled(self, day: date) -> Handled:
        """The officers on a day."""
        return Handled(BackOffice(self.filed.offices.instance, day), self.filed)

    def closed(self, day: date | None = None) -> Kept:
        """Everything was done, and the case is closed."""
        day = day or self.today
        handled = self.handled(day).concluded().told().corrected()
        close(handled.office.desk, handled.actor("marc"), self.case)
        return self

    def refused(self, day: date | None = None) -> Kept:
        """It was not for this office."""
        day = day or self.today
        self.handled(day).acknowledged()
        sent = {"reason": "other_authority", "text": "Not ours.", "told": TOLD_ELSEWHERE}
        self.propose(day, "refuse", sent)
        return self

    def propose(
        self, day: date, act: str, sent: Mapping[str, str], *, by: str = "milo", agree: bool = True
    ) -> Kept:
        """An officer proposes, and whoever was drawn agrees."""
        handled = self.handled(day)
        propose(handled.office.desk, handled.actor(by), self.case, act, MultiDict(sent))
        opened = self.filed.opened_by(by)
        assert opened is not None
        proposal = open_proposal(opened)
        assert proposal is not None
        for seat in proposal.seats if agree else ():
            vote(handled.office.desk, handled.actor(seat), self.case, proposal.id, "agree", "")
        return self

    def call_hold(self, day: date) -> Kept:
        """A court may ask for it."""
        return self.propose(day, "hold", {"reason": "court_case", "text": "A trial begins."})

    def end_hold(self, day: date) -> Kept:
        """The court has decided."""
        return self.propose(day, "end_hold", {"reason": "no_longer_needed", "text": "The trial is over."})

    def decide_deletion(self, day: date) -> Kept:
        """Nothing ever began: it may go early."""
        return self.propose(day, "delete_early", {"reason": "not_for_us", "text": "Nothing to keep."})

    def look(self, *days: date) -> Kept:
        """A worker does everything that is due, on each of these days."""
        for day in days:
            self.watched.look(day)
        return self

    def left(self) -> dict[str, int]:
        """How many rows of each table are there."""
        with self.filed.offices.instance.owner.reading() as session:
            return {
                table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
                for table in OF_A_CASE
            }

    def is_there(self) -> bool:
        """Whether the case is there."""
        with self.filed.offices.instance.owner.reading() as session:
            return session.get(Case, self.case) is not None

    def entries(self) -> list[DeletionRow]:
        """The ledger of deletions."""
        with self.filed.offices.instance.owner.reading() as session:
            return list(session.scalars(select(DeletionRow)))

    def mailboxes(self) -> list[bytes | None]:
        """Every mailbox row."""
        with self.filed.offices.instance.owner.reading() as session:
            return list(session.scalars(select(MailboxRow.sealed)))

    def mailbox(self, day: date) -> MailboxView:
        """What the reporter sees on a day."""
        return replace(self.filed.offices, today=day).mailbox.view(self.filed.master)
