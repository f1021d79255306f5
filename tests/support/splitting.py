"""A report about two matters, which a panel of Millbrook took apart: both cases, each by the product's own acts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from werkzeug.datastructures import MultiDict

from crypto.receipt import ReceiptKeys
from intake.casefile import CaseFile
from intake.drafts import Draft, DraftSubject
from intake.record import REPORTER, Author
from intake.split import parts_in
from tests.support.handling import Handled
from tests.support.panels import Office
from tests.support.releases import Moving
from tests.support.reports import Filed, Offices, report
from triage.casework.panel import Proposal, open_proposal, proposals_of
from triage.casework.propose import propose
from triage.casework.vote import vote

if TYPE_CHECKING:
    from tests.functional.triage.conftest import BackOffice

WHY = "The wells and the wages have nothing to do with each other."


def two_matters(**answers: str) -> Draft:
    """About an ordinary employee and about a second one: two decide, and nobody has to wait for the level above."""
    return report(
        DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water"),
        DraftSubject(name="Ivo Lang", post="staff", body="millbrook-water"),
        what="The wells are measured at night. And Ivo Lang keeps part of the wages.",
        **answers,
    )


@dataclass(frozen=True)
class Split:
    """Both cases. ``first`` is the one that was filed."""

    back: BackOffice
    first: Filed
    second: Filed

    @classmethod
    def made(
        cls,
        back: BackOffice,
        offices: Offices,
        draft: Draft | None = None,
        *,
        goes: tuple[str, ...] = ("subject-1",),
        state: str = "addressed",
    ) -> Split:
        """File, handle up to ``state``, and split ``goes`` off."""
        handled = Handled(back, offices.file(draft or two_matters()))
        getattr(handled, state)()
        return cls.of(back, handled.filed, goes=goes)

    @classmethod
    def of(cls, back: BackOffice, filed: Filed, *, goes: tuple[str, ...], proposer: str = "milo") -> Split:
        """Split a case that is there."""
        proposes(back, filed, goes, proposer)
        agree(back, filed, proposer)
        opened = filed.opened_by(proposer)
        assert opened is not None
        return cls(back, filed, replace(filed, case=parts_in(opened.records)[-1].case))

    def files(self, officer: str = "milo") -> tuple[CaseFile, CaseFile]:
        """Both as an officer opens them."""
        opened = self.first.opened_by(officer), self.second.opened_by(officer)
        assert opened[0] is not None
        assert opened[1] is not None
        return opened[0], opened[1]

    def handled(self, **who: str) -> tuple[Handled, Handled]:
        """Both as they are worked on."""
        return Handled(self.back, self.first, **who), Handled(self.back, self.second, **who)

    def moving(self) -> tuple[Moving, Moving]:
        """Both as the worker moves them."""
        return Moving(self.first), MovingPart(self.second, self.first.case)

    def office(self, filed: Filed) -> Office:
        """The back office with one of them."""
        return Office(self.back, filed)


@dataclass
class MovingPart(Moving):
    """A case that was split off: its reporter signs with the key of the one that was filed."""

    root: str

    def reporter(self) -> Author:
        return Author(REPORTER, ReceiptKeys(self.filed.master).reporter(self.root))


def proposes(
    back: BackOffice, filed: Filed, goes: tuple[str, ...], proposer: str = "milo", **more: str
) -> Proposal:
    """Propose to split."""
    sent: MultiDict[str, str] = MultiDict({"reason": "separate_matters", "text": WHY, **more})
    sent.setlist("goes", list(goes))
    propose(back.desk, back.officer(proposer), filed.case, "split", sent)
    opened = filed.opened_by(proposer)
    assert opened is not None
    return proposals_of(opened)[-1]


def agree(back: BackOffice, filed: Filed, proposer: str = "milo") -> None:
    """Everybody on the panel agrees, in the order in which they may."""
    opened = filed.opened_by(proposer)
    proposal = None if opened is None else open_proposal(opened)
    assert proposal is not None
    for seat in proposal.seats:
        vote(back.desk, back.officer(seat), filed.case, proposal.id, "agree", "")
