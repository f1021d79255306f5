"""Hypothesis strategies for whole organisations and for facts of every kind. They make documents, as files hold them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]

NAMES = ["Ada Lund", "ada lund", "Béla-Nagy", "Bela Nagy", "陈 明", "陈明"]
POSTS = ["head", "team_member", "staff"]
DUTIES = ["triage", "handle", "protect", "custody"]
KINDS = ["initial", "retaliation", "handling_complaint", "review", "overdue"]
LEVELS = ["low", "medium", "high", "critical"]
OFTEN = st.sampled_from([True, True, True, True, True, False])
SELDOM = st.sampled_from([False, False, False, False, False, True])
DAYS = st.dates(date(2023, 1, 1), date(2028, 12, 31))
SOON = st.dates(date(2026, 1, 1), date(2026, 4, 30))


@st.composite
def regions(draw: st.DrawFn) -> list[Document]:
    """A tree of up to nine regions, as deep or as flat as it comes."""
    found: list[Document] = [{"id": "r0", "level": 0, "parent": None}]
    for number in range(1, draw(st.sampled_from([7, 9, 8, 5, 3, 1]))):
        above = found[draw(st.sampled_from([*range(number), number - 1, number - 1]))]
        found.append({"id": f"r{number}", "level": above["level"] + 1, "parent": above["id"]})
    return found


@st.composite
def members(draw: st.DrawFn, office: str, most: int) -> list[Document]:
    """Up to `most` members, one of them perhaps the head; some share a name, some lack a duty."""
    count = draw(st.sampled_from([0, *range(most // 2, most + 1)]))
    head = draw(OFTEN)
    found = []
    for number in range(count):
        role = "head" if head and number == 0 else draw(st.sampled_from(["team_member", "officer"]))
        member: Document = {"id": f"{office}.{number}", "role": role}
        if draw(SELDOM):
            member["name"] = draw(st.sampled_from(NAMES))
        if draw(SELDOM):
            member["duties"] = draw(st.lists(st.sampled_from(DUTIES), unique=True))
        found.append(member)
    return found


@st.composite
def organisations(draw: st.DrawFn) -> Document:
    """A valid organisation file. EXT-OMB has at least one member, as `init` demands."""
    tree = draw(regions())
    ids = [region["id"] for region in tree]
    offices = [
        {"id": f"o-{region}", "region": region, "members": draw(members(f"o-{region}", 6))}
        for region in ids
        if draw(OFTEN)
    ]
    external = [
        {"id": "EXT-OMB", "what": "last resort", "members": [{"id": "omb"}, *draw(members("EXT-OMB", 2))]},
        {"id": "OVS", "what": "oversight", "members": draw(members("OVS", 2))},
    ]
    bodies = [
        {
            "id": f"b{number}",
            "kind": draw(st.sampled_from(["leading_body", "subordinate_body"])),
            "region": draw(st.sampled_from(ids[len(ids) // 2 :])),
        }
        for number in range(draw(st.sampled_from([3, 1, 2, 4, 0])))
    ]
    places = [body["id"] for body in bodies] * 4 + [office["id"] for office in offices]
    persons = [
        draw(_person(f"p{number}", places, ids)) for number in range(draw(st.sampled_from([8, 4, 12, 0])))
    ]
    officers = [member["id"] for office in [*offices, *external] for member in office["members"]]
    targets = [*officers, *(part["id"] for part in [*persons, *bodies, *offices])]
    return {
        "regions": tree,
        "handling_offices": offices,
        "external": external,
        "bodies": bodies,
        "persons": persons,
        "ties": draw(st.lists(_tie(officers, targets), max_size=6)),
        "calendar": {"holidays": draw(_days()), "extra_working_days": draw(_days())},
        "pack": draw(st.sampled_from(["default", "small"])),
    }


@st.composite
def _person(draw: st.DrawFn, identifier: str, places: list[str], ids: list[str]) -> Document:
    if not places or draw(SELDOM):
        return {"id": identifier, "body": None, "post": "private", "region": draw(st.sampled_from(ids))}
    return {"id": identifier, "body": draw(st.sampled_from(places)), "post": draw(st.sampled_from(POSTS))}


@st.composite
def _tie(draw: st.DrawFn, officers: list[str], targets: list[str]) -> Document:
    until = draw(st.none() | DAYS)
    return {
        "officer": draw(st.sampled_from(officers)),
        "type": draw(st.sampled_from(["kin", "business", "worked_in", "supervisor"])),
        "target": draw(st.sampled_from(targets)),
        "until": until.isoformat() if until else None,
    }


@st.composite
def _days(draw: st.DrawFn) -> list[str]:
    return sorted({day.isoformat() for day in draw(st.lists(SOON, max_size=12))})


@st.composite
def facts_for(draw: st.DrawFn, where: Document, kind: str | None = None) -> Document:
    """Facts of any kind (or of `kind`) that are valid for the organisation."""
    offices = [office["id"] for office in where["handling_offices"]]
    holders = [*reversed(offices), "EXT-OMB"]
    officers = [
        member["id"]
        for office in [*where["handling_offices"], *where["external"]]
        for member in office["members"]
    ]
    places = [*(body["id"] for body in where["bodies"]), *offices]
    some_officers = st.lists(st.sampled_from(officers), max_size=2)
    chosen = kind or draw(st.sampled_from(KINDS))
    received = draw(SOON)
    deep = [region["id"] for region in reversed(where["regions"])]
    later = received + timedelta(days=draw(st.integers(0, 40)))
    found: Document = {
        "kind": chosen,
        "severity": draw(st.sampled_from(LEVELS)),
        "received": received.isoformat(),
        "subjects": draw(st.lists(subjects_for(where), max_size=3)) + draw(_leaders(where)),
        "bodies": draw(st.lists(st.sampled_from(places), max_size=1)) if places else [],
        "region": draw(st.sampled_from([*deep, None])),
        "witnesses": draw(some_officers),
        "category": draw(st.sampled_from(["corruption", "hr_grievance", "court_ruling", "private_dispute"])),
        "retaliation_band": draw(st.sampled_from(["high", "none", *LEVELS])),
        "imminent_danger": draw(SELDOM),
        "consent_refer_down": draw(SELDOM),
        "reporter_unit": draw(st.sampled_from([None, *offices])),
        "entry_unit": draw(st.sampled_from(["portal", *offices])),
        "acknowledged": later.isoformat() if draw(st.booleans()) else None,
    }
    if chosen != "initial":
        found["prior"] = {
            "handling_unit": draw(st.sampled_from(holders)),
            "assigned": draw(some_officers),
            "decided_by": draw(some_officers),
        }
    if chosen == "overdue":
        found["trigger_date"] = later.isoformat()
    if draw(st.booleans()):
        absent = draw(st.sets(st.sampled_from([*offices, *officers])))
        found["certified"] = [
            officer for officer in officers if not {officer, officer.partition(".")[0]} & absent
        ]
    return found


@st.composite
def subjects_for(draw: st.DrawFn, where: Document) -> str | Document:
    """A registered subject, or one that the reporter describes."""
    people = [person["id"] for person in where["persons"]]
    officers = [
        member["id"]
        for office in [*where["handling_offices"], *where["external"]]
        for member in office["members"]
    ]
    described = _described(where)
    by_id, outsider = draw(st.booleans()), draw(OFTEN)
    registered = st.sampled_from(people if people and outsider else officers)
    found: str | Document = draw(registered) if by_id else draw(described)
    return found


@st.composite
def _leaders(draw: st.DrawFn, where: Document) -> list[Document]:
    """Seldom, a whole leadership: two to four leaders of one body whose names nobody gave."""
    if not where["bodies"] or not draw(SELDOM):
        return []
    body = draw(st.sampled_from(where["bodies"]))["id"]
    return [{"post": "team_member", "body": body}] * draw(st.sampled_from([3, 2, 4]))


@st.composite
def _described(draw: st.DrawFn, where: Document) -> Document:
    places = [
        *(body["id"] for body in where["bodies"]),
        *(office["id"] for office in where["handling_offices"]),
    ]
    entry: Document = {"post": draw(st.sampled_from([*POSTS, "private"]))}
    if draw(st.booleans()):
        entry["name"] = draw(st.sampled_from([*NAMES, "Somebody Else", ""]))
    listed = draw(st.booleans())
    if listed and entry["post"] != "private" and places:
        entry["body"] = draw(st.sampled_from(places))
    elif draw(st.booleans()):
        entry["region"] = draw(st.sampled_from([region["id"] for region in where["regions"]]))
    return entry


@st.composite
def stories(draw: st.DrawFn, kind: str | None = None) -> tuple[Document, Document]:
    """An organisation and facts for it."""
    where = draw(organisations())
    return where, draw(facts_for(where, kind))
