"""Which consequences of missed duties are due on a day: pure, from a watch and the day of the last move.

The day after a due date the level above is told; when its days for taking the case over have passed as well, the office goes
on under supervision. Whoever looks late finds everything that became due in between, in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from intake.calendar import WorkCalendar
from intake.organisation.pack import Pack
from intake.release.overdue import TAKEN_FOR
from intake.states import OF_THE_REPORTER
from intake.watch import Watch

PROGRESS = "progress_due"
CORRECTIVE = "corrective:"
"""How the clocks of corrective actions begin; the action's id follows."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A clock ran out. ``until``: the last day on which the level above may take the case over, where it may: not once it was
    done, however late.
    """

    clock: str
    due: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Supervised:
    """Nobody took the case over in time: a note of the progress is due on ``due``."""

    due: date


Consequence = Missed | Supervised


def consequences(
    watch: Watch, today: date, pack: Pack, calendar: WorkCalendar, moved: date | None
) -> list[Consequence]:
    """Everything that is due and was not done yet, in the order in which it became due.

    ``moved`` is the day on which the case last went up or came under supervision: nobody is supervised for what came before.
    """
    running = days_of(watch.clocks)
    found: list[tuple[date, Consequence]] = [
        (due, Missed(clock, due, _takeover_until(clock, due, pack, calendar)))
        for clock, due in running.items()
        if clock not in OF_THE_REPORTER and due < today and watch.missed.get(clock) != due.isoformat()
    ]
    late = [(date.fromisoformat(due), clock) for due, clock in watch.late]
    found += [(due, Missed(clock, due, None)) for due, clock in late]
    windows = [
        until
        for clock, due in running.items()
        if (until := _takeover_until(clock, due, pack, calendar)) is not None
        and until < today
        and (moved is None or moved <= due)
    ]
    if windows:
        found.append((min(windows), Supervised(pack.duties["progress"].after(today, calendar))))
    # A miss comes before the supervision that follows from another one of the same day.
    found.sort(key=lambda entry: (entry[0], isinstance(entry[1], Supervised), repr(entry[1])))
    return [consequence for _, consequence in found]


def days_of(clocks: Mapping[str, str]) -> dict[str, date]:
    """Clocks as dates. Raises ValueError."""
    return {clock: date.fromisoformat(due) for clock, due in clocks.items()}


def _takeover_until(clock: str, due: date, pack: Pack, calendar: WorkCalendar) -> date | None:
    return pack.duties["takeover"].after(due, calendar) if clock in TAKEN_FOR else None
