"""What a case's record says of a name left in confidence: whether one is there, under which lock, who asked for it, and what
came of it. Pure; the portal, the back office and every reader of a record ask it the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from crypto.errors import MalformedError
from crypto.keys import PublicKeys
from intake.events import BY_CUSTODIANS, EventKind
from intake.identity.compartment import Lock
from intake.record import EventRecord
from intake.roster import Roster

COMPARTMENT = "compartment"
"""Where the first event tells of the compartment that a case begins with."""
NAME = "name"
"""What custodians are asked for, where it is not a file; and whether a compartment began with a name in it."""
CONFIDED = "confided"
"""Where a message and its event tell that a name was left, or withdrawn."""
REQUEST = "request"
DISCLOSE = "disclose"
"""What a panel decides on."""


class Left(StrEnum):
    """What a reporter did with a name. Values are stored: never reuse or rename one."""

    LEFT = "left"
    WITHDRAWN = "withdrawn"


class End(StrEnum):
    """How a request ended."""

    OPENED = "opened"
    REFUSED = "refused"
    REPLACED = "replaced"
    """Another one took its place: a custodian was gone, or let the day pass."""
    OVERTAKEN = "overtaken"
    """The reporter left another name, or withdrew it."""
    LAPSED = "lapsed"
    """Nobody answered until its last day."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A lock with its custodians, in the order of its pairs. ``key`` is None for the first: the mailbox row says it."""

    id: str
    custodians: tuple[tuple[str, str], ...]
    """Officer's id, and the fingerprint of the key that the pairs were sealed to."""
    since: int
    key: PublicKeys | None = None

    @property
    def lock(self) -> Lock | None:
        """For putting a name in, where the record says its key."""
        return None if self.key is None else Lock(self.id, self.key)

    def reached(self, roster: Roster) -> list[str]:
        """Who of them still has the key that the pairs were sealed to, and the duty."""
        return [who for who, fingerprint in self.custodians if is_custodian(roster, who, fingerprint)]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that a panel agreed to, as it stands."""

    id: str
    number: int
    """Of the event that told of it."""
    about: str
    """NAME, or the id of a file."""
    by: str
    """Who gets what is opened."""
    role: str
    office: str
    ground: str
    day: date
    earliest: date
    """The first day on which a custodian may agree: until then the reporter can object."""
    until: date
    untold: bool
    custodians: tuple[str, str]
    readers: tuple[str, ...]
    """Who reads what the reporter says against it: both custodians, and the level above."""
    agreed: date | None = None
    objected: date | None = None
    end: End | None = None
    ended: date | None = None

    def is_open(self, today: date) -> bool:
        """Whether custodians may still answer it."""
        return self.end is None and today <= self.until


@dataclass(frozen=True, slots=True)
class Tried:
    """Somebody sought the identity outside of the rules."""

    day: date
    role: str


@dataclass(slots=True)
class Confidence:
    """Where a case stands."""

    generation: Generation | None = None
    left: int | None = None
    """The number of the event that left the name; None: there is none, or it was withdrawn."""
    asked: list[Asked] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    decided: str = ""
    """The proposal by which a panel agreed that custodians are asked, until they are."""
    proposed: int = 0
    """How many times an opening was proposed to a panel."""

    @property
    def has_name(self) -> bool:
        """Whether a name is there."""
        return self.left is not None

    @property
    def is_opened(self) -> bool:
        """Whether the name that is there was opened."""
        left = self.left
        return left is not None and any(
            each.end is End.OPENED and each.about == NAME and each.number > left for each in self.asked
        )

    @property
    def is_spent(self) -> bool:
        """Whether a custodian took a layer off the present lock: the next name gets a lock of its own, or one person who kept
        what they saw could open it alone.
        """
        since = -1 if self.generation is None else self.generation.since
        return any(
            each.agreed is not None and each.about == NAME and each.number > since for each in self.asked
        )

    def open_request(self, today: date) -> Asked | None:
        """The request that custodians have before them; there is at most one."""
        last = self.asked[-1] if self.asked else None
        return last if last is not None and last.is_open(today) else None

    def find(self, request: str) -> Asked | None:
        """A request by its id."""
        return next((each for each in self.asked if each.id == request), None)


def is_custodian(roster: Roster, officer: str, fingerprint: str) -> bool:
    """Whether somebody is certified with the duty custody, under this key."""
    found = roster.officers.get(officer)
    return (
        found is not None
        and officer in roster.certified
        and "custody" in found.duties
        and roster.keys_of(officer).fingerprint.hex() == fingerprint
    )


def confidence_of(records: Sequence[EventRecord]) -> Confidence:
    """Fold a checked record. What an event does not say as its kind always does counts as not said."""
    confidence = Confidence()
    for record in records:
        follow(confidence, record)
    return confidence


def follow(confidence: Confidence, record: EventRecord) -> None:
    """Take one more event in."""
    with suppress(
        KeyError, TypeError, ValueError, MalformedError
    ):  # `intake.lawful` says that the record is altered
        _reached(confidence, record)


def _reached(confidence: Confidence, record: EventRecord) -> None:
    data = record.data
    if COMPARTMENT in data:
        confidence.generation = _generation(data[COMPARTMENT], record.number)
        if record.kind is EventKind.FILED and data[COMPARTMENT][NAME]:
            confidence.left = record.number
    if record.kind is EventKind.WRITTEN and CONFIDED in data:
        confidence.left = record.number if Left(data[CONFIDED]) is Left.LEFT else None
        _end(confidence, End.OVERTAKEN, record, about=NAME)
    elif record.kind is EventKind.SOUGHT:
        asked = asked_in(record)
        _end(confidence, End.REPLACED, record)
        confidence.asked.append(asked)
        confidence.decided = ""
    elif record.kind is EventKind.DECIDED and data.get("act") == DISCLOSE:
        confidence.decided = str(data["proposal"])
    elif record.kind is EventKind.TRIED:
        confidence.tried.append(Tried(record.date, str(data["role"])))
    elif record.kind is EventKind.PROPOSED and data.get("act") == DISCLOSE:
        confidence.proposed += 1
    elif record.kind is EventKind.OBJECTED and REQUEST in data:
        _change(confidence, data[REQUEST], objected=record.date)
    elif record.kind in BY_CUSTODIANS:
        _answered(confidence, record)


def _answered(confidence: Confidence, record: EventRecord) -> None:
    ends = {EventKind.UNSEALED: End.OPENED, EventKind.WITHHELD: End.REFUSED}
    if record.kind is EventKind.PEELED:
        _change(confidence, record.data[REQUEST], agreed=record.date)
    else:
        _change(confidence, record.data[REQUEST], end=ends[record.kind], ended=record.date)


def _end(confidence: Confidence, end: End, record: EventRecord, about: str | None = None) -> None:
    last = confidence.asked[-1] if confidence.asked else None
    if last is None or last.end is not None or about not in (None, last.about):
        return
    lapsed = record.date > last.until
    _change(
        confidence, last.id, end=End.LAPSED if lapsed else end, ended=last.until if lapsed else record.date
    )


def _change(confidence: Confidence, request: str, **changed: Any) -> None:
    confidence.asked = [
        replace(each, **changed) if each.id == request and each.end is None else each
        for each in confidence.asked
    ]


def asked_in(record: EventRecord) -> Asked:
    """The request that an event tells of. Raises KeyError, TypeError or ValueError when it lacks a part."""
    data = record.data
    first, second = data["custodians"]
    return Asked(
        id=data[REQUEST],
        number=record.number,
        about=data["about"],
        by=data["by"],
        role=data["role"],
        office=data["office"],
        ground=data["ground"],
        day=record.date,
        earliest=date.fromisoformat(data["earliest"]),
        until=date.fromisoformat(data["until"]),
        untold=data["untold"] is True,
        custodians=(str(first), str(second)),
        readers=tuple(map(str, data["readers"])),
    )


def _generation(value: dict[str, Any], number: int) -> Generation:
    key = value.get("key")
    return Generation(
        id=value["id"],
        custodians=tuple((str(who), str(mark)) for who, mark in value["custodians"]),
        since=number,
        key=None if key is None else PublicKeys.from_text(key),
    )
