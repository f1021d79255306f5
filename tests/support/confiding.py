"""A name left in confidence, for stories: who asks for it, which two open it, what their letters say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from intake.casefile import CaseFile
from intake.database.custody_tables import CustodyLetter
from intake.identity.confidence import Asked, Confidence, confidence_of
from intake.identity.letters import LetterKind, OpenedLetter, letters_to
from intake.mailbox import MailboxView
from tests.support.reports import Filed, Offices
from triage.casework.acknowledge import acknowledge
from triage.casework.panel import open_proposal
from triage.casework.policy import Decision
from triage.casework.propose import propose
from triage.casework.reading import read_case
from triage.casework.vote import vote
from triage.custody.answer import agree, open_up, refuse, requests_for

if TYPE_CHECKING:
    from tests.functional.triage.conftest import BackOffice

NAME, CONTACT = "Ingrid Solheim-Varga", "ingrid@varga.example, evenings"
WHY = "The court of North Province ordered it on 1 March, file 12/77."
LAWFUL = "The order is signed, and covers the name alone."


@dataclass
class Confided:
    """One case, Milo who asks, and the custodians whom the software draws."""

    back: BackOffice
    filed: Filed
    asker: str = "milo"

    @property
    def file(self) -> CaseFile:
        opened = self.filed.opened_by(self.asker)
        assert opened is not None
        return opened

    @property
    def confidence(self) -> Confidence:
        return confidence_of(self.file.records)

    @property
    def asked(self) -> Asked:
        return self.confidence.asked[-1]

    @property
    def view(self) -> MailboxView:
        return self.portal.mailbox.view(self.filed.master)

    @property
    def portal(self) -> Offices:
        return replace(self.filed.offices, today=self.back.today)

    def on(self, day: date) -> Confided:
        """The same case on another day."""
        back = replace(self.back, today=day)
        self.back.instance.today = day
        return replace(self, back=back)

    def acknowledged(self) -> Confided:
        acknowledge(self.back.desk, self.back.officer("milo"), self.filed.case)
        return self

    def propose(self, ground: str = "court_order", **more: str) -> Confided:
        sent = MultiDict({"reason": ground, "text": WHY, **more})
        actor = self.back.officer(self.asker)
        propose(self.back.desk, actor, self.filed.case, Decision.DISCLOSE, sent)
        return self

    def agreed_by_panel(self) -> Confided:
        proposal = open_proposal(self.file)
        assert proposal is not None
        for seat in proposal.seats:
            vote(self.back.desk, self.back.officer(seat), self.filed.case, proposal.id, "agree", "")
        return self

    def sought(self, ground: str = "court_order", **more: str) -> Confided:
        """A panel agreed, and the first custodian has a letter."""
        return self.propose(ground, **more).agreed_by_panel()

    def waiting_for(self, officer: str) -> list[str]:
        return [each.id for each in requests_for(self.back.desk, self.back.officer(officer))[0]]

    def agree(self, officer: str = "", *, request: str = "") -> Confided:
        who = officer or self.asked.custodians[0]
        agree(self.back.desk, self.back.officer(who), request or self.asked.id, "court_order", LAWFUL)
        return self

    def open(self, officer: str = "", *, request: str = "") -> Confided:
        who = officer or self.asked.custodians[1]
        open_up(self.back.desk, self.back.officer(who), request or self.asked.id, "court_order", LAWFUL)
        return self

    def refuse(self, officer: str, text: str = "There is no order.") -> Confided:
        refuse(self.back.desk, self.back.officer(officer), self.asked.id, text)
        return self

    def letters(self, officer: str) -> list[OpenedLetter]:
        actor = self.back.officer(officer)
        with self.back.instance.owner.reading() as session:
            return letters_to(session, officer, actor.holder.pair, actor.roster)

    def page_is_whole(self) -> bool:
        """Whether the page of the case shows nothing altered."""
        return read_case(self.back.desk, self.back.officer(self.asker), self.filed.case).whole

    def given(self, officer: str = "milo") -> list[dict[str, Any]]:
        """What was opened for an officer."""
        return [dict(each.content) for each in self.letters(officer) if each.kind is LetterKind.GIVEN]

    def rows(self) -> list[str]:
        """Whose letters lie in the database."""
        with self.back.instance.owner.reading() as session:
            return sorted(session.scalars(select(CustodyLetter.officer_id)))
