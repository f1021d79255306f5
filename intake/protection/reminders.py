"""When to come back, for paper and for a calendar: days inside the check-ins, and a calendar file that names nobody. Pure.

Each person's days are drawn within their slots, so that a calendar, or a collection of them, shows no schedule. The file is
iCalendar (RFC 5545): whole days, no alarm, no address, no place, and a word that its owner chose.
"""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from crypto.kdf import derive
from intake.levels import Band
from intake.progress import progress_of
from intake.protection.checkins import CheckIns, Course, Slot, checkins, slots_of
from intake.protection.course import course_of
from intake.record import EventRecord

MOST = 6
"""Days; whoever comes back gets the next ones."""
FAR = timedelta(days=800)
SIZE = 16 * 1024
"""Bytes: a calendar file is as long as a page, or its length would tell that somebody has reported."""
_OCTETS = 75  # of a line, RFC 5545 section 3.1
_CONTINUED = 3  # octets that each fold adds: the end of the line, and the space that continues it
_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//calendar//EN", "CALSCALE:GREGORIAN")
_EMPTY = "DESCRIPTION:"
"""Of the last entry: filled with spaces, which nobody sees, up to the size."""
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def slots_after_filing(received: date, band: Band, rules: CheckIns | None = None) -> list[Slot]:
    """The part of each slot that is in it however the case moves its slots: for whoever does not know the case yet."""
    rules = rules or checkins()
    moved = timedelta(days=2 * rules.jitter[band])
    course = Course("", received, [(received, band)])
    slots = slots_of(course, received + FAR, rules)
    return [Slot(slot.opens + moved, slot.closes - moved) for slot in slots]


def slots_of_record(case: str, records: Sequence[EventRecord], today: date) -> list[Slot]:
    """The slots of a case, as its record has it today; of a case without one, those of a report of today."""
    course = course_of(case, records, progress_of(records))
    return slots_after_filing(today, Band.MEDIUM) if course is None else slots_of(course, today + FAR)


def days_to_come(seed: bytes, slots: Iterable[Slot], today: date) -> list[date]:
    """A day in each of the next slots, after today; always the same for one ``seed`` (32 secret bytes) and slot."""
    coming = [slot for slot in slots if slot.closes > today][:MOST]
    return sorted({_drawn(seed, slot, today) for slot in coming})


def calendar(seed: bytes, summary: str, days: Sequence[date], today: date) -> bytes:
    """The file, for at least one day. Who imports it twice has each day once: what a calendar knows an entry by follows from
    ``seed``.
    """
    files = [_file(seed, summary, days, today, spaces) for spaces in range(_CONTINUED + 1)]
    # Where the last line is folded decides by how little a file is too short: one of these is not.
    return max(files, key=len)


def _file(seed: bytes, summary: str, days: Sequence[date], today: date, spaces: int) -> bytes:
    entries = [line for day in days[:-1] for line in _entry(seed, summary, day, today)]
    entries += _entry(seed, summary + " " * spaces, days[-1], today, description=True)
    lines = [*_HEAD, *entries, "END:VCALENDAR"]
    room = SIZE - sum(len(_folded(line)) for line in lines)
    filled = [line + " " * _fitting(room) if line == _EMPTY else line for line in lines]
    return b"".join(_folded(line) for line in filled)


def _entry(seed: bytes, summary: str, day: date, today: date, *, description: bool = False) -> list[str]:
    known_by = uuid.UUID(bytes=derive(seed, "reminder/uid", day.isoformat().encode(), length=16), version=4)
    return [
        "BEGIN:VEVENT",
        f"UID:{known_by}",
        # A time is asked for; midnight tells none.
        f"DTSTAMP:{today:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{summary.translate(_ESCAPED)}",
        *([_EMPTY] if description else []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _fitting(room: int) -> int:
    """The most spaces behind ``_EMPTY`` that make the file longer by no more than ``room``."""
    return bisect_right(range(room + 1), room, key=_added) - 1


def _added(spaces: int) -> int:
    folded = max(0, len(_EMPTY) + spaces - _OCTETS)
    return spaces + _CONTINUED * -(-folded // (_OCTETS - 1))


def _drawn(seed: bytes, slot: Slot, today: date) -> date:
    first = max(slot.opens, today + timedelta(days=1))
    drawn = derive(seed, "reminder/day", slot.opens.isoformat().encode(), slot.closes.isoformat().encode())
    return first + timedelta(days=int.from_bytes(drawn[:8], "big") % ((slot.closes - first).days + 1))


def _folded(line: str) -> bytes:
    """Lines of at most 75 octets, never broken inside a character."""
    pieces, piece = [], b""
    for char in line:
        encoded = char.encode("utf-8")
        if len(piece) + len(encoded) > _OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
