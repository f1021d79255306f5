"""The desk: where an officer with an open session works on cases, and the one way into an act.

Every act runs the same gates in the same order: the case opens with the officer's own key or does not exist, nothing excludes
the officer, the policy table allows it, nobody else acted meanwhile. Then the act and all that follows from it are stored in
one transaction, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.keys import PublicKeys
from intake.casefile import CaseFile, Holder, open_case
from intake.database.case_tables import Case, Grant
from intake.database.engines import Databases
from intake.events import BY_CONTACT, READS, EventKind
from intake.joins import partners_of
from intake.record import Author, ChainHead, head_of
from intake.roster import Officer, Roster
from intake.standing import standing_of
from intake.time import Clock
from triage.accounts.session import OfficerSession
from triage.casework.acting import Acting
from triage.casework.policy import RULES, Act
from triage.casework.position import position_of
from triage.casework.refusals import CorrectThisError, NoSuchCaseError, NotNowError, Reason

MAX_TEXT = 20_000  # characters, as the reporter's own messages
_QUIET = READS | BY_CONTACT | {EventKind.NOTED}


@dataclass(frozen=True, slots=True)
class Actor:
    """An officer at work today."""

    officer: Officer
    holder: Holder = field(repr=False)
    roster: Roster = field(repr=False)
    today: date

    @property
    def author(self) -> Author:
        """Who signs."""
        return Author(self.officer.id, self.holder.pair)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every act needs of the instance."""

    databases: Databases
    gate: PublicKeys
    clock: Clock

    def actor(self, session: OfficerSession) -> Actor:
        """The officer of a session, on today's date where the organisation is."""
        today = self.clock.today(session.roster.organisation.calendar.timezone)
        return Actor(session.officer, Holder(session.officer.id, session.pair), session.roster, today)

    def open(self, session: Session, actor: Actor, case: str) -> CaseFile:
        """The case, opened with the officer's own key. Raises NoSuchCaseError, CryptoError.

        Somebody who was excluded later, by a tie or because the reporter named them, finds no case from that moment on,
        although the worker takes the grant away only afterwards.
        """
        _check_held(session, actor, case)
        file = open_case(session, case, actor.holder, actor.roster, self.gate)
        if file is None or actor.officer.id in standing_of(file, actor.roster).decision.excluded_officers:
            raise NoSuchCaseError
        beside = (self.open_beside(session, actor, partner) for partner in partners_of(file))
        return replace(file, beside=tuple(each for each in beside if each is not None))

    def open_beside(self, session: Session, actor: Actor, case: str) -> CaseFile | None:
        """Another case as the officer's own key opens it, for what two cases have to do with each other; None for one that is
        not there for this officer, whatever the reason. The joins of that case are not followed.
        """
        try:
            _check_held(session, actor, case)
            file = open_case(session, case, actor.holder, actor.roster, self.gate)
        except (NoSuchCaseError, CryptoError):
            return None
        if file is None or actor.officer.id in standing_of(file, actor.roster).decision.excluded_officers:
            return None
        return file

    def holds(self, actor: Actor, case: str) -> bool:
        """Whether the officer still has a key to the case: a guest's last act, or a recusal, ends that."""
        with self.databases.reading() as session:
            try:
                _check_held(session, actor, case)
            except NoSuchCaseError:
                return False
        return True

    def open_to_write(self, session: Session, actor: Actor, case: str) -> CaseFile:
        """``open``, with other officers' acts on this case waiting: what is decided on stays true until the commit."""
        _check_held(session, actor, case)
        session.execute(select(Case.id).where(Case.id == case).with_for_update())
        return self.open(session, actor, case)

    def open_again(self, session: Session, actor: Actor, known: CaseFile) -> CaseFile:
        """``open_to_write`` for a case that was opened a moment ago: ``known`` where nothing happened in it since.

        Every act, and every change of key or circle, leaves an event: one look at the newest tells.
        """
        _check_held(session, actor, known.id)
        session.execute(select(Case.id).where(Case.id == known.id).with_for_update())
        newest = known.records[-1] if known.whole else None
        if newest is not None and head_of(session, known.id) == ChainHead(newest.number, newest.commitment):
            return known
        return self.open(session, actor, known.id)

    @contextmanager
    def act(
        self, actor: Actor, case: str, act: Act, *, seen: int | None = None, other: str = ""
    ) -> Iterator[Acting]:
        """The gates, then the act, then what follows from it, then the commit. ``seen`` is the newest event that the officer's
        page showed; ``other``: a second case that the act may write into (`Acting.other`).

        Raises NoSuchCaseError, NotYoursError, NotNowError; CryptoError when the case was tampered with.
        """
        try:
            with self.databases.state.begin() as session:
                if other:
                    self._lock_both(session, actor, case, other)
                file = self.open_to_write(session, actor, case)
                RULES[act].check(position_of(file, actor.officer, actor.today))
                _check_nothing_changed(file, actor, seen)
                acting = Acting(
                    session, file, actor.author, actor.officer, actor.roster, self.gate, actor.today
                )
                if other:
                    acting.other = self._acting_beside(session, actor, other)
                yield acting
                acting.finish()
        except IntegrityError as error:
            # The reporter waits for nobody, and two events cannot both be the next one (intake.record).
            raise NotNowError(Reason.CHANGED_MEANWHILE) from error

    def _lock_both(self, session: Session, actor: Actor, case: str, other: str) -> None:
        """In the order of ids, so that two officers who act on the same two cases never wait for each other. What the officer
        does not hold is not touched.
        """
        held = select(Grant.case_id).where(
            Grant.officer_id == actor.officer.id, Grant.case_id.in_((case, other))
        )
        for each in sorted(set(session.scalars(held))):
            session.execute(select(Case.id).where(Case.id == each).with_for_update())

    def _acting_beside(self, session: Session, actor: Actor, case: str) -> Acting | None:
        file = self.open_beside(session, actor, case)
        if file is None:
            return None
        return Acting(session, file, actor.author, actor.officer, actor.roster, self.gate, actor.today)


def newest_number(file: CaseFile) -> int:
    """The number of the newest event, for ``seen``."""
    return file.records[-1].number if file.records else -1


def checked_text(text: str) -> str:
    """What was typed, with one kind of line end. Raises CorrectThisError when it is empty or too long."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not clean:
        raise CorrectThisError(Reason.EMPTY_TEXT)
    if len(clean) > MAX_TEXT:
        raise CorrectThisError(Reason.TEXT_TOO_LONG)
    return clean


def _check_held(session: Session, actor: Actor, case: str) -> None:
    # One look into the officer's own grants and no further: a case that exists and one that does not cost the same (P2).
    held = select(Grant.epoch).where(Grant.officer_id == actor.officer.id, Grant.case_id == case).limit(1)
    if session.scalar(held) is None:
        raise NoSuchCaseError


def _check_nothing_changed(file: CaseFile, actor: Actor, seen: int | None) -> None:
    if seen is None:
        return
    newer = (record for record in file.records if record.number > seen)
    if any(record.kind not in _QUIET and record.actor != actor.officer.id for record in newer):
        raise NotNowError(Reason.CHANGED_MEANWHILE)
