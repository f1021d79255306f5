"""Reading a form of many fields: every fault is found at once and kept with its field. Knows no case and no HTTP."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol

from intake.strict_json import parsed_date
from triage.casework.desk import MAX_TEXT
from triage.casework.refusals import CorrectThisError, Reason

MAX_LINE = 1_000  # characters of a field of one line


class Sent(Protocol):
    """What was sent: fields that come once, and fields that repeat."""

    def get(self, key: str, default: str, /) -> str:
        """The first value."""

    def getlist(self, key: str, /) -> list[str]:
        """Every value."""


class FormReader:
    """Takes the fields one by one; ``check`` refuses the form as a whole."""

    def __init__(self, sent: Sent, today: date, latest: date) -> None:
        self.faults: dict[str, Reason] = {}
        self._sent = sent
        self._today = today
        self._latest = latest

    def optional(self, name: str, limit: int = MAX_TEXT) -> str:
        """Text that may be empty."""
        text = self._sent.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > limit:
            self.faults[name] = Reason.TEXT_TOO_LONG
        return text

    def text(self, name: str, limit: int = MAX_TEXT) -> str:
        """Text that is needed."""
        text = self.optional(name, limit)
        if not text:
            self.faults[name] = Reason.INCOMPLETE_FORM
        return text

    def choice(self, name: str, options: Collection[str]) -> str:
        """One of the options."""
        chosen = self._sent.get(name, "")
        if chosen not in options:
            self.faults[name] = Reason.INCOMPLETE_FORM
        return chosen

    def chosen(self, name: str) -> set[str]:
        """Every value of a field that repeats."""
        return set(self._sent.getlist(name))

    def day(self, name: str) -> str:
        """A date to come, not later than the rules allow, as ISO text."""
        text = self.text(name, MAX_LINE)
        day = parsed_date(text)
        if text and day is None:
            self.faults[name] = Reason.NOT_A_DATE
        elif day is not None and day <= self._today:
            self.faults[name] = Reason.DATE_IN_THE_PAST
        elif day is not None and day > self._latest:
            self.faults[name] = Reason.DATE_TOO_LATE
        return text

    def rows(self, names: Sequence[Sequence[str]]) -> list[Sequence[str]]:
        """The rows of a table in which something was typed."""
        return [row for row in names if any(self._sent.get(name, "").strip() for name in row)]

    def check(self) -> None:
        """Raises CorrectThisError with every fault: what is missing first."""
        if not self.faults:
            return
        reasons = set(self.faults.values())
        first = (
            Reason.INCOMPLETE_FORM if Reason.INCOMPLETE_FORM in reasons else next(iter(self.faults.values()))
        )
        raise CorrectThisError(first, self.faults)
