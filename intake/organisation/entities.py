"""The parts of an organisation as values. They know nothing of each other except ids, and nothing of routing.

`extra` holds the additional fields of the file (names, languages, contact words): kept for display, never routed on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

EXT_OMB = "EXT-OMB"
"""The recipient of last resort. It stands above the topmost office and is no office itself."""

OVS = "OVS"
"""The oversight board: duties and figures, never content."""


def _nothing() -> Mapping[str, object]:
    return MappingProxyType({})


class Role(StrEnum):
    """An officer's place in an office."""

    HEAD = "head"
    TEAM_MEMBER = "team_member"
    OFFICER = "officer"


class Post(StrEnum):
    """A person's place in a body; `private` is a person without one."""

    HEAD = "head"
    TEAM_MEMBER = "team_member"
    STAFF = "staff"
    PRIVATE = "private"


class BodyKind(StrEnum):
    """A leading body is the authority that the office of the same region sits under."""

    LEADING = "leading_body"
    SUBORDINATE = "subordinate_body"


class TieType(StrEnum):
    """kin and business never lapse; the other two do."""

    KIN = "kin"
    BUSINESS = "business"
    WORKED_IN = "worked_in"
    SUPERVISOR = "supervisor"


LAPSING_TIES = frozenset({TieType.WORKED_IN, TieType.SUPERVISOR})


class Duty(StrEnum):
    """The duties that the software acts on. A file may name others; they are kept."""

    TRIAGE = "triage"
    HANDLE = "handle"
    PROTECT = "protect"
    CUSTODY = "custody"
    ACCOUNTS = "accounts"


DEFAULT_DUTIES = frozenset({str(Duty.TRIAGE), str(Duty.HANDLE), str(Duty.PROTECT), str(Duty.CUSTODY)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    id: str
    extra: Mapping[str, object] = field(default_factory=_nothing, compare=False)

    @property
    def name(self) -> str:
        """The display name, or the id where the file gives none."""
        name = self.extra.get("name")
        return name if isinstance(name, str) and name.strip() else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(_Named):
    level: int
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer(_Named):
    """A member of a handling office, or of EXT-OMB or OVS: `office` says which."""

    office: str
    role: Role
    duties: frozenset[str] = DEFAULT_DUTIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Office(_Named):
    region: str
    members: tuple[Officer, ...] = ()

    @property
    def head(self) -> Officer | None:
        return next((member for member in self.members if member.role is Role.HEAD), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class External(_Named):
    """EXT-OMB, OVS, or another outside party that is listed for display."""

    what: str
    members: tuple[Officer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(_Named):
    """An organisation that can be accused."""

    kind: BodyKind
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(_Named):
    """Somebody who can be accused: `body` for everyone but a private person, who has a `region` (None: the root)."""

    body: str | None
    post: Post
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A declared relation between an officer and a person, officer, body or office. `until` None: it is current."""

    officer: str
    type: TieType
    target: str
    until: date | None = None
    extra: Mapping[str, object] = field(default_factory=_nothing, compare=False)
