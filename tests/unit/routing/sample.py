"""A small organisation whose every decision can be worked out by hand.

    N0 nation     HO-N                     B-N (leading)
    ├─ P          HO-P                     B-P (leading)
    │  ├─ P1      HO-P1                    B-P1 (leading)
    │  │  ├─ C1   HO-C1                    B-C1 (leading), S-C1
    │  │  │  └─ T1   no office             S-T1
    │  │  └─ C2   HO-C2 (only two members) S-C2
    │  └─ P2      HO-P2 (no head)          S-P2
    └─ Q          HO-Q                     B-Q (leading)
       └─ Q1      no office                B-Q1 (leading), S-Q1

Office X has x.h (head), x.t (team member), x.a and x.b (officers). Body X has X.h (head), X.t and X.u (team members), X.s.
2026-03-02, the usual day of receipt, is a Monday.
"""

from __future__ import annotations

from typing import Any

from intake.organisation import Organisation, organisation_from
from intake.routing import Decision, decide, facts_from

REGIONS = [
    ("N0", 0, None),
    ("P", 1, "N0"),
    ("Q", 1, "N0"),
    ("P1", 2, "P"),
    ("P2", 2, "P"),
    ("Q1", 2, "Q"),
    ("C1", 3, "P1"),
    ("C2", 3, "P1"),
    ("T1", 4, "C1"),
]
OFFICES = {"HO-N": "N0", "HO-P": "P", "HO-Q": "Q", "HO-P1": "P1", "HO-P2": "P2", "HO-C1": "C1", "HO-C2": "C2"}
BODIES = [
    ("B-N", "leading_body", "N0"),
    ("B-P", "leading_body", "P"),
    ("B-Q", "leading_body", "Q"),
    ("B-P1", "leading_body", "P1"),
    ("B-C1", "leading_body", "C1"),
    ("B-Q1", "leading_body", "Q1"),
    ("S-C1", "subordinate_body", "C1"),
    ("S-T1", "subordinate_body", "T1"),
    ("S-C2", "subordinate_body", "C2"),
    ("S-P2", "subordinate_body", "P2"),
    ("S-Q1", "subordinate_body", "Q1"),
]
POSTS = [("h", "head"), ("t", "team_member"), ("u", "team_member"), ("s", "staff")]


def document(*ties: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The organisation file; `changes` replace or add top-level fields."""
    return {
        "regions": [{"id": region, "level": level, "parent": parent} for region, level, parent in REGIONS],
        "handling_offices": [
            {"id": office, "region": region, "members": _members(office)}
            for office, region in OFFICES.items()
        ],
        "external": [
            {
                "id": "EXT-OMB",
                "what": "recipient of last resort",
                "members": [
                    {"id": "omb.1", "role": "officer", "name": "Ómar Last"},
                    {"id": "omb.2", "role": "officer"},
                ],
            },
            {"id": "OVS", "what": "oversight board", "members": [{"id": "ovs.1", "role": "officer"}]},
        ],
        "bodies": [{"id": body, "kind": kind, "region": region} for body, kind, region in BODIES],
        "persons": [
            *(
                {"id": f"{body}.{letter}", "body": body, "post": post}
                for body, _, _ in BODIES
                for letter, post in POSTS
            ),
            {"id": "private.T1", "body": None, "post": "private", "region": "T1"},
            {"id": "private.nowhere", "body": None, "post": "private"},
        ],
        "ties": list(ties),
        **changes,
    }


def _members(office: str) -> list[dict[str, Any]]:
    name = office.removeprefix("HO-").lower()
    members: list[dict[str, Any]] = [
        {"id": f"{name}.h", "role": "head", "name": f"Head of {office}"},
        {"id": f"{name}.t", "role": "team_member"},
        {"id": f"{name}.a", "role": "officer"},
        {"id": f"{name}.b", "role": "officer", "duties": ["handle"]},
    ]
    if office == "HO-C2":
        return members[:2]
    return members[1:] if office == "HO-P2" else members


def organisation(*ties: dict[str, Any], **changes: Any) -> Organisation:
    return organisation_from(document(*ties, **changes))


def tie(officer: str, target: str, kind: str = "kin", until: str | None = None) -> dict[str, Any]:
    return {"officer": officer, "type": kind, "target": target, "until": until}


def facts(**given: Any) -> dict[str, Any]:
    """A facts document: an ordinary matter with a low risk, received on Monday 2026-03-02."""
    return {
        "kind": "initial",
        "severity": "low",
        "retaliation_band": "low",
        "received": "2026-03-02",
        **given,
    }


def decided(where: Organisation | None = None, **given: Any) -> Decision:
    place = organisation() if where is None else where
    return decide(place, facts_from(facts(**given), place), place.calendar)


def route(where: Organisation | None = None, **given: Any) -> dict[str, Any]:
    """The decision as the command prints it."""
    return decided(where, **given).as_json()


def prior(office: str, assigned: tuple[str, ...] = (), decided_by: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"handling_unit": office, "assigned": list(assigned), "decided_by": list(decided_by)}
