"""A jurisdiction pack: the numbers that rules use, as versioned data. It knows the numbers, not the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from intake.calendar import Period, Unit
from intake.strict_json import FaultyInputError, Fields, parse

DEFAULT_PACK = "default"
MAX_PACK_BYTES = 100_000
CLOCKS = ("ack_due", "accept_due", "feedback_due", "review_due", "forward_due")
_KEYS = (
    "id", "version", "valid_from", "review_by", "reason", "panel", "team_size", "tie_lapse_months", "reviews", "clocks",
    "first_contact_due", "duties", "weights",
)  # fmt: skip
WEIGHED_POSTS = ("head", "team_member", "staff")
WEIGHED_UNITS = ("leading_body", "subordinate_body", "office")
"""What a pack may give more weight: the post of an accused, and the kind of unit they belong to."""
MOST_WEIGHT = 25
FIRST_CONTACTS = ("danger", "P1", "P2", "overdue")
DUTIES = (
    "result_due",
    "call_up",
    "takeover",
    "quiet",
    "progress",
    "corrective",
    "review_within",
    "first_question",
    "second_question",
    "feedback_at_most",
    "retention",
    "early_deletion",
    "kept_after",
    "panel",
)
"""Telling the result, after the conclusion; calling a conclusion up; taking a case over, after a missed date; reading without
acting; a note of progress under supervision; the longest term of a corrective action; asking for a review, after the result;
the two questions whether it is solved, after the closing; the feedback at its longest, after the receipt; keeping a case, after
the closing; objecting before an early deletion; keeping a case at least, after a legal hold or the reporter's last word;
voting, after a proposal or a new seat."""
SINCE: Mapping[str, tuple[int, Period | None]] = MappingProxyType(
    {
        "early_deletion": (2, Period(30, Unit.CALENDAR_DAYS)),
        "kept_after": (2, Period(30, Unit.CALENDAR_DAYS)),
        "panel": (2, None),
    }
)
"""Duties that came with a later version, and what counts for cases that began under one without them; None: nothing runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Panel sizes are officers, `team_size` subjects, `tie_lapse_months` calendar months.

    `clocks` has every name of CLOCKS, `first_contact` every name of FIRST_CONTACTS, `duties` every name of DUTIES that its
    version knows (SINCE).
    """

    id: str
    version: int
    valid_from: date
    review_by: date
    """Until when somebody is to look whether the numbers are still right; ``doctor`` reminds."""
    reason: str
    ordinary_panel: int
    enlarged_panel: int
    team_size: int
    tie_lapse_months: int
    reviews: int
    clocks: dict[str, Period]
    first_contact: dict[str, Period]
    duties: dict[str, Period]
    weights: dict[str, int] = field(default_factory=dict)
    """Points that the severity of a matter gets beside the sum of the protection model, by post and by kind of unit. They are
    added, at most MOST_WEIGHT each, so that no pack can make a matter smaller than the model has it."""


def pack_names() -> tuple[str, ...]:
    """The packs that this release ships."""
    folder = files("intake") / "data" / "packs"
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir()))


def pack_versions(name: str) -> tuple[int, ...]:
    """The versions of a pack, oldest first: every one stays, because a case keeps the numbers it began with."""
    folder = files("intake") / "data" / "packs" / name
    return tuple(sorted(int(entry.name.removesuffix(".json")) for entry in folder.iterdir()))


@cache
def load_pack(name: str, version: int | None = None) -> Pack:
    """One version of a pack, or its newest. Raises FaultyInputError when there is none or its file is broken."""
    if name not in pack_names():
        raise FaultyInputError("pack", [f"{name!r} is not one of {', '.join(pack_names())}"])
    versions = pack_versions(name)
    wanted = versions[-1] if version is None else version
    if wanted not in versions:
        raise FaultyInputError("pack", [f"{name!r} has no version {wanted}"])
    raw = (files("intake") / "data" / "packs" / name / f"{wanted}.json").read_bytes()
    return pack_from(parse(raw, what=f"pack {name}", limit=MAX_PACK_BYTES))


def pack_from(document: object) -> Pack:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    panel, clocks, contacts, duties = (
        _required(fields, key) for key in ("panel", "clocks", "first_contact_due", "duties")
    )
    version = _number(fields, "version")
    pack = Pack(
        id=fields.identifier("id"),
        version=version,
        valid_from=fields.day("valid_from"),
        review_by=fields.day("review_by"),
        reason=fields.optional_text("reason") or "",
        ordinary_panel=_number(panel, "ordinary"),
        enlarged_panel=_number(panel, "enlarged"),
        team_size=_number(fields, "team_size"),
        tie_lapse_months=_number(fields, "tie_lapse_months"),
        reviews=_number(fields, "reviews"),
        clocks={name: _period(clocks, name) for name in CLOCKS},
        first_contact={name: _period(contacts, name) for name in FIRST_CONTACTS},
        duties=_duties(duties, version),
        weights=_weights(fields),
    )
    if pack.ordinary_panel > pack.enlarged_panel:
        panel.fault("ordinary", "must not exceed the enlarged panel")
    for part, known in (
        (fields, _KEYS),
        (panel, ("ordinary", "enlarged")),
        (clocks, CLOCKS),
        (contacts, FIRST_CONTACTS),
        (duties, DUTIES),
    ):
        for key in part.besides(*known):
            part.fault(key, "is not a number of a pack")
    if pack.review_by <= pack.valid_from:
        fields.fault("review_by", "must come after valid_from")
    if not pack.reason:
        fields.fault("reason", "is missing: a changed number needs its reason")
    if faults:
        raise FaultyInputError("pack", faults)
    return pack


def _weights(fields: Fields) -> dict[str, int]:
    weights = fields.inner("weights")
    if weights is None:
        return {}
    known = (*WEIGHED_POSTS, *WEIGHED_UNITS)
    for key in weights.besides(*known):
        weights.fault(key, f"is not one of {', '.join(known)}")
    points = {key: weights.count(key) or 0 for key in known if weights.get(key) is not None}
    for key, value in points.items():
        if value > MOST_WEIGHT:
            weights.fault(key, f"must be at most {MOST_WEIGHT}")
    return points


def _required(fields: Fields, key: str) -> Fields:
    inner = fields.inner(key)
    if inner is None:
        fields.fault(key, "is missing (an object)")
        return fields
    return inner


def _number(fields: Fields, key: str) -> int:
    value = fields.count(key)
    if value is None or value < 1:
        fields.fault(key, "must be a whole number of at least 1")
    return value or 1


def _duties(fields: Fields, version: int) -> dict[str, Period]:
    found = {}
    for name in DUTIES:
        since, before = SINCE.get(name, (1, None))
        if version >= since or fields.get(name) is not None:
            found[name] = _period(fields, name)
        elif before is not None:
            found[name] = before
    return found


def _period(fields: Fields, key: str) -> Period:
    inner = _required(fields, key)
    return Period(_number(inner, "amount"), inner.token("unit", Unit))
