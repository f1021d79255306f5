"""The answers of the two sums that the facts already hold, so that nobody is asked twice (protection.md: B2, B3, T3)."""

from __future__ import annotations

from collections.abc import Sequence

from intake.organisation import Organisation, Post
from intake.routing.accused import Accused, accused_of
from intake.routing.facts import Facts
from intake.routing.floors import crowded_bodies, distinct

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


def _highest_post(accused: Sequence[Accused]) -> str:
    if any(subject.is_head for subject in accused):
        return Post.HEAD
    if any(subject.is_leader for subject in accused):
        return Post.TEAM_MEMBER
    return Post.STAFF
