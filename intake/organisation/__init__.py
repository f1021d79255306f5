"""Who belongs where: regions, handling offices, officers, bodies, persons, ties, calendar and pack.

One file describes all of it; it loads whole or not at all, with every fault named. Nothing here knows a report.
"""

from __future__ import annotations

from intake.organisation.entities import (
    EXT_OMB,
    OVS,
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
from intake.organisation.members import NoSuchOfficeError, text_with_members
from intake.organisation.model import BrokenOrganisationError, Organisation
from intake.organisation.pack import Pack, load_pack
from intake.organisation.reader import MAX_BYTES, load_organisation, organisation_from

__all__ = [
    "EXT_OMB",
    "MAX_BYTES",
    "OVS",
    "Body",
    "BodyKind",
    "BrokenOrganisationError",
    "Duty",
    "External",
    "NoSuchOfficeError",
    "Office",
    "Officer",
    "Organisation",
    "Pack",
    "Person",
    "Post",
    "Region",
    "Role",
    "Tie",
    "TieType",
    "load_organisation",
    "load_pack",
    "organisation_from",
    "text_with_members",
]
