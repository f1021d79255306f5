"""What must be corrected before a detriment can be sent. Answers with codes; the portal has the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from intake.drafts import DETRIMENT_FIELDS, Draft

FIRST_YEAR, LAST_YEAR = 1900, 2999
_REQUIRED = ("happened", "done", "victim")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class EntryFault(StrEnum):
    """What is wrong with one field."""

    MISSING = "missing"
    NO_DAY = "no_day"
    """Neither a day, nor that nobody knows it."""
    NO_SUCH_DAY = "no_such_day"
    CONTRADICTION = "contradiction"
    """A day, and that nobody knows it."""
    TOO_LONG = "too_long"
    NOT_A_CHOICE = "not_a_choice"


def entry_faults(draft: Draft) -> dict[str, EntryFault]:
    """Field → fault, of the page that asks what happened."""
    return dict(_faults(draft))


def day_of(draft: Draft) -> date | None:
    """The day that was typed, or None where there is none that exists."""
    typed = draft.answer("day").strip()
    try:
        day = date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
    except ValueError:
        return None
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _faults(draft: Draft) -> Iterator[tuple[str, EntryFault]]:
    for name in _REQUIRED:
        if not draft.answer(name):
            yield name, EntryFault.MISSING
    for name, spec in DETRIMENT_FIELDS.items():
        value = draft.answer(name)
        if value and spec.tokens and value not in spec.tokens:
            yield name, EntryFault.NOT_A_CHOICE
        elif len(value) > spec.limit:
            yield name, EntryFault.TOO_LONG
    typed, unknown = draft.answer("day").strip(), draft.answer("no_day")
    if typed and day_of(draft) is None:
        yield "day", EntryFault.NO_SUCH_DAY
    elif typed and unknown:
        yield "day", EntryFault.CONTRADICTION
    elif not typed and not unknown:
        yield "day", EntryFault.NO_DAY
