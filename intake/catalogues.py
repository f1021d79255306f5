"""Catalogues: the lists that officers choose from, as versioned data. They know codes and what each needs, no words.

A code is never taken away or given another meaning: a conclusion of ten years ago must still say what it said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from intake.strict_json import FaultyInputError, Fields, parse

MAX_CATALOGUE_BYTES = 100_000
_KEYS = ("id", "version", "valid_from", "reason", "entries")
_ENTRY_KEYS = ("code", "needs", "track", "by", "alone")


class CatalogueName(StrEnum):
    """The catalogues; the value names the file."""

    OUTCOMES = "outcomes"
    GRADES = "grades"
    ACCOUNTABILITY = "accountability"
    ALLEGATIONS = "allegations"
    FIELDS = "fields"
    TASKS = "tasks"
    LINKS = "links"
    POSTS = "posts"


AXES = (
    CatalogueName.ALLEGATIONS,
    CatalogueName.FIELDS,
    CatalogueName.TASKS,
    CatalogueName.LINKS,
    CatalogueName.POSTS,
)
"""By what an allegation is marked, each axis with any number of its codes."""


class Detail(StrEnum):
    """What has to be said with a code."""

    PERSON = "person"
    """Whom it concerns."""
    DUE = "due"
    """By when it is done or answered."""
    CAUSE = "cause"
    """A code of the accountability catalogue."""
    RECIPIENT = "recipient"
    """Who is to answer."""
    CONSENT = "consent"
    """That the reporter agreed."""
    EVIDENCE = "evidence"
    """By what it is proved."""


class Track(StrEnum):
    """Kinds of outcomes. None replaces or closes another."""

    NONE = "none"
    TALK = "talk"
    MEASURE = "measure"
    DISCIPLINE = "discipline"
    ACCOUNTABILITY = "accountability"
    REFERRAL = "referral"
    RECOGNITION = "recognition"


class Imposer(StrEnum):
    """Who may impose an outcome. The handling office decides on its own; on the rest it proposes."""

    OFFICE = "office"
    ABOVE = "above"
    """The office above the handling one."""
    EMPLOYER = "employer"
    """Whoever appointed the person."""
    PERSON = "person"
    COURT = "court"
    RECIPIENT = "recipient"
    """Whom it is referred to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One code. ``alone``: it excludes every other."""

    code: str
    needs: tuple[Detail, ...] = ()
    track: Track = Track.NONE
    by: Imposer = Imposer.OFFICE
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One catalogue, in the order in which pages show it."""

    id: str
    version: int
    valid_from: date
    reason: str
    entries: Mapping[str, Entry]


@cache
def load_catalogue(name: CatalogueName) -> Catalogue:
    """The shipped catalogue. Raises FaultyInputError when its file is broken."""
    raw = (files("intake") / "data" / "catalogues" / f"{name}.json").read_bytes()
    return catalogue_from(parse(raw, what=f"catalogue {name}", limit=MAX_CATALOGUE_BYTES))


def catalogue_from(document: object) -> Catalogue:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    entries = [_entry(entry) for entry in fields.objects("entries", required=True)]
    codes = [entry.code for entry in entries]
    catalogue = Catalogue(
        id=fields.identifier("id"),
        version=fields.count("version") or 0,
        valid_from=fields.day("valid_from"),
        reason=fields.optional_text("reason") or "",
        entries=MappingProxyType(dict(zip(codes, entries, strict=True))),
    )
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of a catalogue")
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        fields.fault("entries", f"{code!r} is there twice")
    if not entries:
        fields.fault("entries", "is empty")
    if not catalogue.version or not catalogue.reason:
        fields.fault("version", "a version of at least 1 and a reason are needed")
    if faults:
        raise FaultyInputError("catalogue", faults)
    return catalogue


def _entry(fields: Fields) -> Entry:
    for key in fields.besides(*_ENTRY_KEYS):
        fields.fault(key, "is no part of an entry")
    needs = fields.identifiers("needs", frozenset(Detail), "detail")
    return Entry(
        code=fields.identifier("code"),
        needs=tuple(Detail(need) for need in needs),
        track=fields.token("track", Track, Track.NONE),
        by=fields.token("by", Imposer, Imposer.OFFICE),
        alone=fields.flag("alone"),
    )
