"""Who looks after a reporter: at most two protection contacts, outside the case's team wherever there is anybody. Pure.

A contact gets the protection compartment and not the case (M07). Nobody who is excluded is one, nor anybody where the reporter
works: the very neighbours are who may be asked about, or may ask (P2).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from intake.organisation import Duty, Role
from intake.roster import Roster

MOST = 2
"""One who falls ill leaves nobody alone; more would be a crowd that knows of the case."""


def contacts_of(
    roster: Roster,
    office: str,
    *,
    excluded: Collection[str],
    team: Collection[str],
    reporter_unit: str | None = None,
    present: Collection[str] = (),
) -> tuple[str, ...]:
    """The contacts of a case that ``office`` has, in the order of ids.

    Those ``present`` stay as long as they may; then members of the office, then of those above it, nearest first, a head after
    the others, who have more time; and from the case's ``team`` only when nobody else has the duty anywhere.
    """
    organisation = roster.organisation
    offices = [each for each in organisation.path_up(office) if each != reporter_unit]
    fit = [
        member.id
        for each in offices
        for member in sorted(organisation.members_of(each), key=lambda member: member.role is Role.HEAD)
        if Duty.PROTECT in member.duties and member.id in roster.certified and member.id not in excluded
    ]
    outside = [who for who in fit if who not in team]
    staying = [who for who in sorted(present) if who in outside]
    chosen = _first(MOST, [*staying, *outside])
    return tuple(sorted(chosen or _first(MOST, fit)))


def _first(count: int, officers: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(officers))[:count]
