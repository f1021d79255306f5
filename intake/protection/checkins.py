"""When the mailbox asks whether the reporter is safe, and when silence became a state of its own. Pure, from versioned data.

A slot is a window of days, not a day: its first day is moved a little, by the case alone, so that neither a calendar nor a log
fingerprints a reporter; whoever answers at any time within it has answered it. It is settled when its last day has passed.
An unanswered slot says nothing: silence is unknown, never safe, and it closes no case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from intake.levels import Band
from intake.strict_json import FaultyInputError, Fields, parse

MAX_BYTES = 100_000
BANDS = (Band.LOW, Band.MEDIUM, Band.HIGH, Band.CRITICAL)
MOST_SLOTS = 1_000
"""More than a critical case of twenty-five years has."""
_KEYS = (
    "id",
    "version",
    "valid_from",
    "reason",
    "schedules",
    "after_trigger",
    "jitter",
    "open_for",
    "silent_after",
    "told_when_silent",
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """One band's. Days count from the receipt, ``after_close`` and ``ends_after_close`` from the closing."""

    days: tuple[int, ...]
    every: int
    """After the last of ``days``, once in so many days; 0: no more."""
    after_close: tuple[int, ...]
    ends_after_close: int


@dataclass(frozen=True, slots=True)
class CheckIns:
    """One version of the rules."""

    version: int
    schedules: Mapping[Band, Schedule]
    after_trigger: tuple[int, ...]
    """Days after a step that may give the reporter away."""
    jitter: Mapping[Band, int]
    """By how many days at most a slot opens earlier or later than its schedule says."""
    open_for: Mapping[Band, int]
    """For how many days after the one on which it opens a slot can be answered."""
    silent_after: int
    """So many slots in a row without an answer, and the reporter is silent."""
    told_when_silent: frozenset[Band]
    """At which bands the level above is told of silence."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One time at which the mailbox asks: from ``opens`` to ``closes``, both days included."""

    opens: date
    closes: date


@dataclass(frozen=True, slots=True)
class Course:
    """What the slots of a case follow from."""

    case: str
    received: date
    bands: Sequence[tuple[date, Band]]
    """Since when which band stood, oldest first; the first from the receipt on."""
    closed: date | None = None
    triggers: Collection[date] = ()
    """Days of steps that may give the reporter away: the subject is told or heard, a result is issued, the matter goes out."""
    own: Collection[date] = ()
    """Days that the reporter gave: a contract ends, a hearing is held."""


@cache
def checkins() -> CheckIns:
    """The shipped rules. Raises FaultyInputError when the file is broken."""
    raw = (files("intake") / "data" / "protection" / "checkins.json").read_bytes()
    return checkins_from(parse(raw, what="check-ins", limit=MAX_BYTES))


def checkins_from(document: object) -> CheckIns:
    """Raises FaultyInputError with every fault."""
    faults: list[str] = []
    fields = Fields(document, "", faults)
    schedules = {band: _schedule(fields.inner("schedules"), band) for band in BANDS}
    found = CheckIns(
        version=fields.count("version") or 0,
        schedules=schedules,
        after_trigger=_days(fields, "after_trigger"),
        jitter=_by_band(fields.inner("jitter")),
        open_for=_by_band(fields.inner("open_for")),
        silent_after=fields.count("silent_after") or 0,
        told_when_silent=frozenset(map(Band, fields.identifiers("told_when_silent", set(Band), "band"))),
    )
    fields.day("valid_from")
    for key in fields.besides(*_KEYS):
        fields.fault(key, "is no part of the check-ins")
    if fields.identifier("id") != "checkins" or not found.version or not fields.optional_text("reason"):
        fields.fault("version", "the id checkins, a version of at least 1 and a reason are needed")
    if not found.silent_after:
        fields.fault("silent_after", "must be at least 1")
    if faults:
        raise FaultyInputError("check-ins", faults)
    return found


def slots_of(course: Course, until: date, rules: CheckIns | None = None) -> list[Slot]:
    """Every slot that opens up to and including the day ``until``, in the order of their opening; at most MOST_SLOTS.

    Two that would open on one day are one.
    """
    rules = rules or checkins()
    opening: dict[date, Slot] = {}
    for day, band, most in _planned(course, until, rules):
        moved = day + timedelta(days=_moved(course.case, day, most))
        opens = max(moved, course.received + timedelta(days=1))
        if opens <= until:
            closes = opens + timedelta(days=rules.open_for[band])
            known = opening.get(opens)
            opening[opens] = Slot(opens, closes if known is None else max(closes, known.closes))
    return [opening[day] for day in sorted(opening)][:MOST_SLOTS]


def next_slot(course: Course, today: date, rules: CheckIns | None = None) -> Slot | None:
    """The first slot that opens after ``today``; None when the mailbox will not ask again by the course as it is now."""
    for years in (1, 3, 30):
        later = [
            slot
            for slot in slots_of(course, today + timedelta(days=366 * years), rules)
            if slot.opens > today
        ]
        if later:
            return later[0]
    return None


