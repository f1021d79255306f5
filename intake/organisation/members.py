"""Putting members who were appointed into the text of an organisation file: what the next edition is signed over."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from intake.organisation.entities import Officer


class NoSuchOfficeError(ValueError):
    """The file has no such office; the text is one line."""


def text_with_members(text: str, members: Iterable[Officer]) -> str:
    """The file's text with these members in their offices, in place of the entries with their ids.

    ``text`` was loaded before. Raises NoSuchOfficeError.
    """
    wanted = list(members)
    if not wanted:
        return text
    document: dict[str, Any] = json.loads(text)
    offices = {office["id"]: office for office in document["handling_offices"]}
    for member in wanted:
        office = offices.get(member.office)
        if office is None:
            raise NoSuchOfficeError(
                f"{member.id} was appointed to {member.office}, which the organisation does not have; "
                f"run `underseal officer disable` for {member.id} first"
            )
        said = {"id": member.id, "role": member.role.value, "duties": sorted(member.duties)}
        entries = office.setdefault("members", [])
        known = next((entry for entry in entries if entry["id"] == member.id), None)
        if known is None:
            entries.append({**said, "name": member.name})
        else:
            known.update(said)
    return json.dumps(document, ensure_ascii=False)
