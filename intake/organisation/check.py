"""Whether the parts of an organisation fit together: every fault, with its path. It repairs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from intake.organisation.entities import EXT_OMB, OVS, Post, Role
from intake.organisation.parts import Parts

RESERVED = frozenset({"portal", "reporter"})
"""Words that stand for something else where an office's id may stand (entry_unit, notices)."""


def faults_of(parts: Parts) -> list[str]:
    """Faults between parts; the faults of single fields are in `parts.faults`."""
    return [
        *_repeated_ids(parts),
        *_regions(parts),
        *_offices(parts),
        *_places(parts),
        *_ties(parts),
    ]


def _repeated_ids(parts: Parts) -> Iterator[str]:
    yield from _repeated((path, region.id) for path, region in parts.regions)
    # One space of ids: a tie's target or an accused id must mean exactly one of these.
    yield from _repeated(
        (path, part.id)
        for path, part in chain(parts.offices, parts.externals, parts.officers, parts.bodies, parts.persons)
    )


def _repeated(placed: Iterable[tuple[str, str]]) -> Iterator[str]:
    first: dict[str, str] = {}
    for path, identifier in placed:
        if identifier in first:
            yield f"{path}.id: {identifier!r} is already the id at {first[identifier]}"
        first.setdefault(identifier, path)


def _regions(parts: Parts) -> Iterator[str]:
    regions = {region.id: region for _, region in parts.regions}
    roots = [(path, region) for path, region in parts.regions if region.parent is None]
    if not roots and not parts.unread:
        yield "regions: no region without a parent; exactly one is the top"
    for path, region in roots[1:]:
        yield f"{path}.parent: {region.id!r} is a second region without a parent, after {roots[0][1].id!r}"
    for path, region in parts.regions:
        if region.parent is None:
            if region.level != 0:
                yield f"{path}.level: {region.level} must be 0, the top, because the region has no parent"
        elif region.parent not in regions:
            if region.parent not in parts.unread:
                yield f"{path}.parent: no region has the id {region.parent!r}"
        elif region.level <= regions[region.parent].level:
            yield (
                f"{path}.level: {region.level} must be greater than {regions[region.parent].level}, "
                f"the level of its parent {region.parent!r}"
            )
    yield from _circles(parts)


def _circles(parts: Parts) -> Iterator[str]:
    parent = {region.id: region.parent for _, region in parts.regions}
    path_of = {region.id: path for path, region in reversed(parts.regions)}
    done: set[str] = set()
    for start in parent:
        trail: dict[str, int] = {}
        at: str | None = start
        while at is not None and at in parent and at not in done:
            if at in trail:
                circle = list(trail)[trail[at] :]
                yield f"{path_of[at]}.parent: the regions {' > '.join([*circle, at])} stand in a circle"
                break
            trail[at] = len(trail)
            at = parent[at]
        done.update(trail)


def _offices(parts: Parts) -> Iterator[str]:
    regions = {region.id for _, region in parts.regions} | parts.unread
    holder: dict[str, str] = {}
    for path, office in parts.offices:
        if office.region not in regions:
            yield f"{path}.region: no region has the id {office.region!r}"
        if office.region in holder:
            yield f"{path}.region: {office.region!r} has the office {holder[office.region]!r} already"
        holder.setdefault(office.region, office.id)
        if office.id in RESERVED | {EXT_OMB, OVS}:
            yield f"{path}.id: {office.id!r} is a reserved word; give the office another id"
        heads = Counter(member.role for member in office.members)[Role.HEAD]
        if heads > 1:
            yield f"{path}.members: {heads} members have the role head; an office has at most one"


def _places(parts: Parts) -> Iterator[str]:
    regions = {region.id for _, region in parts.regions} | parts.unread
    bodies = {part.id for _, part in chain(parts.bodies, parts.offices, parts.externals)} | parts.unread
    for path, body in parts.bodies:
        if body.region not in regions:
            yield f"{path}.region: no region has the id {body.region!r}"
    for path, person in parts.persons:
        if person.body is not None and person.body not in bodies:
            yield f"{path}.body: no body has the id {person.body!r}"
        if person.post is Post.PRIVATE and person.region is not None and person.region not in regions:
            yield f"{path}.region: no region has the id {person.region!r}"


def _ties(parts: Parts) -> Iterator[str]:
    officers = {officer.id for _, officer in parts.officers} | parts.unread
    targets = officers | {
        part.id for _, part in chain(parts.persons, parts.bodies, parts.offices, parts.externals)
    }
    for path, tie in parts.ties:
        if tie.officer not in officers:
            yield f"{path}.officer: no officer has the id {tie.officer!r}"
        if tie.target not in targets:
            yield f"{path}.target: no person, officer, body or office has the id {tie.target!r}"