def asking(slots: Iterable[Slot], answered: Collection[date], today: date) -> Slot | None:
    """The slot that waits for an answer today: the newest that is open and was not answered."""
    waiting = [
        slot for slot in slots if slot.opens <= today <= slot.closes and not is_answered(slot, answered)
    ]
    return waiting[-1] if waiting else None


def is_answered(slot: Slot, answered: Collection[date]) -> bool:
    """Whether any check-in came while it was open; ``answered``: the days of the check-ins."""
    return any(slot.opens <= day <= slot.closes for day in answered)


def silent_since(
    slots: Sequence[Slot], answered: Collection[date], today: date, rules: CheckIns | None = None
) -> date | None:
    """The day on which a reporter who is silent on ``today`` became so; None for who is not.

    Counted from the last check-in, whenever it was: whoever comes by between two slots is there. Of slots that overlap only one
    counts: somebody who was away once was not away twice.
    """
    rules = rules or checkins()
    newest = max(answered, default=date.min)
    missed = 0
    for slot in sorted(slots, key=lambda each: (each.closes, each.opens)):
        if slot.closes >= today or slot.opens <= newest:
            continue
        missed, newest = missed + 1, slot.closes
        if missed == rules.silent_after:
            return slot.closes + timedelta(days=1)
    return None


def _planned(course: Course, until: date, rules: CheckIns) -> Iterator[tuple[date, Band, int]]:
    """Each planned day with the band that stands then, and by how many days at most its slot is moved: after a trigger by one,
    and from a day of the reporter's own by none.
    """
    last_band = course.bands[-1][1] if course.bands else Band.MEDIUM
    end = _end(course, last_band, rules)
    starts = [course.received, *(since for since, _ in course.bands[1:])]
    for number, (_, band) in enumerate(course.bands):
        begins = starts[number]
        ends = starts[number + 1] if number + 1 < len(starts) else None
        for day in _of_band(course, rules.schedules[band], until):
            if begins <= day and (ends is None or day < ends) and (end is None or day <= end):
                yield day, band, rules.jitter[band]
    added = [(day, 1) for day in _after_triggers(course, rules)] + [(day, 0) for day in course.own]
    for day, most in added:
        if day > course.received and (end is None or day <= end):
            on_that_day = _band_on(course, day)
            yield day, on_that_day, min(most, rules.jitter[on_that_day])


def _of_band(course: Course, schedule: Schedule, until: date) -> Iterator[date]:
    last = 0
    for count in schedule.days:
        yield course.received + timedelta(days=count)
        last = count
    if schedule.every:
        day = course.received + timedelta(days=last + schedule.every)
        while day <= until + timedelta(days=schedule.every):
            yield day
            day += timedelta(days=schedule.every)
    if course.closed is not None:
        for count in schedule.after_close:
            yield course.closed + timedelta(days=count)


def _after_triggers(course: Course, rules: CheckIns) -> Iterator[date]:
    for trigger in course.triggers:
        for count in rules.after_trigger:
            yield trigger + timedelta(days=count)


def _band_on(course: Course, day: date) -> Band:
    stood = [band for since, band in course.bands if since <= day]
    return stood[-1] if stood else Band.MEDIUM


def _end(course: Course, band: Band, rules: CheckIns) -> date | None:
    """The last day for which anything is planned; None while the case is open."""
    if course.closed is None:
        return None
    return course.closed + timedelta(days=rules.schedules[band].ends_after_close)


def _moved(case: str, day: date, most: int) -> int:
    """By how many days this slot of this case is moved: the same for whoever asks, another for each case and slot."""
    if not most:
        return 0
    drawn = hashlib.sha256(f"underseal/v1/check-in/{case}/{day.isoformat()}".encode()).digest()
    return int.from_bytes(drawn[:4], "big") % (2 * most + 1) - most


def _schedule(schedules: Fields | None, band: Band) -> Schedule:
    fields = None if schedules is None else schedules.inner(band.value)
    if fields is None:
        return Schedule((), 0, (), 0)
    return Schedule(
        days=_days(fields, "days"),
        every=fields.count("every") or 0,
        after_close=_days(fields, "after_close"),
        ends_after_close=fields.count("ends_after_close") or 0,
    )


def _days(fields: Fields, key: str) -> tuple[int, ...]:
    value = fields.get(key)
    if (
        not isinstance(value, list)
        or any(not isinstance(day, int) or isinstance(day, bool) or not 0 < day < 10_000 for day in value)
        or value != sorted(set(value))
    ):
        fields.fault(key, "must be a list of days, each once, in rising order")
        return ()
    return tuple(value)


def _by_band(fields: Fields | None) -> Mapping[Band, int]:
    return {band: (fields.count(band.value) or 0) if fields else 0 for band in BANDS}
