"""Two reports of one office about one matter, and what its officers and the worker do with them, for stories."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from intake.casefile import CaseFile
from intake.database.case_tables import OutboxJob
from intake.following import open_follow_up
from intake.outbox import ClaimedJob, JobName, finish_job
from intake.release import Gate, follow
from tests.functional.triage.conftest import BackOffice
from tests.support.handling import Handled
from triage.casework.panel import Proposal, open_proposal, proposals_of
from triage.casework.propose import propose
from triage.casework.vote import vote

WHY = "Both tell of the same numbers in the same book."


@dataclass
class Pair:
    """``led`` is to be joined to ``leading``. Milo does the triage of both; Marc investigates the leading one."""

    back: BackOffice
    led: Handled
    leading: Handled

    def file(self, officer: str = "milo") -> CaseFile:
        """The case that is led, with those beside it, as an officer opens it."""
        return self.opened(self.led.filed.case, officer)

    def leader(self, officer: str = "milo") -> CaseFile:
        """The leading case likewise."""
        return self.opened(self.leading.filed.case, officer)

    def opened(self, case: str, officer: str) -> CaseFile:
        with self.back.desk.databases.reading() as session:
            return self.back.desk.open(session, self.back.officer(officer), case)

    def proposes(self, officer: str = "milo", other: str = "", reason: str = "known_matter") -> Proposal:
        """Propose to join."""
        sent = MultiDict({"reason": reason, "text": WHY, "other": other or self.leading.filed.case})
        propose(self.back.desk, self.back.officer(officer), self.led.filed.case, "merge", sent)
        return proposals_of(self.file(officer))[-1]

    def agrees(self) -> Pair:
        """Everybody with a seat agrees."""
        proposal = open_proposal(self.file())
        assert proposal is not None
        for seat in proposal.seats:
            vote(self.back.desk, self.back.officer(seat), self.led.filed.case, proposal.id, "agree", "")
        return self

    def joined(self) -> Pair:
        """The panel joined them."""
        self.proposes()
        return self.agrees()

    def follows(self) -> int:
        """The worker lets joined cases follow each other; how many jobs that were."""
        instance = self.back.instance
        gate = Gate(instance.worker.gate_pair, instance.roster, self.back.today)
        done = 0
        while True:
            with instance.worker_db.state.begin() as session:
                row = session.scalars(
                    select(OutboxJob).where(OutboxJob.job == JobName.FOLLOW_JOIN.value).limit(1)
                ).one_or_none()
                if row is None:
                    return done
                case, after = open_follow_up(gate.pair, row.id, row.payload)
                follow(session, case, after, gate)
                finish_job(session, ClaimedJob(row.id, row.job, row.payload, row.attempts))
                done += 1
