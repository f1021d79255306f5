"""Too few are left who can open a case: others of the office come in, or it goes up before the last one leaves."""

from __future__ import annotations

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from intake.database.case_tables import Case, Grant
from intake.release.exclusion import go_on, holders_of, people_of
from intake.release.fitting import first_of, own_office, tied, ways_out
from intake.release.holding import Gate, hold
from intake.roster import Roster
from intake.routing import Way

FEWEST = 2
"""A case that fewer can open is one loss away from being unreadable (P8)."""


def short_of_holders(session: Session, roster: Roster, limit: int, after: str = "") -> list[str]:
    """Cases of which fewer than two people of the roster hold the newest key: those behind ``after`` in the order of ids."""
    held = and_(
        Grant.case_id == Case.id, Grant.epoch == Case.epoch, Grant.officer_id.in_(sorted(roster.certified))
    )
    query = (
        select(Case.id)
        .outerjoin(Grant, held)
        .where(Case.id > after)
        .group_by(Case.id)
        .having(func.count(Grant.officer_id) < FEWEST)
        .order_by(Case.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def replenish(session: Session, case: str, gate: Gate) -> bool:
    """Let others in when too few are left who can open a case. False when enough are, or when there is nobody else.

    One is enough where the rules let one decide alone. Raises CryptoError when the case was tampered with.
    """
    held = hold(session, case, gate)
    if held is None:
        return False
    staying, office = holders_of(held), held.watch.office
    fewest = min(FEWEST, held.watch.panel or FEWEST)
    if len(staying) >= fewest:
        return False
    out = ways_out(held.rungs, held.watch, held.organisation, gate.roster)
    rung, above = own_office(out, office), first_of(out, Way.EXCLUSION, office)
    if len(staying | people_of(rung)) < fewest and above is not None:
        rung, staying = above, frozenset()
    if not people_of(rung) - staying:
        return False
    go_on(held, rung, staying, excluded=tied(held.watch, held.organisation))
    return True
