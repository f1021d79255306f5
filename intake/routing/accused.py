"""Who is accused, seen with the eyes of the rules (S5): one value per subject, whatever way the facts named it.

It reads facts and organisation and decides nothing: the rules ask these values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from intake.organisation import EXT_OMB, Body, BodyKind, Officer, Organisation, Person, Post, Role
from intake.organisation.names import normal
from intake.routing.facts import Described, Facts
from intake.routing.reasons import Reason

_LEADERS = frozenset({Post.HEAD, Post.TEAM_MEMBER})
_POST_OF = {Role.HEAD: Post.HEAD, Role.TEAM_MEMBER: Post.TEAM_MEMBER, Role.OFFICER: Post.STAFF}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accused:
    """One subject. `floor` is the lowest office allowed for it alone (S5), `base` the office of its own place (S14).

    `identity` is equal for entries that mean the same subject; `stands_for` are the registered ones whom an accused body or a
    typed name means. `is_leader`: head or team member.
    `team` is the body, not an office, that the subject leads. A tie whose target is in `targets` concerns the subject.
    """

    floor: str
    reason: Reason
    base: str
    identity: str
    targets: frozenset[str] = frozenset()
    stands_for: frozenset[str] = frozenset()
    team: str | None = None
    officer: str | None = None
    is_head: bool = False
    is_leader: bool = False
    in_office: bool = False


def accused_of(organisation: Organisation, facts: Facts) -> tuple[Accused, ...]:
    """Every subject of the facts. A typed name equal to an officer's adds that officer; the typed entry stays."""
    return (*_subjects(organisation, facts), *(_accused_body(organisation, body) for body in facts.bodies))


def _subjects(organisation: Organisation, facts: Facts) -> Iterator[Accused]:
    for position, subject in enumerate(facts.subjects):
        if isinstance(subject, Described):
            officers = organisation.officers_named(subject.name or "")
            yield _described(organisation, subject, position, frozenset(officers))
            for officer in officers:
                yield _officer(organisation, organisation.officers[officer])
        elif subject in organisation.officers:
            yield _officer(organisation, organisation.officers[subject])
        else:
            yield _person(organisation, organisation.persons[subject])


def _officer(organisation: Organisation, officer: Officer) -> Accused:
    found = _in_office(organisation, officer.office, _POST_OF[officer.role], identity=officer.id)
    return replace(found, officer=officer.id, targets=frozenset({officer.id, officer.office}))


def _person(organisation: Organisation, person: Person) -> Accused:
    found = _somewhere(organisation, person.post, person.body, person.region, identity=person.id)
    return replace(found, targets=found.targets | {person.id})


def _described(
    organisation: Organisation, subject: Described, position: int, officers: frozenset[str]
) -> Accused:
    """Entries with an equal name mean one subject; entries without a name are as many subjects as there are entries."""
    name = normal(subject.name or "")
    identity = f"named {name}" if name else f"entry {position}"
    found = _somewhere(organisation, subject.post, subject.body, subject.region, identity=identity)
    return replace(found, stands_for=officers)


def _accused_body(organisation: Organisation, body: str) -> Accused:
    """A body accused as such counts as its head, whom the roster may name; an office as the officer who heads it."""
    found = _somewhere(organisation, Post.HEAD, body, None, identity=f"body {body}")
    heads = frozenset(person.id for person in organisation.registered_heads(body))
    found = replace(found, targets=found.targets | heads, stands_for=heads)
    officer = organisation.head_of(body)
    if officer is None:
        return found
    return replace(found, targets=found.targets | {officer.id}, identity=officer.id, officer=officer.id)


def _somewhere(
    organisation: Organisation, post: Post, body: str | None, region: str | None, *, identity: str
) -> Accused:
    """The subject with that post in a listed body or office, or else in a region (None: the root)."""
    if body is None:
        return _in_region(
            organisation, organisation.root if region is None else region, post, identity=identity
        )
    if body in organisation.bodies:
        return _in_body(organisation, organisation.bodies[body], post, identity=identity)
    return _in_office(organisation, body, post, identity=identity)


def _in_office(organisation: Organisation, office: str, post: Post, *, identity: str) -> Accused:
    """F-HO. Above EXT-OMB and OVS stands nobody: a subject there needs the rest of EXT-OMB."""
    inside = office in organisation.offices
    return Accused(
        floor=organisation.parent(office) if inside else EXT_OMB,
        reason=Reason.F_HO,
        base=office if inside else EXT_OMB,
        identity=identity,
        targets=frozenset({office}),
        is_head=post is Post.HEAD,
        is_leader=post in _LEADERS,
        in_office=True,
    )


def _in_body(organisation: Organisation, body: Body, post: Post, *, identity: str) -> Accused:
    """F-LEAD for who leads a leading body, else F-BASE."""
    leads = post in _LEADERS
    above = leads and body.kind is BodyKind.LEADING
    return Accused(
        floor=organisation.above_region(body.region) if above else organisation.at_or_above(body.region),
        reason=Reason.F_LEAD if above else Reason.F_BASE,
        base=organisation.at_or_above(body.region),
        identity=identity,
        targets=frozenset({body.id}),
        team=body.id if leads else None,
        is_head=post is Post.HEAD,
        is_leader=leads,
    )


def _in_region(organisation: Organisation, region: str, post: Post, *, identity: str) -> Accused:
    """A private person, or somebody of a body that is not listed: its leaders count as those of the region's authority."""
    leads = post in _LEADERS
    return Accused(
        floor=organisation.above_region(region) if leads else organisation.at_or_above(region),
        reason=Reason.F_LEAD if leads else Reason.F_BASE,
        base=organisation.at_or_above(region),
        identity=identity,
        is_head=post is Post.HEAD,
        is_leader=leads,
    )
