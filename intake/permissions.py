"""Who may do what with a report, and who never can: lists per role, as versioned data. It knows codes, and lets nobody in.

The gates are elsewhere (`triage/casework/policy.py`, the database's roles, the keys). What these lists promise is tried against
them, line by line (`tests/functional/triage/test_can_do.py`), so that the page that shows them cannot lie.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 100_000
_KEYS = ("id", "version", "valid_from", "reason", "roles")
_ROLE_KEYS = ("role", "group", "may", "never")


class Group(StrEnum):
    """Whose list it is."""

    YOU = "you"
    UNIT = "unit"
    """The office that handles a report, as a whole."""
    HEAD = "head"
    MEMBER = "member"
    ABOVE = "above"
    APART = "apart"
    """Who stands beside the office: keepers and watchers."""
    MACHINES = "machines"


@dataclass(frozen=True, slots=True)
class RoleList:
    """One role: what it may do, and what it never can."""

    role: str
    group: Group
    may: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PermissionLists:
    """One version, in the order in which the page shows them."""

    version: int
    valid_from: date
    reason: str
    roles: tuple[RoleList, ...]

    def of(self, group: Group) -> tuple[RoleList, ...]:
        """The lists of one group."""
        return tuple(entry for entry in self.roles if entry.group is group)


@cache
def permission_lists() -> PermissionLists:
    """The shipped lists. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "permissions" / "lists.json").read_bytes()
    return permission_lists_from(parse(raw, what="permission lists", limit=MAX_BYTES))


def permission_lists_from(document: object) -> PermissionLists:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    roles = tuple(_role(entry) for entry in fields.objects("roles", required=True))
    lists = PermissionLists(
        version=fields.count("version") or 0,
        valid_from=fields.day("valid_from"),
        reason=fields.optional_text("reason") or "",
        roles=roles,
    )
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of the lists")
    named = Counter(entry.role for entry in roles)
    lines = Counter(line for entry in roles for line in (*entry.may, *entry.never))
    for twice in sorted(name for name, times in (named + lines).items() if times > 1):
        fields.fault("roles", f"{twice!r} is there twice")
    if {entry.group for entry in roles} != set(Group):
        fields.fault("roles", f"must have a list for each of {', '.join(Group)}")
    if any(not entry.never for entry in roles):
        fields.fault("roles", "nobody may do everything: each role has something that it never can")
    if fields.identifier("id") != "lists" or not lists.version or not lists.reason:
        fields.fault("version", "the id lists, a version of at least 1 and a reason are needed")
    if faults:
        raise FaultyInputError("permission lists", faults)
    return lists


def _role(fields: Fields) -> RoleList:
    for key in fields.besides(*_ROLE_KEYS):
        fields.fault(key, "is no part of a role")
    return RoleList(
        role=fields.identifier("role"),
        group=fields.token("group", Group),
        may=fields.identifiers("may"),
        never=fields.identifiers("never"),
    )
