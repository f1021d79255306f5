"""Who stands above the person who did it, and so has to justify a detriment (M15): never the actor's own body. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from intake.organisation import EXT_OMB, BodyKind, Organisation, Post
from intake.organisation.entities import Body

_LEADERS = frozenset({Post.HEAD, Post.TEAM_MEMBER})


class Above(StrEnum):
    """Why it is this one. Stored: never renamed or reused."""

    OFFICE_ABOVE = "office_above"
    """The actor works in an office that handles reports: the next one up."""
    AUTHORITY_OF_PLACE = "authority_of_place"
    """The actor's body is under the authority of its area, or is none that is listed."""
    AUTHORITY_ABOVE = "authority_above"
    """The actor leads the authority of the area, or belongs to it: the authority of the area above."""
    EXTERNAL = "external"
    """Nobody here stands above: the external recipient."""


@dataclass(frozen=True, slots=True)
class Superior:
    """Whom to ask: a body's or an office's id, or the external recipient."""

    id: str
    why: Above


@dataclass(frozen=True, slots=True)
class _Place:
    body: str | None
    region: str
    leads: bool


def superior_of(organisation: Organisation, subject: object, accused: Collection[str] = ()) -> Superior:
    """Whom to ask about ``subject``, as a facts document names it: an id of an officer or person, ``{post, body, region}``, or
    ``{"body": id}`` alone for a body as such. Nobody in a body that is ``accused`` is asked.
    """
    place = _place(organisation, subject)
    if place.body in organisation.offices or place.body in organisation.externals:
        for office in organisation.path_up(organisation.parent(str(place.body))):
            if office not in accused:
                return Superior(office, Above.EXTERNAL if office == EXT_OMB else Above.OFFICE_ABOVE)
        return Superior(EXT_OMB, Above.EXTERNAL)
    body = organisation.bodies.get(place.body or "")
    from_above = body.kind is BodyKind.LEADING if body is not None else place.leads
    for candidate in _authorities(organisation, place.region, from_above=from_above):
        if candidate.id != place.body and candidate.id not in accused:
            near = candidate.region == place.region
            return Superior(candidate.id, Above.AUTHORITY_OF_PLACE if near else Above.AUTHORITY_ABOVE)
    return Superior(EXT_OMB, Above.EXTERNAL)


def accused_bodies(organisation: Organisation, facts: dict[str, Any]) -> frozenset[str]:
    """Every body and office that somebody accused belongs to, or that is accused as such."""
    places = (_place(organisation, subject).body for subject in facts["subjects"])
    return frozenset({*(body for body in places if body), *facts["bodies"]})


def _authorities(organisation: Organisation, region: str, *, from_above: bool) -> Iterator[Body]:
    at: str | None = organisation.regions[region].parent if from_above else region
    while at is not None:
        leading = (
            body
            for body in organisation.bodies.values()
            if body.kind is BodyKind.LEADING and body.region == at
        )
        yield from sorted(leading, key=lambda body: body.id)
        at = organisation.regions[at].parent


def _place(organisation: Organisation, subject: object) -> _Place:
    if isinstance(subject, str):
        officer = organisation.officers.get(subject)
        if officer is not None:
            return _Place(officer.office, organisation.root, leads=False)
        person = organisation.persons[subject]
        return _somewhere(organisation, person.body, person.region, person.post)
    named: dict[str, Any] = dict(subject) if isinstance(subject, dict) else {}
    post = Post(named.get("post", Post.HEAD))
    return _somewhere(organisation, named.get("body"), named.get("region"), post)


def _somewhere(organisation: Organisation, body: str | None, region: str | None, post: Post) -> _Place:
    listed = organisation.bodies.get(body or "")
    place = listed.region if listed is not None else region
    return _Place(body, place or organisation.root, leads=post in _LEADERS)
