"""Opening a case to read it. Every read is an event, once per officer and day, recorded before anything is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from intake.card import Card
from intake.casefile import CaseFile, open_case
from intake.circle import holders, tell
from intake.database.case_tables import Case, Grant
from intake.derived import card_of, stale_on
from intake.events import EventKind
from intake.identity.kept import is_as_it_began
from intake.split import fits, origin_of, parts_in
from intake.standing import standing_of
from triage.casework.clocks import rules_of
from triage.casework.desk import Actor, Desk
from triage.casework.merge import OTHER
from triage.casework.panel import open_proposal
from triage.casework.people import Colleague, colleagues, office_of
from triage.casework.policy import Act, Position, allowed
from triage.casework.position import position_of
from triage.casework.protect.beside import Watched, watched
from triage.casework.unassigned import tell_unassigned_read

_TRIES = 8  # somebody may act in the same moment; each try takes the next number


@dataclass(frozen=True, slots=True)
class Related:
    """Another case of the same report. ``held``: this officer can open it."""

    case: str
    held: bool


@dataclass(frozen=True, slots=True, repr=False)
class CaseView:
    """What the page of a case shows."""

    file: CaseFile
    whole: bool
    """Nothing is missing, altered or forged, and the clear columns say what the signed record says."""
    card: Card
    holders: Sequence[str]
    acts: frozenset[Act]
    position: Position
    asked_about: Sequence[CaseFile]
    """The case that the open proposal would join this one to, where this officer opens it."""
    colleagues: Sequence[Colleague]
    """To whom the case can be assigned; empty when this officer cannot assign it."""
    watched: Watched | None = None
    """Who looks after the reporter, and how far."""
    parts: Sequence[Related] = ()
    """Cases that were split off this one."""
    origin: Related | None = None
    """The case that this one was split from."""


def read_case(desk: Desk, actor: Actor, case: str) -> CaseView:
    """Record the read, then open. Raises NoSuchCaseError; CryptoError when the case was tampered with.

    When the read cannot be recorded nothing is shown: the database's error passes through.
    """
    with desk.databases.reading() as session:
        file = desk.open(session, actor, case)
        if was_read_today(file, actor):
            return _view(session, desk, actor, file)
    record_read(desk, actor, case, known=file)
    with desk.databases.reading() as session:
        return _view(session, desk, actor, desk.open(session, actor, case))


def open_to_read(desk: Desk, actor: Actor, case: str) -> CaseFile:
    """The case for a part of it, such as a file: the read is recorded as that of its page. Raises as ``read_case``."""
    with desk.databases.reading() as session:
        file = desk.open(session, actor, case)
    if not was_read_today(file, actor):
        record_read(desk, actor, case, known=file)
    return file


def _view(session: Session, desk: Desk, actor: Actor, file: CaseFile) -> CaseView:
    position = position_of(file, actor.officer, actor.today)
    acts = allowed(position)
    parts, origin = [part.case for part in parts_in(file.records)], origin_of(file.records)
    held = _held_of(session, actor, [*parts, *([] if origin is None else [origin])])
    return CaseView(
        file=file,
        whole=file.whole
        and _is_filed_right(session, file)
        and is_as_it_began(session, file)
        and _fits_others(session, desk, actor, file, held),
        card=card_of(file, standing_of(file, actor.roster)),
        holders=holders(session, file.id),
        acts=acts,
        position=position,
        asked_about=_asked_about(session, desk, actor, file),
        colleagues=colleagues(session, desk, actor, file) if Act.ASSIGN in acts else (),
        watched=watched(session, file, actor.roster, actor.today),
        parts=[Related(part, part in held) for part in parts],
        origin=None if origin is None else Related(origin, origin in held),
    )


def _held_of(session: Session, actor: Actor, cases: Sequence[str]) -> set[str]:
    """Which of these the officer has a way into. They are named in the record of a case that the officer reads."""
    held = select(Grant.case_id).where(Grant.officer_id == actor.officer.id, Grant.case_id.in_(cases))
    return set(session.scalars(held)) if cases else set()


def _fits_others(session: Session, desk: Desk, actor: Actor, file: CaseFile, held: Collection[str]) -> bool:
    """Whether this case and each other one of the report that the officer can open say the same of the split. Nothing of the
    other one is shown: that it was opened for this is no read of it.
    """
    return all(_fits(file, _open_other(session, desk, actor, case)) for case in sorted(held))


def _open_other(session: Session, desk: Desk, actor: Actor, case: str) -> CaseFile | None:
    try:
        return open_case(session, case, actor.holder, actor.roster, desk.gate)
    except CryptoError:
        return None


def _fits(file: CaseFile, other: CaseFile | None) -> bool:
    if other is None or not other.records or not file.records:
        return False
    first, second = (other, file) if origin_of(file.records) == other.id else (file, other)
    named = [part for part in parts_in(first.records) if part.case == second.id]
    same_report = (
        first.original.place == second.original.place and first.original.content == second.original.content
    )
    return same_report and len(named) == 1 and fits(first.id, first.records, named[0], second.records[0])


def _asked_about(session: Session, desk: Desk, actor: Actor, file: CaseFile) -> list[CaseFile]:
    asked = open_proposal(file)
    other = "" if asked is None else str(asked.content.get(OTHER, ""))
    opened = desk.open_beside(session, actor, other) if other else None
    return [] if opened is None else [opened]


def _is_filed_right(session: Session, file: CaseFile) -> bool:
    """Lists and the worker go by the clear columns: whoever moves a case there hides it from those who look for it."""
    row = session.execute(select(Case.state, Case.office).where(Case.id == file.id)).one()
    return row.state is file.progress.state and row.office == office_of(file)


def was_read_today(file: CaseFile, actor: Actor) -> bool:
    """Whether today's read is in the record."""
    return any(
        record.kind is EventKind.OPENED and record.actor == actor.officer.id and record.date == actor.today
        for record in file.records
    )


def _watch_for_acts(session: Session, file: CaseFile, actor: Actor) -> None:
    """From the first read on, an act is waited for (the detector "seen, not acted")."""
    stale = stale_on(file.progress, rules_of(file, actor.roster), actor.today)
    session.execute(update(Case).where(Case.id == file.id, Case.stale.is_(None)).values(stale=stale))


def record_read(desk: Desk, actor: Actor, case: str, *, known: CaseFile | None = None) -> None:
    """Append the read. ``known``: the case as it was opened a moment ago. Raises as ``Desk.open``; IntegrityError when others
    kept acting first.
    """
    for attempt in range(_TRIES):
        try:
            with desk.databases.state.begin() as session:
                file = (
                    desk.open_to_write(session, actor, case)
                    if known is None
                    else desk.open_again(session, actor, known)
                )
                if not was_read_today(file, actor):
                    told = tell_unassigned_read(session, desk, actor, file)
                    data = {"notices": told} if told else {}
                    tell(session, file.box, actor.author, EventKind.OPENED, actor.today, data)
                    _watch_for_acts(session, file, actor)
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
        else:
            return
