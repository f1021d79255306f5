"""Who may be custodian of a case, and which two are asked: rules, read off the roster and the record.

Two lists: of the portal, when it makes a compartment, and of the back office, when it asks two. Nobody chooses whom to ask.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from crypto import custody
from intake.identity.confidence import Asked, End, Generation, is_custodian
from intake.organisation import OVS, Duty
from intake.roster import Roster


def custodians_for(roster: Roster, office: str, barred: Collection[str]) -> tuple[str, ...]:
    """Up to six custodians from the offices above ``office`` (and outside): nobody ``barred``, at most one of the office.

    The nearest offices come first; the external recipients and the oversight board close the list. ``barred`` are those whom
    the rules exclude, who must not learn that the case exists, and whoever handles it or decides in it.
    """
    organisation = roster.organisation
    chosen: list[str] = []
    for place in (*organisation.path_up(office), OVS):
        fit = sorted(
            member.id
            for member in organisation.members_of(place)
            if Duty.CUSTODY in member.duties and member.id in roster.certified and member.id not in barred
        )
        chosen += fit[:1] if place == office else fit
    return tuple(dict.fromkeys(chosen))[: custody.MAX_CUSTODIANS]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two custodians in their order, and which pair envelope is theirs."""

    number: int
    first: str
    second: str


def fit_pairs(
    custodians: Iterable[tuple[str, str]], roster: Roster, office: str, barred: Collection[str]
) -> list[Pair]:
    """The pairs of a compartment that may be asked: both still custodians under the same key, neither ``barred``, at most one
    of the office that has the case.
    """

    def is_fit(custodian: tuple[str, str]) -> bool:
        return custodian[0] not in barred and is_custodian(roster, *custodian)

    def here(custodian: tuple[str, str]) -> bool:
        return roster.officers[custodian[0]].office == office

    pairs = itertools.combinations(tuple(custodians)[: custody.MAX_CUSTODIANS], 2)
    return [
        Pair(number, first[0], second[0])
        for number, (first, second) in enumerate(pairs)
        if first[0] != second[0] and is_fit(first) and is_fit(second) and not (here(first) and here(second))
    ]


def draw(pairs: Iterable[Pair], earlier: Iterable[Asked], today: date) -> Pair | None:
    """The two who are asked: those with the fewest requests that they let lapse, then in the order of the pairs. So whoever
    refused is asked again when somebody asks again, and nobody asks until a friend is drawn.
    """
    late: Counter[str] = Counter()
    for each in earlier:
        if each.end is End.LAPSED or (each.end in (None, End.REPLACED) and today > each.until):
            late[each.custodians[0] if each.agreed is None else each.custodians[1]] += 1
    return min(pairs, key=lambda pair: (late[pair.first] + late[pair.second], pair.number), default=None)


TWO = 2
"""Custodians that it takes (P5)."""


def is_lost(generation: Generation, roster: Roster, barred: Collection[str] = ()) -> bool:
    """Whether fewer than two of a compartment's custodians are left: nobody can ever open it."""
    return len([who for who in generation.reached(roster) if who not in barred]) < TWO
