"""A small organisation that most stories fit into: three levels, four offices, two towns, and everybody's neighbours."""

from __future__ import annotations

import copy
from typing import Any

_SMALL: dict[str, Any] = {
    "regions": [
        {"id": "land", "level": 0, "parent": None, "name": "The Land"},
        {"id": "north", "level": 1, "parent": "land", "name": "North Province"},
        {"id": "millbrook", "level": 2, "parent": "north", "name": "Millbrook"},
        {"id": "ashford", "level": 2, "parent": "north", "name": "Ashford"},
    ],
    "handling_offices": [
        {"id": "HO-land", "region": "land", "name": "Office of the Land", "members": [
            {"id": "lena", "role": "head", "name": "Lena Ortiz",
             "duties": ["triage", "handle", "protect", "custody", "accounts"]},
            {"id": "luca", "role": "officer", "name": "Luca Brandt"},
            {"id": "lily", "role": "officer", "name": "Lily Osei"},
            {"id": "leo", "role": "officer", "name": "Leo Haas"},
        ]},
        {"id": "HO-north", "region": "north", "name": "Office of North Province", "members": [
            {"id": "nora", "role": "head", "name": "Nora Adeyemi"},
            {"id": "nils", "role": "team_member", "name": "Nils Sandberg"},
            {"id": "nina", "role": "officer", "name": "Nina Petrova"},
            {"id": "noel", "role": "officer", "name": "Noel Kimura"},
        ]},
        {"id": "HO-millbrook", "region": "millbrook", "name": "Office of Millbrook", "members": [
            {"id": "mara", "role": "head", "name": "Mara Lindqvist"},
            {"id": "milo", "role": "officer", "name": "Milo Fernandes"},
            {"id": "mina", "role": "officer", "name": "Mina Rahimi"},
            {"id": "marc", "role": "officer", "name": "Marc Dubois"},
        ]},
        {"id": "HO-ashford", "region": "ashford", "name": "Office of Ashford", "members": [
            {"id": "anna", "role": "head", "name": "Anna Kowalska"},
            {"id": "abel", "role": "officer", "name": "Abel Tesfaye"},
            {"id": "ayla", "role": "officer", "name": "Ayla Demir"},
        ]},
    ],
    "external": [
        {"id": "EXT-OMB", "what": "Recipient of last resort", "name": "The Ombudsperson", "members": [
            {"id": "olga", "role": "officer", "name": "Olga Marin"},
            {"id": "omar", "role": "officer", "name": "Omar Nasser"},
        ]},
        {"id": "OVS", "what": "Oversight board", "name": "Oversight Board", "members": [
            {"id": "vera", "role": "officer", "name": "Vera Novak"},
            {"id": "vito", "role": "officer", "name": "Vito Greco"},
        ]},
    ],
    "bodies": [
        {"id": "land-government", "kind": "leading_body", "region": "land", "name": "Government of the Land"},
        {"id": "north-council", "kind": "leading_body", "region": "north", "name": "North Province Council"},
        {"id": "millbrook-hall", "kind": "leading_body", "region": "millbrook", "name": "Millbrook Town Hall"},
        {"id": "ashford-hall", "kind": "leading_body", "region": "ashford", "name": "Ashford Town Hall"},
        {"id": "millbrook-water", "kind": "subordinate_body", "region": "millbrook", "name": "Millbrook Waterworks"},
        {"id": "millbrook-school", "kind": "subordinate_body", "region": "millbrook", "name": "Millbrook School"},
        {"id": "ashford-clinic", "kind": "subordinate_body", "region": "ashford", "name": "Ashford Clinic"},
    ],
    "persons": [
        {"id": "p-mayor-m", "body": "millbrook-hall", "post": "head", "name": "Greta Holm"},
        {"id": "p-clerk-m", "body": "millbrook-hall", "post": "staff", "name": "Ivan Sokolov"},
        {"id": "p-water", "body": "millbrook-water", "post": "head", "name": "Hugo Stein"},
        {"id": "p-plumber", "body": "millbrook-water", "post": "staff", "name": "Rosa Medina"},
        {"id": "p-teacher", "body": "millbrook-school", "post": "staff", "name": "Emil Nagy"},
        {"id": "p-mayor-a", "body": "ashford-hall", "post": "head", "name": "Tara Singh"},
        {"id": "p-governor", "body": "north-council", "post": "head", "name": "Paul Weber"},
    ],
    "ties": [
        {"officer": "mina", "type": "kin", "target": "p-water", "until": None},
        {"officer": "nina", "type": "business", "target": "north-council", "until": None},
    ],
    "calendar": {"holidays": ["2026-12-25"], "extra_working_days": [], "timezone": "UTC"},
}  # fmt: skip


def small_organisation() -> dict[str, Any]:
    """A copy to change at will."""
    return copy.deepcopy(_SMALL)
