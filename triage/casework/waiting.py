"""Panels that wait for one officer, over everything that the officer holds: found by clear event kinds, opened to be sure.

What a row says stands in the card or in an event. The proposal itself is read on the page of its case, which records the read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from crypto.errors import CryptoError
from intake.card import title_of
from intake.casefile import CaseFile
from intake.database.case_tables import Case, Event, Grant
from intake.events import EventKind
from triage.casework.clocks import PANEL
from triage.casework.desk import Actor, Desk
from triage.casework.listing import MOST_LISTED
from triage.casework.panel import Proposal, open_proposal
from triage.casework.refusals import NoSuchCaseError
from triage.casework.vote import is_turn_of

_ENDS = (EventKind.DECIDED, EventKind.STOPPED)


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """A vote that is missing. ``turn``: it can be given now; a head waits for the others."""

    case: str
    title: str
    proposal: Proposal
    since: date
    due: date | None
    """Until when everybody votes; None where the case's pack gives no day."""
    turn: bool


@dataclass(frozen=True, slots=True, repr=False)
class WaitingList:
    """The oldest first. ``altered``: cases that do not open as they should. ``stopped``: there are more than were looked at."""

    rows: Sequence[Waiting]
    altered: Sequence[str]
    stopped: bool


def waiting_for(desk: Desk, actor: Actor) -> WaitingList:
    """Every proposal that waits for this officer's vote."""
    rows: list[Waiting] = []
    altered: list[str] = []
    with desk.databases.reading() as session:
        cases = _with_a_proposal(session, actor)
        for case in cases:
            try:
                file = desk.open(session, actor, case)
            except NoSuchCaseError:
                continue  # excluded since: for this officer there is no such case
            except CryptoError:
                altered.append(case)
                continue
            row = _row(file, actor)
            if row is not None:
                rows.append(row)
    rows.sort(key=lambda row: (row.since, row.case))
    return WaitingList(rows, altered, len(cases) == MOST_LISTED)


def _row(file: CaseFile, actor: Actor) -> Waiting | None:
    proposal = open_proposal(file)
    if proposal is None or actor.officer.id not in proposal.waits_for:
        return None
    return Waiting(
        case=file.id,
        title=title_of(file.report["answers"]["what"]),
        proposal=proposal,
        since=proposal.date,
        due=file.progress.outstanding().get(PANEL),
        turn=is_turn_of(proposal, actor.officer.id, actor.roster),
    )


def _with_a_proposal(session: Session, actor: Actor) -> Sequence[str]:
    """Cases of the officer whose last proposal has no end yet."""
    ended = func.coalesce(_last(*_ENDS), -1)
    return session.scalars(
        select(Case.id)
        .join(Grant, and_(Grant.case_id == Case.id, Grant.epoch == Case.epoch))
        .where(Grant.officer_id == actor.officer.id, _last(EventKind.PROPOSED) > ended)
        .order_by(Case.id)
        .limit(MOST_LISTED)
    ).all()


def _last(*kinds: EventKind) -> ColumnElement[int]:
    """The number of a case's newest event of these kinds."""
    return (
        select(func.max(Event.number))
        .where(Event.case_id == Case.id, Event.kind.in_(kinds))
        .correlate(Case)
        .scalar_subquery()
    )
