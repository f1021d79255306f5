"""The ladder as it leads out of an office now: without whoever was excluded since or lost the keys, past unfit offices.

Pure. The grants in a rung were made when somebody could read the case; here nobody can be added, only left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from crypto.encoding import from_text
from crypto.envelope import is_for
from intake.ladder import PeeledRung
from intake.organisation import EXT_OMB, Organisation
from intake.roster import Roster
from intake.routing import Bounds, Way, counts_on, next_opening, opening, unfit
from intake.watch import Watch


def tied(watch: Watch, organisation: Organisation) -> frozenset[str]:
    """The officers whom a tie excludes as the roster is now: it may have been declared after the last act on the case."""
    received = date.fromisoformat(watch.received)
    months = organisation.pack.tie_lapse_months
    return frozenset(
        tie.officer
        for target in watch.targets
        for tie in organisation.ties_to(target)
        if counts_on(tie, received, months)
    )


def ways_out(
    rungs: Iterable[PeeledRung], watch: Watch, organisation: Organisation, roster: Roster
) -> list[PeeledRung]:
    """The rungs above the office that ``watch`` names, way by way, as routing decides them by the rules S10 to S13.

    ``watch.excluded`` counts, whatever was known when the rungs were made. Each keeps the day of its place in the chain.
    """
    known = list(rungs)
    fitted = [
        rung
        for way in Way
        for rung in _chain([rung for rung in known if rung.kind == way], way, watch, organisation, roster)
    ]
    return [replace(rung, slot=slot) for slot, rung in enumerate(fitted)]


def first_of(rungs: Iterable[PeeledRung], way: Way, office: str) -> PeeledRung | None:
    """The rung of that way that leads out of the office."""
    leading = (rung for rung in rungs if rung.kind == way and rung.prior == office != rung.office)
    return next(leading, None)


def own_office(rungs: Iterable[PeeledRung], office: str) -> PeeledRung | None:
    """The rung that lets others of the same office in."""
    return next((rung for rung in rungs if rung.prior == rung.office == office), None)


def opened_anew(
    rungs: Iterable[PeeledRung], watch: Watch, organisation: Organisation, contact: date | None
) -> list[PeeledRung]:
    """The same rungs with the days on which the overdue ones open, counted from the clocks of ``watch``.

    ``contact``: until when the office has to reach the reporter; it has that time, however late the release came.
    """
    running = {name: date.fromisoformat(due) for name, due in watch.clocks.items()}
    opens = opening(running, contact)
    dated = []
    for rung in rungs:
        if rung.kind != Way.OVERDUE:
            dated.append(rung)
            continue
        dated.append(replace(rung, opens=opens))
        opens = next_opening(organisation, opens, urgent=rung.urgent)
    return dated


def _chain(
    chain: Sequence[PeeledRung], way: Way, watch: Watch, organisation: Organisation, roster: Roster
) -> list[PeeledRung]:
    excluded = {*watch.excluded, *tied(watch, organisation)}
    if way is not Way.EXCLUSION:
        excluded |= set(watch.involved)
    kept: list[PeeledRung] = []
    prior = watch.office
    for rung in chain:
        own = rung.prior == rung.office == watch.office
        if not own and not organisation.is_above(rung.office, watch.office):
            continue
        grants = {
            officer: rung.grants[officer] for officer in receivers(rung, roster) if officer not in excluded
        }
        panel = None if rung.panel is None else max(rung.panel, watch.panel or 0)
        bounds = Bounds(excluded, panel or 0, watch.reporter_unit, grants.keys())
        if grants and (rung.office == EXT_OMB or unfit(organisation, bounds, rung.office) is None):
            kept.append(replace(rung, prior=prior, grants=grants, panel=panel, opens=chain[len(kept)].opens))
            prior = rung.office
    return kept


def receivers(rung: PeeledRung, roster: Roster) -> list[str]:
    """Who can open what the rung holds for them. Whoever left since it was made is not among them, and nobody whose keys are
    newer: a case must never move to where nobody can read it (P8).
    """
    return sorted(
        officer
        for officer, grants in rung.grants.items()
        if officer in roster.certified
        and all(is_for(roster.keys_of(officer), from_text(envelope)) for envelope in grants.values())
    )
