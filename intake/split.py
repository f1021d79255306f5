"""One report in two cases: what the first says of the second, what the second says of the first, and whether that fits. Pure.

A panel splits a case. The second one begins with an officer's event (SPLIT_OFF), which nobody has to believe alone: the first
case's own record (SPLIT) names its key and its leaf, and whoever can read both compares them. So somebody who can write to the
database cannot invent a part, exchange its key, or give it later dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from crypto.encoding import to_text
from crypto.errors import CryptoError
from crypto.keys import PublicKeys
from intake.events import EventKind
from intake.intake_types import IntakeType, after_turns, said_to_the_reporter, type_of
from intake.progress import progress_of
from intake.protection.triggers import STAGES
from intake.record import EventRecord, key_hash

OF = "of"
"""In a leaf's data: which case it was split from, as ``{"case", "leaf", "report", "decided"}``."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a case's record says of one that was split off it."""

    case: str
    key: PublicKeys
    """The first key of its letterbox."""
    leaf: str
    """The commitment to its first event, as base64url."""
    number: int
    """The event that says so."""


def parts_in(records: Iterable[EventRecord]) -> list[Part]:
    """Every part that was split off, in order. One that does not say what it must is left out: its record is not lawful."""
    found = []
    for record in records:
        if record.kind is EventKind.SPLIT:
            try:
                key = PublicKeys.from_text(record.data["key"])
                part = Part(str(record.data["case"]), key, str(record.data["leaf"]), record.number)
            except (CryptoError, KeyError, TypeError):
                continue
            found.append(part)
    return found


def inherited(records: Sequence[EventRecord]) -> Mapping[str, Any]:
    """What a case that was split off began with; empty for one that was filed."""
    return records[0].data if records and records[0].kind is EventKind.SPLIT_OFF else {}


def origin_of(records: Sequence[EventRecord]) -> str | None:
    """The case that this one was split from."""
    of = inherited(records).get(OF)
    return str(of.get("case", "")) if isinstance(of, dict) else None


def first_data(records: Sequence[EventRecord]) -> dict[str, Any]:
    """What the leaf of a new part says of the case as it stands with ``records``, whose last event is the decision.

    Every clock goes on with its dates; what was promised at an earlier conclusion stays owed where it was promised. What was
    missed is told again for the part, to whoever is above it, unless it was missed before the case came to this office.
    """
    progress = progress_of(records)
    went_up = [record.date for record in records if _goes_up(record)]
    supervised = [record.date.isoformat() for record in records if record.kind is EventKind.SUPERVISED]
    known = [day for day in (inherited(records).get("supervised"), *supervised) if day]
    known += [day.isoformat() for day in went_up]
    clocks = {name: due for name, due in progress.clocks.items() if ":" not in name}
    return {
        "state": progress.state.value,
        "filed": "" if progress.filed is None else progress.filed.isoformat(),
        "clocks": _texts(clocks),
        "met": _texts({name: day for name, day in progress.met.items() if name in clocks}),
        "missed": _texts({n: due for n, due in progress.missed.items() if went_up and due < went_up[-1]}),
        "manner": progress.manner,
        "reviews": reviews_held(records),
        "extended": is_extended(records),
        "released": is_released(records),
        "supervised": max(known, default=""),
        "rules": records[0].data["rules"],
        **{name: value for name, value in records[0].data.items() if name in (STAGES, "kind")},
        **said_to_the_reporter(brought_in(records)),
    }


def origin_data(case: str, records: Sequence[EventRecord]) -> dict[str, str]:
    """How a leaf names the case that it comes from; the last of ``records`` is the decision."""
    return {
        "case": case,
        "leaf": to_text(records[0].commitment),
        "report": str(records[0].data["report"]),
        "decided": to_text(records[-1].commitment),
    }


def fits(case: str, records: Sequence[EventRecord], part: Part, first: EventRecord) -> bool:
    """Whether ``first`` is the leaf that the record of ``case`` names in ``part``, and begins as that case stood."""
    before = [record for record in records if record.number < part.number]
    try:
        says = {**first_data(before), OF: origin_data(case, before)}
        same_office = first.data["circle"]["office"] == progress_of(before).circle["office"]
    except (KeyError, TypeError, ValueError, IndexError):
        return False
    return (
        first.kind is EventKind.SPLIT_OFF
        and to_text(first.commitment) == part.leaf
        and (first.epoch, first.key) == (0, key_hash(part.key))
        and same_office
        and all(first.data.get(name) == says.get(name) for name in (*says, "intake", "kind"))
    )


def brought_in(records: Sequence[EventRecord]) -> IntakeType:
    """What the reporter is told that it is by now: what the first event calls it, and what officers made of it since."""
    called = records[0].data.get("intake", "") if records else ""
    turns = (record.data.get("to", "") for record in records if record.kind is EventKind.TURNED)
    return after_turns(type_of(called), turns)


def reviews_held(records: Sequence[EventRecord]) -> int:
    """How many reviews began, those before a split included."""
    released = [record for record in records if record.kind is EventKind.RELEASED]
    began = len([record for record in released if record.data["reason"] == "review"])
    return began + int(inherited(records).get("reviews", 0))


def is_extended(records: Sequence[EventRecord]) -> bool:
    """Whether a panel took the longer term for the feedback."""
    return bool(inherited(records).get("extended")) or any(
        record.kind is EventKind.DECIDED and record.data.get("act") == "extend" for record in records
    )


def is_released(records: Sequence[EventRecord]) -> bool:
    """Whether the worker ever gave the case a new circle, or trustees gave it to another office."""
    return bool(inherited(records).get("released")) or any(
        record.kind is EventKind.RELEASED
        or (record.kind is EventKind.RECOVERED and record.data["from"] != record.data["circle"]["office"])
        for record in records
    )


def _goes_up(record: EventRecord) -> bool:
    if record.kind is EventKind.RECOVERED:
        return bool(record.data.get("from") != record.data.get("circle", {}).get("office"))
    return record.kind is EventKind.RELEASED and record.data.get("reason") != "exclusion"


def _texts(days: Mapping[str, date]) -> dict[str, str]:
    return {name: day.isoformat() for name, day in sorted(days.items())}
