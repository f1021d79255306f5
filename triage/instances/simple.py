"""The organisation of ``init --simple``: one office, its officers, and one recipient outside. Pure."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Any

from intake.organisation import EXT_OMB

OFFICE = "office"
MAX_NAME = 200  # characters, as the settings and the organisation file allow


def simple_organisation(name: str, officers: Sequence[str], external: str | None) -> str:
    """The organisation file's text. Everybody is named; a login name is the name in small letters with dashes.

    Raises ValueError without an officer, or when two names give one login name.
    """
    if not officers:
        raise ValueError("an office needs at least one officer: --officer NAME")
    check_name(name)
    people = [*officers, *([external] if external else [])]
    ids = [login_name(person) for person in people]
    if len(set(ids)) != len(ids):
        raise ValueError("two of these people would have the same login name; give fuller names")
    members = [{"id": login_name(person), "role": "officer", "name": person} for person in officers]
    document: dict[str, Any] = {
        "name": name,
        "pack": "small",
        "regions": [{"id": "organisation", "level": 0, "parent": None, "name": name}],
        "handling_offices": [
            {
                "id": OFFICE,
                "region": "organisation",
                "name": f"Reporting office of {name}",
                "members": members,
            }
        ],
        "external": [_external(external)] if external else [],
        "bodies": [{"id": "itself", "kind": "leading_body", "region": "organisation", "name": name}],
        "persons": [],
        "ties": [],
        "calendar": {"holidays": [], "extra_working_days": []},
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def check_name(name: str) -> None:
    """Return if this may name an organisation or a person on pages and on paper. Raises ValueError."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise ValueError(f"a name has 1 to {MAX_NAME} characters, without line ends and control characters")


def login_name(person: str) -> str:
    """``Ana Pop`` → ``ana-pop``. Raises ValueError for what is no name."""
    check_name(person)
    folded = unicodedata.normalize("NFKC", person).casefold()
    login = "-".join("".join(char if char.isalnum() else " " for char in folded).split())
    if not login:
        raise ValueError("a person's name needs letters")
    return login


def _external(person: str) -> dict[str, Any]:
    member = {"id": login_name(person), "role": "officer", "name": person}
    what = "Receives reports about the office itself, and everything the office leaves undone"
    return {"id": EXT_OMB, "what": what, "name": person, "members": [member]}
