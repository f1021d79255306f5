"""An office that decides together, for stories: who proposes, who votes, who is gone meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from intake.casefile import CaseFile
from intake.database.case_tables import OutboxJob
from intake.events import EventKind
from intake.notices import dispatched, open_notice
from intake.release.exclusion import without
from intake.release.holding import Gate, hold
from tests.support.handling import WIDER, weigh
from tests.support.reports import Filed
from triage.casework.panel import (
    Proposal,
    proposals_of,
)
from triage.casework.policy import Decision
from triage.casework.propose import propose
from triage.casework.vote import vote

if TYPE_CHECKING:
    from tests.functional.triage.conftest import BackOffice

STEPS = {Decision.CLOSE: "findings", Decision.TRANSFER: "external"}
"""Before which of these proposals the risk is weighed."""
WHY = "This belongs to the labour inspectorate."
TOLD = "Please write to the labour inspectorate: it decides on pay."


@dataclass
class Office:
    """The back office with one case in it, and what its officers do there."""

    back: BackOffice
    filed: Filed

    def file(self, officer: str) -> CaseFile:
        opened = self.filed.opened_by(officer)
        assert opened is not None
        return opened

    def proposes(self, officer: str, act: Decision, reason: str, text: str = WHY, **more: str) -> Proposal:
        sent = MultiDict({"reason": reason, "text": text, **WIDER, **more})
        step = STEPS.get(act)
        if step is not None:
            weigh(self.back.desk, self.back.officer(officer), self.filed.case, step)
        propose(self.back.desk, self.back.officer(officer), self.filed.case, act, sent)
        return proposals_of(self.file(officer))[-1]

    def refuses(self, officer: str = "milo", **more: str) -> Proposal:
        return self.proposes(officer, Decision.REFUSE, "other_authority", told=TOLD, **more)

    def votes(self, officer: str, proposal: Proposal, choice: str = "agree", text: str = "") -> None:
        vote(self.back.desk, self.back.officer(officer), self.filed.case, proposal.id, choice, text)

    def kinds(self, officer: str) -> list[EventKind]:
        return [record.kind for record in self.file(officer).records if record.kind is not EventKind.OPENED]


def disable(office: Office, *gone: str) -> None:
    """The next edition of the roster, in which these are certified no more."""
    officers = office.back.instance.roster.officers.values()
    office.back.instance.reissue(officers=[replace(entry, active=entry.id not in gone) for entry in officers])


def shut_out(office: Office, officer: str) -> None:
    """The worker goes on without somebody whom the reporter named."""
    instance = office.back.instance
    gate = Gate(instance.worker.gate_pair, instance.roster, office.back.today)
    with instance.worker_db.state.begin() as session:
        held = hold(session, office.filed.case, gate)
        assert held is not None
        assert without(held, frozenset({officer}), told=(officer,))


def notices_of(office: Office, officer: str) -> list[dict[str, object]]:
    """What waits for delivery to an officer, opened with the officer's own key."""
    instance = office.back.instance
    with instance.owner.reading() as session:
        jobs = session.scalars(select(OutboxJob)).all()
        letters = [
            letter for job in jobs for letter in dispatched(instance.worker.gate_pair, job.id, job.payload)
        ]
    return [
        open_notice(instance.pair(officer), letter.id, letter.sealed)
        for letter in letters
        if letter.officer == officer
    ]
