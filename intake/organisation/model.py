"""The organisation as one frozen value with its indexes (S4). Its constructor refuses parts that do not fit together.

It answers who stands above whom and who belongs where, in constant time or in the depth of the tree; it knows no report.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from intake.calendar import WorkCalendar
from intake.organisation.check import faults_of
from intake.organisation.entities import (
    EXT_OMB,
    Body,
    Duty,
    External,
    Office,
    Officer,
    Person,
    Post,
    Region,
    Role,
    Tie,
)
from intake.organisation.names import NameIndex, normal
from intake.organisation.pack import Pack
from intake.organisation.parts import Parts
from intake.strict_json import FaultyInputError


class BrokenOrganisationError(FaultyInputError):
    """The organisation is refused as a whole; `faults` names everything that is wrong."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("the organisation file", faults)


class Organisation:
    """Everything routing asks about, indexed once. Raises BrokenOrganisationError unless the parts fit together."""

    __slots__ = (
        "_above",
        "_at_or_above",
        "_heads",
        "_officer_names",
        "_person_names",
        "_ties",
        "bodies",
        "calendar",
        "externals",
        "extra",
        "officers",
        "offices",
        "pack",
        "persons",
        "regions",
        "root",
        "ties",
    )

    def __init__(
        self, parts: Parts, *, calendar: WorkCalendar, pack: Pack, extra: Mapping[str, object]
    ) -> None:
        faults = [*parts.faults, *faults_of(parts)]
        if faults:
            raise BrokenOrganisationError(faults)
        self.calendar = calendar
        self.pack = pack
        self.extra = extra
        self.regions: Mapping[str, Region] = MappingProxyType({part.id: part for _, part in parts.regions})
        self.offices: Mapping[str, Office] = MappingProxyType({part.id: part for _, part in parts.offices})
        self.externals: Mapping[str, External] = MappingProxyType(
            {part.id: part for _, part in parts.externals}
        )
        self.officers: Mapping[str, Officer] = MappingProxyType({part.id: part for _, part in parts.officers})
        self.bodies: Mapping[str, Body] = MappingProxyType({part.id: part for _, part in parts.bodies})
        self.persons: Mapping[str, Person] = MappingProxyType({part.id: part for _, part in parts.persons})
        self.ties: tuple[Tie, ...] = tuple(part for _, part in parts.ties)
        self.root = next(region.id for region in self.regions.values() if region.parent is None)
        self._at_or_above = self._offices_at_or_above()
        self._above = {office.id: self.above_region(office.region) for office in self.offices.values()}
        self._heads = self._heads_of_bodies()
        self._ties = self._ties_by_target()
        self._officer_names = NameIndex((officer.id, officer.name) for officer in self.officers.values())
        self._person_names = NameIndex((person.id, person.name) for person in self.persons.values())

    def with_pack(self, pack: Pack) -> Organisation:
        """The same organisation under other numbers: those that a case began with."""
        other = copy.copy(self)
        other.pack = pack
        return other

    def _offices_at_or_above(self) -> dict[str, str]:
        own = {office.region: office.id for office in self.offices.values()}
        found: dict[str, str] = {}
        for start in self.regions:
            trail = []
            at: str | None = start
            while at is not None and at not in found and at not in own:
                trail.append(at)
                at = self.regions[at].parent
            office = EXT_OMB if at is None else found.get(at) or own[at]
            found.update(dict.fromkeys(trail, office))
            if at is not None:
                found[at] = office
        return found

    def _heads_of_bodies(self) -> dict[str, tuple[Person, ...]]:
        heads: dict[str, tuple[Person, ...]] = {}
        for person in self.persons.values():
            if person.post is Post.HEAD and person.body is not None:
                heads[person.body] = (*heads.get(person.body, ()), person)
        return heads

    def _ties_by_target(self) -> dict[str, list[Tie]]:
        ties: dict[str, list[Tie]] = {}
        for tie in self.ties:
            ties.setdefault(tie.target, []).append(tie)
        return ties

    def at_or_above(self, region: str) -> str:
        """S4: the office of that region or of its nearest ancestor that has one; EXT-OMB where there is none."""
        return self._at_or_above[region]

    def above_region(self, region: str) -> str:
        """The office at or above the region's parent; EXT-OMB above the root."""
        parent = self.regions[region].parent
        return EXT_OMB if parent is None else self.at_or_above(parent)

    def parent(self, office: str) -> str:
        """S4: the next office up. Above the topmost office stands EXT-OMB, and above EXT-OMB itself."""
        return EXT_OMB if office == EXT_OMB else self._above[office]

    def path_up(self, office: str) -> tuple[str, ...]:
        """From the office itself up to and including EXT-OMB."""
        path = [office]
        while path[-1] != EXT_OMB:
            path.append(self.parent(path[-1]))
        return tuple(path)

    def lowest_common(self, *offices: str) -> str:
        """S7: the lowest office, or EXT-OMB, that is equal to or above every one of the offices (at least one)."""
        common = self.path_up(offices[0])
        for office in offices[1:]:
            above = set(self.path_up(office))
            common = tuple(step for step in common if step in above)
        return common[0]

    def is_above(self, upper: str, lower: str) -> bool:
        """Whether `upper` is a proper ancestor of `lower`."""
        return upper != lower and upper in self.path_up(lower)

    def members_of(self, office: str) -> tuple[Officer, ...]:
        """The members of an office, of EXT-OMB or of OVS; nobody where the file lists none."""
        holder = self.offices.get(office) or self.externals.get(office)
        return holder.members if holder else ()

    def head_of(self, office: str) -> Officer | None:
        """The head of a handling office, if it has one."""
        holder = self.offices.get(office)
        return holder.head if holder else None

    def registered_heads(self, body: str) -> tuple[Person, ...]:
        """The persons whom the roster names as head of that body, in the file's order."""
        return self._heads.get(body, ())

    def ties_to(self, target: str) -> Sequence[Tie]:
        """The declared ties whose target is that person, officer, body or office."""
        return self._ties.get(target, ())

    def with_ties(self, ties: Iterable[Tie]) -> Organisation:
        """The same with these ties as well. A tie of nobody's, or to nothing that is known, changes nothing and is left out."""
        added = [tie for tie in ties if tie.officer in self.officers and self.is_target(tie.target)]
        fuller = copy.copy(self)
        fuller.ties = tuple(dict.fromkeys((*self.ties, *added)))
        fuller._ties = fuller._ties_by_target()
        return fuller

    def with_members(self, members: Iterable[Officer]) -> Organisation:
        """The same with these members in their offices, in place of who had their ids.

        Raises BrokenOrganisationError where an office is unknown, an id is another's, or an office would have two heads.
        """
        given = {member.id: member for member in members}
        if not given:
            return self
        faults = [fault for member in given.values() if (fault := self._misplaced(member)) is not None]
        fuller = copy.copy(self)
        offices = dict(self.offices)
        for member in given.values() if not faults else ():
            office = offices[member.office]
            at = {each.id: each for each in office.members} | {member.id: member}
            offices[office.id] = replace(office, members=tuple(at.values()))
        for changed in {member.office for member in given.values()} if not faults else ():
            if sum(member.role is Role.HEAD for member in offices[changed].members) > 1:
                faults.append(f"the office {changed!r} would have two heads")
        if faults:
            raise BrokenOrganisationError(faults)
        fuller.offices = MappingProxyType(offices)
        fuller.officers = MappingProxyType({**self.officers, **given})
        fuller._officer_names = NameIndex((officer.id, officer.name) for officer in fuller.officers.values())
        return fuller

    def _misplaced(self, member: Officer) -> str | None:
        known = self.officers.get(member.id)
        if member.office not in self.offices:
            return f"no office has the id {member.office!r}"
        if known is None and self.is_target(member.id):
            return f"{member.id!r} is already an id"
        if known is not None and known.office != member.office:
            return f"{member.id!r} is a member of {known.office!r}"
        return None

    def is_target(self, identifier: str) -> bool:
        """Whether a tie can name it: a person, an officer, a body, an office or an outside party."""
        return any(identifier in index for index in self._targets())

    def targets_like(self, part: str) -> Iterator[str]:
        """The ids of everything that a tie can name whose name holds ``part``, however it is written."""
        typed = normal(part)
        for index in self._targets() if typed else ():
            yield from (entity.id for entity in index.values() if typed in normal(entity.name))

    def place_of(self, identifier: str) -> str | None:
        """Where a person or an officer belongs: the id of the body or office; None for anything else."""
        person, officer = self.persons.get(identifier), self.officers.get(identifier)
        return officer.office if officer is not None else None if person is None else person.body

    def _targets(self) -> tuple[Mapping[str, Person | Officer | Body | Office | External], ...]:
        return self.persons, self.officers, self.bodies, self.offices, self.externals

    def officers_named(self, name: str) -> tuple[str, ...]:
        """The ids of all officers, those of EXT-OMB and OVS included, with an equal name; sorted."""
        return self._officer_names.equal(name)

    def persons_named(self, name: str) -> tuple[str, ...]:
        """The ids of all registered persons with an equal name, sorted."""
        return self._person_names.equal(name)

    def near_names(self, name: str) -> Iterator[tuple[int, str]]:
        """(distance, id) of officers and persons with a near, not equal name; a smaller distance is nearer."""
        yield from self._officer_names.near(name)
        yield from self._person_names.near(name)

    def other_duties(self) -> Mapping[str, tuple[str, ...]]:
        """Duty words that nothing here acts on, each with the officers who have it."""
        found: dict[str, tuple[str, ...]] = {}
        for officer in self.officers.values():
            for word in sorted(officer.duties - set(Duty)):
                found[word] = (*found.get(word, ()), officer.id)
        return found

    def level_of(self, office: str) -> int | None:
        """The level of an office's region, 0 at the top; None outside the offices."""
        holder = self.offices.get(office)
        return self.regions[holder.region].level if holder else None

    def name_of(self, identifier: str) -> str:
        """The display name of anything with an id; the id itself when nothing has it."""
        for index in (self.offices, self.externals, self.officers, self.bodies, self.persons, self.regions):
            entity = index.get(identifier)
            if entity is not None:
                return entity.name
        return identifier
