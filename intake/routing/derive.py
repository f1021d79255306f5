"""The answers of the two sums that the facts already hold, so that nobody is asked twice (protection.md: B2, B3, T3)."""

from __future__ import annotations

from collections.abc import Sequence

from intake.organisation import Organisation, Post
from intake.routing.accused import Accused, accused_of
from intake.routing.facts import Facts
from intake.routing.floors import crowded_bodies, distinct

POST_WEIGHT, UNIT_WEIGHT = "W-POST", "W-UNIT"
"""The ids of the points that a pack adds, beside those of the sum."""
OFFICE = "office"
_COUNTS = ("one", "two", "three_or_more")


def derived_answers(organisation: Organisation, facts: Facts) -> dict[str, str]:
    """Tokens for B2, B3 and T3; empty when nobody is accused, which leaves them unanswered."""
    accused = accused_of(organisation, facts)
    if not accused:
        return {}
    post = _highest_post(accused)
    count = distinct(accused)
    crowded = crowded_bodies(accused, organisation.pack.team_size)
    return {
        "B2": post,
        "B3": _COUNTS[min(count, len(_COUNTS)) - 1],
        "T3": "three_leaders" if crowded else post,
    }


def added_weights(organisation: Organisation, facts: Facts) -> dict[str, int]:
    """What the organisation's pack adds to the severity for the accused: the heaviest post and the heaviest kind of unit.

    Empty where the pack adds nothing, as the default pack.
    """
    weights = organisation.pack.weights
    if not weights:
        return {}
    accused = accused_of(organisation, facts)
    posts = (_post(subject) for subject in accused)
    units = (unit for subject in accused for unit in _units(organisation, subject))
    points = {
        POST_WEIGHT: max((weights.get(post, 0) for post in posts), default=0),
        UNIT_WEIGHT: max((weights.get(unit, 0) for unit in units), default=0),
    }
    return {key: value for key, value in points.items() if value}


def _post(subject: Accused) -> str:
    return _highest_post([subject])


def _units(organisation: Organisation, subject: Accused) -> set[str]:
    if subject.in_office:
        return {OFFICE}
    return {organisation.bodies[target].kind for target in subject.targets if target in organisation.bodies}


def _highest_post(accused: Sequence[Accused]) -> str:
    if any(subject.is_head for subject in accused):
        return Post.HEAD
    if any(subject.is_leader for subject in accused):
        return Post.TEAM_MEMBER
    return Post.STAFF
