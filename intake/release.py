"""A rung is released: the office stayed silent, so the case moves up, with keys, without anybody below having to help.

The worker runs this with the gate's key alone. It checks the dates inside the seal, publishes the officers' grants that lie
in the rung, takes the old circle's grants away and begins an epoch. It opens no report: it holds no officer's key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crypto import epoch
from crypto.encoding import from_text, to_text
from crypto.envelope import is_for
from crypto.keys import KeyPair
from intake import ladder
from intake.database.case_tables import Case, Epoch, Event, Grant
from intake.events import EventKind
from intake.ladder import PeeledRung
from intake.record import GATE, Author, Letterbox, append_event
from intake.roster import Roster
from intake.routing import Kind
from intake.states import CaseState


@dataclass(frozen=True, slots=True, repr=False)
class Gate:
    """What the worker releases with."""

    pair: KeyPair
    roster: Roster
    today: date


def due_cases(session: Session, today: date, limit: int) -> list[str]:
    """Cases whose acknowledgement may be overdue, soonest first. What is due exactly lies in the seal."""
    return list(
        session.scalars(
            select(Case.id)
            .where(Case.state == CaseState.RECEIVED, Case.wake < today)
            .order_by(Case.wake)
            .limit(limit)
        )
    )


def release_overdue(session: Session, case: str, gate: Gate) -> bool:
    """Release the next rung of a case whose acknowledgement was missed; False when nothing is due.

    One transaction: several workers may try, one succeeds; a crash leaves the case as it was. Raises CryptoError when a rung
    was altered or put back from an earlier epoch: nothing is released then, and the worker says so.
    """
    row = session.scalars(select(Case).where(Case.id == case).with_for_update()).one_or_none()
    if row is None or row.state is not CaseState.RECEIVED or _is_acknowledged(session, case):
        return False
    rungs = ladder.peel_all(session, case, row.epoch, gate.pair)
    rung = _next_rung(rungs, row.office, gate)
    if rung is None:
        return False
    _move_up(session, row, rung, rungs, gate)
    return True


def _is_acknowledged(session: Session, case: str) -> bool:
    found = session.scalars(
        select(Event.id).where(Event.case_id == case, Event.kind == EventKind.ACKNOWLEDGED).limit(1)
    )
    return found.first() is not None


def _next_rung(rungs: Sequence[PeeledRung], office: str, gate: Gate) -> PeeledRung | None:
    """The overdue rung that leads out of ``office`` and is due; further up where nobody is left to receive."""
    due = {
        rung.prior: rung
        for rung in rungs
        if rung.kind == Kind.OVERDUE and rung.opens is not None and rung.prior != rung.office
    }
    rung = due.get(office)
    if rung is None or rung.opens is None or rung.opens > gate.today:
        return None
    while rung is not None and not _receivers(rung, gate.roster):
        rung = due.get(rung.office)
    return rung


def _receivers(rung: PeeledRung, roster: Roster) -> list[str]:
    """Who can open what the rung holds for them. Whoever left since it was made is not among them, and nobody whose keys are
    newer: a case must never move to where nobody can read it (P8).
    """
    return sorted(
        officer
        for officer, grants in rung.grants.items()
        if officer in roster.certified
        and all(is_for(roster.keys_of(officer), from_text(envelope)) for envelope in grants.values())
    )


def _move_up(session: Session, row: Case, rung: PeeledRung, rungs: Sequence[PeeledRung], gate: Gate) -> None:
    number = row.epoch + 1
    row_office = row.office
    pair = KeyPair.generate()
    contact_due = _contact_due(rung, gate)
    session.execute(delete(Grant).where(Grant.case_id == row.id))
    _publish(session, row.id, rung, number, pair, gate.roster)
    _begin_epoch(session, row.id, number, pair, gate)
    row.office = rung.office
    row.epoch = number
    row.wake = contact_due
    higher = _higher(row.id, rungs, rung, number, pair, contact_due, gate.roster)
    ladder.replace(session, row.id, number, higher, gate.pair.public)
    session.flush()
    box = Letterbox(row.id, number, pair.public, rung.reporter)
    data = {
        "reason": Kind.OVERDUE.value,
        "from": row_office,
        "clocks": {**rung.clocks, "first_contact_due": contact_due.isoformat()},
        "circle": {
            "office": rung.office,
            "at_most": len(_receivers(rung, gate.roster)),
            "roles": _roles(rung, gate.roster),
        },
        "handlers": {},
    }
    append_event(session, box, Author(GATE, gate.pair), EventKind.RELEASED, gate.today, data)


def _publish(
    session: Session, case: str, rung: PeeledRung, number: int, pair: KeyPair, roster: Roster
) -> None:
    """The sealed grants of every earlier epoch, and one of the new epoch, for everybody who may still receive."""
    for officer in _receivers(rung, roster):
        for old, envelope in sorted(rung.grants[officer].items()):
            session.add(Grant(officer_id=officer, case_id=case, epoch=int(old), sealed=from_text(envelope)))
        sealed = epoch.grant(case, number, roster.keys_of(officer), pair.unsafe_seed)
        session.add(Grant(officer_id=officer, case_id=case, epoch=number, sealed=sealed))


def _begin_epoch(session: Session, case: str, number: int, pair: KeyPair, gate: Gate) -> None:
    # No link: the gate never had the earlier seed. The rung's own grants lead to the earlier epochs.
    record = epoch.EpochRecord(case, number, pair.public, GATE)
    session.add(
        Epoch(
            case_id=case,
            number=number,
            public=pair.public.raw,
            signer=GATE,
            signatures=epoch.sign_record(record, chain=gate.pair, signer=gate.pair),
            link=None,
            recovery=epoch.seal_for_recovery(case, number, gate.roster.recovery, pair.unsafe_seed),
        )
    )


def _higher(
    case: str,
    rungs: Sequence[PeeledRung],
    released: PeeledRung,
    number: int,
    pair: KeyPair,
    contact_due: date,
    roster: Roster,
) -> list[PeeledRung]:
    """What is left of the ladder, with the new epoch's key added for everybody on it.

    The next rung opens only after this office had its own time, however late the release came.
    """
    kept = []
    for rung in rungs:
        if rung.prior == released.prior:  # of either kind: the case has left that office
            continue
        grants = {
            officer: {
                **rung.grants[officer],
                str(number): to_text(epoch.grant(case, number, roster.keys_of(officer), pair.unsafe_seed)),
            }
            for officer in _receivers(rung, roster)
        }
        opens = rung.opens
        if opens is not None and rung.prior == released.office:
            opens = max(opens, contact_due + timedelta(days=1))
        kept.append(replace(rung, grants=grants, opens=opens))
    return kept


def _contact_due(rung: PeeledRung, gate: Gate) -> date:
    """First contact counts from the release (routing.md, S16, overdue)."""
    if rung.urgent:
        return gate.today + timedelta(days=1)
    return gate.roster.organisation.calendar.working_days_after(gate.today, 1)


def _roles(rung: PeeledRung, roster: Roster) -> dict[str, int]:
    roles: dict[str, int] = {}
    for officer in _receivers(rung, roster):
        role = roster.officers[officer].role
        roles[role] = roles.get(role, 0) + 1
    return roles
