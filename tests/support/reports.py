"""Reports for tests: a draft about somebody of the small organisation, filed and read through the product's own offices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.kdf import UNSAFE_TEST_COST, Cost
from intake.casefile import CaseFile, Holder, open_case
from intake.database.case_tables import Case
from intake.drafts import Draft, DraftSubject
from intake.evidence.attachments import Attachment
from intake.evidence.blob import BlobRef, read_blob
from intake.evidence.sandbox import clean
from intake.evidence.staging import Staging
from intake.evidence.store.directory import DirectoryStore
from intake.evidence.traces import NotCleanableError
from intake.filing.office import FilingOffice
from intake.mailbox import MailboxOffice
from intake.record import Author
from intake.time import Clock
from tests.support.instances import Instance
from triage.casework.acting import Acting

EVIDENCE = "evidence"
"""Where sealed files lie, in the instance's own directory."""
CALM = {"a1": "nobody", "a2": "over_15", "b1": "none", "c1": "none"}
"""Answers of a reporter at a low risk: nobody owes a plan for their safety. Left unanswered, the risk is medium."""
SENTENCE = "The wells are measured at night and the numbers changed before noon."


@dataclass
class Offices:
    """What the portal does with reports, with the portal's own database rights, on one day."""

    instance: Instance
    today: date
    copy_directory: Path | None = None
    cost: Cost = UNSAFE_TEST_COST
    clock: Clock | None = None
    """A clock that a story moves; by default one that stands on ``today``."""

    @property
    def staging(self) -> Staging:
        """Where files are kept until they are sent: sealed, in the instance's own directory."""
        place = self.instance.directory / EVIDENCE
        place.mkdir(mode=0o700, exist_ok=True)
        return Staging(self.instance.portal_db, DirectoryStore(place), self.clock or Clock(self.today))

    def attach(self, draft: Draft, content: bytes, name: str, **choices: Any) -> Attachment:
        """Add a file to a draft: received, cleaned in the sandbox, and with what its sender chose."""
        attachment = self.received(content, name, **choices)
        draft.files.append(attachment)
        return attachment

    def received(self, content: bytes, name: str, **choices: Any) -> Attachment:
        """A file as a draft or a waiting message holds it."""
        attachment = Attachment(self._blob(content), name)
        try:
            cleaned = clean(content)
        except NotCleanableError as error:
            attachment.reason = error.reason
        else:
            attachment.kind, attachment.findings = cleaned.kind, cleaned.findings
            attachment.clean = self._blob(cleaned.data)
        for choice, value in choices.items():
            setattr(attachment, choice, value)
        return attachment

    def read(self, ref: BlobRef) -> bytes:
        """A sealed file, opened with its own key. Raises unless it is whole."""
        return b"".join(read_blob(ref, self.staging.store.read(ref.id)))

    def _blob(self, content: bytes) -> BlobRef:
        receiving = self.staging.begin()
        receiving.write(content)
        return receiving.finish()

    @property
    def filing(self) -> FilingOffice:
        instance = self.instance
        return FilingOffice(
            databases=instance.portal_db,
            rosters=instance.rosters,
            salt=instance.portal.receipt_salt,
            clock=self.clock or Clock(self.today),
            copy_directory=self.copy_directory,
            cost=self.cost,
            staging=self.staging,
        )

    @property
    def mailbox(self) -> MailboxOffice:
        instance = self.instance
        return MailboxOffice(
            databases=instance.portal_db,
            rosters=instance.rosters,
            gate=instance.portal.gate,
            salt=instance.portal.receipt_salt,
            clock=self.clock or Clock(self.today),
            cost=self.cost,
            staging=self.staging,
        )

    def file(self, draft: Draft | None = None) -> Filed:
        """File a draft (by default one about the head of the waterworks) and find the case that it became."""
        draft = draft or water_report()
        before = set(self.cases())
        self.filing.file(draft)
        (case,) = set(self.cases()) - before
        return Filed(self, draft, case, self.mailbox.open(draft.code))

    def cases(self) -> list[str]:
        """Every case in the database, with the owner's rights."""
        with self.instance.owner.reading() as session:
            return list(session.scalars(select(Case.id)))


@dataclass
class Filed:
    """A filed case, with what its reporter kept."""

    offices: Offices
    draft: Draft
    case: str
    master: bytes

    def opened_by(self, officer: str) -> CaseFile | None:
        """The case as an officer's own key opens it, or None."""
        with self.offices.instance.triage_db.reading() as session:
            return self._open(session, officer)

    @contextmanager
    def acting(self, officer: str) -> Iterator[tuple[Session, CaseFile, Author]]:
        """A transaction in which an officer acts on the opened case."""
        with self.offices.instance.triage_db.state.begin() as session:
            file = self._open(session, officer)
            assert file is not None
            yield session, file, Author(officer, self.offices.instance.pair(officer))

    @contextmanager
    def act(self, officer: str) -> Iterator[Acting]:
        """An act of an officer past every gate, with all that follows from it."""
        instance = self.offices.instance
        roster = instance.roster
        with self.acting(officer) as (session, file, author):
            today = self.offices.today
            acting = Acting(
                session, file, author, roster.officers[officer], roster, instance.portal.gate, today
            )
            yield acting
            acting.finish()

    def _open(self, session: Session, officer: str) -> CaseFile | None:
        instance = self.offices.instance
        holder = Holder(officer, instance.pair(officer))
        return open_case(session, self.case, holder, instance.roster, instance.portal.gate)


def report(*subjects: DraftSubject, what: str = SENTENCE, **answers: str) -> Draft:
    """A fresh draft."""
    draft = Draft.new()
    draft.set("what", what)
    draft.subjects.extend(subjects)
    for name, value in answers.items():
        draft.set(name, value)
    return draft


def water_report(**answers: str) -> Draft:
    """About the head of the waterworks: handled in Millbrook, where Mina is kin of the accused."""
    return report(DraftSubject(name="Hugo Stein", post="head", body="millbrook-water"), **answers)


def plumber_report(**answers: str) -> Draft:
    """About an ordinary employee: four officers of Millbrook can handle it, and two of them decide."""
    return report(DraftSubject(name="Rosa Medina", post="staff", body="millbrook-water"), **answers)
