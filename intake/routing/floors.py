"""The lowest office that the accused allow (S5, S6, S7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.organisation import Organisation
from intake.routing.accused import Accused
from intake.routing.reasons import Reason


@dataclass(frozen=True, slots=True)
class Floors:
    """The floor of each subject (or the one of the stated region), and the lowest office above all of them."""

    each: tuple[str, ...]
    candidate: str
    reasons: frozenset[Reason]


def floors_of(organisation: Organisation, accused: Sequence[Accused], region: str | None) -> Floors:
    """`region` is used when nobody and no body is named; None is the root."""
    reasons = {subject.reason for subject in accused} or {Reason.F_REGION}
    crowded = crowded_bodies(accused, organisation.pack.team_size)
    floors = [_floor(organisation, subject, crowded) for subject in accused]
    if crowded:
        reasons.add(Reason.F_TEAM)
    if not floors:
        floors = [organisation.at_or_above(organisation.root if region is None else region)]
    if len(set(floors)) > 1:
        reasons.add(Reason.F_LCA)
    return Floors(tuple(floors), organisation.lowest_common(*floors), frozenset(reasons))


def _floor(organisation: Organisation, subject: Accused, crowded: frozenset[str]) -> str:
    return organisation.parent(subject.floor) if subject.team in crowded else subject.floor


def crowded_bodies(accused: Sequence[Accused], team_size: int) -> frozenset[str]:
    """S6: the bodies of which so many distinct leaders are accused."""
    teams = {subject.team for subject in accused if subject.team is not None}
    return frozenset(
        team
        for team in teams
        if distinct(subject for subject in accused if subject.team == team) >= team_size
    )


def distinct(subjects: Iterable[Accused]) -> int:
    """How many subjects these are: an accused body and the head whom the roster names for it are one."""
    everyone = list(subjects)
    named = {subject.identity for subject in everyone}
    return len(named) - len({subject.identity for subject in everyone if subject.stands_for & named})
