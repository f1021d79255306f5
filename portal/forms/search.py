"""Finding a body among hundreds by parts of its name, without scripts. Knows no page and stores nothing.

Handling offices are listed as well: their people can be reported like anybody else's.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from intake.organisation import Body, Office, Organisation

MAX_HITS = 20
MAX_REGIONS = 300
"""Areas offered in a list; in a larger organisation the lowest levels are left out, and the area above is chosen."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One body or office. ``place`` tells two of the same name apart."""

    id: str
    name: str
    place: str
    is_office: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """At most MAX_HITS hits, and whether there were more."""

    hits: Sequence[Hit]
    more: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    hit: Hit
    name: tuple[str, ...]
    words: tuple[str, ...]


def find_bodies(organisation: Organisation, typed: str) -> Found:
    """Every typed word must begin a word of the name or of the place; names come before places."""
    return _find(_index(organisation), typed)


def find_offices(organisation: Organisation, typed: str) -> Found:
    """The same among the handling offices alone."""
    return _find([entry for entry in _index(organisation) if entry.hit.is_office], typed)


def _find(entries: Sequence[_Entry], typed: str) -> Found:
    wanted = _words(typed)
    if not wanted:
        return Found((), more=False)
    ranked = []
    for entry in entries:
        if all(any(word.startswith(part) for word in entry.words) for part in wanted):
            in_name = sum(any(word.startswith(part) for word in entry.name) for part in wanted)
            ranked.append((-in_name, len(entry.name), entry.hit.name, entry.hit.id, entry.hit))
    ranked.sort()
    return Found([hit for *_, hit in ranked[:MAX_HITS]], more=len(ranked) > MAX_HITS)


def hit_of(organisation: Organisation, identifier: str) -> Hit | None:
    """The body or office with this id, or None."""
    entity = organisation.bodies.get(identifier) or organisation.offices.get(identifier)
    return None if entity is None else _hit(organisation, entity)


def regions_in_order(organisation: Organisation) -> list[tuple[str, str]]:
    """The regions' ids and names, parents before children, each level set in by a dash; at most MAX_REGIONS or one level."""
    below: dict[str | None, list[str]] = {}
    deepest = _deepest_level(organisation)
    for region in organisation.regions.values():
        if region.level <= deepest:
            below.setdefault(region.parent, []).append(region.id)
    ordered: list[tuple[str, str]] = []
    waiting = [(organisation.root, 0)]
    while waiting:
        identifier, depth = waiting.pop()
        ordered.append((identifier, "– " * depth + organisation.regions[identifier].name))
        children = sorted(below.get(identifier, ()), key=lambda child: organisation.regions[child].name)
        waiting += [(child, depth + 1) for child in reversed(children)]
    return ordered


def _deepest_level(organisation: Organisation) -> int:
    levels = Counter(region.level for region in organisation.regions.values())
    shown, deepest = 0, min(levels)
    for level in sorted(levels):
        shown += levels[level]
        if shown <= MAX_REGIONS:
            deepest = level
    return deepest


def place_of(organisation: Organisation, region: str) -> str:
    """The region's name and that of the one above it; the root alone only where it is the place itself."""
    entity = organisation.regions[region]
    above = organisation.regions[entity.parent] if entity.parent is not None else None
    return entity.name if above is None or above.parent is None else f"{entity.name}, {above.name}"


@lru_cache(
    maxsize=2
)  # the organisation of one edition of the roster, and of the one before while it is replaced
def _index(organisation: Organisation) -> tuple[_Entry, ...]:
    entities: list[Body | Office] = [*organisation.bodies.values(), *organisation.offices.values()]
    entries = []
    for entity in entities:
        hit = _hit(organisation, entity)
        name = _words(hit.name)
        entries.append(_Entry(hit, name, name + _words(hit.place)))
    return tuple(entries)


def _hit(organisation: Organisation, entity: Body | Office) -> Hit:
    place = place_of(organisation, entity.region)
    return Hit(entity.id, entity.name, place, isinstance(entity, Office))


def _words(text: str) -> tuple[str, ...]:
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char)
    )
    return tuple("".join(char if char.isalnum() else " " for char in bare).split())
