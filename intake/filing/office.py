"""The filing office: one transaction from a draft to a sealed case, once per draft. Knows no HTTP.

After ``file`` returns, nothing in this process can read what was accepted (P3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from crypto.kdf import RECEIPT_COST, Cost
from crypto.receipt import ReceiptKeys
from intake.database import portal_reads
from intake.database.base import State
from intake.database.engines import Databases
from intake.drafts import Draft
from intake.evidence.attachments import filed_and_left
from intake.evidence.staging import GoneError, Staging
from intake.filing.about import Retaliation
from intake.filing.assess import Assessment, assess
from intake.filing.check import Fault, faults_of
from intake.filing.copy import SecondCopy
from intake.filing.seal import Circle, Sealing, bundle, circle_of, first_contacts
from intake.protection.checkins import Slot
from intake.protection.reminders import slots_after_filing
from intake.roster import Roster, RosterReader
from intake.routing import Decision
from intake.time import Clock

_ADVICE = ("danger_advice", "redirect_advice")
"""The notices of routing.md, S17, that a reporter reads before sending."""


class FilingError(Exception):
    """The draft cannot be filed as it is. Carries the faults, never what was typed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} things to correct")
        self.faults = faults


class NobodyCanReceiveError(Exception):
    """No officer anywhere has a certified key for this report: it is not accepted, and nothing is kept."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would read the report, before it is sent. Roles and numbers, no names."""

    office: str
    office_name: str
    level: int | None
    roles: Mapping[str, int]
    at_most: int
    contacts: int
    """How many people outside the team look after the reporter, and read what is said about safety alone."""
    clocks: Mapping[str, date]
    advice: tuple[str, ...]
    """Which of the two notices to the reporter apply."""


@dataclass(frozen=True, slots=True)
class FilingOffice:
    """What the portal files with."""

    databases: Databases
    rosters: RosterReader
    salt: bytes
    clock: Clock
    copy_directory: Path | None = None
    cost: Cost = RECEIPT_COST
    staging: Staging | None = None
    """Where the draft's files are. None: whoever files here adds none (samples, drills)."""

    def faults(self, draft: Draft) -> list[Fault]:
        """What must be corrected. Raises RosterError when no valid roster is at hand."""
        return faults_of(draft, self._roster()[0].organisation)

    def preview(self, draft: Draft, about: Retaliation | None = None) -> Preview:
        """Who would read it. Raises FilingError, NobodyCanReceiveError, RosterError."""
        roster, today = self._roster()
        assessment, circle = self._assess(draft, roster, today, about)
        decision = assessment.decision
        return Preview(
            office=decision.handling_unit,
            office_name=roster.organisation.name_of(decision.handling_unit),
            level=roster.organisation.level_of(decision.handling_unit),
            roles=circle.roles,
            at_most=circle.at_most,
            contacts=len(set(first_contacts(roster, assessment, circle)) - set(circle.recipients)),
            clocks=decision.clocks,
            advice=tuple(sorted(name for name in _ADVICE if f"{name}:reporter" in decision.notify)),
        )

    def file(self, draft: Draft) -> list[Slot]:
        """File the draft: everything is stored, or nothing. A draft that was filed already is left as it is. Returns when the
        mailbox will ask its reporter whether they are safe.

        The receipt code's own locator is the idempotency key, so a repeated send, a dropped connection or two tabs file
        one case. Raises FilingError, NobodyCanReceiveError, RosterError, GoneError (a file's time was over), OSError and
        StoreError (no second copy can be written); database errors pass through.
        """
        roster, today = self._roster()
        assessment, circle = self._assess(draft, roster, today)
        receipt = ReceiptKeys.from_code(draft.code, self.salt, self.cost)
        self._store(Sealing(draft, assessment, circle, roster, receipt, today))
        return slots_after_filing(today, assessment.risk.band)

    def file_about(self, draft: Draft, receipt: ReceiptKeys, about: Retaliation) -> Decision:
        """File a retaliation case under keys that follow from an earlier report's code. Returns where it went.

        Where these keys have a case already, nothing happens, and the caller looks whose it is. Raises as ``file``.
        """
        roster, today = self._roster()
        assessment, circle = self._assess(draft, roster, today, about)
        self._store(Sealing(draft, assessment, circle, roster, receipt, today, about=about))
        return assessment.decision

    def _store(self, sealing: Sealing) -> None:
        receipt = sealing.receipt
        if self._is_filed(receipt):
            return
        taken, left = filed_and_left(sealing.draft.files)
        try:
            sizes = self.staging.renew(taken) if self.staging is not None and taken else {}
        except GoneError:
            if self._is_filed(receipt):
                return  # another tab was faster: its report took them
            raise
        groups = bundle(replace(sealing, sizes=sizes))
        kept = None if self.copy_directory is None else self._copied(self.copy_directory, groups)
        try:
            with self.databases.state.begin() as session:
                for group in groups:
                    session.add_all(group)
                    session.flush()
        except Exception as error:
            # A connection lost while committing leaves it open whether the report was accepted: ask before the copy goes.
            # Does the question fail too, the copy stays; one copy too many harms nobody.
            filed = self._is_filed(receipt)
            if kept is not None and (not filed or isinstance(error, IntegrityError)):
                kept.remove()
            if not filed:
                raise
            # Another tab's draft may have kept what this one leaves: the worker asks what was filed before it removes a file.
            return
        if self.staging is not None and sealing.draft.files:
            self.staging.settle(taken, left)

    def _copied(self, place: Path, groups: list[list[State]]) -> SecondCopy:
        return SecondCopy.write(place, groups, None if self.staging is None else self.staging.store)

    def _roster(self) -> tuple[Roster, date]:
        roster = self.rosters.current(self.clock.today())
        return roster, self.clock.today(roster.organisation.calendar.timezone)

    def _assess(
        self, draft: Draft, roster: Roster, today: date, about: Retaliation | None = None
    ) -> tuple[Assessment, Circle]:
        if faults := faults_of(draft, roster.organisation):
            raise FilingError(faults)
        facts = {} if about is None else about.before.as_facts()
        assessment = assess(draft, roster.organisation, roster.certified, today, facts)
        circle = circle_of(roster, assessment)
        if not circle.recipients:
            raise NobodyCanReceiveError
        return assessment, circle

    def _is_filed(self, receipt: ReceiptKeys) -> bool:
        with self.databases.reading() as session:
            return portal_reads.mailbox_row(session, receipt.locator_hash) is not None
