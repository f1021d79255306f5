"""Somebody must not read the case any more: the others go on under a new key, or the case goes up.

The worker makes that key. Whoever stays keeps the way to everything earlier; whoever is excluded loses it, and every rung.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.envelope import is_for
from intake.database.case_tables import Grant
from intake.ladder import PeeledRung
from intake.organisation import EXT_OMB, Duty
from intake.protection.compartment import present_contacts
from intake.release.fitting import first_of, own_office, tied, ways_out
from intake.release.holding import Gate, Held, hold
from intake.release.moving import CONTACT, EXCLUSION, Release, carry_through, contact_anew
from intake.routing import Bounds, Way, unfit


def exclude(session: Session, case: str, officers: Iterable[str], gate: Gate) -> bool:
    """Shut officers out of a case: a tie of theirs was declared after they got it. False when they had no way into it.

    Their ids are told to the circle alone (intake.barred): the reporter, who reads the record, did not name them.
    Raises CryptoError when the case was tampered with.
    """
    held = hold(session, case, gate)
    shut_out = frozenset(officers)
    if held is None or not (_granted(held) | _on_ladder(held) | _looking_after(held)) & shut_out:
        return False
    return without(held, shut_out)


def without(
    held: Held,
    officers: frozenset[str],
    *,
    told: tuple[str, ...] = (),
    asked: int | None = None,
) -> bool:
    """Go on without ``officers``. False when nobody else could read the case anywhere: then it stays as it is.

    ``told`` and ``asked``: what the reporter named, and with which event.
    """
    watch, organisation = held.watch, held.organisation
    excluded = officers | tied(watch, organisation)
    shut_out = replace(watch, excluded=tuple(sorted({*watch.excluded, *excluded})))
    out = ways_out(held.rungs, shut_out, organisation, held.gate.roster)
    staying = holders_of(held, excluded)
    rung = _others_of_the_office(held, out, staying)
    if not _is_fit(held, excluded) or not staying | people_of(rung):
        rung, staying = first_of(out, Way.EXCLUSION, watch.office), frozenset()
    if not staying | people_of(rung):
        return False
    go_on(held, rung, staying, excluded=excluded, told=told, asked=asked)
    return True


def go_on(
    held: Held,
    rung: PeeledRung | None,
    staying: frozenset[str],
    *,
    excluded: frozenset[str],
    told: tuple[str, ...] = (),
    asked: int | None = None,
) -> None:
    """Begin the new epoch for those who stay and those whom the rung brings in; with a rung above, for those alone."""
    goes_up = rung is not None and rung.office != held.watch.office
    carry_through(
        held,
        Release(
            reason=EXCLUSION,
            rung=rung,
            staying=staying,
            clocks=contact_anew(held, held.gate.today) if goes_up else {},
            restart=(CONTACT,) if goes_up else (),
            excluded=excluded,
            told=told,
            asked=asked,
        ),
    )


def holders_of(held: Held, excluded: Collection[str] = ()) -> frozenset[str]:
    """Who holds the newest key and may, with grants that their keys of today open."""
    roster = held.gate.roster
    rows = held.session.scalars(select(Grant).where(Grant.case_id == held.row.id)).all()
    newest = {row.officer_id for row in rows if row.epoch == held.row.epoch}
    lost = {
        row.officer_id
        for row in rows
        if row.officer_id not in roster.certified or not is_for(roster.keys_of(row.officer_id), row.sealed)
    }
    return frozenset(newest - lost - {*held.watch.excluded, *excluded})


def people_of(rung: PeeledRung | None) -> frozenset[str]:
    """Whom a rung lets in."""
    return frozenset() if rung is None else frozenset(rung.grants)


def _is_fit(held: Held, excluded: Collection[str]) -> bool:
    """Whether the office can go on without these (routing.md, S13)."""
    watch = held.watch
    if watch.office == EXT_OMB:
        return True
    bounds = Bounds(
        {*watch.excluded, *excluded}, watch.panel or 0, watch.reporter_unit, held.gate.roster.certified
    )
    return unfit(held.organisation, bounds, watch.office) is None


def _others_of_the_office(
    held: Held, out: Iterable[PeeledRung], staying: Collection[str]
) -> PeeledRung | None:
    """The rung that lets the office's other triage officers in, when none of those who stay has that duty."""
    officers = held.gate.roster.officers
    for_triage = [
        who
        for who in staying
        if officers[who].office == held.watch.office and Duty.TRIAGE in officers[who].duties
    ]
    return None if for_triage else own_office(out, held.watch.office)


def _granted(held: Held) -> set[str]:
    return set(held.session.scalars(select(Grant.officer_id).where(Grant.case_id == held.row.id)))


def _looking_after(held: Held) -> set[str]:
    return set(present_contacts(held.session, held.row.id))


def _on_ladder(held: Held) -> set[str]:
    return {officer for rung in held.rungs for officer in rung.grants}
