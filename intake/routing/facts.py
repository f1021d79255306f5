"""The facts that routing decides on, as typed values. They hold no text of the report and no identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intake.levels import Band, Severity
from intake.organisation import Post

PORTAL = "portal"
"""The entry unit of a report that did not arrive at an office."""


class Kind(StrEnum):
    """What is being routed: a new report, or something about the handling of an earlier one."""

    INITIAL = "initial"
    RETALIATION = "retaliation"
    HANDLING_COMPLAINT = "handling_complaint"
    REVIEW = "review"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Described:
    """A subject in the reporter's own words: a post in a listed body or office, or else in a region (None: the root)."""

    post: Post
    name: str | None = None
    body: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """Who held the case before, for every kind but initial."""

    handling_unit: str
    assigned: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Made by `facts_from`, which proves that every id exists in the organisation it is decided for.

    `original_kind` is what a review or an overdue case was before: a retaliation case stays one while it moves up.
    """

    kind: Kind
    severity: Severity
    received: date
    subjects: tuple[str | Described, ...] = ()
    bodies: tuple[str, ...] = ()
    region: str | None = None
    witnesses: tuple[str, ...] = ()
    category: str | None = None
    band: Band = Band.MEDIUM
    imminent_danger: bool = False
    consent_refer_down: bool = False
    reporter_unit: str | None = None
    entry_unit: str = PORTAL
    acknowledged: date | None = None
    trigger_date: date | None = None
    prior: Prior | None = None
    certified: frozenset[str] | None = None
    original_kind: Kind | None = None

    def is_or_was(self, *kinds: Kind) -> bool:
        """Whether the case is, or was before it moved up, of one of these kinds."""
        return self.kind in kinds or self.original_kind in kinds

    @property
    def urgent(self) -> bool:
        """Somebody must reach the reporter within a calendar day."""
        return self.imminent_danger or self.band is Band.CRITICAL
