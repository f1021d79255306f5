"""An organisation file becomes typed parts, or a list of all its faults with their paths.

It reads fields one by one and knows nothing of how parts refer to each other: that is check.py.
"""

from __future__ import annotations

from intake.calendar import WorkCalendar
from intake.organisation.entities import (
    DEFAULT_DUTIES,
    Body,
    BodyKind,
    Duty,
    External,
    Office,
    Officer,
    Person,
    Post,
    Region,
    Role,
    Tie,
    TieType,
)
from intake.organisation.model import BrokenOrganisationError, Organisation
from intake.organisation.names import nearest_word
from intake.organisation.pack import DEFAULT_PACK, Pack, load_pack
from intake.organisation.parts import Parts
from intake.strict_json import FaultyInputError, Fields, described, parse

MAX_BYTES = 64 * 1024 * 1024
WHAT = "the organisation file"


def load_organisation(raw: bytes, *, stored: bool = False) -> Organisation:
    """The organisation that a file describes (routing.md, Organisation file; at most 64 MiB). ``stored``: it stands in a signed
    roster already, so a word that looks mistyped is kept, as it was when the roster was signed; ``doctor`` says so.

    Raises BrokenOrganisationError with every fault.
    """
    try:
        document = parse(raw, what=WHAT, limit=MAX_BYTES)
    except FaultyInputError as error:
        raise BrokenOrganisationError(error.faults) from None
    return organisation_from(document, stored=stored)


def organisation_from(document: object, *, stored: bool = False) -> Organisation:
    """The same from parsed JSON. Raises BrokenOrganisationError with every fault."""
    parts = Parts(stored=stored)
    fields = Fields(document, "", parts.faults)
    for entry in fields.objects("regions", required=True):
        _read_region(entry, parts)
    for entry in fields.objects("handling_offices", required=True):
        _read_office(entry, parts)
    for entry in fields.objects("external"):
        _read_external(entry, parts)
    for entry in fields.objects("bodies"):
        _read_body(entry, parts)
    for entry in fields.objects("persons"):
        _read_person(entry, parts)
    for entry in fields.objects("ties"):
        _read_tie(entry, parts)
    calendar = _read_calendar(fields)
    pack = _read_pack(fields)
    extra = fields.besides(
        "regions", "handling_offices", "external", "bodies", "persons", "ties", "calendar", "pack"
    )
    return Organisation(parts, calendar=calendar, pack=pack, extra=extra)


def _read_region(fields: Fields, parts: Parts) -> None:
    region = Region(
        id=fields.identifier("id"),
        level=_required_level(fields),
        parent=fields.optional_identifier("parent"),
        extra=fields.besides("id", "level", "parent"),
    )
    parts.keep(parts.regions, fields, region.id, region)


def _required_level(fields: Fields) -> int:
    level = fields.count("level")
    if level is None and fields.get("level") is None:
        fields.fault("level", "is missing (a whole number; 0 is the top)")
    return level or 0


def _read_office(fields: Fields, parts: Parts) -> None:
    identifier = fields.identifier("id")
    office = Office(
        id=identifier,
        region=fields.identifier("region"),
        members=_read_members(fields, identifier, parts, outside=False),
        extra=fields.besides("id", "region", "members"),
    )
    parts.keep(parts.offices, fields, office.id, office)


def _read_external(fields: Fields, parts: Parts) -> None:
    identifier = fields.identifier("id")
    external = External(
        id=identifier,
        what=fields.optional_text("what") or "",
        members=_read_members(fields, identifier, parts, outside=True),
        extra=fields.besides("id", "what", "members"),
    )
    parts.keep(parts.externals, fields, external.id, external)


def _read_members(fields: Fields, office: str, parts: Parts, *, outside: bool) -> tuple[Officer, ...]:
    members = []
    for entry in fields.objects("members"):
        officer = Officer(
            id=entry.identifier("id"),
            office=office,
            role=_outside_role(entry) if outside else entry.token("role", Role),
            duties=_duties(entry, parts),
            extra=entry.besides("id", "duties") if outside else entry.besides("id", "role", "duties"),
        )
        parts.keep(parts.officers, entry, officer.id, officer)
        members.append(officer)
    return tuple(members)


def _outside_role(fields: Fields) -> Role:
    """The three roles are those of a handling office; an outside party may use titles of its own."""
    role = fields.optional_text("role")
    return Role(role) if role in set(Role) else Role.OFFICER


def _duties(fields: Fields, parts: Parts) -> frozenset[str]:
    """A missing list means all four; an empty list means none. Other words than the known ones are kept, except where one was
    probably meant: an office would lose an officer of triage by one letter, and nobody would be told.
    """
    if fields.get("duties") is None:
        return DEFAULT_DUTIES
    for word, path in () if parts.stored else fields.items("duties"):
        meant = nearest_word(word, Duty) if isinstance(word, str) and word not in set(Duty) else None
        if meant is not None:
            fields.fault_at(path, f"{described(word)} is no duty; {str(meant)!r} is probably meant")
    return frozenset(fields.identifiers("duties"))


def _read_body(fields: Fields, parts: Parts) -> None:
    body = Body(
        id=fields.identifier("id"),
        kind=fields.token("kind", BodyKind),
        region=fields.identifier("region"),
        extra=fields.besides("id", "kind", "region"),
    )
    parts.keep(parts.bodies, fields, body.id, body)


def _read_person(fields: Fields, parts: Parts) -> None:
    person = Person(
        id=fields.identifier("id"),
        body=fields.optional_identifier("body"),
        post=fields.token("post", Post),
        region=fields.optional_identifier("region"),
        extra=fields.besides("id", "body", "post", "region"),
    )
    if fields.sound():
        if person.post is Post.PRIVATE and person.body is not None:
            fields.fault(
                "body", "must be null for a private person; give the post held in the body, or no body"
            )
        if person.post is not Post.PRIVATE and person.body is None:
            fields.fault("body", f"is missing: a {person.post} belongs to a body")
    parts.keep(parts.persons, fields, person.id, person)


def _read_tie(fields: Fields, parts: Parts) -> None:
    tie = Tie(
        officer=fields.identifier("officer"),
        type=fields.token("type", TieType),
        target=fields.identifier("target"),
        until=fields.optional_day("until"),
        extra=fields.besides("officer", "type", "target", "until"),
    )
    parts.keep(parts.ties, fields, "", tie)


def _read_calendar(fields: Fields) -> WorkCalendar:
    inner = fields.inner("calendar")
    if inner is None:
        return WorkCalendar()
    holidays, extra_days = inner.days("holidays"), inner.days("extra_working_days")
    try:
        return WorkCalendar(holidays, extra_days, inner.optional_text("timezone") or "UTC")
    except ValueError as error:
        inner.fault("timezone", str(error))
        return WorkCalendar()


def _read_pack(fields: Fields) -> Pack:
    name = fields.optional_identifier("pack") or DEFAULT_PACK
    try:
        return load_pack(name)
    except FaultyInputError as error:
        for fault in error.faults:
            fields.fault("pack", fault)
        return load_pack(DEFAULT_PACK)
