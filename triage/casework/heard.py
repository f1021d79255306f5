"""What an officer of the case sees of the check-ins: what the reporter said, what waits for a person, and silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from intake.casefile import CaseFile
from intake.protection.lifting import entries_of, said_in_case
from intake.protection.of_case import silent_since_in
from intake.protection.said import CHECK_IN, DATES, PROMISE, Entry, SaidSince

_OF_THE_REPORTER = frozenset({CHECK_IN, DATES, PROMISE})


@dataclass(frozen=True, slots=True, repr=False)
class Heard:
    """The check-ins of a case as they are now."""

    entries: Sequence[Entry]
    """Newest first."""
    waits: SaidSince
    silent: date | None
    """Since when nobody knows how the reporter is."""


def heard_now(file: CaseFile) -> Heard:
    """Read off an opened case."""
    said = [entry for entry in entries_of(file) if entry.by_reporter and entry.form in _OF_THE_REPORTER]
    silent = silent_since_in(file.records)
    return Heard(said[::-1], said_in_case(file), None if not silent else date.fromisoformat(silent))
