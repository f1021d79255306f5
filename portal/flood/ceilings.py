"""Ceilings of the whole instance: reports, drafts and opened mailboxes in an hour or a day. Near one, somebody is told.

Counters lie in the volatile database, by hour and day, and name nobody. A ceiling refuses nothing for good: while it is
reached, whoever has shown nothing is asked to wait once (``portal.flood.purses``). What was reached stays until the end of the
next day, for the worker, who tells the office, and for ``doctor``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from intake.alarms import raise_alarm
from intake.budgets import Ceiling
from intake.log import Happening, Log
from intake.time import Clock
from portal.flood.purses import Budget
from portal.flood.store import BudgetStorage

NEAR = 80  # of a hundred

COUNTED: Mapping[Budget, tuple[Ceiling, ...]] = {
    Budget.FILE: (Ceiling.REPORTS_HOUR, Ceiling.REPORTS_DAY),
    Budget.SAVE: (Ceiling.DRAFTS_HOUR,),
    Budget.OPEN: (Ceiling.MAILBOXES_HOUR,),
    Budget.WRITE: (),
}
"""What an act that was done counts towards; of SAVE only the first of a draft."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """Counts what was done, and says so when much was."""

    factory: sessionmaker[Session]
    clock: Clock
    log: Log
    highest: Mapping[Ceiling, int]

    def count(self, budget: Budget) -> None:
        """One more was done."""
        for ceiling in COUNTED[budget]:
            count = self._storage.incr(_key(ceiling), ceiling.seconds)
            highest = self.highest[ceiling]
            # Exactly one process sees each of these numbers: the alarm is raised once a window.
            if count in {near(highest), highest}:
                raise_alarm(self.factory, ceiling, count, self.clock.now())
                self.log.failure(Happening.CEILING, ceiling=ceiling.word, count=count)

    def reached(self, budget: Budget) -> bool:
        """Whether a ceiling that this act counts towards is reached now."""
        return any(self._storage.get(_key(ceiling)) >= self.highest[ceiling] for ceiling in COUNTED[budget])

    @property
    def _storage(self) -> BudgetStorage:
        return BudgetStorage(factory=self.factory, clock=self.clock)


def near(highest: int) -> int:
    """The count at which somebody is told for the first time."""
    return max(1, highest * NEAR // 100)


def _key(ceiling: Ceiling) -> str:
    return f"ceiling/{ceiling.word}"
