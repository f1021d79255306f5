"""The one way into the protection compartment: as its contact, or as somebody at work in the case. Knows no page.

A contact opens with a grant of the compartment, and finds nothing without one; whoever holds the case derives the same key.
From here on both do the same things.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.epoch import protection_pair
from crypto.keys import is_id
from intake.casefile import CaseFile
from intake.circle import holders
from intake.database.case_tables import Case, ItemKind
from intake.database.protection_tables import ProtectionGrant
from intake.organisation import Duty
from intake.protection.compartment import Compartment
from intake.protection.keeping import CONTACT_ROLE, LETTER
from intake.protection.of_case import card_now
from intake.protection.opening import Keys, ProtectionFile, Said, open_compartment, told_in
from intake.record import Author
from intake.roster import Officer, Roster
from intake.standing import standing_of
from triage.casework.desk import Actor, Desk
from triage.casework.policy import RULES, Act
from triage.casework.position import position_of
from triage.casework.refusals import NoSuchCaseError, NotNowError, Reason


@dataclass(frozen=True, slots=True)
class Way:
    """How an officer comes to a compartment. ``holder``: through the case."""

    case: str
    holder: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Keeping:
    """The open transaction of one act in a compartment."""

    session: Session
    file: ProtectionFile
    keys: Keys
    author: Author
    officer: Officer
    roster: Roster
    today: date
    holder: CaseFile | None
    """The case, where the officer comes through it."""

    @property
    def role(self) -> str:
        """In what role the reporter reads of this officer."""
        return self.officer.role if self.holder is not None else CONTACT_ROLE


def open_way(session: Session, desk: Desk, actor: Actor, way: Way) -> ProtectionFile:
    """What this officer opens of a compartment. Raises NoSuchCaseError; CryptoError when it was tampered with."""
    if way.holder:
        return compartment_in(session, desk.open(session, actor, way.case), actor.roster)
    file = None
    if is_id(way.case) and Duty.PROTECT in actor.officer.duties:
        file = open_compartment(
            session, way.case, actor.officer.id, actor.holder.pair, actor.roster, desk.gate
        )
    if file is None:
        raise NoSuchCaseError
    return file


@contextmanager
def keeping(desk: Desk, actor: Actor, way: Way) -> Iterator[Keeping]:
    """The gates, then the act, then the commit; other officers' acts on the case wait.

    Raises NoSuchCaseError, NotYoursError, NotNowError; CryptoError when the compartment was tampered with.
    """
    try:
        with desk.databases.state.begin() as session:
            holder = None
            if way.holder:
                holder = desk.open_to_write(session, actor, way.case)
                RULES[Act.PROTECT].check(position_of(holder, actor.officer, actor.today))
                file = compartment_in(session, holder, actor.roster)
            else:
                _lock_held(session, actor, way.case)
                file = open_way(session, desk, actor, way)
            if file.keys is None:
                raise NotNowError(Reason.NO_COMPARTMENT)
            yield Keeping(
                session, file, file.keys, actor.author, actor.officer, actor.roster, actor.today, holder
            )
    except IntegrityError as error:
        # The reporter waits for nobody, and two events cannot both be the next one (intake.record).
        raise NotNowError(Reason.CHANGED_MEANWHILE) from error


def compartment_in(session: Session, file: CaseFile, roster: Roster) -> ProtectionFile:
    """The compartment of a case that was just opened."""
    said = [
        Said(each.id, each.content["form"], each.author, each.date, each.number, each.verified, each.content)
        for each in file.written
        if each.content.get("form") and (each.kind is ItemKind.PROTECTION or is_letter(each.content))
    ]
    pair = protection_pair(file.newest)
    return ProtectionFile(
        case=file.id,
        card=card_now(file, standing_of(file, roster), holders(session, file.id)),
        said=said,
        keys=Keys(file.box, Compartment(file.epoch, pair.public), pair),
        unread=0,
        told=told_in(session, [file.id])[file.id],
        pairs=(pair,),
    )


def is_letter(content: object) -> bool:
    """Whether an answer is about the reporter's safety."""
    return isinstance(content, dict) and content.get("form") == LETTER


def _lock_held(session: Session, actor: Actor, case: str) -> None:
    # Only what the officer has a grant for is touched: nobody's act waits for a stranger's guess.
    held = select(ProtectionGrant.epoch).where(
        ProtectionGrant.officer_id == actor.officer.id, ProtectionGrant.case_id == case
    )
    if session.scalar(held.limit(1)) is None:
        raise NoSuchCaseError
    session.execute(select(Case.id).where(Case.id == case).with_for_update())
